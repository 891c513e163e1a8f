"""The API, measured under load."""

import tempfile
from pathlib import Path

from infra.bench.http.measure import measure
from infra.cli.bench.results import BenchFigures
from infra.cli.session import Session


def http(session: Session, rate: int, seconds: float, lines: int, residents: int) -> BenchFigures:
    """Measure requests at a rate beside a bare endpoint, and live lines."""
    with tempfile.TemporaryDirectory(prefix="jiayi-bench-") as folder, session.working("measuring"):
        return BenchFigures(measure(Path(folder) / "data", rate, seconds, lines, residents))
