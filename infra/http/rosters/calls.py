"""Functions of the command line as requests call them: each returns a result of a team's day."""

from typing import Any

import msgspec

from domain.decider import Refused, TeamDay
from infra.cli.roster import plan as planning
from infra.cli.roster import week as weekly
from infra.cli.roster import what_if as comparing
from infra.cli.roster.moment import cover as covering
from infra.cli.roster.results import NamedDifference, PlannedDays, Presented
from infra.cli.roster.terms import publish as publishing
from infra.cli.roster.wording import named_costs
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.problems import UsageError
from infra.edges.results import Result
from infra.http.rosters.requests import VisitWindow
from infra.http.rosters.results import CheckedMoves, RuleBroken
from infra.planning.leader.check_moves import BoardChecks, Move
from infra.planning.leader.publish_draft import read_draft

MOST_MOVES = 100
MOST_WEEKS = 5
MOST_OFFER_DAYS = 20


def plan_team(session: Session, team_id: str, date: str, *, dry_run: bool, if_revision: int | None) -> PlannedDays:
    """Plan a team's day."""
    return planning.plan(session, (team_id, date), dry_run=dry_run, if_revision=if_revision)


def spread(session: Session, team_id: str, date: str, weeks: int, *, dry_run: bool) -> Result:
    """Give visits that may wait their days."""
    require_number("weeks", weeks, MOST_WEEKS)
    return weekly.week(session, team_id, date, weeks, dry_run=dry_run)


def publish(
    session: Session, team_id: str, date: str, draft: str, *, if_revision: int | None, actor: str
) -> PlannedDays:
    """Publish a draft of this team's day. Refused `draft-unknown`, or `roster-changed` if another revision is newer."""
    token, wanted = draft.strip().lower(), day(date, "date")
    with session.open() as system:
        drafted = read_draft(system, token, system.now())
        if (drafted.team_id, drafted.day) != (team_id, wanted.isoformat()):
            raise Refused("draft-unknown", token=token)
    if if_revision is not None and if_revision != drafted.revision:
        raise UsageError("draft-of-another-revision", revision=drafted.revision, read=if_revision)
    return publishing.publish(session, token, actor)


def list_cover(session: Session, member_id: str, date: str, since: str | None, team_id: str | None) -> Result:
    """List ways to cover for a member who is away."""
    return covering.cover(session, member_id, date, since, team_id, None, "ill", "")


def compare(session: Session, team_id: str, date: str, *, windows: tuple[VisitWindow, ...], **more: Any) -> Result:
    """Compare a day with a changed one."""
    pairs = tuple((each.visit_id, each.between) for each in windows)
    return comparing.compare(session, team_id, date, window=pairs, **more)


def check(
    session: Session, checks: BoardChecks, team_id: str, date: str, moves: tuple[Move, ...], if_revision: int | None
) -> Presented[CheckedMoves]:
    """Check moves on the board. UsageError `stale-revision` if the board shows another revision."""
    if not 1 <= len(moves) <= MOST_MOVES:
        raise UsageError("bad-value", field="moves", detail=f"1 to {MOST_MOVES} moves are expected")
    checked = checks.check(TeamDay(team_id, day(date, "date")), moves)
    if if_revision not in {None, checked.revision}:
        raise UsageError("stale-revision", revision=checked.revision, read=if_revision or 0)
    plain = msgspec.to_builtins(checked.difference)
    words = session.words
    result = CheckedMoves(
        revision=checked.revision,
        keeps_rules=not checked.broken,
        broken=tuple(
            RuleBroken(rule=each.rule, title=words.say(each.rule), detail=each.detail) for each in checked.broken
        ),
        difference=msgspec.convert({**plain, "costs": named_costs(plain["costs"], plain["order"])}, NamedDifference),
    )
    return Presented(result=result)


def require_number(field: str, number: int, most: int) -> None:
    """Refuse `bad-value` a number that is not from 1 to `most`."""
    if not 1 <= number <= most:
        raise UsageError("bad-value", field=field, detail=f"a number from 1 to {most} is expected")
