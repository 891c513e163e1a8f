"""What the store's contests write: residents registered and tagged twice, three commands with ids, one event each.

The library is measured as it comes, with its own aggregate of the same fields.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.institution import OpenInstitution
from domain.resident.commands import Personal, RegisterResident, TagKeyGroup
from infra.command_handler import CommandRequest
from infra.simulate.people.residents import identity_number

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
REGION = "shenzhen"
EACH = 3
"""Commands of one resident."""

About = dict[str, str]

OPENING = CommandRequest(
    OpenInstitution(
        institution_id="i1", name="东门社康", kind="community-health", sector="public", tier=1, district="罗湖"
    ),
    None,
    "desk-1",
    NOW,
)


class CommandSource:
    """Gives commands for residents whom nobody has met."""

    def __init__(self) -> None:
        self._met = 0

    def more(self, residents: int) -> list[CommandRequest]:
        """Return three commands for each of so many more residents."""
        first, self._met = self._met, self._met + residents
        return [asked for n in range(first, self._met) for asked in _commands_of(n)]


def _commands_of(number: int) -> list[CommandRequest]:
    resident = f"r{number:07d}"
    personal = Personal(
        name="陈秀英",
        phone="13800138000",
        identity_number=identity_number(date(1975, 1, 1), number % 1000),
        address="深圳市罗湖区东门街道 12 号 3 栋 502",
        born_on=date(1975, 1, 1),
        home_x=1250,
        home_y=-830,
    )
    wanted = (
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
    return [CommandRequest(command, f"{resident}-{i}", "desk-1", NOW, "import-1") for i, command in enumerate(wanted)]


class Rival(Aggregate):
    """The same resident as the library would have it; what we keep beside a fact is a part of its event there."""

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
    """Give residents' commands to the library: its aggregate, one save each."""
    for asked in batch:
        about = {"actor": asked.actor, "command_id": asked.command_id or "", "correlation_id": "import-1"}
        about["recorded_at"], about["pack"] = NOW.isoformat(), "SZ-2018"
        match asked.command:
            case RegisterResident() as command:
                personal = {f.name: str(getattr(command.personal, f.name)) for f in fields(command.personal)}
                rival = Rival(command.resident_id, PAPERS, personal, about)
                identity = rival.id
            case TagKeyGroup() as command:
                rival = library.repository.get(identity)
                rival.tag(command.resident_id, command.group, command.since.isoformat(), about)
        library.save(rival)


def fill_library(library: Application[Any], commands: int) -> None:
    """Let the library hold so many events, saved together."""
    about = {"actor": "desk-1", "command_id": "c1", "correlation_id": "import-1", "recorded_at": NOW.isoformat()}
    rivals = []
    for n in range(commands // EACH):
        rival = Rival(f"r{n}", PAPERS, {"name": "陈秀英", "address": "深圳市罗湖区东门街道 12 号 3 栋 502"}, about)
        rival.tag(f"r{n}", "elder", "2020-01-01", about)
        rival.tag(f"r{n}", "hypertension", "2021-06-01", about)
        rivals.append(rival)
    library.save(*rivals)


def replayed_by_library(library: Application[Any]) -> float:
    """Return events/s of the library's mapper from the first notification to the last."""
    recorder, mapper = library.recorder, library.mapper

    def mapped(at: int) -> list[int]:
        found = recorder.select_notifications(at + 1, 4000)
        return [each.id for each in found if mapper.to_domain_event(each) is not None]

    seconds, _ = timed(lambda: drained(mapped))
    return (recorder.max_notification_id() or 0) / seconds


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds the work took, and what it gave."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def drained(page: Callable[[int], list[int]]) -> None:
    """Ask for page after page of positions, each past the last, until one is empty."""
    position = 0
    while found := page(position):
        position = found[-1]
