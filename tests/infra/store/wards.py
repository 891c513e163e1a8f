"""A tiny domain for tests of the store: wards that rent out one bed, and the nurse who may be free for it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain import inputs, registry
from domain.decider import Claim, Decider, Refused, TeamDay, decision
from domain.event import command, event, stored_name, value
from domain.policy_pack import PolicyPack
from infra.command_handler import CommandRequest

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Shenzhen."""

TODAY = date(2026, 3, 2)
REGION = "shenzhen"


@command
class Rent:
    """Rent a bed to somebody for a period."""

    ward_id: str
    bed: str
    since: date
    until: date
    nurse_id: str | None = None


@command
class Vacate:
    """Give the bed back."""

    ward_id: str


@command
class Clean:
    """Clean so many rooms; a team's day is touched if it is named."""

    ward_id: str
    rooms: int
    team_id: str | None = None
    day: date | None = None


@command
class Leave:
    """Send a nurse home."""

    nurse_id: str


@event("test-ward.rented.v1")
class Rented:
    ward_id: str
    bed: str
    since: date
    until: date
    at: datetime
    notice_days: int


@event("test-ward.vacated.v1")
class Vacated:
    ward_id: str
    bed: str


@event("test-ward.room-cleaned.v1")
class RoomCleaned:
    ward_id: str
    room: int
    team_id: str | None = None
    day: date | None = None


@event("test-nurse.left.v1")
class Left:
    nurse_id: str


@value
class Ward:
    bed: str | None = None
    rooms: int = 0


@value
class Nurse:
    here: bool = True


def rent(command: Rent, ward: Ward, *, now: datetime, pack: PolicyPack, nurse: Nurse) -> list[Any]:
    if ward.bed == command.bed:
        return []
    if not nurse.here:
        raise Refused("nurse-is-away", nurse_id=command.nurse_id)
    if command.until < command.since:
        raise Refused("ends-before-it-starts")
    return [
        Rented(
            ward_id=command.ward_id,
            bed=command.bed,
            since=command.since,
            until=command.until,
            at=now,
            notice_days=len(pack.version),
        )
    ]


def vacate(command: Vacate, ward: Ward) -> list[Any]:
    return [Vacated(ward_id=command.ward_id, bed=ward.bed)] if ward.bed else []


def clean(command: Clean, ward: Ward) -> list[Any]:
    return [
        RoomCleaned(ward_id=command.ward_id, room=ward.rooms + n, team_id=command.team_id, day=command.day)
        for n in range(command.rooms)
    ]


def leave(command: Leave, nurse: Nurse) -> list[Any]:
    return [Left(nurse_id=command.nurse_id)] if nurse.here else []


def evolve_ward(ward: Ward, event: Rented | Vacated | RoomCleaned) -> Ward:
    match event:
        case Rented():
            return replace(ward, bed=event.bed)
        case Vacated():
            return replace(ward, bed=None)
        case _:
            return replace(ward, rooms=ward.rooms + 1)


def evolve_nurse(nurse: Nurse, event: Left) -> Nurse:
    return replace(nurse, here=not isinstance(event, Left))


def ward_claims(_ward: Ward, event: Any) -> Iterable[Claim]:
    if isinstance(event, Rented):
        yield Claim(key=f"bed:{event.bed}", rule="bed-is-taken", since=event.since, until=event.until)
    if isinstance(event, Vacated):
        yield Claim(key=f"bed:{event.bed}", rule="bed-is-taken", since=date(2026, 1, 2), until=date(2026, 1, 1))


def ward_touches(_ward: Ward, event: Any) -> Iterable[TeamDay]:
    if isinstance(event, RoomCleaned) and event.team_id and event.day:
        yield TeamDay(event.team_id, event.day)


NURSE: Decider[Nurse, Any, Any] = Decider(
    category="nurse",
    initial=Nurse(),
    evolve=evolve_nurse,
    commands=(Leave,),
    events=(Left,),
    decisions=(decision(Leave, leave),),
    identify=lambda command: command.nurse_id,
)


WARD: Decider[Ward, Any, Any] = Decider(
    category="ward",
    initial=Ward(),
    evolve=evolve_ward,
    commands=(Rent, Vacate, Clean),
    events=(Rented, Vacated, RoomCleaned),
    decisions=(
        decision(Rent, rent, now=inputs.NOW, pack=inputs.PACK, nurse=inputs.one(NURSE)),
        decision(Vacate, vacate),
        decision(Clean, clean),
    ),
    identify=lambda command: command.ward_id,
    claims=ward_claims,
    touches=ward_touches,
)


def move_in(setattr_: Callable[[object, str, object], None] = setattr) -> None:
    """Put this domain in the place of the real one; a test passes monkeypatch.setattr."""
    deciders = (WARD, NURSE)
    setattr_(registry, "DECIDERS", deciders)
    setattr_(registry, "BY_CATEGORY", {decider.category: decider for decider in deciders})
    setattr_(registry, "DECIDER_OF", {command: decider for decider in deciders for command in decider.commands})
    setattr_(registry, "EVENT_TYPES", {stored_name(event): event for decider in deciders for event in decider.events})
    setattr_(registry, "DECISION_OF", {each.command: each for decider in deciders for each in decider.decisions})


def request(
    command: object, command_id: str | None = None, *, after: timedelta = timedelta(), **more: Any
) -> CommandRequest:
    return CommandRequest(command, command_id, "desk-1", NOW + after, **more)


def rent_bed(ward_id: str, bed: str = "b1", since: date = TODAY, days: int = 30) -> Rent:
    return Rent(ward_id=ward_id, bed=bed, since=since, until=since + timedelta(days=days - 1))
