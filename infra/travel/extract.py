"""Turns an extract of OpenStreetMap into street networks, one for each mode of travel. pyrosm reads it (extra `roads`).

Speeds: on foot 4.5 km/h and by e-bike 15 km/h everywhere, as on straight lines; by car a share of the allowed speed,
for lights, turns and parking. All are assumed [GK]. Pedestrians go both ways in every street; e-bikes and cars keep to
one-way streets and roundabouts, except e-bikes where `oneway:bicycle=no` opens a street to them.
"""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.decider import Refused
from schedulers.travel.streets import Streets
from schedulers.travel.times import SPEEDS

if TYPE_CHECKING:
    from pandas import DataFrame

Flags = NDArray[np.bool_]

NETWORKS = {"walk": "walking", "e-bike": "cycling", "car": "driving+service"}
"""pyrosm's names of the streets of each mode of travel."""

TAGS = ["highway", "maxspeed", "oneway", "oneway:bicycle", "junction"]

LIMITS = {
    "motorway": 100, "trunk": 80, "primary": 60, "secondary": 50, "tertiary": 40, "unclassified": 30,
    "residential": 30, "living_street": 15, "service": 15,
}  # fmt: skip
"""Speed limits in km/h by kind of street where no sign is recorded [GK]; a link has the limit of its street."""

OTHER_LIMIT = 30

SHARE_OF_LIMIT = 0.6
"""Of the allowed speed, from door to door in town [GK]."""

MILES = 1.609344

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class ReadNetwork:
    """The largest connected part of a network, and the number of nodes and edges outside it."""

    streets: Streets
    dropped_nodes: int
    dropped_edges: int


def read_extract(path: Path, box: Box | None = None) -> dict[str, ReadNetwork]:
    """Return the network of each mode.

    Refused `roads-missing` without the extra, `extract-unreadable`; OSError if there is no such file.
    """
    path.stat()
    try:
        from pyrosm import OSM  # noqa: PLC0415 -- an optional extra, loaded where an extract is read
    except ImportError as error:
        raise Refused("roads-missing", module=error.name or "pyrosm") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pyrosm: what is missing is refused below, in one line
            source = OSM(str(path), bounding_box=None if box is None else list(box))
            frames = {mode: source.get_network(name, nodes=True, tags_to_keep=TAGS) for mode, name in NETWORKS.items()}
    except Exception as error:  # pyrosm documents no exceptions for broken bytes
        detail = " ".join(str(error).split()) or type(error).__name__
        raise Refused("extract-unreadable", file=str(path), detail=detail) from error
    networks = {}
    for mode, frame in frames.items():
        if frame is None or frame[1] is None or frame[1].empty:
            raise Refused("extract-without-streets", file=str(path), mode=mode)
        whole = network(mode, *frame)
        part = whole.largest_part()
        networks[mode] = ReadNetwork(
            streets=part,
            dropped_nodes=len(whole.degrees) - len(part.degrees),
            dropped_edges=len(whole.tails) - len(part.tails),
        )
    return networks


def network(mode: str, nodes: "DataFrame", edges: "DataFrame") -> Streets:
    """Return the network of pyrosm's frames: one edge for each allowed direction of a street."""
    ids = nodes["id"].to_numpy(np.int64)
    order = np.argsort(ids)
    tails, heads = (
        order[np.searchsorted(ids, edges[end].to_numpy(np.int64), sorter=order)].astype(np.int32) for end in "uv"
    )
    milliseconds = np.ceil(1000 * edges["length"].to_numpy(np.float64) / speeds(mode, edges)).astype(np.int32)
    forth, back = directions(mode, edges)
    return Streets(
        degrees=np.column_stack([nodes["lon"].to_numpy(np.float64), nodes["lat"].to_numpy(np.float64)]),
        tails=np.concatenate([tails[forth], heads[back]]),
        heads=np.concatenate([heads[forth], tails[back]]),
        milliseconds=np.concatenate([milliseconds[forth], milliseconds[back]]),
    )


def speeds(mode: str, edges: "DataFrame") -> NDArray[np.float64]:
    """Return metres in a second for each edge."""
    if mode != "car":
        return np.full(len(edges), SPEEDS[mode])
    signs, kinds = column(edges, "maxspeed"), column(edges, "highway")
    limits = [
        sign_of(sign) or LIMITS.get(kind.removesuffix("_link"), OTHER_LIMIT)
        for sign, kind in zip(signs, kinds, strict=True)
    ]
    return np.asarray(limits, dtype=np.float64) * SHARE_OF_LIMIT / 3.6


def sign_of(written: str) -> float | None:
    """Return a sign's km/h: of `50`, `30 mph`, `50;30` (the first counts); None if it has no number."""
    number = re.match(r"\s*(\d+(?:\.\d+)?)\s*(mph)?", written)
    if number is None or not float(number[1]):
        return None
    return float(number[1]) * (MILES if number[2] else 1)


def directions(mode: str, edges: "DataFrame") -> tuple[Flags, Flags]:
    """Return which edges are open in the direction in which they are drawn, and which in the other."""
    both = np.ones(len(edges), dtype=bool)
    if mode == "walk":
        return both, both
    one_way, junction = column(edges, "oneway"), column(edges, "junction")
    forth = [
        each in {"yes", "true", "1"} or about in {"roundabout", "circular"}
        for each, about in zip(one_way, junction, strict=True)
    ]
    back = [each in {"-1", "reverse"} for each in one_way]
    if mode == "e-bike":
        opened = [each == "no" for each in column(edges, "oneway:bicycle")]
        forth = [each and not free for each, free in zip(forth, opened, strict=True)]
        back = [each and not free for each, free in zip(back, opened, strict=True)]
    return ~np.asarray(back, dtype=bool), ~np.asarray(forth, dtype=bool)


def column(edges: "DataFrame", name: str) -> list[str]:
    """Return a tag of all edges; an empty text where an edge has none."""
    if name not in edges:
        return [""] * len(edges)
    return [each if isinstance(each, str) else "" for each in edges[name]]
