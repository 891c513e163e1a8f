"""A matrix file: places of the town's plane, and for each mode of travel the seconds between them.

    {"places": [[0, 0], [310, 420]], "seconds": {"walk": [[0, 580], [600, 0]]}}

A place of a day is the nearest place of the file within 10 m, the usual difference between a survey and a register.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import hypot, isfinite
from pathlib import Path

import msgspec

from domain.decider import Refused
from infra.travel.fallback import Table, TravelSourceError
from schedulers.travel.times import SPEEDS, Place

NEAR_METRES = 10.0


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    places: list[tuple[float, float]]
    seconds: dict[str, list[list[int | None]]]


class MatrixFile:
    """The travel times in a file."""

    missing_rule = "place-not-in-matrix"

    def __init__(self, path: Path) -> None:
        """Read a file. Refused `matrix-broken` with what is wrong; OSError if there is none."""
        body = path.read_bytes()
        try:
            written = msgspec.json.decode(body, type=_Written)
        except msgspec.MsgspecError as error:
            raise Refused("matrix-broken", file=str(path), detail=str(error)) from error
        if (wrong := _wrong(written)) is not None:
            raise Refused("matrix-broken", file=str(path), detail=wrong)
        self.key = f"matrix:{sha256(body).hexdigest()}"
        self.name = self.key[: len("matrix:") + 12]
        self.places = written.places
        self.seconds = written.seconds

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end. TravelSourceError `mode-not-in-matrix`."""
        if mode not in self.seconds:
            raise TravelSourceError("mode-not-in-matrix")
        rows, columns = [self.find(place) for place in starts], [self.find(place) for place in ends]
        seconds = self.seconds[mode]
        return [[None if a is None or b is None else seconds[a][b] for b in columns] for a in rows]

    def covers(self, place: Place, mode: str) -> bool:
        """Return whether a place is in the file."""
        return mode in self.seconds and self.find(place) is not None

    def find(self, place: Place) -> int | None:
        """Return the number of the file's place within 10 m of a place; None if there is none."""
        metres = [hypot(place[0] - x, place[1] - y) for x, y in self.places]
        nearest = min(range(len(metres)), key=metres.__getitem__, default=None)
        return nearest if nearest is not None and metres[nearest] <= NEAR_METRES else None


def _wrong(written: _Written) -> str | None:
    """Return the fault of a file with the right fields; None if it has none."""
    count = len(written.places)
    if not all(isfinite(each) for place in written.places for each in place):
        return "a place is not finite"
    for mode, rows in written.seconds.items():
        if mode not in SPEEDS:
            return f"no such way of travel: {mode} (known: {', '.join(SPEEDS)})"
        if len(rows) != count or any(len(row) != count for row in rows):
            return f"{mode}: {count} places need {count} rows of {count} seconds"
        if any(each is not None and each < 0 for row in rows for each in row):
            return f"{mode}: negative seconds"
    return None
