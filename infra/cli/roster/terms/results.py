"""Results about the leader's terms. Their fields are the fields of their JSON."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from infra.cli.roster.results import DraftToken, NamedDifference, Placement, UnkeptTerm
from infra.edges.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTerm(Result):
    """A term of a day: which fields are set depends on its kind. Moments are in UTC."""

    term_id: str
    kind: Literal["pin", "hold", "limit", "apart"]
    set_by: Annotated[str, Meta(description="The person who set it.")]
    set_at: datetime
    until: datetime
    lasts: Annotated[bool, Meta(description="Whether it lasts now.")]
    kept: Annotated[bool | None, Meta(description="Whether the newest roster keeps it; null before the first.")]
    visit_id: str | None = None
    part: Annotated[int | None, Meta(description="1, or 2 for the second person of the visit.")] = None
    member_id: str | None = None
    starts_at: datetime | None = None
    before: datetime | None = None
    most: int | None = None
    moved: Annotated[int | None, Meta(description="Of a limit: visits that moved since it was set.")] = None
    since_revision: int | None = None
    other_member_id: str | None = None
    resident_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOfDay(Result):
    """The leader's terms of a team's day."""

    team_id: str
    day: date
    terms: tuple[DayTerm, ...]
    broken: Annotated[tuple[UnkeptTerm, ...], Meta(description="Terms that a plan made now could not keep.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPlacedVisit(Result):
    """A visit that was placed by hand, and what the day costs more."""

    team_id: str
    day: date
    visit_id: str
    published: bool
    revision: int | None
    before: tuple[Placement, ...]
    after: tuple[Placement, ...]
    difference: NamedDifference
    draft: Annotated[DraftToken | None, Meta(description="Of a dry run: how exactly it can be published.")]
