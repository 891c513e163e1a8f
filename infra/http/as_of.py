"""As of which position an answer holds: every answer that reads says so, and may wait for one's own command."""

import re

from infra.edges.problems import UsageError
from infra.system import System

ROWS_POSITION, ROWS_BEHIND = "Jiayi-Rows-Position", "Jiayi-Rows-Behind"

AS_OF = {
    ROWS_POSITION: "The rows of the answer hold all events up to this position.",
    ROWS_BEHIND: "How many newer events waited by then, 0 if none; `seconds` is how long the oldest of them had.",
}
"""Headers of every answer that reads, with what they say."""

WAIT_SECONDS = 5.0
"""An answer waits this long for the rows of one's own command."""

POSITION = re.compile(r"\d{1,18}", re.ASCII)


def wait_for_rows(system: System, after: str | None) -> None:
    """Wait until the rows hold a position. UsageError `bad-value`, or `rows-not-there-yet` after some seconds."""
    if after is None:
        return
    position = int(after) if POSITION.fullmatch(after) else -1
    if not 0 <= position <= system.store.last_position():
        raise UsageError("bad-value", field="after", detail="a position of the log is expected")
    if not system.rows_reach(position, WAIT_SECONDS):
        raise UsageError("rows-not-there-yet", position=position)


def as_of(system: System) -> dict[str, str]:
    """Return the headers that say how new the rows are at least, read before the answer is."""
    lag = system.rows_lag()
    behind = f"{lag.behind}; seconds={lag.seconds:.1f}" if lag.behind else "0"
    return {ROWS_POSITION: str(lag.position), ROWS_BEHIND: behind}
