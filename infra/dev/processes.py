"""Processes that outlive us: begun in their own session, and known again by what stands in their command line."""

import atexit
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from domain.decider import Scalar

LOOK_EVERY = 0.05
"""Seconds between two looks at a process that is about to end."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Those that this process began and has still to bury."""


class Unready(Exception):  # noqa: N818 -- an answer to whoever asked, not an error of the program
    """A service or a tool is not there. `rule` is in kebab case, `values` fill its sentence."""

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values


def begin(command: Sequence[str], *, log: Path, folder: Path, user: str | None = None) -> int:
    """Begin a process in its own session, as that user where one is told; return its pid. All it says goes to `log`."""
    with log.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 -- our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    _children[child.pid] = child
    return child.pid


def run(command: Sequence[str], *, folder: Path, user: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it said, both streams in one."""
    return subprocess.run(  # noqa: S603 -- our own command line
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        text=True,
        errors="replace",
        check=False,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def is_running(pid: int, mark: str) -> bool:
    """Say whether the process lives and has `mark` in its command line: a pid may long be somebody else's, or dead.

    Of a child that is not buried the pid tells all, and its command line may at first still be empty.
    """
    if pid not in _children:
        return mark in _command_of(pid)
    if _children[pid].poll() is None:
        return True
    del _children[pid]
    return False


def send(pid: int, mark: str, how: signal.Signals, limit: float) -> bool:
    """Send a signal if the process is still ours and wait for its end; False if it lives after `limit` seconds."""
    until = time.monotonic() + limit
    try:
        if is_running(pid, mark):
            os.kill(pid, how)
        while is_running(pid, mark):
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_EVERY)
    except ProcessLookupError:  # it ended between the look and the signal
        is_running(pid, mark)
    return True


@atexit.register
def _let_go() -> None:
    """Bury who has ended; who lives outlives us, and Python is not to warn that nobody waited for it."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


def _command_of(pid: int) -> str:
    """Return the command line; empty for a process that is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return run(["ps", "-p", str(pid), "-o", "command="], folder=Path("/")).stdout
