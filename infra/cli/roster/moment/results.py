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
