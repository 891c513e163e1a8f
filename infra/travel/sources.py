"""Settings to travel times: the one place that knows every source."""

from pathlib import Path

from infra.settings import Settings
from infra.travel.asking import Asking
from infra.travel.matrix_file import MatrixFile
from schedulers.travel import METRICS, Assumed, Travel


def open_travel(settings: Settings) -> Travel:
    """Return where the settings say that travel times are from. Refused, or OSError, if it is not there."""
    kind, _, address = settings.travel.partition(":")
    if kind in METRICS:
        return Assumed("grid" if kind == "grid" else "line")
    return Asking(MatrixFile(Path(address)))
