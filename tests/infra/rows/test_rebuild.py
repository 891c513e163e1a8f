"""Rows made anew: compared with those in use, or put in their place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.rows.model import catch_up
from infra.rows.rebuild import Difference, check, rebuild
from infra.store.recorded import Append
from infra.store.store import EventStore
from projections.residents import RESIDENTS_V1
from tests.domain import builders as b
from tests.infra.rows.test_read_model import NOW, everything, fill
from tests.infra.store import places
from tests.infra.store.places import KINDS, Place
from tests.projections.histories import history


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from places.place(request.param, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[EventStore]:
    with place.store() as opened, place.rows() as rows:
        fill(opened, history(5))
        catch_up(opened, rows)
        yield opened


def differing(store: EventStore, place: Place) -> list[Difference]:
    with place.rows() as rows:
        return check(store, rows, place.fill)


def register(store: EventStore, resident_id: str) -> None:
    stream = f"resident-{resident_id}"
    store.append(Append(id=stream, stream=stream, version=0, actor="test", now=NOW, events=(b.WANG,)))


def test_rows_that_follow_the_log_do_not_differ(store: EventStore, place: Place) -> None:
    assert differing(store, place) == []


def test_tampered_rows_are_found_and_their_values_are_not_told(store: EventStore, place: Place) -> None:
    place.run(
        "UPDATE residents_v1 SET phone = '1', name = 'x' WHERE resident_id = 'p1'",
        "DELETE FROM residents_v1 WHERE resident_id = 'p2'",
        "INSERT INTO teams_v1 (team_id) VALUES ('team-0')",
    )
    assert differing(store, place) == [
        Difference("teams_v1", "team-0", "left-over"),
        Difference("residents_v1", "p1", "differs", ("name", "phone")),
        Difference("residents_v1", "p2", "missing"),
    ]


def test_events_past_the_rows_are_no_difference(store: EventStore, place: Place) -> None:
    register(store, "late")
    assert differing(store, place) == []


def test_a_check_leaves_nothing_behind(store: EventStore, place: Place, tmp_path: Path) -> None:
    differing(store, place)
    assert {each.name.partition("-")[0] for each in tmp_path.iterdir() if each.is_dir()} == set()


def test_a_rebuild_mends_the_rows(store: EventStore, place: Place) -> None:
    with place.rows() as rows:
        before = everything(rows)
        place.run("DELETE FROM residents_v1", "UPDATE visits_v1 SET status = 'lost'")
        assert rebuild(store, rows, place.fill) == store.last_position()
        assert everything(rows) == before
    assert differing(store, place) == []


def test_one_projection_is_rebuilt_and_the_others_stay(store: EventStore, place: Place) -> None:
    with place.rows() as rows:
        place.run("DELETE FROM residents_v1", "DELETE FROM visits_v1")
        position = rows.position
        register(store, "late")
        rebuild(store, rows, place.fill, "residents")
        assert rows.ask("SELECT count(*) AS n FROM visits_v1") == [{"n": 0}]
        assert rows.ask("SELECT name FROM residents_v1 WHERE resident_id = 'wang'") == [{"name": "王芳"}]
        assert rows.positions()["residents"] == position + 1
        assert rows.positions()["visits"] == position
        catch_up(store, rows)
        assert set(rows.positions().values()) == {position + 1}
        with pytest.raises(KeyError):
            rebuild(store, rows, place.fill, "unknown")


def test_readers_see_the_old_rows_until_the_switch(store: EventStore, place: Place) -> None:
    with place.rows() as rows:
        place.run(f"DELETE FROM {RESIDENTS_V1.name}")
        seen: list[object] = []

        def look(position: int, last: int) -> None:  # noqa: ARG001 -- the signature of progress
            seen.append(rows.ask("SELECT count(*) AS n FROM residents_v1")[0]["n"])

        with rows.reading() as view:
            assert view.ask("SELECT count(*) AS n FROM residents_v1") == [{"n": 0}]
            rebuild(store, rows, place.fill, progress=look)
            assert view.ask("SELECT count(*) AS n FROM residents_v1") == [{"n": 0}]
        assert seen == [0]
        assert rows.ask("SELECT count(*) AS n FROM residents_v1") == [{"n": 8}]


def test_a_failed_rebuild_leaves_the_rows_as_they_were(store: EventStore, place: Place) -> None:
    def fail(position: int, last: int) -> None:  # noqa: ARG001 -- the signature of progress
        raise RuntimeError("disk")

    with place.rows() as rows:
        place.run("DELETE FROM residents_v1")
        before = everything(rows)
        with pytest.raises(RuntimeError):
            rebuild(store, rows, place.fill, progress=fail)
        assert everything(rows) == before
        catch_up(store, rows)
