"""A street network for one mode of travel: places are joined to their nearest node, the shortest time counts.

Shortest times are Dijkstra's (E. W. Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik
1, 1959), computed by scipy. Edges take whole milliseconds, so sums are exact and the same on every machine. One-way
streets make there and back differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, hypot, isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from schedulers.travel.plane import METRES_OF_A_DEGREE, Plane
from schedulers.travel.times import SPEEDS, Place

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FAR_METRES = 500.0
"""A place farther from the network than this is not on it."""

SOURCES_AT_ONCE = 16
"""Nodes of one search: each takes 8 bytes for every node of the network, 64 MB together in a city of 500,000."""

Ints = NDArray[np.int32]
NearestNode = tuple[int, float]
"""The node nearest to a place, and the metres to it."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Nodes by longitude and latitude in degrees, shape (n, 2); directed edges by `tails`, `heads` and milliseconds."""

    degrees: NDArray[np.float64]
    tails: Ints
    heads: Ints
    milliseconds: Ints

    @cached_property
    def graph(self) -> "csr_array":
        """Milliseconds by tail and head. ImportError without the extra `roads`."""
        return self._graph(self.tails, self.heads)

    @cached_property
    def reversed_graph(self) -> "csr_array":
        """Milliseconds by head and tail: the network against the direction of its streets."""
        return self._graph(self.heads, self.tails)

    def _graph(self, rows: Ints, columns: Ints) -> "csr_array":
        """Build a sparse matrix; of parallel edges the fastest counts, where scipy would add them up."""
        from scipy.sparse import csr_array  # noqa: PLC0415 -- an optional extra, loaded where a network is used

        order = np.lexsort((self.milliseconds, columns, rows))
        rows, columns = rows[order], columns[order]
        fastest = np.ones(len(order), dtype=bool)
        fastest[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        weights = self.milliseconds[order].astype(np.float64)[fastest]
        count = len(self.degrees)
        return csr_array((weights, (rows[fastest], columns[fastest])), shape=(count, count))

    def largest_part(self) -> "Streets":
        """Return the largest strongly connected component: every node is reached from every other."""
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 -- an optional extra, likewise

        if not len(self.degrees):
            return self
        _, part = connected_components(self.graph, directed=True, connection="strong")
        kept = part == np.bincount(part).argmax()
        number = np.cumsum(kept, dtype=np.int32) - 1
        edges = kept[self.tails] & kept[self.heads]
        return Streets(
            degrees=self.degrees[kept],
            tails=number[self.tails[edges]].astype(np.int32),
            heads=number[self.heads[edges]].astype(np.int32),
            milliseconds=self.milliseconds[edges],
        )

    def nearest(self, plane: Plane, place: Place) -> NearestNode:
        """Return the node nearest to a place of the plane, and its metres. ValueError if there are no nodes."""
        longitude, latitude = plane.degrees(place)
        east = (self.degrees[:, 0] - longitude) * Plane(longitude, latitude).metres_east
        north = (self.degrees[:, 1] - latitude) * METRES_OF_A_DEGREE
        squares = np.square(east) + np.square(north)
        node = int(squares.argmin())
        return node, float(np.sqrt(squares[node]))

    def between(self, starts: Sequence[int], ends: Sequence[int]) -> NDArray[np.float64]:
        """Return the milliseconds from node to node, shape (starts, ends); infinity where no street leads."""
        sources, rows = np.unique(starts, return_inverse=True)
        targets, columns = np.unique(ends, return_inverse=True)
        if len(targets) < len(sources):  # search from the fewer side, against the streets' direction
            shortest = _shortest(self.reversed_graph, targets, sources).T
        else:
            shortest = _shortest(self.graph, sources, targets)
        return shortest[np.ix_(rows, columns)]

    def table(self, plane: Plane, starts: Sequence[Place], ends: Sequence[Place]) -> list[list[int | None]]:
        """Return the seconds from each start to each end, rounded up; None from or to a place far from the network."""
        if not (len(self.degrees) and starts and ends):
            return [[None] * len(ends) for _ in starts]
        leaves, arrives = [self.nearest(plane, each) for each in starts], [self.nearest(plane, each) for each in ends]
        milliseconds = self.between([node for node, _ in leaves], [node for node, _ in arrives])
        return [
            [
                door_to_door(a, b, leave, arrive, float(milliseconds[row, column]))
                for column, (b, arrive) in enumerate(zip(ends, arrives, strict=True))
            ]
            for row, (a, leave) in enumerate(zip(starts, leaves, strict=True))
        ]


def _shortest(graph: "csr_array", sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the least milliseconds from each source to each target, shape (sources, targets)."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 -- an optional extra, loaded where a network is used

    parts = [
        dijkstra(graph, indices=sources[first : first + SOURCES_AT_ONCE])[:, targets]
        for first in range(0, len(sources), SOURCES_AT_ONCE)
    ]
    return np.concatenate(parts)


def door_to_door(a: Place, b: Place, leave: NearestNode, arrive: NearestNode, milliseconds: float) -> int | None:
    """Return whole seconds: straight and on foot to and from the network; two places at one node are a walk apart.

    None if one of both is not on the network, or no street leads there.
    """
    if max(leave[1], arrive[1]) > FAR_METRES or not isfinite(milliseconds):
        return None
    if leave[0] == arrive[0]:
        return ceil(round(hypot(a[0] - b[0], a[1] - b[1]) / SPEEDS["walk"], 6))
    return ceil(round((leave[1] + arrive[1]) / SPEEDS["walk"] + milliseconds / 1000, 6))
