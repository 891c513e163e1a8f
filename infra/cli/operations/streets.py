"""Streets imported from a map."""

from collections.abc import Mapping
from pathlib import Path

from infra.cli.operations.results import ImportedNetwork, ImportedStreets
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.travel.extract import Box, ReadNetwork, read_extract
from infra.travel.networks import save
from infra.travel.sources import travel_folder


def import_streets(session: Session, file: Path, box: str | None) -> ImportedStreets:
    """Import streets from an extract of OpenStreetMap and save them. UsageError `box-unreadable`."""
    within = None if box is None else _box(box)
    networks = read_extract(file, within)
    path = save({mode: network.streets for mode, network in networks.items()}, travel_folder(session.settings))
    west, south, east, north = bounds = _bounds(networks)
    settings = {
        "JIAYI_TRAVEL": f"streets:{path}",
        "JIAYI_ORIGIN": f"{(west + east) / 2:.6f},{(south + north) / 2:.6f}",
    }
    modes = [
        ImportedNetwork(
            mode,
            len(network.streets.degrees),
            len(network.streets.tails),
            network.dropped_nodes,
            network.dropped_edges,
        )
        for mode, network in networks.items()
    ]
    return ImportedStreets(str(path), bounds, modes, settings)


def _bounds(networks: Mapping[str, ReadNetwork]) -> Box:
    """Return the box in which all nodes lie."""
    least = [read.streets.degrees.min(axis=0) for read in networks.values()]
    most = [read.streets.degrees.max(axis=0) for read in networks.values()]
    west, south = (float(min(each[axis] for each in least)) for axis in (0, 1))
    east, north = (float(max(each[axis] for each in most)) for axis in (0, 1))
    return west, south, east, north


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError("box-unreadable", field="box", value=text) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError("box-unreadable", field="box", value=text)
    return west, south, east, north
