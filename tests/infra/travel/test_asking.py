"""A source is asked for no way twice, and what it lacks is a straight line, and told."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from infra.planning.day_problem import problem_document
from infra.planning.published_roster import travel_told
from infra.planning.solver_pool import SMALLEST
from infra.travel.cache import WayMemory
from infra.travel.fallback import Asking, Table, blocks
from infra.travel.matrix_file import MatrixFile
from schedulers.problem import Problem, TravelFrom
from schedulers.travel.times import Place, matrix

HOME, SHOP, PARK, FARM = (0.0, 0.0), (300.0, 400.0), (600.0, 0.0), (900.0, 900.0)


class Counted(MatrixFile):
    """A matrix file that counts the ways it is asked for."""

    asked = 0

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        self.asked += len(starts) * len(ends)
        return super().table(starts, ends, mode)


def known(folder: Path, *places: Place) -> Counted:
    """Return a source that knows these places; it takes 7 seconds from any to another."""
    rows = [[0 if a == b else 7 for b in places] for a in places]
    path = folder / "matrix.json"
    path.write_bytes(msgspec.json.encode({"places": places, "seconds": {"walk": rows}}))
    return Counted(path)


def test_what_the_source_knows_is_its_answer(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = Asking(source).times([HOME, SHOP, HOME], "walk")
    assert times.seconds == ((0, 7, 0), (7, 0, 7), (0, 7, 0))
    assert times.told == TravelFrom(source=source.name, ways=6)


def test_what_it_does_not_know_is_a_straight_line_and_told(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = Asking(source).times([HOME, SHOP, PARK], "walk")
    straight = matrix([HOME, SHOP, PARK], "walk", "line")
    assert (times.seconds[0][1], times.seconds[0][2], times.seconds[2][1]) == (7, straight[0][2], straight[2][1])
    assert times.told == TravelFrom(source=source.name, ways=6, straight=4, because="place-not-in-matrix")


def test_a_source_that_says_nothing_is_straight_lines_with_its_reason(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = Asking(source).times([HOME, SHOP], "car")
    assert times.seconds == matrix([HOME, SHOP], "car", "line")
    assert times.told == TravelFrom(source=source.name, ways=2, straight=2, because="mode-not-in-matrix")


def test_a_day_that_was_asked_for_is_not_asked_for_again_and_a_new_place_is_a_row_and_a_column(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP, PARK, FARM)
    travel = Asking(source, WayMemory(tmp_path / "travel" / "memory.db"))
    first = travel.times([HOME, SHOP, PARK], "walk")
    assert source.asked == 9
    again = Asking(source, WayMemory(tmp_path / "travel" / "memory.db"))
    assert again.times([HOME, SHOP, PARK], "walk") == first
    assert source.asked == 9
    again.times([HOME, SHOP, PARK, FARM], "walk")
    assert source.asked == 9 + 4 + 3


def test_another_way_of_travel_and_another_source_are_other_ways(tmp_path: Path) -> None:
    memory = WayMemory(tmp_path / "memory.db")
    first = known(tmp_path, HOME, SHOP)
    Asking(first, memory).times([HOME, SHOP], "walk")
    assert memory.recall(first, [HOME, SHOP], "car") == [[None, None], [None, None]]
    other = known(tmp_path, HOME, SHOP, PARK)
    assert memory.recall(other, [HOME, SHOP], "walk") == [[None, None], [None, None]]


def test_what_is_not_known_is_not_kept(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    memory = WayMemory(tmp_path / "memory.db")
    Asking(source, memory).times([HOME, PARK], "walk")
    assert memory.count() == 0
    assert memory.recall(source, [HOME, PARK], "walk") == [[None, None], [None, None]]


def test_a_full_memory_begins_anew(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP, PARK, FARM)
    memory = WayMemory(tmp_path / "memory.db", most=7)
    travel = Asking(source, memory)
    travel.times([HOME, SHOP, PARK], "walk")
    assert memory.count() == 6
    travel.times([FARM, SHOP], "walk")
    assert memory.count() == 2
    assert (memory.forget(), memory.count()) == (2, 0)


def test_without_a_place_for_its_memory_it_asks_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    source = known(tmp_path, HOME, SHOP)
    travel = Asking(source, WayMemory(tmp_path / "file" / "memory.db"))
    assert travel.times([HOME, SHOP], "walk") == travel.times([HOME, SHOP], "walk")
    assert source.asked == 8


def test_no_place_stands_in_the_memory_in_clear(tmp_path: Path) -> None:
    home = (123456.0, 654321.0)
    source = known(tmp_path, home, SHOP)
    Asking(source, WayMemory(tmp_path / "kept" / "memory.db")).times([home, SHOP], "walk")
    body = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir())
    assert b"123456" not in body
    assert b"654321" not in body


@pytest.mark.parametrize("unknown", [set(), {(0, 1)}, {(2, 0), (2, 1), (0, 2), (1, 2)}, {(0, 1), (1, 2), (2, 0)}])
def test_what_is_asked_for_holds_every_unknown_way(unknown: set[tuple[int, int]]) -> None:
    known: Table = [[None if (a, b) in unknown else 1 for b in range(3)] for a in range(3)]
    found = {(row, column) for rows, columns in blocks(known) for row in rows for column in columns}
    assert unknown <= found
    assert bool(found) == bool(unknown)


def test_a_problem_that_was_stored_before_there_was_a_choice_is_read_and_says_nothing_of_it() -> None:
    stored = msgspec.json.decode(problem_document(SMALLEST))
    del stored["travel_from"]
    document = msgspec.json.encode(stored)
    assert msgspec.json.decode(document, type=Problem) == SMALLEST
    assert travel_told(document) == travel_told(None) == {}
