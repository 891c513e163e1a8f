"""What is remembered of an alliance."""

from dataclasses import replace

from domain.alliance.events import (
    ActivityRecorded,
    AllianceEvent,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    TrainingRecorded,
)
from domain.event import value


@value
class Alliance:
    """What decisions about an alliance ask. What it did is told by id only: that is enough to be quiet."""

    formed: AllianceFormed | None = None
    institutions: frozenset[str] = frozenset()
    postings: tuple[ExpertSent, ...] = ()
    done: tuple[ActivityRecorded | TrainingRecorded, ...] = ()


def evolve(alliance: Alliance, fact: AllianceEvent) -> Alliance:
    """Believe an event."""
    match fact:
        case AllianceFormed():
            return Alliance(formed=fact, institutions=frozenset({fact.institution_id}))
        case InstitutionAdmitted():
            return replace(alliance, institutions=alliance.institutions | {fact.institution_id})
        case InstitutionReleased():
            return replace(alliance, institutions=alliance.institutions - {fact.institution_id})
        case ExpertSent():
            return replace(alliance, postings=(*alliance.postings, fact))
        case ExpertRecalled():
            postings = tuple(
                replace(sent, to_day=fact.last_day) if sent.posting_id == fact.posting_id else sent
                for sent in alliance.postings
            )
            return replace(alliance, postings=postings)
        case ActivityRecorded() | TrainingRecorded():
            return replace(alliance, done=(*alliance.done, fact))
