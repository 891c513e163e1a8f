"""Commands for the store's benchmarks: a resident is registered and tagged twice, three commands with one event each.

The library is measured in its default form, with its own aggregate of the same fields.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.institution import OpenInstitution
from domain.resident.commands import Personal, RegisterResident, TagKeyGroup
from infra.access.key_file import KEY_BYTES, Keys
from infra.command_handler import CommandRequest
from infra.simulate.people.residents import UNASSIGNED_AREA, identity_number
from infra.store.claims.personal import PersonalKeys
from infra.store.store import EventStore

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
REGION = "shenzhen"
EACH = 3
"""Commands of one resident."""

About = dict[str, str]

S = TypeVar("S", bound=EventStore)

OPENING = CommandRequest(
    OpenInstitution(
        institution_id="i1", name="东门社康", kind="community-health", sector="public", tier=1, district="罗湖"
    ),
    None,
    "desk-1",
    NOW,
)


def with_key(store: S) -> S:
    """Return the store with a key of its own, under which it claims the numbers of residents."""
    store.personal_keys = PersonalKeys(lambda: Keys(bytes(KEY_BYTES)))
    return store


class CommandSource:
    """Makes commands for new residents."""

    def __init__(self) -> None:
        self._made = 0

    def more(self, residents: int) -> list[CommandRequest]:
        """Return three commands for each of this many new residents."""
        first, self._made = self._made, self._made + residents
        return [request for n in range(first, self._made) for request in _commands_of(n)]


def _commands_of(number: int) -> list[CommandRequest]:
    resident = f"r{number:07d}"
    personal = Personal(
        name="陈秀英",
        phone="13800138000",
        identity_number=identity_number(date(1975, 1, 1), number % 1000, UNASSIGNED_AREA - number // 1000),
        address="深圳市罗湖区东门街道 12 号 3 栋 502",
        born_on=date(1975, 1, 1),
        home_x=1250,
        home_y=-830,
    )
    commands = (
        RegisterResident(
            resident_id=resident,
            institution_id="i1",
            evidence="household-registration",
            resident_since=date(2001, 5, 1),
            personal=personal,
        ),
        TagKeyGroup(resident_id=resident, group="disabled", since=date(2020, 1, 1)),
        TagKeyGroup(resident_id=resident, group="hypertension", since=date(2021, 6, 1)),
    )
    return [CommandRequest(command, f"{resident}-{i}", "desk-1", NOW, "import-1") for i, command in enumerate(commands)]


class LibraryResident(Aggregate):
    """The same resident as an aggregate of the library; our metadata is a part of its event there."""

    @event("Registered")
    def __init__(self, resident_id: str, papers: dict[str, str], personal: dict[str, str], about: About) -> None:
        self.resident_id = resident_id
        self.papers = papers
        self.personal = personal
        self.about = about
        self.groups: list[str] = []

    @event("Tagged")
    def tag(self, resident_id: str, group: str, since: str, about: About) -> None:
        """Add a key group."""
        self.resident_id = resident_id
        self.groups.append(group)
        self.tagged_since = since
        self.about = about


PAPERS = {"institution_id": "i1", "evidence": "household-registration", "since": "2001-05-01", "homebound": "no"}


def save_with_library(library: Application[Any], batch: Iterable[CommandRequest]) -> None:
    """Apply residents' commands to the library's aggregates, with one save for each command."""
    for request in batch:
        about = {"actor": request.actor, "command_id": request.command_id or "", "correlation_id": "import-1"}
        about["recorded_at"], about["pack"] = NOW.isoformat(), "SZ-2018"
        match request.command:
            case RegisterResident() as command:
                personal = {f.name: str(getattr(command.personal, f.name)) for f in fields(command.personal)}
                resident = LibraryResident(command.resident_id, PAPERS, personal, about)
                identity = resident.id
            case TagKeyGroup() as command:
                resident = library.repository.get(identity)
                resident.tag(command.resident_id, command.group, command.since.isoformat(), about)
        library.save(resident)


def fill_library(library: Application[Any], commands: int) -> None:
    """Store this many events in the library with one save."""
    about = {"actor": "desk-1", "command_id": "c1", "correlation_id": "import-1", "recorded_at": NOW.isoformat()}
    residents = []
    for n in range(commands // EACH):
        resident = LibraryResident(
            f"r{n}", PAPERS, {"name": "陈秀英", "address": "深圳市罗湖区东门街道 12 号 3 栋 502"}, about
        )
        resident.tag(f"r{n}", "elder", "2020-01-01", about)
        resident.tag(f"r{n}", "hypertension", "2021-06-01", about)
        residents.append(resident)
    library.save(*residents)


def replayed_by_library(library: Application[Any]) -> float:
    """Return events/s of the library's mapper over all notifications."""
    recorder, mapper = library.recorder, library.mapper

    def mapped(at: int) -> list[int]:
        notifications = recorder.select_notifications(at + 1, 4000)
        return [each.id for each in notifications if mapper.to_domain_event(each) is not None]

    seconds, _ = timed(lambda: drained(mapped))
    return (recorder.max_notification_id() or 0) / seconds


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that the work takes, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def drained(page: Callable[[int], list[int]]) -> None:
    """Read page after page of positions, each after the last one, until a page is empty."""
    position = 0
    while positions := page(position):
        position = positions[-1]
