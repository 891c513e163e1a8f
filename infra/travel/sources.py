"""Opens the source of travel times that the settings name."""

from pathlib import Path

from domain.decider import Refused
from infra.settings import SERVERS, Settings, cache_folder
from infra.travel.cache import SqliteTravelCache
from infra.travel.fallback import FallbackTravel, TravelSource
from schedulers.travel.plane import Plane
from schedulers.travel.times import METRICS, AssumedTravel, Travel


def open_travel(settings: Settings) -> Travel:
    """Open the travel times of the settings. Refused, or OSError, if their source is not there."""
    kind, _, address = settings.travel.partition(":")
    if kind in METRICS:
        return AssumedTravel("grid" if kind == "grid" else "line")
    if kind == "matrix":
        from infra.travel.matrix_file import MatrixFile  # noqa: PLC0415 -- loaded where one is read

        return FallbackTravel(MatrixFile(Path(address)))
    return FallbackTravel(_source(settings, kind, address), cache_of(settings))


def _source(settings: Settings, kind: str, address: str) -> TravelSource:
    """Open a source that works in degrees. Refused `travel-needs-origin`."""
    if settings.origin is None:
        raise Refused("travel-needs-origin", travel=kind)
    plane = Plane(*settings.origin)
    if kind in SERVERS:
        from infra.travel.servers import RoutingServer  # noqa: PLC0415 -- loaded where one is asked

        return RoutingServer(kind, address, plane, settings.travel_key)
    from infra.travel.networks import StreetNetwork  # noqa: PLC0415 -- arrays are loaded where streets are used

    return StreetNetwork(network_of(settings, address), plane)


def network_of(settings: Settings, address: str) -> Path:
    """Return the file of a network: the named one, or the only one that was imported.

    Refused `streets-not-imported`, or `streets-several` if more than one was.
    """
    from infra.travel.networks import imported  # noqa: PLC0415 -- likewise

    if address:
        return Path(address)
    files = imported(travel_folder(settings))
    if not files:
        raise Refused("streets-not-imported", folder=str(travel_folder(settings)))
    if len(files) > 1:
        raise Refused("streets-several", files=", ".join(str(each) for each in files))
    return files[0]


def cache_of(settings: Settings) -> SqliteTravelCache:
    """Return the cache of travel times: in the data folder, or in the process's cache folder if distributed."""
    folder = cache_folder() / "travel" if settings.distributed else travel_folder(settings)
    return SqliteTravelCache(folder / "ways.db")


def travel_folder(settings: Settings) -> Path:
    """Return the folder of imported networks."""
    return settings.data / "travel"
