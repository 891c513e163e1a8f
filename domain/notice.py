"""A notice: what a resident was last told about one visit, by whom, and by which channel."""

from datetime import date, datetime
from typing import Literal

from domain.decider import Decider, Refused, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW, one
from domain.local_time import local_day
from domain.resident import RESIDENT
from domain.resident.state import Resident, require_known
from domain.team import TEAM
from domain.team.state import Team
from domain.visit import VISIT
from domain.visit.state import Visit, require_requested

NoticeChannel = Literal["call", "message", "family", "in-person"]
"""How a resident was told: a call, a message, a call to the family, or in person, their own call included."""

LEADER = "leader"
"""Who told a resident, where the leader did and has no seat in the team."""

# Commands


@command
class RecordNotice:
    """Record what a resident was told about a visit: when it begins and who comes.

    Without `starts_at` nobody comes. `notified_by` is the member who told them, or the leader.
    """

    visit_id: str
    resident_id: str
    starts_at: datetime | None = None
    member_ids: tuple[str, ...] = ()
    channel: NoticeChannel
    notified_by: str


NoticeCommand = RecordNotice

# Events: the stored shapes; changing one is a new version


@event("notice.recorded.v1")
class NoticeRecorded:
    """The resident was told when a visit begins and who comes, or that nobody comes.

    `day` is the local day of the start; without one, that of the notice.
    """

    visit_id: str
    resident_id: str
    day: date
    starts_at: datetime | None
    member_ids: tuple[str, ...]
    channel: NoticeChannel
    notified_by: str
    notified_at: datetime


NoticeEvent = NoticeRecorded

# State


@value
class Notice:
    """The newest notice about a visit."""

    recorded: NoticeRecorded | None = None


def evolve(notice: Notice, event: NoticeEvent) -> Notice:  # noqa: ARG001 -- the signature every aggregate shares
    """Return the state after an event."""
    return Notice(recorded=event)


# Decisions


def record(
    command: RecordNotice, notice: Notice, *, now: datetime, resident: Resident, visit: Visit, team: Team
) -> list[NoticeEvent]:
    """Record a notice of a member of the visit's team, or of the leader; the same words again change nothing.

    Nobody is called or written to without their consent.
    """
    requested = require_requested(visit, command.visit_id)
    require_known(resident, command.resident_id)
    if requested.resident_id != command.resident_id:
        raise Refused("visit-of-another-resident", visit=command.visit_id, resident=command.resident_id)
    today = local_day(now)
    if command.channel != "in-person" and not resident.consented("visit-notices", today):
        raise Refused("notice-without-consent", resident=command.resident_id)
    if command.notified_by != LEADER and team.member_on(command.notified_by, today) is None:
        raise Refused("member-not-seated", team=visit.team_id, member=command.notified_by)
    known, members = notice.recorded, tuple(sorted(command.member_ids))
    if known is not None and (known.starts_at, known.member_ids) == (command.starts_at, members):
        return []
    return [
        NoticeRecorded(
            visit_id=command.visit_id,
            resident_id=command.resident_id,
            day=today if command.starts_at is None else local_day(command.starts_at),
            starts_at=command.starts_at,
            member_ids=members,
            channel=command.channel,
            notified_by=command.notified_by,
            notified_at=now,
        )
    ]


DECISIONS = (decision(RecordNotice, record, now=NOW, resident=one(RESIDENT), visit=one(VISIT), team=one(TEAM)),)

NOTICE: Decider[Notice, NoticeEvent, NoticeCommand] = Decider(
    category="notice",
    initial=Notice(),
    evolve=evolve,
    commands=members_of(NoticeCommand),
    events=members_of(NoticeEvent),
    decisions=DECISIONS,
    identify=lambda command: command.visit_id,
)
