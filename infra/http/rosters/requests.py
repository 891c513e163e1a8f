"""What requests about rosters hold: the arguments of the functions of the command line, and their defaults."""

from domain.event import value
from domain.notice import NoticeChannel
from domain.team.commands import AbsenceReason
from infra.planning.leader.check_moves import Move


@value
class PlanDay:
    """Plan a team's day and publish it, unless it is a dry run: then its draft can be published as it was read."""

    dry_run: bool = False


@value
class ReplanDay:
    """Plan a published day again, moving at most `most_moved` visits, and nothing that begins before `freeze`."""

    most_moved: int | None = None
    freeze: str | None = None
    dry_run: bool = False


@value
class CheckMoves:
    """Check moves of visits on the board; nothing is written."""

    moves: tuple[Move, ...]


@value
class PublishDraft:
    """Publish a dry run exactly as it was read, by the token that it had."""

    draft: str


@value
class PlaceVisit:
    """Place a visit by hand: who goes, and when; of a visit by two, both in their order, or one `part`."""

    member_id: tuple[str, ...]
    at: tuple[str, ...]
    part: int | None = None
    on: str | None = None
    dry_run: bool = False


@value
class VisitWindow:
    """A visit that starts inside a time of the day, as 09:30-11:00."""

    visit_id: str
    between: str


@value
class CompareDay:
    """Show what a day, or each day until `until`, would be with other people, visits or another policy pack."""

    add: tuple[str, ...] = ()
    ill: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    windows: tuple[VisitWindow, ...] = ()
    policy: str | None = None
    stored: bool = False
    revision: int | None = None
    fresh: bool = False
    until: str | None = None


@value
class SpreadWeeks:
    """Give visits that may wait their days, for so many weeks; the first one is that of the day."""

    weeks: int = 1
    dry_run: bool = False


@value
class RecordNotice:
    """Record that a resident was told about a visit."""

    visit_id: str
    notified_by: str
    channel: NoticeChannel | None = None


@value
class TakeOffer:
    """Take an offered time for a resident."""

    purpose: str
    at: str
    visit_id: str | None = None
    notified_by: str = "leader"
    priority: int = 5
    first: bool = False
    assessor_id: str | None = None


@value
class TakeCover:
    """Take a way to cover for a member: its number, or its token."""

    choice: str
    since: str | None = None
    team_id: str | None = None
    reason: AbsenceReason = "ill"


@value
class ShowDay:
    """Nothing more than the team and the day."""


@value
class ListNotices:
    """List whom to tell, of the changes since a revision."""

    since: int = 1


@value
class ExplainVisit:
    """Explain a visit's place in a revision, the newest one if none is named."""

    revision: int | None = None


@value
class ListOffers:
    """List times for a visit of a purpose, on so many working days from `first_day` on, inside a time of the day."""

    purpose: str
    days: int = 3
    first_day: str | None = None
    between: str | None = None
    priority: int = 5
    first: bool = False
    assessor_id: str | None = None


@value
class ListCover:
    """List ways to cover for a member who is away from a time on."""

    since: str | None = None
    team_id: str | None = None
