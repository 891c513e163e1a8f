"""A street network for one way of travel: places are joined to their nearest crossing, the shortest time counts.

Shortest times are Dijkstra's, by igraph. Times are kept in whole milliseconds, so that sums are exact and the same
everywhere; one-way streets make there and back differ.
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
    from igraph import Graph

FAR_METRES = 500.0
"""A place farther from the network than this is not on it."""

WEIGHT = "milliseconds"

Ints = NDArray[np.int32]
Joined = tuple[int, float]
"""The node nearest to a place, and the metres to it."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Nodes by longitude and latitude in degrees, shape (n, 2); directed edges by `tails`, `heads` and milliseconds."""

    degrees: NDArray[np.float64]
    tails: Ints
    heads: Ints
    milliseconds: Ints

    @cached_property
    def graph(self) -> "Graph":
        """The network as igraph has it. ImportError without the extra `roads`."""
        from igraph import Graph  # noqa: PLC0415 -- an optional extra, loaded where a network is used

        edges = np.column_stack([self.tails, self.heads])
        return Graph(len(self.degrees), edges=edges, directed=True, edge_attrs={WEIGHT: self.milliseconds.tolist()})

    def largest_part(self) -> "Streets":
        """Return the largest part in which every node is reached from every other."""
        part = np.asarray(self.graph.connected_components(mode="strong").membership)
        kept = part == np.bincount(part).argmax() if len(part) else np.zeros(0, dtype=bool)
        number = np.cumsum(kept, dtype=np.int32) - 1
        edges = kept[self.tails] & kept[self.heads]
        return Streets(
            degrees=self.degrees[kept],
            tails=number[self.tails[edges]].astype(np.int32),
            heads=number[self.heads[edges]].astype(np.int32),
            milliseconds=self.milliseconds[edges],
        )

    def nearest(self, plane: Plane, place: Place) -> Joined:
        """Return the node nearest to a place of the plane, and its metres. ValueError if there are no nodes."""
        longitude, latitude = plane.degrees(place)
        east = (self.degrees[:, 0] - longitude) * Plane(longitude, latitude).metres_east
        north = (self.degrees[:, 1] - latitude) * METRES_OF_A_DEGREE
        squares = np.square(east) + np.square(north)
        node = int(squares.argmin())
        return node, float(np.sqrt(squares[node]))

    def between(self, starts: Sequence[int], ends: Sequence[int]) -> NDArray[np.float64]:
        """Return the milliseconds from node to node, shape (starts, ends); infinity where there is no way."""
        sources, rows = np.unique(starts, return_inverse=True)
        targets, columns = np.unique(ends, return_inverse=True)
        if len(targets) < len(sources):  # from the fewer side, against the streets' direction
            found = np.asarray(self.graph.distances(targets.tolist(), sources.tolist(), WEIGHT, mode="in")).T
        else:
            found = np.asarray(self.graph.distances(sources.tolist(), targets.tolist(), WEIGHT, mode="out"))
        return np.asarray(found[np.ix_(rows, columns)], dtype=np.float64)

    def table(self, plane: Plane, starts: Sequence[Place], ends: Sequence[Place]) -> list[list[int | None]]:
        """Return the seconds from each start to each end, rounded up; None from or to a place far from the network."""
        if not (len(self.degrees) and starts and ends):
            return [[None] * len(ends) for _ in starts]
        leaves, arrives = [self.nearest(plane, each) for each in starts], [self.nearest(plane, each) for each in ends]
        found = self.between([node for node, _ in leaves], [node for node, _ in arrives])
        return [
            [
                way(a, b, leave, arrive, float(found[row, column]))
                for column, (b, arrive) in enumerate(zip(ends, arrives, strict=True))
            ]
            for row, (a, leave) in enumerate(zip(starts, leaves, strict=True))
        ]


def way(a: Place, b: Place, leave: Joined, arrive: Joined, milliseconds: float) -> int | None:
    """Return the seconds from place to place: to the network and from it straight, on foot; places at one node walk.

    None if one of both is not on the network, or no street leads there.
    """
    if max(leave[1], arrive[1]) > FAR_METRES or not isfinite(milliseconds):
        return None
    if leave[0] == arrive[0]:
        return ceil(round(hypot(a[0] - b[0], a[1] - b[1]) / SPEEDS["walk"], 6))
    return ceil(round((leave[1] + arrive[1]) / SPEEDS["walk"] + milliseconds / 1000, 6))
