"""Starts processes that outlive us, each in its own session, and recognises them by their command line."""

import atexit
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from domain.decider import Scalar

POLL_SECONDS = 0.05
"""Seconds between two checks of a process that is about to end."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Children of this process that are not reaped yet, by pid."""


class ServiceNotReady(Exception):  # noqa: N818 -- an answer for the caller, not an error of the program
    """A service or a tool is not available. `rule` is in kebab case, `values` fill its sentence."""

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values


def begin(command: Sequence[str], *, log: Path, folder: Path, user: str | None = None) -> int:
    """Start a process in its own session, as `user` if one is named; return its pid. Its output goes to `log`."""
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
    """Run a command to its end; its standard output and error come as one text."""
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
    """Return whether the process lives and has `mark` in its command line: its pid may have been reused.

    For a child that is not reaped yet the pid is enough; its command line may still be empty at first.
    """
    if pid not in _children:
        return mark in _command_of(pid)
    if _children[pid].poll() is None:
        return True
    del _children[pid]
    return False


def send(pid: int, mark: str, how: signal.Signals, limit: float) -> bool:
    """Send a signal if the process is still ours, and wait for its end; False if it lives after `limit` seconds."""
    until = time.monotonic() + limit
    try:
        if is_running(pid, mark):
            os.kill(pid, how)
        while is_running(pid, mark):
            if time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS)
    except ProcessLookupError:  # it ended between the check and the signal
        is_running(pid, mark)
    return True


@atexit.register
def _reap_finished() -> None:
    """Reap exited children; leave the others running without Python's warning about them."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


def _command_of(pid: int) -> str:
    """Return a command line; empty for a process that is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return run(["ps", "-p", str(pid), "-o", "command="], folder=Path("/")).stdout
