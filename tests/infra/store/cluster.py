"""A private PostgreSQL cluster that lives as long as the tests."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from infra.dev import local


@cache
def url() -> str:
    """Start it if it does not run yet and return its address."""
    folder = Path(tempfile.mkdtemp(prefix="jiayi-tests-"))
    running = local.up(folder, kafka=False)

    def end() -> None:
        running.postgres.erase()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return running.database_url
