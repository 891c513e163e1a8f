"""Commands of the terms of a day."""

from datetime import date, datetime

from domain.event import command


@command
class PinVisit:
    """Hold one person's part of a visit with a member, at a time, or both. `service` counts the parts from 0."""

    team_id: str
    day: date
    visit_id: str
    service: int = 0
    member_id: str | None = None
    starts_at: datetime | None = None
    until: datetime | None = None


@command
class HoldDay:
    """Hold every published visit that begins before a moment in its place."""

    team_id: str
    day: date
    before: datetime
    until: datetime | None = None


@command
class LimitMoves:
    """Let at most so many published visits move or lose their place, counted from a revision on.

    `since_revision` is the roster that the leader looks at, 0 before the first publication.
    """

    team_id: str
    day: date
    most: int
    since_revision: int
    until: datetime | None = None


@command
class ForbidPair:
    """Keep a member from another member, from a resident, or from one visit for this day."""

    team_id: str
    day: date
    member_id: str
    other_member_id: str | None = None
    resident_id: str | None = None
    visit_id: str | None = None
    until: datetime | None = None


@command
class WithdrawTerm:
    """Withdraw a term of the day: plans no longer keep it."""

    team_id: str
    day: date
    term_id: str


DayTermsCommand = PinVisit | HoldDay | LimitMoves | ForbidPair | WithdrawTerm
