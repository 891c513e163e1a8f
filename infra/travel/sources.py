"""Settings to travel times: the one place that knows every source."""

from pathlib import Path

from domain.decider import Refused
from infra.settings import SERVERS, Settings, cache_folder
from infra.travel.cache import WayMemory
from infra.travel.fallback import Asking, Source
from schedulers.travel.plane import Plane
from schedulers.travel.times import METRICS, Assumed, Travel


def open_travel(settings: Settings) -> Travel:
    """Return where the settings say that travel times are from. Refused, or OSError, if it is not there."""
    kind, _, address = settings.travel.partition(":")
    if kind in METRICS:
        return Assumed("grid" if kind == "grid" else "line")
    if kind == "matrix":
        from infra.travel.matrix_file import MatrixFile  # noqa: PLC0415 -- loaded where one is read

        return Asking(MatrixFile(Path(address)))
    return Asking(_source(settings, kind, address), memory_of(settings))


def _source(settings: Settings, kind: str, address: str) -> Source:
    """Return a source that is asked in degrees. Refused `travel-needs-origin`."""
    if settings.origin is None:
        raise Refused("travel-needs-origin", travel=kind)
    plane = Plane(*settings.origin)
    if kind in SERVERS:
        from infra.travel.servers import Server  # noqa: PLC0415 -- loaded where one is asked

        return Server(kind, address, plane, settings.travel_key)
    from infra.travel.networks import StreetNetwork  # noqa: PLC0415 -- arrays are loaded where streets are used

    return StreetNetwork(network_of(settings, address), plane)


def network_of(settings: Settings, address: str) -> Path:
    """Return the file of the network that is meant: the named one, or the one that was imported.

    Refused `streets-not-imported`, or `streets-several` if more than one was.
    """
    from infra.travel.networks import imported  # noqa: PLC0415 -- likewise

    if address:
        return Path(address)
    found = imported(travel_folder(settings))
    if not found:
        raise Refused("streets-not-imported", folder=str(travel_folder(settings)))
    if len(found) > 1:
        raise Refused("streets-several", files=", ".join(str(each) for each in found))
    return found[0]


def memory_of(settings: Settings) -> WayMemory:
    """Return the memory of ways: in the data folder, or in the cache of a process of the distributed system."""
    folder = cache_folder() / "travel" if settings.distributed else travel_folder(settings)
    return WayMemory(folder / "ways.db")


def travel_folder(settings: Settings) -> Path:
    """Return where imported networks lie."""
    return settings.data / "travel"
