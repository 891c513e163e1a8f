"""A simulated community: the same for the same seed, plausible, and documented number by number."""

from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.figures import BEDS_PER_TEAM, RESIDENTS_PER_TEAM
from infra.simulate.outcomes import outcomes
from infra.simulate.table import TABLE, page
from infra.system import System
from infra.wiring import open_system
from tests.small_town import centre, run_commands


def fingerprint(system: System) -> str:
    whole = sha256()
    for event in system.store.after(0, 10**6):
        whole.update(f"{event.position} {event.event_id} {event.name} ".encode() + event.state + event.metadata_state)
    return whole.hexdigest()


def unexplained(system: System) -> list[str]:
    """Return the events that lack a command, a correlation or a cause that the log knows."""
    events = system.store.after(0, 10**6)
    known = {event.event_id for event in events} | {event.metadata.command_id for event in events}
    return [
        event.event_id
        for event in events
        if not event.metadata.command_id
        or not event.metadata.correlation_id
        or (event.metadata.causation_id not in known and event.metadata.actor != "timer")
    ]


def test_the_same_seed_makes_the_same_community_to_the_byte(tmp_path: Path) -> None:
    prints = []
    for folder, seed in (("one", 7), ("again", 7), ("other", 8)):
        with open_system(Settings(data=tmp_path / folder)) as system:
            simulate(system, teams=1, days=5, seed=seed)
            prints.append(fingerprint(system))
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_a_simulated_community_has_the_citys_figures_and_a_working_fortnight(tmp_path: Path) -> None:
    with open_system(Settings(data=tmp_path)) as system:
        made = simulate(system, teams=2, days=14, seed=4)
        names = Counter(event.name for event in system.store.after(0, 10**6))
        assert made.residents == pytest.approx(2 * RESIDENTS_PER_TEAM, rel=0.02)
        assert made.contracts == made.residents
        (beds,) = system.rows.ask("SELECT count(*) AS n FROM family_beds_v1 WHERE status = 'open'")
        assert beds["n"] == pytest.approx(2 * BEDS_PER_TEAM, abs=2)
        for happened in ("roster.published.v1", "visit.completed.v1", "referral.returned.v1", "care_plan.task_done.v1"):
            assert names[happened] > 0, happened
        due = system.rows.ask("SELECT count(*) AS n FROM visits_v1 WHERE status = 'requested'")
        assert int(str(due[0]["n"])) > 0
        assert system.check_rows() == []
        assert unexplained(system) == []


def test_a_folder_with_events_takes_no_second_community(tmp_path: Path) -> None:
    with open_system(Settings(data=tmp_path)) as system:
        run_commands(system, *centre())
        with pytest.raises(Refused) as refusal:
            simulate(system, teams=1, days=1, seed=1)
        assert refusal.value.rule == "store-not-empty"


def test_the_page_lists_every_number_with_its_source() -> None:
    assert TABLE.read_text(encoding="utf-8") == page(), "python -m infra.simulate.table"


def test_the_outcomes_of_forty_days_lie_in_their_ranges(tmp_path: Path) -> None:
    with open_system(Settings(data=tmp_path)) as system:
        made = simulate(system, teams=1, days=40, seed=3)
        figures = outcomes(system.rows, made.first_day, made.last_day, teams=1)
    assert [each.name for each in figures if not each.fits] == []
