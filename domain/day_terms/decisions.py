"""Setting and withdrawing the terms of a day."""

from datetime import date, datetime

from domain.day_terms.commands import ForbidPair, HoldDay, LimitMoves, PinVisit, WithdrawTerm
from domain.day_terms.events import (
    DayHeld,
    DayTermsEvent,
    MovesLimited,
    PairForbidden,
    Term,
    TermWithdrawn,
    VisitPinned,
)
from domain.day_terms.state import DayTerms, day_terms_id, pair_id, pin_id
from domain.decider import Refused
from domain.local_time import at_local, local_day
from domain.team.shifts import hours_of
from domain.team.state import Team
from domain.visit.state import Visit, require_open, require_requested

MIDNIGHT = 24 * 60


def pin(command: PinVisit, state: DayTerms, *, now: datetime, team: Team, visit: Visit) -> list[DayTermsEvent]:
    """Pin a part of an open visit of the team; a pin names a member of that day, a time of that day, or both."""
    requested = require_requested(visit, command.visit_id)
    if command.member_id is None and command.starts_at is None:
        raise Refused("pin-without-member-or-time", visit=command.visit_id)
    if visit.team_id != command.team_id:
        raise Refused("visit-of-another-team", visit=command.visit_id, team=visit.team_id)
    require_open(visit, command.visit_id)
    if not visit.window_from <= command.day <= visit.window_to:
        raise Refused("day-outside-window", visit=command.visit_id, day=command.day)
    if not 0 <= command.service < len(requested.needs):
        raise Refused("part-unknown", visit=command.visit_id, part=command.service + 1, parts=len(requested.needs))
    if command.member_id is not None:
        require_on_the_day(team, command, command.member_id)
    if command.starts_at is not None and not is_of_the_day(command.starts_at, command.day, team):
        raise Refused("term-of-another-day", day=command.day, moment=command.starts_at.isoformat())
    return added(
        state,
        VisitPinned(
            term_id=pin_id(command.visit_id, command.service),
            team_id=command.team_id,
            day=command.day,
            visit_id=command.visit_id,
            service=command.service,
            member_id=command.member_id,
            starts_at=command.starts_at,
            until=lasts_until(command, now),
        ),
    )


def hold(command: HoldDay, state: DayTerms, *, now: datetime, team: Team) -> list[DayTermsEvent]:
    """Hold a day of the team up to one of its moments."""
    require_team(team, command.team_id)
    if not at_local(command.day) < command.before <= end_of_day(command.day, team):
        raise Refused("term-of-another-day", day=command.day, moment=command.before.isoformat())
    return added(
        state,
        DayHeld(
            term_id="hold",
            team_id=command.team_id,
            day=command.day,
            before=command.before,
            until=lasts_until(command, now),
        ),
    )


def limit(command: LimitMoves, state: DayTerms, *, now: datetime, team: Team) -> list[DayTermsEvent]:
    """Limit the visits that move after a revision."""
    require_team(team, command.team_id)
    if command.most < 0 or command.since_revision < 0:
        raise Refused("limit-below-zero", most=command.most, revision=command.since_revision)
    return added(
        state,
        MovesLimited(
            term_id="limit",
            team_id=command.team_id,
            day=command.day,
            most=command.most,
            since_revision=command.since_revision,
            until=lasts_until(command, now),
        ),
    )


def forbid(
    command: ForbidPair, state: DayTerms, *, now: datetime, team: Team, visit: Visit, resident_exists: bool
) -> list[DayTermsEvent]:
    """Forbid a member of that day exactly one other: a member, a resident or a visit of the team."""
    others = (command.other_member_id, command.resident_id, command.visit_id)
    if len([other for other in others if other is not None]) != 1:
        raise Refused("apart-from-one", member=command.member_id)
    if command.member_id == command.other_member_id:
        raise Refused("apart-from-herself", member=command.member_id)
    require_on_the_day(team, command, command.member_id)
    if command.other_member_id is not None:
        require_on_the_day(team, command, command.other_member_id)
    if not resident_exists:
        raise Refused("resident-not-registered", resident=command.resident_id)
    if command.visit_id is not None:
        require_requested(visit, command.visit_id)
        if visit.team_id != command.team_id:
            raise Refused("visit-of-another-team", visit=command.visit_id, team=visit.team_id)
    return added(
        state,
        PairForbidden(
            term_id=pair_id(command),
            team_id=command.team_id,
            day=command.day,
            member_id=command.member_id,
            other_member_id=command.other_member_id,
            resident_id=command.resident_id,
            visit_id=command.visit_id,
            until=lasts_until(command, now),
        ),
    )


def withdraw(command: WithdrawTerm, state: DayTerms) -> list[DayTermsEvent]:
    """Withdraw a term; one that was withdrawn before changes nothing."""
    if command.term_id in state.withdrawn:
        return []
    if all(term.term_id != command.term_id for term in state.terms):
        raise Refused("day-term-unknown", term=command.term_id, team=command.team_id, day=command.day)
    return [TermWithdrawn(term_id=command.term_id, team_id=command.team_id, day=command.day)]


def added(state: DayTerms, term: Term) -> list[DayTermsEvent]:
    """Return the term as an event, nothing if the day has it already."""
    return [] if term in state.terms else [term]


def lasts_until(command: PinVisit | HoldDay | LimitMoves | ForbidPair, now: datetime) -> datetime:
    """Return the moment until which a term lasts; refuse one that is over, and a day that is over."""
    if command.day < local_day(now):
        raise Refused("roster-day-over", roster=day_terms_id(command))
    until = command.until or max(at_local(command.day, MIDNIGHT), moment_of(command) or now)
    if until <= now:
        raise Refused("term-over", until=until.isoformat())
    return until


def moment_of(command: PinVisit | HoldDay | LimitMoves | ForbidPair) -> datetime | None:
    """Return the moment of the day that a term is about: it lasts at least until then."""
    match command:
        case PinVisit():
            return command.starts_at
        case HoldDay():
            return command.before
        case _:
            return None


def is_of_the_day(moment: datetime, day: date, team: Team) -> bool:
    """Say whether a moment is one of a day's roster: of the day itself, or of the night that its shifts last into."""
    return at_local(day) <= moment < end_of_day(day, team)


def end_of_day(day: date, team: Team) -> datetime:
    """Return the midnight that ends a day, or when the last shift of its members ends in the night after."""
    ends = (hours_of(shift)[1] for member in team.members_on(day) for shift in member.shifts)
    return at_local(day, max((MIDNIGHT, *ends)))


def require_team(team: Team, team_id: str) -> None:
    """Refuse a team that was never formed."""
    if team.formed is None:
        raise Refused("team-not-formed", team=team_id)


def require_on_the_day(team: Team, command: PinVisit | ForbidPair, member_id: str) -> None:
    """Refuse somebody who is neither a member nor a guest of the team on the day."""
    require_team(team, command.team_id)
    if team.member_on(member_id, command.day) is None:
        raise Refused("member-not-in-team", member=member_id, team=command.team_id)
