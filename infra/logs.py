"""Logs on standard error: one line a message, and repeated messages only once.

A client of a broker that is away logs a hundred messages a second. The first of them is shown; the next line says that
they have ended, and how many were left out.
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "uvicorn")

AGAIN_SECONDS = 60.0
"""A message that goes on is shown again after so long."""

QUIET_SECONDS = 10.0
"""A message that did not come for so long has ended."""

FORMAT = "%(asctime)s %(levelname)s %(who)s%(message)s"

log = logging.getLogger(__name__)


@dataclass
class _RepeatedMessage:
    """Messages that count as one: those of one library, or equal ones of Jiayi."""

    first: str
    began: float
    heard: float
    said: dict[str, float] = field(default_factory=dict)
    left_out: int = 0


class RepeatFilter(logging.Filter):
    """Lets new warnings through; messages of libraries, whose words vary, are compared by their templates.

    A message with a traceback always passes, and so do Jiayi's own errors. `who` is the prefix of library messages.
    """

    def __init__(self, who: str = "", clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._who = f"{who}: " if who else ""
        self._clock = clock
        self._guard = threading.Lock()
        self._groups: dict[str, _RepeatedMessage] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a message is to be shown."""
        library = record.name.partition(".")[0]
        foreign = library in LIBRARIES
        record.who = self._who if foreign else ""
        if record.exc_info or not logging.WARNING <= record.levelno <= (logging.ERROR if foreign else logging.WARNING):
            return True
        text = record.getMessage()
        return self._is_news(library if foreign else text, str(record.msg) if foreign else text, text)

    def _is_news(self, group: str, kind: str, text: str) -> bool:
        now = self._clock()
        with self._guard:
            repeated = self._groups.setdefault(group, _RepeatedMessage(text, now, now))
            repeated.heard = now
            if kind in repeated.said and now - repeated.said[kind] < AGAIN_SECONDS:
                repeated.left_out += 1
                return False
            repeated.said[kind] = now
            return True

    def ended(self) -> Iterator[str]:
        """Yield a line for each group of messages that has ended, if any of them was left out."""
        with self._guard:
            now = self._clock()
            over = {group: each for group, each in self._groups.items() if now - each.heard > QUIET_SECONDS}
            for group in over:
                del self._groups[group]
        for each in over.values():
            if each.left_out:
                lasted = each.heard - each.began
                yield f"{self._who}over after {lasted:.0f} s, {each.left_out} more were left out: {each.first}"


class _OneLineFormatter(logging.Formatter):
    """Writes a message as one line, whatever a database's error holds; a traceback follows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the library's name
        return " ".join(super().formatMessage(record).split())


def log_to_standard_error(who: str = "") -> None:
    """Log on standard error; libraries only when something is wrong."""
    repeats = RepeatFilter(who)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLineFormatter(FORMAT, defaults={"who": ""}))
    handler.addFilter(repeats)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    threading.Thread(target=_report_ends, args=(repeats,), name="repeats", daemon=True).start()


def _report_ends(repeats: RepeatFilter) -> None:
    pause = threading.Event()
    while not pause.wait(1.0):
        for line in repeats.ended():
            log.info("%s", line)
