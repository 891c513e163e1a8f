"""Street networks in files: nodes and edges of each way of travel, compressed, named by a digest of what they say."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from domain.decider import Refused
from infra.travel.fallback import Table, Unanswered
from schedulers.travel.plane import Plane
from schedulers.travel.streets import FAR_METRES, Streets
from schedulers.travel.times import Place

FORMAT = 1
ARRAYS = {"degrees": np.float64, "tails": np.int32, "heads": np.int32, "milliseconds": np.int32}

SUFFIX = ".streets.npz"


def digest_of(networks: Mapping[str, Streets]) -> str:
    """Return the digest of what the networks say, whatever their files look like."""
    told = sha256(str(FORMAT).encode())
    for mode in sorted(networks):
        for name, kind in ARRAYS.items():
            told.update(f"{mode}.{name}:".encode())
            told.update(np.ascontiguousarray(getattr(networks[mode], name), dtype=kind).tobytes())
    return told.hexdigest()


def save(networks: Mapping[str, Streets], folder: Path) -> Path:
    """Write the networks under their digest, whole or not at all, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{digest_of(networks)[:12]}{SUFFIX}"
    body = BytesIO()
    parts = {f"{mode}.{name}": getattr(streets, name) for mode, streets in networks.items() for name in ARRAYS}
    np.savez_compressed(body, allow_pickle=False, format=np.asarray(FORMAT), **parts)
    beside = path.with_suffix(".part")
    beside.write_bytes(body.getvalue())
    beside.replace(path)
    return path


def load(path: Path) -> dict[str, Streets]:
    """Read networks. Refused `streets-unreadable`; OSError if there is no such file."""
    with _readable(path), path.open("rb") as file, np.load(file, allow_pickle=False) as parts:
        if int(parts["format"]) != FORMAT:
            raise ValueError(f"format {int(parts['format'])}, not {FORMAT}")
        modes = sorted({name.partition(".")[0] for name in parts.files if "." in name})
        networks = {
            mode: Streets(**{name: np.asarray(parts[f"{mode}.{name}"], dtype=kind) for name, kind in ARRAYS.items()})
            for mode in modes
        }
        for streets in networks.values():
            _check(streets)
    return networks


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, EOFError, BadZipFile, TypeError) as error:
        detail = " ".join(str(error).split()) or type(error).__name__
        raise Refused("streets-unreadable", file=str(path), detail=detail) from error


def _check(streets: Streets) -> None:
    """Raise ValueError if an edge leads nowhere or backwards in time."""
    count, edges = len(streets.degrees), len(streets.tails)
    if streets.degrees.shape != (count, 2) or not np.isfinite(streets.degrees).all():
        raise ValueError("nodes are not pairs of degrees")
    if not (streets.tails.shape == streets.heads.shape == streets.milliseconds.shape == (edges,)):
        raise ValueError("edges have not one shape")
    ends = np.concatenate([streets.tails, streets.heads])
    if ((ends < 0) | (ends >= count)).any() or (streets.milliseconds < 0).any():
        raise ValueError("an edge leads nowhere")


def imported(folder: Path) -> list[Path]:
    """Return the files of networks in a folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


class StreetNetwork:
    """The ways on imported streets; places lie in a plane."""

    lacks = "place-off-the-streets"

    def __init__(self, path: Path, plane: Plane) -> None:
        """Read a network. Refused `streets-unreadable`, or `roads-missing` without the extra; OSError if no file."""
        self.networks = load(path)
        self.plane = plane
        digest = digest_of(self.networks)
        self.name = f"streets:{digest[:12]}"
        self.key = f"streets:{digest}|{plane.longitude!r},{plane.latitude!r}"
        for streets in self.networks.values():
            with_roads(streets)

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end. Unanswered `mode-without-streets`."""
        if mode not in self.networks:
            raise Unanswered("mode-without-streets")
        return self.networks[mode].table(self.plane, starts, ends)

    def knows(self, place: Place, mode: str) -> bool:
        """Say whether a place is on the network."""
        streets = self.networks.get(mode)
        return streets is not None and streets.nearest(self.plane, place)[1] <= FAR_METRES


def with_roads(streets: Streets) -> None:
    """Let igraph have the network now. Refused `roads-missing` without the extra."""
    try:
        _ = streets.graph
    except ImportError as error:
        raise Refused("roads-missing", module=error.name or "igraph") from error
