"""Supervisor: keeps several processes running; one that ends with an error is started again, after a growing pause.

Nothing is lost if the supervisor itself is killed: its processes notice that their standard input is closed, and end.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from infra.edges.exit_codes import REFUSED

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
GOOD_AFTER_SECONDS = 30.0
LOOK_EVERY = 0.1
PATIENCE_SECONDS = 30.0

log = logging.getLogger(__name__)


@dataclass
class _Kept:
    """One process and when it may be started again."""

    words: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    pause: float = SHORTEST_PAUSE
    not_before: float = 0.0

    @property
    def name(self) -> str:
        return " ".join(self.words)

    def begin(self) -> None:
        command = [sys.executable, "-m", "infra.cli.main", *self.words, "--ends-with-input"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 -- our own program
        self.began = time.monotonic()
        log.info("%s: process %d", self.name, self.process.pid)

    def ended(self) -> int | None:
        """Return the exit code of a process that has just ended."""
        code = None if self.process is None else self.process.poll()
        if code is None or self.process is None:
            return None
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
        now = time.monotonic()
        self.pause = SHORTEST_PAUSE if now - self.began > GOOD_AFTER_SECONDS else min(2 * self.pause, LONGEST_PAUSE)
        self.not_before = now + self.pause
        return code


def supervise(commands: Sequence[tuple[str, ...]], stop: threading.Event, idle: Callable[[], bool]) -> int:
    """Run `jiayi` with each of these words until `stop` is set or it is `idle`; return 0, or 2 if one is unfit."""
    kept = [_Kept(words) for words in commands]
    code = 0
    try:
        while code != REFUSED and not stop.is_set() and not idle():
            code = max(_restart_if_ended(each) for each in kept)
            stop.wait(LOOK_EVERY)
    finally:
        _end(kept)
    return REFUSED if code == REFUSED else 0


def _restart_if_ended(kept: _Kept) -> int:
    """Start a process that is not there and may be; return REFUSED if it has ended so, else 0."""
    code = kept.ended()
    if code == REFUSED:
        log.error("%s: ended with %d, and would again: all end", kept.name, code)
        return REFUSED
    if code is not None:
        log.error("%s: ended with %d, begins again in %.1f s", kept.name, code, kept.pause)
    if kept.process is None and time.monotonic() >= kept.not_before:
        kept.begin()
    return 0


def _end(kept: Sequence[_Kept]) -> None:
    """Ask all to end in good order, and kill those that do not."""
    running = [each.process for each in kept if each.process is not None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    give_up = time.monotonic() + PATIENCE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process %d does not end: killed", process.pid)
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()


def stop_on_signal() -> threading.Event:
    """Return an event that Ctrl-C or a termination sets.

    Another thread sets it: a handler runs in the thread that may just then hold the event's lock, and would wait for
    itself for ever.
    """
    stop = threading.Event()
    heard, said = os.pipe()
    os.set_blocking(said, False)

    def watch() -> None:
        os.read(heard, 1)
        stop.set()

    def tell(*_: object) -> None:
        with suppress(BlockingIOError):  # said often enough
            os.write(said, b".")

    threading.Thread(target=watch, name="signals", daemon=True).start()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, tell)
    return stop


def end_with_input() -> None:
    """End this process in good order when the process that started it is gone."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor", daemon=True).start()
