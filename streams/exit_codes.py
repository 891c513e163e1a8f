"""Exit codes of Jiayi's processes, as a supervisor reads them. Codes above 2 are those of BSD's sysexits.h."""

import os

UNFIT = 2
"""A setting, the topic or the database is not as it must be: somebody must look."""

BROKEN = os.EX_SOFTWARE
"""A broken invariant (70): an event is missing, a message or an event is of a newer program."""

AWAY = os.EX_TEMPFAIL
"""A service is away at the start, or events are there and no watermark moves (75): start again."""
