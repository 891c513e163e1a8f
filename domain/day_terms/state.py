"""The state of the terms of a day, the ids of terms, and the team-days that the events change."""

from collections.abc import Iterable
from datetime import date, datetime

from domain.day_terms.commands import DayTermsCommand, ForbidPair
from domain.day_terms.events import DayTermsEvent, Term, TermWithdrawn
from domain.decider import TeamDay
from domain.event import value


@value
class DayTerms:
    """The terms of a day in the order in which they were given, and the ids of those that were withdrawn."""

    terms: tuple[Term, ...] = ()
    withdrawn: frozenset[str] = frozenset()

    def at(self, now: datetime) -> tuple[Term, ...]:
        """Return the terms that last at a moment."""
        return tuple(term for term in self.terms if now < term.until)


def evolve(state: DayTerms, event: DayTermsEvent) -> DayTerms:
    """Return the state after an event; a term replaces the one of the same id."""
    others = tuple(term for term in state.terms if term.term_id != event.term_id)
    if isinstance(event, TermWithdrawn):
        return DayTerms(terms=others, withdrawn=state.withdrawn | {event.term_id})
    return DayTerms(terms=(*others, event), withdrawn=state.withdrawn - {event.term_id})


def touches(state: DayTerms, event: DayTermsEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- shared signature
    """Yield the day of the terms: it is planned again."""
    yield TeamDay(event.team_id, event.day)


def pin_id(visit_id: str, service: int) -> str:
    """Return the id of the pin of a part of a visit: `pin:V2`, and `pin:V2:2` for the second person."""
    return f"pin:{visit_id}" if service == 0 else f"pin:{visit_id}:{service + 1}"


def pair_id(command: ForbidPair) -> str:
    """Return the id of a forbidden pair, the same in either order of two members."""
    if command.other_member_id is not None:
        return ":".join(("apart", *sorted((command.member_id, command.other_member_id))))
    return f"apart:{command.member_id}:{command.resident_id or command.visit_id}"


def day_terms_id(command: DayTermsCommand) -> str:
    """Return the identity of the terms of a team's day."""
    return day_terms_of(command.team_id, command.day)


def day_terms_of(team_id: str, day: date) -> str:
    """Return the identity of the terms of a team's day, which is that of its roster."""
    return f"{team_id}.{day.isoformat()}"
