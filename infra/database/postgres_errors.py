"""The one list of PostgreSQL errors that mean "away", and the one place that translates them.

Blocking and asynchronous connections use the same list, so that every part waits for the same failures. The classes of
SQLSTATE are those of appendix A of PostgreSQL's manual.
"""

from types import TracebackType

import psycopg
from psycopg import errors

from infra.database.errors import StoreError

AWAY_CLASSES = frozenset({"08", "28", "40", "53", "55", "57", "58"})
"""Connection lost, role not let in, transaction rolled back, resources used up, lock not available, operator
intervention, system error: the same statement may succeed later. Other operational errors (class 54, a limit of the
program, say) come back with every attempt.
"""

AWAY_STATES = frozenset({"25006", "25P03", "25P04"})
"""Standby or read-only database; this process slept inside a transaction; a transaction lasted too long."""

ROW_ERRORS = (psycopg.DataError, psycopg.IntegrityError, errors.ProgramLimitExceeded)
"""The database will never take these rows: a NUL in a text, a number beyond its range, a key too long for an index."""


def is_away(error: BaseException | None) -> bool:
    """Tell whether an error says that the database is away or does not give a lock."""
    if isinstance(error, psycopg.InterfaceError):  # the driver found the connection closed
        return True
    if not isinstance(error, psycopg.Error):
        return False
    if error.sqlstate is None:  # libpq reports a failed or lost connection without a state
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate[:2] in AWAY_CLASSES or error.sqlstate in AWAY_STATES


class _Translation:
    """A context that raises `target` in place of every error that means "away"."""

    def __init__(self, target: type[Exception], *, read_only: bool) -> None:
        self._target = target
        self._read_only = read_only

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if is_away(error) and not (self._read_only and isinstance(error, errors.ReadOnlySqlTransaction)):
            reason = str(error).strip() or type(error).__name__
            raise self._target(f"the database went away or would not give a lock: {reason}") from error


def translate_errors(target: type[Exception] = StoreError, *, read_only: bool = False) -> _Translation:
    """Return a context that turns errors meaning "away" into `target`; it serves blocking and asynchronous code.

    On a connection that is `read_only` by our own setting, a write is the program's fault and its error stays.
    """
    return _Translation(target, read_only=read_only)
