"""A transaction that is never committed: commands are judged as if those before them were recorded.

It reads as of one moment and takes no lock. What judged commands claim is handed on by `claims`, so that a batch may be
judged in parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol, cast

from infra.store.claims.periods import Periods
from infra.store.claims.personal import PersonalKeys
from infra.store.database import Database
from infra.store.recorded import Answer, Append
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from infra.store.transaction import Transaction, View


class JudgedClaims(Protocol):
    """The claims of commands that were judged before."""

    def claims_of(self, keys: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield key, holder, first and last day of the judged claims of keys."""
        ...

    def claims_under(self, prefix: str, day: str) -> Iterator[str]:
        """Yield the judged keys under a prefix that are held on a day or later."""
        ...


class JudgingTransaction(Transaction):
    """Decides and checks as a transaction does, and writes nothing."""

    def __init__(self, view: View, personal: PersonalKeys, judged: JudgedClaims, versions: Mapping[str, int]) -> None:
        super().__init__(cast(Database, None), DebouncePolicy(), lambda: None, personal)
        self._cursor = view.cursor
        self._judged = judged
        self._recorded_at = view.last_recorded_at()
        self._next_id = view.last_position() + 1
        self._versions.update(versions)

    def claimed(self) -> dict[str, Periods]:
        """Return the periods of the keys that were claimed here."""
        return {key: self._periods[key] for key in self._claimed_keys}

    def flush(self) -> None:
        """Write nothing."""

    def _set_key_file(self, digest: str) -> None:
        """Write nothing."""

    def _keep(self, decided: Append, payloads: list[tuple[str, bytes]]) -> Answer:
        self.appended += len(payloads)
        version = self._versions[decided.stream] = decided.version + len(payloads)
        return Answer(decided.id, decided.stream, version, self._next_id, tuple(name for name, _ in payloads))

    def _read_periods(self, keys: set[str]) -> None:
        super()._read_periods(keys)
        if keys:
            for key, holder, since, until in self._judged.claims_of(sorted(keys)):
                self._periods[key][holder] = (since, until)

    def _recorded_under(self, prefix: str, since: str) -> Iterator[str]:
        yield from super()._recorded_under(prefix, since)
        yield from self._judged.claims_under(prefix, since)


@contextmanager
def judging(store: EventStore, judged: JudgedClaims, versions: Mapping[str, int]) -> Iterator[JudgingTransaction]:
    """Open a transaction that is never committed; `versions` are those of streams that were judged before."""
    store.catch_up_claims()
    with store.reading() as view:
        yield JudgingTransaction(view, store.personal_keys, judged, versions)
