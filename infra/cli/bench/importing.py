"""The import of a register, measured."""

import tempfile
from pathlib import Path

from infra.bench.importing import measure
from infra.cli.bench.results import BenchFigures
from infra.cli.session import Session


def importing(session: Session, residents: int) -> BenchFigures:
    """Measure an import with commands beside it, and one that is killed and repeated."""
    with tempfile.TemporaryDirectory(prefix="jiayi-bench-") as folder, session.working("measuring"):
        return BenchFigures(measure(Path(folder), residents))
