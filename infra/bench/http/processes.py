"""The processes under load: the API over a data folder, and a bare endpoint of the same server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "infra.http.server.under_load"


@contextmanager
def serving(folder: Path | None) -> "Iterator[tuple[subprocess.Popen[str], int]]":
    """Start the process, and yield it with its port."""
    words = [sys.executable, "-m", PROGRAM, *([str(folder)] if folder else [])]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- our own program
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()
