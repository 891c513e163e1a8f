"""Terms of a day, set and withdrawn by a leader."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.day_terms.commands import ForbidPair, HoldDay, LimitMoves, PinVisit, WithdrawTerm
from domain.day_terms.state import pin_id
from domain.decider import Refused, TeamDay
from domain.local_time import LOCAL
from domain.resident import RESIDENT
from domain.team import TEAM
from domain.team.events import TeamEvent
from infra.cli.records.results import CommandAnswer
from infra.cli.session import Session
from infra.edges.moments import day, moment
from infra.planning.day_terms import roster_state
from infra.planning.leader.place_visit import day_of_visit
from projections.roster_board import team_and_days

if TYPE_CHECKING:
    from infra.system import System


def time_of_day(text: str, on: date, field: str) -> datetime:
    """Return a moment written as 10:30 of a day, or in full. UsageError `bad-moment` names the field."""
    return moment(f"{on}T{text.strip():0>5}" if len(text.strip()) <= 5 else text, field)


def pin(
    session: Session,
    visit_id: str,
    member_id: str | None,
    at: str | None,
    part: int,
    on: str | None,
    until: str | None,
    actor: str,
) -> CommandAnswer:
    """Pin a part of a visit to a member, a time, or both."""
    with session.open() as system:
        team_day = _day_of(system, visit_id, on, at)
        command = PinVisit(
            team_id=team_day.team_id,
            day=team_day.day,
            visit_id=visit_id,
            service=part - 1,
            member_id=member_id,
            starts_at=None if at is None else time_of_day(at, team_day.day, "at"),
            until=None if until is None else time_of_day(until, team_day.day, "until"),
        )
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def unpin(session: Session, visit_id: str, part: int, on: str | None, actor: str) -> CommandAnswer:
    """Withdraw the pin of a part of a visit."""
    with session.open() as system:
        team_day = _day_of(system, visit_id, on, None)
        command = WithdrawTerm(team_id=team_day.team_id, day=team_day.day, term_id=pin_id(visit_id, part - 1))
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def hold(session: Session, team_id: str, date: str, until: str, actor: str) -> CommandAnswer:
    """Hold every published visit of a day that begins before a time."""
    wanted = day(date, "date")
    command = HoldDay(team_id=team_id, day=wanted, before=time_of_day(until, wanted, "until"))
    with session.open() as system:
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def limit(session: Session, team_id: str, date: str, most: int, until: str | None, actor: str) -> CommandAnswer:
    """Limit how many published visits of a day may still move, counted from the newest revision."""
    wanted = day(date, "date")
    with session.open() as system:
        command = LimitMoves(
            team_id=team_id,
            day=wanted,
            most=most,
            since_revision=roster_state(system.store, TeamDay(team_id, wanted)).revision,
            until=None if until is None else time_of_day(until, wanted, "until"),
        )
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def apart(
    session: Session, team_id: str, date: str, member_id: str, other_id: str, until: str | None, actor: str
) -> CommandAnswer:
    """Keep a member from another member, a resident or a visit for one day. Refused `nobody-of-that-name`."""
    wanted = day(date, "date")
    with session.open() as system:
        command = ForbidPair(
            team_id=team_id,
            day=wanted,
            member_id=member_id,
            until=None if until is None else time_of_day(until, wanted, "until"),
            **_other(system, TeamDay(team_id, wanted), other_id),
        )
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def withdraw(session: Session, team_id: str, date: str, term_id: str, actor: str) -> CommandAnswer:
    """Withdraw a term of a day."""
    command = WithdrawTerm(team_id=team_id, day=day(date, "date"), term_id=term_id)
    with session.open() as system:
        return CommandAnswer.of(system.execute(command, actor=actor), None)


def _day_of(system: "System", visit_id: str, on: str | None, at: str | None) -> TeamDay:
    """Return the team-day of a visit; a full time names the day, too."""
    wanted = None if on is None else day(on, "day")
    if wanted is None and at is not None and len(at.strip()) > 5:
        wanted = moment(at, "at").astimezone(LOCAL).date()
    return day_of_visit(system.rows, visit_id, wanted, system.now())


def _other(system: "System", team_day: TeamDay, other_id: str) -> dict[str, str]:
    """Return who or what an id names: a member of the team, a visit, or a resident."""
    team = TEAM.fold(
        each.event for each in system.store.read(TEAM.stream(team_day.team_id)) if isinstance(each.event, TeamEvent)
    )
    if team.member(other_id) is not None:
        return {"other_member_id": other_id}
    if team_and_days(system.rows, other_id) is not None:
        return {"visit_id": other_id}
    if system.store.read(RESIDENT.stream(other_id)):
        return {"resident_id": other_id}
    raise Refused("nobody-of-that-name", name=other_id, team=team_day.team_id)
