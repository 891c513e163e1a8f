"""`jiayi serve` in a process of its own, in which `Bearer NAME` signs accounts of tests in.

As a program: `python -m tests.http.process --data DIR --port 0`.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.http.server import serve as serving
from tests.http.served import by_name

ROOT = Path(__file__).parents[2]


@contextmanager
def serve_process(data: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Start the process, and yield it with the address that it tells; it is killed at the end if it still lives."""
    command = [sys.executable, "-m", "tests.http.process", "serve", "--port", "0", "--data", str(data)]
    log = (data / "serve.log").open("a")
    environment = {**os.environ, "JIAYI_KEY_FILE": str(data.with_name(f"{data.name}.key"))}
    with (
        log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://" in line, (data / "serve.log").read_text()
            yield process, next(word for word in line.split() if word.startswith("http://"))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    os.environ["JIAYI_LANGUAGE"] = "en"
    serving.authenticate_of = lambda access: by_name  # noqa: ARG005 -- the accounts of tests
    from infra.cli.main import main

    main()
