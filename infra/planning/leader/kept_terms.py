"""Which of the leader's terms the newest roster keeps, and which a plan made now could not keep."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from domain.day_terms import DAY_TERMS
from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, Term, TermWithdrawn, VisitPinned
from domain.day_terms.state import day_terms_of
from domain.decider import TeamDay
from domain.event import value
from domain.policy_pack import in_force
from domain.roster.changes import moved_since
from domain.roster.commands import RosterSlot
from domain.roster.state import Roster
from infra.planning.day_problem import read_day, with_travel
from infra.planning.day_terms import read_terms, roster_state
from infra.planning.on_terms import BrokenTerm, Terms, put_terms
from infra.planning.plan_day import LIVE
from projections.roster_board import visits_of

if TYPE_CHECKING:
    from infra.system import System


@value
class SetTerm:
    """A term with who set it and when, whether it lasts, and whether the newest roster keeps it.

    `kept` is None before the first publication and for a hold; `moved` counts the visits that moved since a limit.
    """

    term: Term
    set_by: str
    set_at: datetime
    lasts: bool
    kept: bool | None
    moved: int | None = None


def terms_set(system: "System", team_day: TeamDay) -> list[SetTerm]:
    """Return the terms of a day that were not withdrawn, in the order in which they were set."""
    now, roster = system.now(), roster_state(system.store, team_day)
    residents = {
        name: str(visit["resident_id"])
        for name, visit in visits_of(system.rows, {slot.visit_id for slot in roster.slots}).items()
    }
    terms: dict[str, SetTerm] = {}
    for recorded in system.store.read(DAY_TERMS.stream(day_terms_of(*team_day))):
        event = recorded.event
        assert isinstance(event, Term | TermWithdrawn)
        terms.pop(event.term_id, None)
        if isinstance(event, TermWithdrawn):
            continue
        terms[event.term_id] = SetTerm(
            term=event,
            set_by=recorded.metadata.actor,
            set_at=recorded.metadata.recorded_at,
            lasts=now < event.until,
            kept=is_kept(event, roster, residents) if roster.revision else None,
            moved=moved_of(event, roster) if isinstance(event, MovesLimited) and roster.revision else None,
        )
    return list(terms.values())


def is_kept(term: Term, roster: Roster, residents: Mapping[str, str]) -> bool | None:
    """Say whether a roster keeps a term; None for a hold, which is about the next plan."""
    match term:
        case VisitPinned():
            return any(
                slot.visit_id == term.visit_id
                and slot.service == term.service
                and term.member_id in {None, slot.member_id}
                and term.starts_at in {None, slot.starts_at}
                for slot in roster.slots
            )
        case DayHeld():
            return None
        case MovesLimited():
            return moved_of(term, roster) <= term.most
        case PairForbidden():
            return not meets(term, roster.slots, residents)


def moved_of(limit: MovesLimited, roster: Roster) -> int:
    """Return how many visits moved since the revision of a limit."""
    revisions = (*roster.earlier, roster.slots)
    return moved_since(revisions[max(0, min(limit.since_revision, roster.revision) - 1)], roster)


def meets(pair: PairForbidden, slots: Sequence[RosterSlot], residents: Mapping[str, str]) -> bool:
    """Say whether a roster brings a pair together."""
    visits = {slot.visit_id for slot in slots if slot.member_id == pair.member_id}
    others = {slot.visit_id for slot in slots if slot.member_id == pair.other_member_id}
    return (
        bool(visits & others)
        or pair.visit_id in visits
        or (pair.resident_id is not None and pair.resident_id in {residents.get(each) for each in visits})
    )


def terms_not_kept(system: "System", team_day: TeamDay) -> tuple[BrokenTerm, ...]:
    """Return the terms that a plan of the day, made now, could not keep, each with the rule in its way."""
    now = system.now()
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, in_force(system.settings.packs, team_day.day), now, LIVE)
        if day is None:
            return ()
        terms = read_terms(system.store, rows, day.problem, team_day, now)
    if terms == Terms(begun=terms.begun, most_moved=terms.most_moved):
        return ()
    return put_terms(with_travel(day, system.travel), terms)[1]
