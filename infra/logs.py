"""What a process says on standard error: a line at a time, and what it would say over and over only once.

A client of a broker that is away complains a hundred times a second. The first of its complaints says it all; the next
word is that they have ended, and how many were left out.
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

LIBRARIES = ("aiokafka", "faust", "mode", "asyncio")

AGAIN_SECONDS = 60.0
"""What goes on is said again after so long."""

QUIET_SECONDS = 10.0
"""What was not said for so long has ended."""

FORMAT = "%(asctime)s %(levelname)s %(who)s%(message)s"

log = logging.getLogger(__name__)


@dataclass
class _RepeatedMessage:
    """Messages that belong together: those of one library, or equal ones of ours."""

    first: str
    began: float
    heard: float
    said: dict[str, float] = field(default_factory=dict)
    left_out: int = 0


class RepeatFilter(logging.Filter):
    """Lets warnings through that are news; library messages, whose words vary, are told apart by their templates.

    A message with a traceback is always news, and so are errors of our own. `who` stands before what a library says.
    """

    def __init__(self, who: str = "", clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._who = f"{who}: " if who else ""
        self._clock = clock
        self._guard = threading.Lock()
        self._troubles: dict[str, _RepeatedMessage] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a message is to be shown."""
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
            trouble = self._troubles.setdefault(group, _RepeatedMessage(text, now, now))
            trouble.heard = now
            if kind in trouble.said and now - trouble.said[kind] < AGAIN_SECONDS:
                trouble.left_out += 1
                return False
            trouble.said[kind] = now
            return True

    def ended(self) -> Iterator[str]:
        """Yield a line for each trouble of which nothing was heard for a while, if anything of it was left out."""
        with self._guard:
            now = self._clock()
            over = {group: each for group, each in self._troubles.items() if now - each.heard > QUIET_SECONDS}
            for group in over:
                del self._troubles[group]
        for each in over.values():
            if each.left_out:
                lasted = each.heard - each.began
                yield f"{self._who}over after {lasted:.0f} s, {each.left_out} more were left out: {each.first}"


class _OneLineFormatter(logging.Formatter):
    """A message is one line, whatever a database has to say; a traceback follows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the library's name
        return " ".join(super().formatMessage(record).split())


def log_to_standard_error(who: str = "") -> None:
    """Write what the program has to say on standard error; its libraries only when something is wrong."""
    calm = RepeatFilter(who)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLineFormatter(FORMAT, defaults={"who": ""}))
    handler.addFilter(calm)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    threading.Thread(target=_report_ends, args=(calm,), name="calm", daemon=True).start()


def _report_ends(calm: RepeatFilter) -> None:
    pause = threading.Event()
    while not pause.wait(1.0):
        for line in calm.ended():
            log.info("%s", line)
