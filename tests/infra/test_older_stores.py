"""A store of an older release gets the claims that it lacks, once, and then goes on as any other."""

import sqlite3
from pathlib import Path

import pytest

from domain.resident.commands import RecordDeparture
from infra.older_stores import claim_what_is_open
from tests.leader.worlds import MONDAY, World, at


@pytest.fixture
def older(tmp_path: Path) -> World:
    """Two residents with a visit each, as a release stored them that knew no such claims."""
    world = World(tmp_path)
    world.residents(2)
    for number in (1, 2):
        world.visit(f"V{number}", number)
    with sqlite3.connect(tmp_path / "events.db") as events:
        events.execute("DELETE FROM claims WHERE key LIKE 'open_visits:%' OR key LIKE 'named_contracts:%'")
        events.execute("DELETE FROM store_time")
    return world


def test_a_visit_that_an_older_release_left_open_ends_with_the_resident(older: World) -> None:
    older.give(RecordDeparture(resident_id="r2", reason="died", last_day=MONDAY), now=at("07:00"))
    with older.open() as system:
        (visit,) = system.rows.ask("SELECT status FROM visits_v1 WHERE visit_id = 'V2'")
        assert visit["status"] == "cancelled"
        (other,) = system.rows.ask("SELECT status FROM visits_v1 WHERE visit_id = 'V1'")
        assert other["status"] == "requested"


def test_the_claims_are_those_that_this_release_would_have_raised_and_are_written_once(older: World) -> None:
    with older.open() as system:
        assert system.lives == "simulated"
        assert claim_what_is_open(system.store) == 0
    with sqlite3.connect(older.folder / "events.db") as events:
        keys = [key for (key,) in events.execute("SELECT key FROM claims WHERE holder LIKE 'visit-%' ORDER BY key")]
        named = events.execute("SELECT count(*) FROM claims WHERE key LIKE 'named_contracts:%'").fetchone()
    assert keys == ["open_visits:r1:V1", "open_visits:r2:V2"]
    assert named == (4,)
