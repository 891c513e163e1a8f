"""The state of an alliance."""

from dataclasses import replace
from datetime import date

from domain.alliance.events import (
    ActivityRecorded,
    AllianceEvent,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    SlotsHeld,
    TrainingRecorded,
)
from domain.decider import Refused
from domain.event import value
from domain.institution import Institution


@value
class Alliance:
    """The state of an alliance; `done` are its recorded activities, so that a repeated command changes nothing."""

    formed: AllianceFormed | None = None
    institutions: frozenset[str] = frozenset()
    postings: tuple[ExpertSent, ...] = ()
    done: tuple[ActivityRecorded | TrainingRecorded, ...] = ()
    slots: tuple[SlotsHeld, ...] = ()


def evolve(alliance: Alliance, event: AllianceEvent) -> Alliance:
    """Return the state after an event."""
    match event:
        case AllianceFormed():
            return Alliance(formed=event, institutions=frozenset({event.institution_id}))
        case InstitutionAdmitted():
            return replace(alliance, institutions=alliance.institutions | {event.institution_id})
        case InstitutionReleased():
            return replace(alliance, institutions=alliance.institutions - {event.institution_id})
        case ExpertSent():
            return replace(alliance, postings=(*alliance.postings, event))
        case ExpertRecalled():
            postings = tuple(
                replace(sent, to_day=event.last_day) if sent.posting_id == event.posting_id else sent
                for sent in alliance.postings
            )
            return replace(alliance, postings=postings)
        case SlotsHeld():
            others = tuple(held for held in alliance.slots if not same_slots(held, event))
            return replace(alliance, slots=(*others, event))
        case ActivityRecorded() | TrainingRecorded():
            return replace(alliance, done=(*alliance.done, event))


def same_slots(one: SlotsHeld, other: SlotsHeld) -> bool:
    """Return whether two numbers are of the same slots."""
    return replace(one, slots=0) == replace(other, slots=0)


def require_formed(alliance: Alliance, alliance_id: str) -> AllianceFormed:
    """Return the founding; refuse if there is none."""
    if alliance.formed is None:
        raise Refused("alliance-unknown", alliance=alliance_id)
    return alliance.formed


def require_belongs(alliance: Alliance, institution_id: str, alliance_id: str) -> None:
    """Refuse an institution that does not belong to the alliance."""
    if institution_id not in alliance.institutions:
        raise Refused("institution-outside-alliance", institution=institution_id, alliance=alliance_id)


def require_open(institution: Institution, institution_id: str, day: date) -> None:
    """Refuse an institution that is not open on that day."""
    if not institution.is_open(day):
        raise Refused("institution-not-open", institution=institution_id)
