"""Events of the terms of a day: the stored shapes; changing one is a new version."""

from datetime import date, datetime

from domain.event import event


@event("day_terms.visit_pinned.v1")
class VisitPinned:
    """A part of a visit is held with a member, at a time, or both."""

    term_id: str
    team_id: str
    day: date
    visit_id: str
    service: int
    member_id: str | None
    starts_at: datetime | None
    until: datetime


@event("day_terms.day_held.v1")
class DayHeld:
    """Published visits that begin before a moment stay where they are."""

    term_id: str
    team_id: str
    day: date
    before: datetime
    until: datetime


@event("day_terms.moves_limited.v1")
class MovesLimited:
    """At most so many visits may move or lose their place after a revision."""

    term_id: str
    team_id: str
    day: date
    most: int
    since_revision: int
    until: datetime


@event("day_terms.pair_forbidden.v1")
class PairForbidden:
    """A member does not meet another member, a resident, or does not make one visit."""

    term_id: str
    team_id: str
    day: date
    member_id: str
    other_member_id: str | None
    resident_id: str | None
    visit_id: str | None
    until: datetime


@event("day_terms.withdrawn.v1")
class TermWithdrawn:
    """A term is no longer kept."""

    term_id: str
    team_id: str
    day: date


Term = VisitPinned | DayHeld | MovesLimited | PairForbidden
DayTermsEvent = VisitPinned | DayHeld | MovesLimited | PairForbidden | TermWithdrawn
