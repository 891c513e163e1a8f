"""Street networks in files: nodes and edges of each mode of travel, compressed, named by a digest of their arrays."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from domain.decider import Refused
from infra.travel.fallback import Table, TravelSourceError
from schedulers.travel.plane import Plane
from schedulers.travel.streets import FAR_METRES, Streets
from schedulers.travel.times import Place

FORMAT = 1
ARRAYS = {"degrees": np.float64, "tails": np.int32, "heads": np.int32, "milliseconds": np.int32}

SUFFIX = ".streets.npz"


def digest_of(networks: Mapping[str, Streets]) -> str:
    """Return the digest of the networks' arrays, the same however their files are compressed."""
    digest = sha256(str(FORMAT).encode())
    for mode in sorted(networks):
        for name, kind in ARRAYS.items():
            digest.update(f"{mode}.{name}:".encode())
            digest.update(np.ascontiguousarray(getattr(networks[mode], name), dtype=kind).tobytes())
    return digest.hexdigest()


def save(networks: Mapping[str, Streets], folder: Path) -> Path:
    """Write the networks to a file named by their digest, atomically, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{digest_of(networks)[:12]}{SUFFIX}"
    body = BytesIO()
    parts = {f"{mode}.{name}": getattr(streets, name) for mode, streets in networks.items() for name in ARRAYS}
    np.savez_compressed(body, allow_pickle=False, format=np.asarray(FORMAT), **parts)
    partial = path.with_suffix(".part")
    partial.write_bytes(body.getvalue())
    partial.replace(path)
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
    """Raise ValueError if an edge leads nowhere or takes negative time."""
    count, edges = len(streets.degrees), len(streets.tails)
    if streets.degrees.shape != (count, 2) or not np.isfinite(streets.degrees).all():
        raise ValueError("nodes are not pairs of degrees")
    if not (streets.tails.shape == streets.heads.shape == streets.milliseconds.shape == (edges,)):
        raise ValueError("edges have not one shape")
    ends = np.concatenate([streets.tails, streets.heads])
    if ((ends < 0) | (ends >= count)).any() or (streets.milliseconds < 0).any():
        raise ValueError("an edge leads nowhere")


def imported(folder: Path) -> list[Path]:
    """Return the network files in a folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


class StreetNetwork:
    """Travel times on imported streets; places lie in a plane."""

    missing_rule = "place-off-the-streets"

    def __init__(self, path: Path, plane: Plane) -> None:
        """Read a network. Refused `streets-unreadable`, or `roads-missing` without the extra; OSError if no file."""
        self.networks = load(path)
        self.plane = plane
        digest = digest_of(self.networks)
        self.name = f"streets:{digest[:12]}"
        self.key = f"streets:{digest}|{plane.longitude!r},{plane.latitude!r}"
        for streets in self.networks.values():
            build_graph(streets)

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end. TravelSourceError `mode-without-streets`."""
        if mode not in self.networks:
            raise TravelSourceError("mode-without-streets")
        return self.networks[mode].table(self.plane, starts, ends)

    def covers(self, place: Place, mode: str) -> bool:
        """Return whether a place is on the network."""
        streets = self.networks.get(mode)
        return streets is not None and streets.nearest(self.plane, place)[1] <= FAR_METRES


def build_graph(streets: Streets) -> None:
    """Build the network's graph now, not with the first plan. Refused `roads-missing` without the extra."""
    try:
        _ = streets.graph
    except ImportError as error:
        raise Refused("roads-missing", module=(error.name or "scipy").partition(".")[0]) from error
