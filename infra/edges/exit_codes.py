"""Exit codes of the command line; those of a process that cannot go on are in `streams.exit_codes`."""

from typing import Final

UNEQUAL: Final = 1
"""The command did its work, and something is not as it should be: rows differ, a figure misses its limit, a roster is
not what it says it is, rows of a file were left out."""

REFUSED: Final = 2
"""A refusal, an input that cannot be used, or a setting, topic or database that is not as it must be: nothing was
changed, and a supervisor does not start the process again."""

INTERRUPTED: Final = 130
"""Stopped by the user: 128 and the number of SIGINT, as shells do it."""
