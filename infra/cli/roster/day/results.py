"""A team's day as it happens. Fields are the fields of the JSON, documented in docs/json.md."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from infra.edges.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class PartNow(Result):
    """One member's part of a visit. Moments are in UTC."""

    member_id: str
    service: int
    planned_starts_at: Annotated[datetime | None, Meta(description="The start that was planned in good time.")]
    starts_at: Annotated[datetime, Meta(description="As recorded, else as forecast.")]
    ends_at: Annotated[datetime, Meta(description="As recorded, else as forecast.")]
    entered_at: Annotated[datetime | None, Meta(description="As recorded; null as long as the member has not come.")]
    left_at: Annotated[datetime | None, Meta(description="As recorded; null as long as the member has not left.")]
    minutes_late: Annotated[int, Meta(description="Of a member whom others wait for in the home, if late.", ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNow(Result):
    """A visit of the day, with the phone to call if it is late and not over."""

    visit_id: str
    status: Annotated[str, Meta(description="assigned, started, completed or missed.")]
    reason: Annotated[str | None, Meta(description="Why it was missed.")]
    purpose: str | None
    resident_id: str
    name: str | None
    phone: Annotated[str | None, Meta(description="Of the resident; set only if there is something to call about.")]
    parts: tuple[PartNow, ...]
    late: Annotated[bool, Meta(description="By the pack's minutes behind the planned start, or behind the window.")]
    minutes_late: Annotated[int, Meta(description="Whole minutes behind the planned start or the window.", ge=0)]
    alarm: Annotated[bool, Meta(description="Nobody has left the home long after they should have.")]
    short: Annotated[bool, Meta(description="Shorter than a consultation may be.")]
    far_shorter: Annotated[bool, Meta(description="A part was far shorter than planned.")]
    unclosed: Annotated[
        Literal["never-started", "never-left", "part-never-started"] | None,
        Meta(description="What is missing of the visit after the day's work."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNow(Result):
    """A team's day as of a moment: alarms first, then late visits, then the others by time."""

    team_id: str
    day: date
    as_of: datetime
    revision: Annotated[int | None, Meta(description="The newest revision of the roster.")]
    visits: tuple[VisitNow, ...]
