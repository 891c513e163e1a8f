"""A simulated community, under one policy pack or under several side by side."""

from dataclasses import replace
from datetime import date

import msgspec

from infra.cli.operations.results import SimulatedSideBySide, SimulatedTime
from infra.cli.reports.policy import known_pack
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.problems import UsageError
from infra.simulate import simulate as simulate_days
from infra.simulate.community import FIRST_DAY
from infra.simulate.compare_packs import compare_packs
from infra.simulate.outcomes import outcomes


def simulate(
    session: Session, teams: int, days: int, seed: int, first_day: str | None, packs: tuple[str, ...]
) -> SimulatedTime | SimulatedSideBySide:
    """Simulate a community, in an empty system; under several packs in a folder for each."""
    begins = day(first_day, "from") if first_day else FIRST_DAY
    for pack in packs:
        known_pack(pack)
    if len(packs) > 1:
        with session.steps() as on_progress:
            return SimulatedSideBySide(compare_packs(session.settings, packs, teams, days, seed, begins, on_progress))
    if packs:
        if session.settings.distributed:
            raise UsageError("policy-needs-embedded")
        session = replace(session, settings=replace(session.settings, policy=packs[0]))
    return _simulated(session, teams, days, seed, begins)


def _simulated(session: Session, teams: int, days: int, seed: int, begins: date) -> SimulatedTime:
    with session.open() as system, session.steps() as on_progress:
        summary = simulate_days(system, teams, days, seed, begins, on_progress)
        figures = outcomes(system.rows, summary.first_day, summary.last_day, teams)
    plain = msgspec.to_builtins(summary)
    return msgspec.convert({**plain, "outcomes": [each.as_json() for each in figures]}, SimulatedTime)
