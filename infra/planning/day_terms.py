"""The terms of a team's day, read from the log and put beside its problem."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.day_terms import DAY_TERMS
from domain.day_terms.events import DayHeld, DayTermsEvent, MovesLimited, PairForbidden, Term, VisitPinned
from domain.day_terms.state import DayTerms, day_terms_of
from domain.decider import TeamDay
from domain.local_time import seconds_into
from domain.planning.visit_hours import is_held
from domain.roster import ROSTER
from domain.roster.changes import moved_since
from domain.roster.events import RosterEvent
from domain.roster.state import Roster as RosterState
from domain.roster.state import roster_id_of
from infra.planning.day_problem import pins_at_work
from infra.planning.on_terms import PinTerm, Terms
from infra.store.store import EventStore
from projections.questions import Rows, Scalar
from projections.roster_board import visits_of
from schedulers.problem import Problem


def day_terms(store: EventStore, team_day: TeamDay) -> DayTerms:
    """Return the terms of a team's day."""
    events = (each.event for each in store.read(DAY_TERMS.stream(day_terms_of(*team_day))))
    return DAY_TERMS.fold(event for event in events if isinstance(event, DayTermsEvent))


def roster_state(store: EventStore, team_day: TeamDay) -> RosterState:
    """Return the roster of a team's day with its earlier revisions."""
    events = (each.event for each in store.read(ROSTER.stream(roster_id_of(*team_day))))
    return ROSTER.fold(event for event in events if isinstance(event, RosterEvent))


def read_terms(
    store: EventStore, rows: Rows, problem: Problem, team_day: TeamDay, now: datetime, more: Sequence[Term] = ()
) -> Terms:
    """Return the terms that last at a moment, and `more` in place of those of the same ids, as the problem has them."""
    terms = day_terms(store, team_day)
    for each in more:
        terms = DAY_TERMS.evolve(terms, each)
    lasting = terms.at(now)
    if not lasting:
        return Terms()
    visits = visits_of(rows, {each.id for each in problem.demands})
    return Terms(
        pins=tuple(pin_term(team_day, term) for term in lasting if isinstance(term, VisitPinned)),
        held=held_demands(problem, team_day, [term for term in lasting if isinstance(term, DayHeld)]),
        apart=tuple(
            (term.member_id, term.other_member_id)
            for term in lasting
            if isinstance(term, PairForbidden) and term.other_member_id is not None
        ),
        not_with=forbidden_visits(visits, [term for term in lasting if isinstance(term, PairForbidden)]),
        most_moved=moves_left(store, team_day, [term for term in lasting if isinstance(term, MovesLimited)]),
        begun=frozenset(name for name, visit in visits.items() if visit["status"] in {"started", "completed"}),
    )


def pin_term(team_day: TeamDay, term: VisitPinned) -> PinTerm:
    """Return a pin in the solver's terms."""
    return PinTerm(
        term_id=term.term_id,
        demand_id=term.visit_id,
        service=term.service,
        member_id=term.member_id,
        start=None if term.starts_at is None else seconds_into(team_day.day, term.starts_at),
    )


def held_demands(problem: Problem, team_day: TeamDay, holds: Sequence[DayHeld]) -> tuple[str, ...]:
    """Return the published visits that begin before the moment of a hold, by their starts."""
    before = max((seconds_into(team_day.day, term.before) for term in holds), default=0)
    published = [each for each in problem.demands if each.previous and len(each.previous) == len(each.services)]
    held = [
        each
        for each in published
        if is_held([pin.start for pin in each.previous], before, at_work=pins_at_work(problem.members, each.previous))
    ]
    return tuple(each.id for each in sorted(held, key=lambda each: (min(pin.start for pin in each.previous), each.id)))


def forbidden_visits(
    visits: Mapping[str, Mapping[str, Scalar]], pairs: Sequence[PairForbidden]
) -> tuple[tuple[str, str], ...]:
    """Return visits with members who do not make them, or do not go to their residents."""
    return tuple(
        (name, term.member_id)
        for term in pairs
        for name, visit in visits.items()
        if term.visit_id == name or (term.resident_id is not None and visit["resident_id"] == term.resident_id)
    )


def moves_left(store: EventStore, team_day: TeamDay, limits: Sequence[MovesLimited]) -> int | None:
    """Return how many more published visits may move; None without a limit, or before the first publication."""
    roster = roster_state(store, team_day)
    if not limits or not roster.revision:
        return None
    (limit,) = limits
    revisions = (*roster.earlier, roster.slots)
    read = revisions[max(0, min(limit.since_revision, roster.revision) - 1)]
    return max(0, limit.most - moved_since(read, roster))
