"""One search: what the text may be is tried in turn, the surest first: an id, a number, then words.

A whole number is compared for those who see such numbers at least masked; a part of a name or an address only for those
who see it in full, so that nobody learns by trying what a mask hides.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Literal

from msgspec import Meta

from domain.local_time import local_day
from infra.access.gate import Gate
from infra.edges.problems import UsageError
from infra.edges.results import Result
from infra.finder.names import plain, words_of
from infra.finder.pinyin import pinyin_rank
from infra.finder.reach import SearchReach
from infra.store.claims.numbers import residents_with_paper, residents_with_phone
from infra.system import System
from projections.access.searched import (
    SearchScope,
    people_in,
    people_of,
    person,
    records_named,
    records_of,
    staff_named,
)
from projections.questions import Row

MOST_OPENED = 100_000
"""Residents whose names one search compares; of more it refuses, and says what to do."""

LONGEST = 100
MOST_SHOWN = 200
USUAL = 20
"""Residents that an answer shows."""

WITH_RECORDS = 5
"""Of at most so many residents the records are listed, too."""

RECORDS_OF_KIND = 5
"""Records of each kind, the newest, that are listed with a resident."""

NUMBER_DIGITS = 5
"""A text with so many digits is a number, and compared with no name."""

Because = Literal["id", "number", "phone", "name", "address", "resident"]


@dataclass(frozen=True, slots=True)
class Hit(Result):
    """A resident, or a record of one."""

    kind: Annotated[str, Meta(description="resident, contract, draft, bed, referral or visit.")]
    id: str
    because: Annotated[Because, Meta(description="What fits; `resident`: it is of a resident who fits.")]
    resident_id: str
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    born_on: str | None = None
    institution_id: str | None = None
    hospital_id: str | None = None
    team_id: str | None = None
    status: str | None = None
    day: Annotated[str | None, Meta(description="Of a record: its first day, a visit's own.")] = None


@dataclass(frozen=True, slots=True)
class StaffHit(Result):
    """An institution, an alliance, a team, a member or an account."""

    kind: str
    id: str
    name: str | None
    institution_id: str | None
    team_id: str | None


@dataclass(frozen=True, slots=True)
class SearchAnswer(Result):
    """What a search brings; `more`: other residents fit, too."""

    hits: tuple[Hit, ...]
    staff: tuple[StaffHit, ...]
    more: bool


def search(
    system: System,
    gate: Gate | None,
    text: str,
    *,
    team_id: str | None = None,
    institution_id: str | None = None,
    limit: int = USUAL,
) -> SearchAnswer:
    """Return what fits a text. The caller shows it through the gate, which leaves a record of the read.

    With a team or an institution only its residents are looked through. UsageError `search-text-unusable`,
    `bad-value`, `scope-too-wide-for-names`; Refused `wrong-key-file`.
    """
    if not 1 <= limit <= MOST_SHOWN:
        raise UsageError("bad-value", field="limit", detail=f"a number from 1 to {MOST_SHOWN} is expected")
    text = text.strip()
    if not words_of(text) or len(text) > LONGEST:
        raise UsageError("search-text-unusable", field="q", most=LONGEST)
    return TextSearch(system, SearchReach(gate), text, _place(team_id, institution_id)).answer(limit)


def _place(team_id: str | None, institution_id: str | None) -> SearchScope | None:
    if team_id:
        return SearchScope(kind="team", scope_id=team_id)
    return SearchScope(kind="institution", scope_id=institution_id) if institution_id else None


class TextSearch:
    """One search of one person."""

    def __init__(self, system: System, reach: SearchReach, text: str, place: SearchScope | None) -> None:
        self._system = system
        self._rows = system.rows
        self._reach = reach
        self._text = text
        self._place = place
        self._today: date = local_day(system.now())

    def answer(self, limit: int) -> SearchAnswer:
        """Return what fits."""
        staff = tuple(
            StaffHit(**{name: each[name] for name in ("kind", "id", "name", "institution_id", "team_id")})
            for each in staff_named(self._rows, self._text, self._today)
            if self._reach.shows_staff(each["kind"], each["team_id"])
        )
        hits = list(self._by_id())
        numbered = list(islice(self._by_number(), limit + 1))
        hits, more = [*hits, *numbered[:limit]], len(numbered) > limit
        if not hits and _is_words(self._text) and not (staff and self._text.isascii()):
            hits, more = self._by_words(limit)
        residents = [each for each in hits if each.kind == "resident"]
        if len(residents) <= WITH_RECORDS:
            hits += [record for each in residents for record in self._records(each.resident_id)]
        return SearchAnswer(tuple({(each.kind, each.id): each for each in reversed(hits)}.values())[::-1], staff, more)

    def _by_id(self) -> Iterator[Hit]:
        if (row := person(self._rows, self._text)) is not None:
            yield _resident(row, "id")
        yield from (Hit(**row, because="id") for row in records_named(self._rows, self._text))

    def _by_number(self) -> Iterator[Hit]:
        """Yield residents whose paper or phone the text is."""
        if sum(map(str.isdigit, self._text)) < NUMBER_DIGITS:
            return
        store = self._system.store
        if self._reach.may_compare("identity", "masked", "full"):
            yield from self._with_number(residents_with_paper(store, self._text), "number")
        if self._reach.may_compare("phone", "masked", "full"):
            yield from self._with_number(residents_with_phone(store, self._text), "phone")

    def _with_number(self, resident_ids: Iterable[str], because: Literal["number", "phone"]) -> Iterator[Hit]:
        kind = "identity" if because == "number" else because
        for each in resident_ids:
            row = person(self._rows, each)
            if row is not None and self._reach.reaches(each, kind, "masked", "full"):
                yield _resident(row, because)

    def _by_words(self, limit: int) -> tuple[list[Hit], bool]:
        """Return residents whose name and address have every word, the closest first, and whether there are more."""
        words = words_of(self._text)
        with_addresses = self._reach.may_compare("address", "full")
        fitting = sorted(
            (rank, str(row["name"]), str(row["resident_id"]), because)
            for row in self._people()
            if (fit := fitness(words, str(row["name"]), str(row["address"]) if with_addresses else "")) is not None
            for rank, because in [fit]
        )
        hits: list[Hit] = []
        for _, _, resident_id, because in fitting:
            kind: Literal["name", "address"] = because
            if not self._reach.reaches(resident_id, kind, "full"):
                continue
            if len(hits) == limit:
                return hits, True
            if (row := person(self._rows, resident_id)) is not None:
                hits.append(_resident(row, because))
        return hits, False

    def _people(self) -> Iterator[Row]:
        """Yield the residents whose names may be compared. UsageError `scope-too-wide-for-names`."""
        scopes = self._reach.scopes("name")
        if self._place is not None:
            scopes = [self._place]
        residents = sum(people_in(self._rows, scope, self._today) for scope in scopes)
        if residents > MOST_OPENED:
            raise UsageError("scope-too-wide-for-names", residents=residents, most=MOST_OPENED)
        people = {str(row["resident_id"]): row for scope in scopes for row in people_of(self._rows, scope, self._today)}
        if self._place is None:
            for each in self._reach.visited() - people.keys():
                if (row := person(self._rows, each)) is not None:
                    people[each] = row
        yield from people.values()

    def _records(self, resident_id: str) -> Iterator[Hit]:
        """Yield the newest records of a resident."""
        of_kind: Counter[str] = Counter()
        for row in records_of(self._rows, resident_id):
            of_kind[row["kind"]] += 1
            if of_kind[row["kind"]] <= RECORDS_OF_KIND:
                yield Hit(**row, because="resident")


def _is_words(text: str) -> bool:
    return sum(map(str.isdigit, text)) < NUMBER_DIGITS and bool(re.search(r"[^\W\d_]", text))


def _resident(row: Row, because: Because) -> Hit:
    return Hit(kind="resident", id=str(row["resident_id"]), because=because, **row)


def is_pinyin(word: str) -> bool:
    """Say whether a word may be pinyin: of two letters or more, so that one letter does not fit half of a city."""
    return len(word) > 1 and word.isascii() and word.isalpha()


def fitness(words: list[str], name: str, address: str) -> tuple[int, Literal["name", "address"]] | None:
    """Return how close a resident comes to the words, 0 the closest, and by what; None if a word fits nothing."""
    name, address = plain(name), plain(address)
    worst, because = 0, "name"
    for word in words:
        if word == name:
            rank = 0
        elif name.startswith(word):
            rank = 1
        elif word in name:
            rank = 2
        elif is_pinyin(word) and (by_pinyin := pinyin_rank(word, name)) is not None:
            rank = 3 + by_pinyin
        elif len(word) > 1 and word in address:
            rank, because = 6, "address"
        else:
            return None
        worst = max(worst, rank)
    return worst, "address" if because == "address" else "name"
