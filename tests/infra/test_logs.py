"""What is said over and over is said once, and when it ends; what is news is always said."""

import logging
import subprocess
import sys
from pathlib import Path

from infra.logs import AGAIN_SECONDS, QUIET_SECONDS, RepeatFilter

ROOT = Path(__file__).parents[2]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def said(logger: str, level: int, text: str, *values: object, traceback: bool = False) -> logging.LogRecord:
    error = (ValueError, ValueError(), None) if traceback else None
    return logging.LogRecord(logger, level, "x.py", 1, text, values, error)


def away(node: int) -> logging.LogRecord:
    return said("aiokafka", logging.ERROR, "Unable connect to node with id %s: %s", node, "refused")


def test_a_library_that_complains_all_the_time_is_heard_once_and_when_it_ends() -> None:
    clock = Clock()
    calm = RepeatFilter("projector 0", clock)
    assert calm.filter(away(1))
    for tenth in range(100):
        clock.now = tenth / 10
        assert not calm.filter(away(tenth))
        assert list(calm.ended()) == []
    assert calm.filter(said("aiokafka.consumer", logging.ERROR, "Heartbeat failed"))  # another kind is news
    clock.now += QUIET_SECONDS
    assert list(calm.ended()) == []
    clock.now += 0.1
    over = "projector 0: over after 10 s, 100 more were left out: Unable connect to node with id 1: refused"
    assert list(calm.ended()) == [over]
    assert list(calm.ended()) == []
    assert calm.filter(away(1))


def test_what_goes_on_is_said_again_from_time_to_time() -> None:
    clock = Clock()
    calm = RepeatFilter("", clock)
    shown = []
    for second in range(125):
        clock.now = float(second)
        if calm.filter(away(1)):
            shown.append(second)
    assert shown == [0, AGAIN_SECONDS, 2 * AGAIN_SECONDS]


def test_equal_warnings_of_ours_are_said_once_and_all_that_differs_and_all_errors() -> None:
    calm = RepeatFilter("", Clock())
    same = [
        calm.filter(said("infra.distributed.timers", logging.WARNING, "timers: %s", "the database is away"))
        for _ in range(3)
    ]
    assert same == [True, False, False]
    assert calm.filter(said("infra.distributed.timers", logging.WARNING, "timers: %s", "a lock"))
    for level in (logging.INFO, logging.ERROR, logging.CRITICAL):
        assert all(calm.filter(said("infra.processes.supervisor", level, "ended")) for _ in range(3))


def test_a_traceback_is_always_shown() -> None:
    calm = RepeatFilter("", Clock())
    assert all(calm.filter(said("aiokafka", logging.ERROR, "Unexpected", traceback=True)) for _ in range(3))


def test_a_line_says_which_part_a_library_speaks_for_and_is_one_line() -> None:
    program = """
import logging
from infra.logs import log_to_standard_error
log_to_standard_error("relay 0")
logging.getLogger("aiokafka.client").warning("no\\n\\tanswer")
logging.getLogger("aiokafka.client").info("a detail")
logging.getLogger("infra.distributed.timers").info("timers: leading")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split(maxsplit=2)[2] for line in done.stderr.splitlines()]
    assert lines == ["WARNING relay 0: no answer", "INFO timers: leading"]
