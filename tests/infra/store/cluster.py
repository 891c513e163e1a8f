"""A private PostgreSQL cluster that lives as long as the tests, reached by a socket in a short path."""

import atexit
import os
import shlex
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

BINARIES = "/usr/lib/postgresql/15/bin"


@cache
def url() -> str:
    """Start it if it does not run yet and return its address."""
    folder = Path(tempfile.mkdtemp(prefix="jy-", dir="/tmp"))
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
    _run(f"{BINARIES}/initdb -D {folder}/data -A trust -U postgres -E UTF8 --locale=C --no-sync")
    options = f"-k {folder} -c listen_addresses='' -c max_connections=80"
    _run(f"{BINARIES}/pg_ctl -D {folder}/data -w -l {folder}/log -o {shlex.quote(options)} start")

    def end() -> None:
        _run(f"{BINARIES}/pg_ctl -D {folder}/data -w -m immediate stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return f"postgresql://postgres@/postgres?host={folder}"


def _run(command: str) -> None:
    words = ["su", "postgres", "-c", command] if os.getuid() == 0 else shlex.split(command)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")
