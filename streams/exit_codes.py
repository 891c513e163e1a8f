"""Exit codes of processes, as a supervisor reads them: those of BSD's sysexits.h."""

import os

BROKEN = os.EX_SOFTWARE
"""A broken invariant (70): an event is missing, a message or an event is of a newer program."""

AWAY = os.EX_TEMPFAIL
"""A service is away at the start, or events are there and no watermark moves (75): start again."""
