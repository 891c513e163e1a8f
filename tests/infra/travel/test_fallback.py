"""A source is asked for no pair of places twice; times that it lacks are straight lines, and are counted."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from infra.planning.day_problem import problem_document
from infra.planning.published_roster import travel_of_document
from infra.planning.solver_pool import SMALLEST
from infra.travel.cache import SqliteTravelCache
from infra.travel.fallback import FallbackTravel, Table, unknown_blocks
from infra.travel.matrix_file import MatrixFile
from schedulers.problem import Problem, TravelFrom
from schedulers.travel.times import Place, matrix

HOME, SHOP, PARK, FARM = (0.0, 0.0), (300.0, 400.0), (600.0, 0.0), (900.0, 900.0)


class CountingMatrixFile(MatrixFile):
    """A matrix file that counts the times it is asked for."""

    requested = 0

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        self.requested += len(starts) * len(ends)
        return super().table(starts, ends, mode)


def known(folder: Path, *places: Place) -> CountingMatrixFile:
    """Return a source that knows these places; it takes 7 seconds from any to another."""
    rows = [[0 if a == b else 7 for b in places] for a in places]
    path = folder / "matrix.json"
    path.write_bytes(msgspec.json.encode({"places": places, "seconds": {"walk": rows}}))
    return CountingMatrixFile(path)


def test_known_times_are_the_source_s(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = FallbackTravel(source).times([HOME, SHOP, HOME], "walk")
    assert times.seconds == ((0, 7, 0), (7, 0, 7), (0, 7, 0))
    assert times.travel_from == TravelFrom(source=source.name, ways=6)


def test_an_unknown_time_is_a_straight_line_and_is_counted(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = FallbackTravel(source).times([HOME, SHOP, PARK], "walk")
    straight = matrix([HOME, SHOP, PARK], "walk", "line")
    assert (times.seconds[0][1], times.seconds[0][2], times.seconds[2][1]) == (7, straight[0][2], straight[2][1])
    assert times.travel_from == TravelFrom(source=source.name, ways=6, straight=4, because="place-not-in-matrix")


def test_a_source_that_cannot_answer_gives_straight_lines_with_its_reason(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    times = FallbackTravel(source).times([HOME, SHOP], "car")
    assert times.seconds == matrix([HOME, SHOP], "car", "line")
    assert times.travel_from == TravelFrom(source=source.name, ways=2, straight=2, because="mode-not-in-matrix")


def test_a_day_is_asked_for_once_and_a_new_place_is_one_row_and_one_column(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP, PARK, FARM)
    travel = FallbackTravel(source, SqliteTravelCache(tmp_path / "travel" / "cache.db"))
    first = travel.times([HOME, SHOP, PARK], "walk")
    assert source.requested == 9
    again = FallbackTravel(source, SqliteTravelCache(tmp_path / "travel" / "cache.db"))
    assert again.times([HOME, SHOP, PARK], "walk") == first
    assert source.requested == 9
    again.times([HOME, SHOP, PARK, FARM], "walk")
    assert source.requested == 9 + 4 + 3


def test_another_mode_and_another_source_are_cached_apart(tmp_path: Path) -> None:
    cache = SqliteTravelCache(tmp_path / "cache.db")
    first = known(tmp_path, HOME, SHOP)
    FallbackTravel(first, cache).times([HOME, SHOP], "walk")
    assert cache.lookup(first, [HOME, SHOP], "car") == [[None, None], [None, None]]
    other = known(tmp_path, HOME, SHOP, PARK)
    assert cache.lookup(other, [HOME, SHOP], "walk") == [[None, None], [None, None]]


def test_an_unknown_time_is_not_cached(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP)
    cache = SqliteTravelCache(tmp_path / "cache.db")
    FallbackTravel(source, cache).times([HOME, PARK], "walk")
    assert cache.count() == 0
    assert cache.lookup(source, [HOME, PARK], "walk") == [[None, None], [None, None]]


def test_a_full_cache_is_cleared(tmp_path: Path) -> None:
    source = known(tmp_path, HOME, SHOP, PARK, FARM)
    cache = SqliteTravelCache(tmp_path / "cache.db", most=7)
    travel = FallbackTravel(source, cache)
    travel.times([HOME, SHOP, PARK], "walk")
    assert cache.count() == 6
    travel.times([FARM, SHOP], "walk")
    assert cache.count() == 2
    assert (cache.clear(), cache.count()) == (2, 0)


def test_without_a_file_for_its_cache_it_asks_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    source = known(tmp_path, HOME, SHOP)
    travel = FallbackTravel(source, SqliteTravelCache(tmp_path / "file" / "cache.db"))
    assert travel.times([HOME, SHOP], "walk") == travel.times([HOME, SHOP], "walk")
    assert source.requested == 8


def test_the_cache_holds_no_place_in_clear(tmp_path: Path) -> None:
    home = (123456.0, 654321.0)
    source = known(tmp_path, home, SHOP)
    FallbackTravel(source, SqliteTravelCache(tmp_path / "kept" / "cache.db")).times([home, SHOP], "walk")
    body = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir())
    assert b"123456" not in body
    assert b"654321" not in body


@pytest.mark.parametrize("unknown", [set(), {(0, 1)}, {(2, 0), (2, 1), (0, 2), (1, 2)}, {(0, 1), (1, 2), (2, 0)}])
def test_the_requested_blocks_cover_every_unknown_pair(unknown: set[tuple[int, int]]) -> None:
    known: Table = [[None if (a, b) in unknown else 1 for b in range(3)] for a in range(3)]
    requested = {(row, column) for rows, columns in unknown_blocks(known) for row in rows for column in columns}
    assert unknown <= requested
    assert bool(requested) == bool(unknown)


def test_a_problem_stored_before_sources_existed_is_read_and_names_none() -> None:
    stored = msgspec.json.decode(problem_document(SMALLEST))
    del stored["travel_from"]
    document = msgspec.json.encode(stored)
    assert msgspec.json.decode(document, type=Problem) == SMALLEST
    assert travel_of_document(document) == travel_of_document(None) == {}
