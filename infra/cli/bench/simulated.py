"""A simulated scenario and a simulated year, measured."""

from infra.bench import scenario as comparison
from infra.bench.servers import servers
from infra.bench.year import run as run_year
from infra.cli.bench.results import BenchFigures, YearFigures
from infra.cli.operations.readiness import needing_services
from infra.cli.session import Session


@needing_services()
def scenario(
    session: Session, teams: int, days: int, seed: int, database_url: str | None, bootstrap_servers: str | None
) -> BenchFigures:
    """Run one scenario embedded and distributed; it failed if their rows differ."""
    with servers(database_url, bootstrap_servers) as running, session.steps() as on_progress:
        figures, compared = comparison.measure(running, teams, days, seed, on_progress)
    differing = [each for each in compared if each.different]
    for each in differing:
        values = {"table": each.table, "embedded": each.embedded, "distributed": each.distributed}
        session.notify(session.words.say("table-differs", {**values, "different": each.different}))
    return BenchFigures(figures, failed=bool(differing))


def year(session: Session, teams: int, days: int, seed: int) -> YearFigures:  # noqa: ARG001 -- shows no progress
    """Simulate a year: how fast it loads, is rebuilt and compared, and what came of it."""
    figures, outcomes = run_year(teams, days, seed)
    fine = not figures["differences"] and all(each.fits for each in outcomes)
    return YearFigures({**figures, "outcomes": [each.as_json() for each in outcomes]}, fine)
