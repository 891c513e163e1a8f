"""The claims of one transaction: compared with those of others, and held until they are written."""

from collections.abc import Iterator
from datetime import date

from domain.decider import Claim, Refused
from infra.store.claims.personal import KEY_FILE, ClaimsMissing, PersonalKeys
from infra.store.database import Cursor
from infra.store.recorded import SortedKeys

Periods = dict[str, tuple[str, str]]
"""The holders of one key, each with the first and last day of its claim."""

OF_GROUP = " of "
"""Stands between a stream and its group in the name of a holder."""


class ClaimedPeriods:
    """The part of a transaction that knows who holds which key and when."""

    _cursor: Cursor

    def __init__(self, personal: PersonalKeys) -> None:
        self._personal = personal
        self._knows_key_file = False
        self._periods: dict[str, Periods] = {}
        self._claimed_keys: set[str] = set()
        self._held_under: dict[str, dict[str, SortedKeys]] = {}

    def _claimed(self, stream: str, claims: tuple[Claim, ...]) -> dict[str, Periods]:
        """Return the periods of the keys with these claims; Refused if another holder's overlaps.

        A holder is a stream, or with a group the stream in it.
        """
        named = [(self._stored_key(claim), claim) for claim in claims]
        self._read_periods({key for key, _ in named} - self._periods.keys())
        after: dict[str, Periods] = {}
        for key, claim in named:
            before = self._periods[key]
            periods = after.setdefault(key, dict(before))
            since, until = claim.since.isoformat(), claim.until.isoformat()
            holder = f"{stream}{OF_GROUP}{claim.group}" if claim.group else stream
            periods.pop(stream, None)
            periods.pop(holder, None)
            if until < since:
                continue
            for other, (their_since, their_until) in before.items():
                other_stream, _, group = other.rpartition(OF_GROUP) if OF_GROUP in other else (other, "", "")
                if other_stream == stream or their_since > until or (claim.group and group == claim.group):
                    continue
                if their_until >= since:
                    values = {"claimed": "".join(claim.key.split(":")[1:2]), "holder": other_stream.partition("-")[2]}
                    if not claim.personal:
                        values["key"] = key
                    raise Refused(claim.rule, held_by=other_stream, **values)
                if not claim.keeps_ended:
                    periods.pop(other, None)  # it has ended: taken over
            periods[holder] = (since, until)
        return after

    def _hold(self, claimed: dict[str, Periods]) -> None:
        """Let the periods of keys hold from now on; they are written with the commit."""
        self._periods |= claimed
        self._claimed_keys |= claimed.keys()
        for key, periods in claimed.items():
            self._count(key, periods)

    def _stored_key(self, claim: Claim) -> str:
        """Return the key of a claim as it is stored. Refused `wrong-key-file`."""
        if not claim.personal:
            return claim.key
        if not self._knows_key_file and self._are_missing():
            raise ClaimsMissing
        return self._personal.conceal(claim.key)

    def _are_missing(self) -> bool:
        """Check the key file once; return whether claims of earlier events are still to be raised."""
        known, are_missing = self._cursor.execute(KEY_FILE).fetchone()
        self._personal.check(known)
        if known is None:
            self._set_key_file(self._personal.key_digest)
        self._knows_key_file = True
        return bool(are_missing)

    def claim_with_others(self, stream: str, claim: Claim) -> None:
        """Let a stream hold a personal key together with those who hold it, as an earlier program allowed."""
        self._are_missing()
        key = self._personal.conceal(claim.key)
        self._read_periods({key} - self._periods.keys())
        self._hold({key: {**self._periods[key], stream: (claim.since.isoformat(), claim.until.isoformat())}})

    def _set_key_file(self, digest: str) -> None:
        """Remember under which key file the claims of the store stand."""
        raise NotImplementedError  # a reader of claims writes nothing: the transaction does

    def _read_periods(self, keys: set[str]) -> None:
        if not keys:
            return
        sql = f"SELECT key, holder, since, until FROM claims WHERE key IN ({', '.join('?' * len(keys))})"  # noqa: S608
        self._periods.update({key: {} for key in keys})
        for key, holder, since, until in self._cursor.execute(sql, tuple(keys)):
            self._periods[key][holder] = (since, until)

    def was_claimed(self, key: str) -> bool:
        """Return whether a key is held, or was held until a day that is over."""
        self._read_periods({key} - self._periods.keys())
        return bool(self._periods[key])

    def held_under(self, prefix: str, day: date) -> int:
        """Return how many keys under a prefix (it ends with a colon) are held on a day or later."""
        return len(self._keys_under(prefix, day))

    def endings_under(self, prefix: str, day: date) -> tuple[str, ...]:
        """Return what follows a prefix (it ends with a colon) in the keys that are held on a day or later, sorted."""
        return self._keys_under(prefix, day).endings()

    def _keys_under(self, prefix: str, day: date) -> SortedKeys:
        days = self._held_under.setdefault(prefix, {})
        since = day.isoformat()
        if since not in days:
            days[since] = SortedKeys(prefix, self._recorded_under(prefix, since))
            for key in self._claimed_keys:
                if key.startswith(prefix):
                    self._count(key, self._periods[key])
        return days[since]

    def _recorded_under(self, prefix: str, since: str) -> Iterator[str]:
        after = prefix[:-1] + ";"  # ";" follows ":"
        sql = "SELECT key FROM claims WHERE key >= ? AND key < ? AND until >= ?"
        for (key,) in self._cursor.execute(sql, (prefix, after, since)):
            yield key

    def _count(self, key: str, periods: Periods) -> None:
        """Keep counts up to date with the claims of this transaction."""
        if not self._held_under:
            return
        end = key.find(":") + 1
        while end:
            for since, held in self._held_under.get(key[:end], {}).items():
                held.put(key[end:], is_held=any(until >= since for _, until in periods.values()))
            end = key.find(":", end) + 1
