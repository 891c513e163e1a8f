"""Travel times: streets taken in from a map, and what the chosen source says."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.cli.with_session import Session, table, with_session
from infra.edges.problems import UsageError
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.travel.extract import Box, ReadNetwork


@click.group()
def travel() -> None:
    """Travel times: take in streets, try the chosen source (JIAYI_TRAVEL), forget what sources answered."""


@travel.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--box", metavar="W,S,E,N", help="Only streets between these degrees.")
@with_session()
def import_(session: Session, file: Path, box: str | None) -> None:
    """Take in streets from FILE, an extract of OpenStreetMap (.osm.pbf): on foot, by e-bike, by car."""
    within = None if box is None else _box(box)
    from infra.travel.extract import read_extract  # noqa: PLC0415 -- an optional extra, loaded where a map is read
    from infra.travel.networks import save  # noqa: PLC0415 -- likewise
    from infra.travel.sources import travel_folder  # noqa: PLC0415 -- likewise

    found = read_extract(file, within)
    path = save({mode: read.streets for mode, read in found.items()}, travel_folder(session.settings))
    west, south, east, north = bounds = _bounds(found)
    settings = {
        "JIAYI_TRAVEL": f"streets:{path}",
        "JIAYI_ORIGIN": f"{(west + east) / 2:.6f},{(south + north) / 2:.6f}",
    }
    if session.as_json:
        told = [{"mode": mode, **_counted(read)} for mode, read in found.items()]
        click.echo(to_json({"file": str(path), "bounds": bounds, "modes": told, "settings": settings}))
        return
    rows = table(*(session.say(head) for head in ("travel-mode", "nodes", "edges", "dropped-nodes", "dropped-edges")))
    for mode, read in found.items():
        rows.add_row(session.label("travel-mode", mode), *(f"{count:,}" for count in _counted(read).values()))
    session.show(rows)
    values = {"west": f"{west:.4f}", "south": f"{south:.4f}", "east": f"{east:.4f}", "north": f"{north:.4f}"}
    click.echo(session.say("streets-imported", {**values, "file": str(path)}))
    for name, value in settings.items():
        click.echo(f"export {name}={value}")


def _counted(read: "ReadNetwork") -> dict[str, int]:
    streets = read.streets
    return {
        "nodes": len(streets.degrees),
        "edges": len(streets.tails),
        "dropped_nodes": read.dropped_nodes,
        "dropped_edges": read.dropped_edges,
    }


def _bounds(found: "dict[str, ReadNetwork]") -> "Box":
    """Return the box in which all nodes lie."""
    least = [read.streets.degrees.min(axis=0) for read in found.values()]
    most = [read.streets.degrees.max(axis=0) for read in found.values()]
    west, south = (float(min(each[axis] for each in least)) for axis in (0, 1))
    east, north = (float(max(each[axis] for each in most)) for axis in (0, 1))
    return west, south, east, north


def _box(told: str) -> "Box":
    try:
        west, south, east, north = (float(part) for part in told.split(","))
    except ValueError:
        raise UsageError("box-unreadable", field="box", value=told) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError("box-unreadable", field="box", value=told)
    return west, south, east, north


@travel.command()
@with_session()
def check(session: Session) -> None:
    """Try the chosen source, and count the registered places that it does not know.

    No home is told to a routing server: it is asked for the way from the first team's base to 500 m east of it.
    """
    from infra.travel.diagnose import check_travel  # noqa: PLC0415 -- loaded when asked
    from infra.travel.sources import cache_of  # noqa: PLC0415 -- likewise
    from projections.places import first_base, registered_places  # noqa: PLC0415 -- likewise

    with session.open(asks=True) as system:
        found = check_travel(system.travel, first_base(system.rows), registered_places(system.rows))
    kept = cache_of(session.settings).count()
    if session.as_json:
        click.echo(to_json({"ways_kept": kept, "modes": [asdict(each) for each in found]}))
        return
    rows = table(*(session.say(head) for head in ("travel-mode", "source", "time-of-500-m", "places", "not-known")))
    for each in found:
        why = f" · {session.say('straight-line')}: {session.say(each.because)}" if each.because else ""
        rows.add_row(
            session.label("travel-mode", each.mode),
            each.source,
            f"{each.seconds // 60}:{each.seconds % 60:02d} min{why}",
            str(each.places),
            "—" if each.unknown is None else str(each.unknown),
        )
    session.show(rows)
    click.echo(session.say("ways-kept", {"count": kept}))


@travel.command()
@with_session()
def forget(session: Session) -> None:
    """Forget every answer of sources: a server has a new map, say. Published rosters keep their times."""
    from infra.travel.sources import cache_of  # noqa: PLC0415 -- likewise

    count = cache_of(session.settings).clear()
    click.echo(to_json({"forgotten": count}) if session.as_json else session.say("ways-forgotten", {"count": count}))
