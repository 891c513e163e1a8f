"""Results of answers in the moment. Their fields are the fields of their JSON."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class Appointment(Result):
    """When a visit begins, in UTC, and who comes; without a start nobody comes."""

    starts_at: datetime | None
    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedNotice(Result):
    """What one resident must be told about one visit."""

    visit_id: str
    resident_id: str
    kind: Annotated[str, Meta(description="new-time, other-member, cancelled, not-that-day or late.")]
    known: Annotated[Appointment, Meta(description="What they were last told, else the first published time.")]
    now: Appointment
    channel: Annotated[str, Meta(description="call, message or family.")]
    permission: Annotated[str, Meta(description="allowed, no-consent or no-phone.")]
    purpose: str | None
    name: str | None
    phone: Annotated[str | None, Meta(description="Null where they may not be called, or no phone is recorded.")]
    family_name: str | None


@dataclass(frozen=True, slots=True)
class ListedNotices(Result):
    """Who must be told what about a team's day; nobody else is."""

    team_id: str
    day: date
    since: Annotated[int, Meta(description="The revision that residents know who were told nothing yet.")]
    revision: int
    notices: tuple[ListedNotice, ...]


@dataclass(frozen=True, slots=True)
class OfferedPlace(Result):
    """Who makes a part of the visit, and from when, in UTC."""

    member_id: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class DisplacedVisit(Result):
    """Another visit that would move."""

    visit_id: str
    before: tuple[OfferedPlace, ...]
    after: tuple[OfferedPlace, ...]
    minutes_later: Annotated[int, Meta(description="Negative: sooner.")]
    other_member: bool


@dataclass(frozen=True, slots=True)
class TimeToOffer(Result):
    """A time to offer, and what it costs the others."""

    day: date
    starts_at: datetime
    places: tuple[OfferedPlace, ...]
    basis: Annotated[str, Meta(description="published, or not-published: the day was planned just now.")]
    displaced: Annotated[tuple[DisplacedVisit, ...], Meta(description="Published visits that would move.")]
    left_out: Annotated[tuple[str, ...], Meta(description="Visits that would lose their place.")]
    added: Annotated[dict[str, int], Meta(description="Added cost under the names of the tiers.")]


@dataclass(frozen=True, slots=True)
class DayLookedAt(Result):
    """A day that was looked at, and why it has no time for the visit; null if it has."""

    day: date
    basis: str
    revision: int | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class TimesToOffer(Result):
    """The best times to offer a resident, the best one first."""

    resident_id: str
    team_id: str
    contract_id: str | None
    family_bed_id: str | None
    purpose: str
    offers: tuple[TimeToOffer, ...]
    days: tuple[DayLookedAt, ...]


@dataclass(frozen=True, slots=True)
class ConfirmedTime(Result):
    """A time that a resident has taken."""

    visit_id: str
    team_id: str
    resident_id: str
    starts_at: datetime
    places: tuple[OfferedPlace, ...]
    revision: Annotated[int | None, Meta(description="The roster with the visit; null: the day is not published yet.")]
    moved: Annotated[tuple[str, ...], Meta(description="Other published visits that moved.")]


@dataclass(frozen=True, slots=True)
class VisitsTaken(Result):
    """A member who gets visits that they did not have."""

    member_id: str
    visits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayToCover(Result):
    """A way to cover for a member; its whole day has passed the checker."""

    token: Annotated[str, Meta(description="Takes exactly this way, with --take.")]
    kind: Annotated[str, Meta(description="own-team, colleague or guest.")]
    member_id: Annotated[str | None, Meta(description="The colleague or guest who takes over.")]
    home_team_id: Annotated[str | None, Meta(description="The guest's own team.")]
    takeovers: tuple[VisitsTaken, ...]
    displaced: Annotated[tuple[DisplacedVisit, ...], Meta(description="Published visits that move.")]
    left_out: Annotated[tuple[str, ...], Meta(description="Published visits that lose their place.")]
    costs: Annotated[dict[str, int], Meta(description="Costs of the day under the names of the tiers.")]
    notices: Annotated[tuple[ListedNotice, ...], Meta(description="The residents to tell.")]


@dataclass(frozen=True, slots=True)
class WaysToCover(Result):
    """The ways to cover for a member who is away until the day ends, the best one first."""

    member_id: str
    team_id: str
    day: date
    starts_at: datetime
    revision: int
    visits: Annotated[tuple[str, ...], Meta(description="What the member had from then on.")]
    ways: tuple[WayToCover, ...]


@dataclass(frozen=True, slots=True)
class CoverTaken(Result):
    """A way that was taken: the absence, the guest's stay, and the roster are recorded."""

    way: WayToCover
    team_id: str
    day: date
    absence_id: str
    stay_id: str | None
    revision: Annotated[int | None, Meta(description="Null: the roster is as it was.")]
