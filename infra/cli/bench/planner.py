"""The planner, measured: under changes, under a storm of them, when replanning, and with weeks."""

from infra.bench.planner import cover as cover_measured
from infra.bench.planner import measure
from infra.bench.planner import offer as offers_measured
from infra.bench.planner import replan as replanning
from infra.bench.planner import week as weeks_measured
from infra.bench.planner import weights as weights_measured
from infra.bench.servers import servers
from infra.cli.bench.results import BenchFigures
from infra.cli.operations.readiness import needing_services
from infra.cli.session import Session


@needing_services()
def planner(
    session: Session,  # noqa: ARG001 -- shows no progress
    teams: int,
    seconds: float,
    team_days: int,
    changes: int,
    database_url: str | None,
    bootstrap_servers: str | None,
) -> BenchFigures:
    """Measure the delay from a change to the published roster; it failed if a day is left unplanned."""
    with servers(database_url, bootstrap_servers) as running:
        figures = measure.measure(running, teams, seconds, team_days, changes)
    return BenchFigures(figures, failed=any(each.unit == "team-days" and each.met is False for each in figures))


def replan(session: Session, changes: int, teams: int, days: int, seed: int) -> BenchFigures:
    """Measure replanning after random changes against fresh plans."""
    with session.steps() as on_progress:
        return BenchFigures(replanning.measure(changes, teams, days, seed, on_progress))


def weights(session: Session, changes: int, teams: int, days: int, seed: int) -> BenchFigures:
    """Measure changed days under the order of the packs against the first one."""
    with session.steps() as on_progress:
        return BenchFigures(weights_measured.measure(changes, teams, days, seed, on_progress))


def offer(session: Session, visits: int, answers: int, seed: int) -> BenchFigures:
    """Measure offered times against full plans."""
    with session.steps() as on_progress:
        return BenchFigures(offers_measured.measure(visits, answers, seed, on_progress))


def cover(session: Session, cases: int, seed: int) -> BenchFigures:
    """Measure cover for ill members against full plans."""
    with session.steps() as on_progress:
        return BenchFigures(cover_measured.measure(cases, seed, on_progress))


def week(session: Session, teams: int, weeks: int, seed: int) -> BenchFigures:
    """Measure a community with planned weeks against the same without."""
    with session.steps() as on_progress:
        return BenchFigures(weeks_measured.measure(teams, weeks, seed, on_progress))
