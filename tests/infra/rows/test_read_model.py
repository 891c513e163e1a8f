"""Rows and positions in one file, kept up with the log."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.institution import InstitutionOpened
from infra.database.errors import StoreError
from infra.rows.model import ReadModel, catch_up
from infra.rows.sqlite import SqliteRows
from infra.store.recorded import Append
from infra.store.store import EventStore
from projections.changes import Change, Projection, Table
from projections.registry import PROJECTIONS
from streams.errors import Unwritable
from streams.events import TransportedEvent
from streams.projecting import ProjectionMarks, ProjectionOutcome
from tests.domain import builders as b
from tests.infra.store import places
from tests.infra.store.places import KINDS, Place
from tests.projections.histories import ListLog, history

NOW = b.at(b.TODAY, 9)
NAMES = Table("names_v1", "institution_id", {"name": "text"}, indexes=(("name",),))
COUNTS = Table("counts_v1", "institution_id", {"tier": "int"})


def name_it(event: InstitutionOpened) -> Iterator[Change]:
    yield NAMES.put(event.institution_id, name=event.name)


def count_it(event: InstitutionOpened) -> Iterator[Change]:
    yield COUNTS.put(event.institution_id, tier=event.tier)


NAMED = Projection(name="named", tables=(NAMES,), events=(InstitutionOpened,), project=name_it)
COUNTED = Projection(name="counted", tables=(COUNTS,), events=(InstitutionOpened,), project=count_it)
TWO_CENTRES = ListLog([("institution-fuhai", b.CENTRE), ("institution-city-3", b.HOSPITAL)])


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from places.place(request.param, tmp_path)


def everything(rows: ReadModel) -> dict[str, list[tuple[object, ...]]]:
    with rows.reading() as view:
        return {name: list(view.rows_of(table)) for name, table in rows.tables.items()}


def outcome_of(position: int, changes: Sequence[Change], *names: str) -> ProjectionOutcome:
    """Return what brings projections to a position."""
    return ProjectionOutcome(list(changes), {(name, 0): position for name in names})


def write(rows: ReadModel, outcome: ProjectionOutcome) -> None:
    rows.write(lambda *_: outcome, (), {})


def parked_in(rows: ReadModel) -> set[tuple[str, str]]:
    parked: set[tuple[str, str]] = set()

    def look(_: object, marks: ProjectionMarks, __: object) -> ProjectionOutcome:
        parked.update(marks.parked)
        return ProjectionOutcome()

    rows.write(look, (), {})
    return parked


def fill(store: EventStore, history: list[tuple[str, object]]) -> None:
    versions: dict[str, int] = {}
    with store.writing() as transaction:
        for stream, event in history:
            version = versions.get(stream, 0)
            versions[stream] = version + 1
            transaction.append(
                Append(id=stream, stream=stream, version=version, actor="test", now=NOW, events=(event,))
            )


def test_rows_follow_the_store_and_asking_again_reads_nothing(place: Place) -> None:
    events = history(1)
    with place.store() as store, place.rows() as rows:
        fill(store, events)
        assert catch_up(store, rows, batch=7) == len(events)
        assert rows.position == store.last_position()
        assert catch_up(store, rows) == 0
        with place.rows(name="other") as other:
            catch_up(ListLog(events), other)
            assert everything(rows) == everything(other)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), batch=st.integers(1, 40), stops=st.lists(st.integers(1, 150), max_size=4))
def test_the_rows_are_the_same_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, seed: int, batch: int, stops: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    events = history(seed, residents=3)
    with SqliteRows(folder / "at-once.db", durable=False) as at_once:
        catch_up(ListLog(events), at_once, batch=100_000)
        expected = everything(at_once)
    for stop in [*sorted(stops), len(events)]:
        with SqliteRows(folder / "in-steps.db", durable=False) as rows:
            catch_up(ListLog(events[:stop]), rows, batch=batch)
            in_steps = everything(rows)
    assert in_steps == expected


def test_progress_is_told_after_every_batch(place: Place) -> None:
    calls: list[tuple[int, int]] = []
    with place.rows() as rows:
        catch_up(ListLog(history(1)[:25]), rows, batch=10, progress=lambda at, last: calls.append((at, last)))
    assert calls == [(10, 25), (20, 25), (25, 25)]


def test_projections_stop_at_the_positions_they_are_told(place: Place) -> None:
    with place.rows({"named": NAMED, "counted": COUNTED}) as rows:
        catch_up(TWO_CENTRES, rows, until={"named": 1, "counted": 2})
        assert rows.positions() == {"named": 1, "counted": 2}
        assert rows.position == 1
        assert len(rows.ask("SELECT * FROM names_v1")) == 1


def test_a_new_projection_catches_up_from_the_beginning_and_the_others_stay(place: Place) -> None:
    with place.rows({"named": NAMED}) as rows:
        catch_up(TWO_CENTRES, rows)
        write(rows, outcome_of(3, [NAMES.drop("city-3")], "named"))
    with place.rows({"named": NAMED, "counted": COUNTED}) as rows:
        assert rows.positions() == {"named": 3, "counted": 0}
        catch_up(TWO_CENTRES, rows, batch=1)
        assert rows.positions() == {"named": 3, "counted": 2}
        assert [row["institution_id"] for row in rows.ask("SELECT * FROM names_v1")] == ["fuhai"]
        assert [row["tier"] for row in rows.ask("SELECT * FROM counts_v1 ORDER BY tier")] == [1, 3]


def test_a_projection_whose_columns_changed_is_filled_again(place: Place) -> None:
    with place.rows({"named": NAMED, "counted": COUNTED}) as rows:
        catch_up(TWO_CENTRES, rows)
    wider = replace(NAMED, tables=(replace(NAMES, columns={"name": "text", "district": "text"}),))
    with place.rows({"named": wider, "counted": COUNTED}) as rows:
        assert rows.positions() == {"named": 0, "counted": 2}
        catch_up(TWO_CENTRES, rows)
        assert rows.ask("SELECT * FROM names_v1 WHERE institution_id = 'fuhai'") == [
            {"institution_id": "fuhai", "name": "福海社康", "district": None}
        ]


def test_a_projection_that_is_gone_takes_its_tables_with_it(place: Place) -> None:
    place.rows({"named": NAMED, "counted": COUNTED}).close()
    with place.rows({"counted": COUNTED}) as rows:
        assert rows.positions() == {"counted": 0}
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable), match="names_v1"):
            rows.ask("SELECT * FROM names_v1")


def test_rows_without_dead_letters_are_written_without_kafkas_client(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading it takes 50 ms, as long as projecting a thousand events."""
    monkeypatch.setitem(sys.modules, "streams.topics", None)
    with place.rows({"named": NAMED}) as rows:
        assert catch_up(TWO_CENTRES, rows) == 2


def test_opening_twice_changes_nothing(place: Place) -> None:
    with place.rows() as rows:
        catch_up(ListLog(history(2)), rows)
        before = everything(rows)
    with place.rows() as rows:
        assert everything(rows) == before
        assert rows.positions().keys() == PROJECTIONS.keys()


def test_changes_and_position_are_written_together_or_not_at_all(place: Place) -> None:
    with place.rows({"named": NAMED, "counted": COUNTED}) as rows:
        catch_up(TWO_CENTRES, rows)
        changes: list[Change] = [NAMES.drop("fuhai"), COUNTS.put("fuhai", tier="not a number")]
        with pytest.raises(Unwritable):
            write(rows, outcome_of(3, changes, "named", "counted"))
        assert rows.positions() == {"named": 2, "counted": 2}
        assert len(rows.ask("SELECT * FROM names_v1")) == 2


def test_events_that_another_process_has_projected_meanwhile_are_not_written_again(place: Place) -> None:
    class Raced(ListLog):
        """A log in whose reading somebody else is faster."""

        def select_notifications(self, start: int, limit: int) -> list[TransportedEvent]:
            if start == 1:
                write(rows, outcome_of(1, [NAMES.put("fuhai", name="written first")], "named"))
            return super().select_notifications(start, limit)

    with place.rows({"named": NAMED}) as rows:
        catch_up(Raced([("institution-fuhai", b.CENTRE)]), rows)
        assert rows.ask("SELECT name FROM names_v1") == [{"name": "written first"}]
        assert rows.positions() == {"named": 1}


def test_a_position_never_goes_back(place: Place) -> None:
    with place.rows({"named": NAMED}) as rows:
        write(rows, outcome_of(5, [NAMES.put("fuhai", name="new")], "named"))
        write(rows, outcome_of(4, [], "named"))
        assert rows.positions() == {"named": 5}


def follow(place: Place) -> None:
    """What another process does."""
    with place.store() as store, place.rows() as rows:
        catch_up(store, rows, batch=20)


def test_several_processes_may_follow_at_once(place: Place) -> None:
    events = history(3, residents=20)
    with place.store() as store:
        fill(store, events)
    others = [get_context("spawn").Process(target=follow, args=(place,)) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
        assert other.exitcode == 0
        other.close()
    with place.rows() as rows, place.rows(name="alone") as alone:
        catch_up(ListLog(events), alone)
        assert rows.position == len(events)
        assert everything(rows) == everything(alone)


def test_readers_see_one_moment_while_rows_are_written(place: Place) -> None:
    with place.rows({"named": NAMED}) as rows:
        with rows.reading() as view:
            assert view.ask("SELECT count(*) AS n FROM names_v1") == [{"n": 0}]
            catch_up(TWO_CENTRES, rows)
            assert view.ask("SELECT count(*) AS n FROM names_v1") == [{"n": 0}]
        assert rows.ask("SELECT count(*) AS n FROM names_v1") == [{"n": 2}]


def test_asking_writes_nothing(place: Place) -> None:
    with (
        place.rows() as rows,
        pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction), match=r"read-?only"),
    ):
        rows.ask("DELETE FROM timers_v1")


def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.db"
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE letters (body TEXT)")
    with pytest.raises(StoreError, match="did not write"):
        SqliteRows(path)
    path.write_text("no database at all, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="not a database"):
        SqliteRows(path)


def test_events_that_nobody_follows_are_not_decoded(place: Place) -> None:
    log = ListLog([])
    log.events.append(TransportedEvent(1, "care_plan-r1", 1, "care_plan.contract_laid_down.v1", b"sealed", b""))
    with place.rows() as rows:
        assert catch_up(log, rows) == 1
        assert rows.position == 1
        assert parked_in(rows) == set()


def test_text_sorts_alike_and_truths_and_whole_numbers_are_taken(place: Place) -> None:
    table = Table("mixed_v1", "key", {"word": "text", "belongs": "int", "metres": "real"})

    def project(_: InstitutionOpened) -> Iterator[Change]:
        yield from ()

    mixed = Projection(name="mixed", tables=(table,), events=(InstitutionOpened,), project=project)
    texts = ["b", "B", "a b", "ab", "é", "福", "Z", "_", None]
    with place.rows({"mixed": mixed}) as rows:
        puts = [table.put(str(n), word=word, belongs=True, metres=n) for n, word in enumerate(texts)]
        write(rows, outcome_of(1, puts, "mixed"))
        write(
            rows,
            outcome_of(2, [table.patch("0", metres=0.5), table.patch("1", word=None), table.drop("2")], "mixed"),
        )
        words = rows.ask("SELECT word FROM mixed_v1 WHERE word IS NOT NULL AND word <> :word ORDER BY word", word="Z")
        assert [row["word"] for row in words] == ["_", "ab", "b", "é", "福"]
        first = rows.ask("SELECT * FROM mixed_v1 WHERE key = '0' AND word NOT LIKE '%:word'")
        assert first == [{"key": "0", "word": "b", "belongs": 1, "metres": 0.5}]


def test_both_places_tell_the_same_rows(tmp_path: Path) -> None:
    events = history(11)
    with SqliteRows(tmp_path / "rows.db") as one:
        catch_up(ListLog(events), one)
        expected = everything(one)
    for there in places.place("postgres", tmp_path):
        with there.rows() as other:
            catch_up(ListLog(events), other, batch=13)
            assert everything(other) == expected
