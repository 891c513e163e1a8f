"""Streets: places are joined to the nearest node, one-way streets count, and the shortest time wins."""

from random import Random

import numpy as np
import pytest

from schedulers.travel.plane import METRES_OF_A_DEGREE, Plane
from schedulers.travel.streets import FAR_METRES, SOURCES_AT_ONCE, Streets
from schedulers.travel.times import Place

SQUARE = Plane(0.0, 0.0)


def streets(nodes: list[Place], *edges: tuple[int, int, int]) -> Streets:
    """Return streets between nodes of the plane: from, to, seconds."""
    tails, heads, seconds = (np.asarray([edge[part] for edge in edges], dtype=np.int32) for part in range(3))
    degrees = np.asarray([SQUARE.degrees(node) for node in nodes], dtype=np.float64).reshape(-1, 2)
    return Streets(degrees=degrees, tails=tails, heads=heads, milliseconds=1000 * seconds)


def test_there_and_back_differ_on_a_one_way_street() -> None:
    ring = streets([(0, 0), (900, 0), (450, 900)], (0, 1, 60), (1, 2, 90), (2, 0, 100))
    assert ring.table(SQUARE, [(0, 0)], [(900, 0)]) == [[60]]
    assert ring.table(SQUARE, [(900, 0)], [(0, 0)]) == [[190]]


def test_the_metres_to_the_streets_are_walked_straight() -> None:
    road = streets([(0, 0), (900, 0)], (0, 1, 60), (1, 0, 60))
    assert road.table(SQUARE, [(-30, 40)], [(900, 100)]) == [[60 + 40 + 80]]


def test_places_at_one_crossing_are_a_walk_apart() -> None:
    road = streets([(0, 0), (900, 0)], (0, 1, 60), (1, 0, 60))
    assert road.table(SQUARE, [(100, 0)], [(100, 100)]) == [[80]]


def test_from_a_place_far_from_the_streets_no_time_is_known() -> None:
    road = streets([(0, 0), (900, 0)], (0, 1, 60), (1, 0, 60))
    near, far = (0.0, -FAR_METRES + 1), (0.0, -FAR_METRES - 1)
    assert road.table(SQUARE, [near, far], [(900, 0)]) == [[60 + 400], [None]]
    assert streets([]).table(SQUARE, [near], [far, far]) == [[None, None]]


def test_where_no_street_leads_no_time_is_known() -> None:
    road = streets([(0, 0), (900, 0)], (0, 1, 60))
    assert road.table(SQUARE, [(0, 0), (900, 0)], [(0, 0), (900, 0)]) == [[0, 60], [None, 0]]


def test_the_largest_part_is_that_in_which_every_node_is_reached_from_every_other() -> None:
    town = streets(
        [(n, 0) for n in range(6)], (0, 1, 1), (1, 2, 2), (2, 1, 3), (2, 3, 4), (3, 1, 5), (4, 5, 6), (5, 4, 7)
    )
    part = town.largest_part()
    assert part.degrees.tolist() == town.degrees[1:4].tolist()
    edges = zip(part.tails.tolist(), part.heads.tolist(), part.milliseconds.tolist(), strict=True)
    assert list(edges) == [(0, 1, 2000), (1, 0, 3000), (1, 2, 4000), (2, 0, 5000)]


def test_of_parallel_streets_the_fastest_counts() -> None:
    road = streets([(0, 0), (900, 0)], (0, 1, 90), (0, 1, 60), (0, 1, 70))
    assert road.table(SQUARE, [(0, 0)], [(900, 0)]) == [[60]]


def test_a_street_may_take_no_time() -> None:
    road = streets([(0, 0), (1, 0), (900, 0)], (0, 1, 0), (1, 0, 0), (1, 2, 60), (2, 1, 60))
    assert road.between([0], [2]).tolist() == [[60_000]]
    assert len(road.largest_part().degrees) == 3


def test_many_starts_are_searched_in_several_runs() -> None:
    count = 2 * SOURCES_AT_ONCE + 1
    nodes = range(count)
    ring = streets([(n, 0) for n in nodes], *((n, (n + 1) % count, 1) for n in nodes))
    assert ring.between(nodes, nodes).tolist() == [[1000 * ((b - a) % count) for b in nodes] for a in nodes]


@pytest.mark.parametrize("seed", range(5))
def test_shortest_times_are_those_of_trying_every_way(seed: int) -> None:
    dice = Random(seed)
    count = 12
    edges = [(dice.randrange(count), dice.randrange(count), dice.randint(1, 99)) for _ in range(30)]
    best = np.full((count, count), np.inf)
    np.fill_diagonal(best, 0)
    for tail, head, seconds in edges:
        best[tail, head] = min(best[tail, head], 1000 * seconds)
    for middle in range(count):
        best = np.minimum(best, best[:, [middle]] + best[[middle], :])
    town = streets([(1000 * n, 0) for n in range(count)], *edges)
    starts, ends = [3, 3, 0, 7, 11], [5, 1, 5]
    assert (town.between(starts, ends) == best[np.ix_(starts, ends)]).all()
    assert (town.between(ends, starts) == best[np.ix_(ends, starts)]).all()


@pytest.mark.parametrize(("latitude", "off"), [(22.0, 7), (60.0, 28)])
def test_the_plane_is_as_flat_as_it_says(latitude: float, off: float) -> None:
    plane = Plane(114.0, latitude)
    corner = (10_000.0, 10_000.0)
    longitude, north = plane.degrees(corner)
    assert plane.place(longitude, north) == pytest.approx(corner, abs=0.01)
    there = Plane(114.0, north).place(longitude, north)
    assert abs(there[0] - corner[0]) < off
    assert north - latitude == pytest.approx(10_000 / METRES_OF_A_DEGREE)
