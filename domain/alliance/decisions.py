"""What is decided about an alliance."""

from datetime import date, datetime, timedelta

from domain.alliance.commands import (
    AdmitInstitution,
    FormAlliance,
    RecallExpert,
    RecordActivity,
    RecordTraining,
    ReleaseInstitution,
    SendExpert,
)
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
from domain.alliance.state import Alliance
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.team.guests import LONGEST_STAY_DAYS
from domain.team.state import Team


def form(command: FormAlliance, alliance: Alliance, *, now: datetime, institution: Institution) -> list[AllianceEvent]:
    """Form it once, under a hospital of the second or third tier that is open."""
    known = alliance.formed
    if known is not None and (known.name, known.institution_id) == (command.name, command.institution_id):
        return []
    if known is not None:
        raise Refused("alliance-already-formed", alliance=command.alliance_id)
    today = local_day(now)
    require_open(institution, command.institution_id, today)
    assert institution.opened is not None
    if institution.opened.kind != "hospital" or institution.opened.tier == 1:
        raise Refused("alliance-without-hospital", institution=command.institution_id)
    return [
        AllianceFormed(
            alliance_id=command.alliance_id,
            name=command.name,
            institution_id=command.institution_id,
            formed_on=today,
        )
    ]


def admit(
    command: AdmitInstitution, alliance: Alliance, *, now: datetime, institution: Institution
) -> list[AllianceEvent]:
    """Admit an institution that is open."""
    require_formed(alliance, command.alliance_id)
    if command.institution_id in alliance.institutions:
        return []
    today = local_day(now)
    require_open(institution, command.institution_id, today)
    return [InstitutionAdmitted(alliance_id=command.alliance_id, institution_id=command.institution_id, from_day=today)]


def release(command: ReleaseInstitution, alliance: Alliance) -> list[AllianceEvent]:
    """Release an institution, never the leading hospital, and none at which experts still work then."""
    formed = require_formed(alliance, command.alliance_id)
    if command.institution_id not in alliance.institutions:
        return []
    if command.institution_id == formed.institution_id:
        raise Refused("alliance-without-hospital", institution=command.institution_id)
    here = [sent for sent in alliance.postings if sent.institution_id == command.institution_id]
    staying = next((sent for sent in here if sent.to_day > command.last_day), None)
    if staying is not None:
        raise Refused("expert-still-posted", posting=staying.posting_id, day=staying.to_day)
    return [
        InstitutionReleased(
            alliance_id=command.alliance_id, institution_id=command.institution_id, last_day=command.last_day
        )
    ]


def send(command: SendExpert, alliance: Alliance, *, team: Team) -> list[AllianceEvent]:
    """Send an expert down to an institution of the alliance, to a team of it if one is named."""
    formed = require_formed(alliance, command.alliance_id)
    sent = ExpertSent(
        alliance_id=command.alliance_id,
        posting_id=command.posting_id,
        member=command.member,
        institution_id=command.institution_id,
        team_id=command.team_id,
        from_day=command.from_day,
        to_day=command.to_day,
    )
    known = next((posting for posting in alliance.postings if posting.posting_id == command.posting_id), None)
    if known == sent:
        return []
    if known is not None:
        raise Refused("posting-already-known", posting=command.posting_id)
    require_belongs(alliance, command.institution_id, command.alliance_id)
    if command.institution_id == formed.institution_id:
        raise Refused("expert-not-sent-down", institution=command.institution_id)
    if command.team_id is not None and team.institution_id != command.institution_id:
        raise Refused("team-of-another-institution", team=command.team_id, institution=command.institution_id)
    days = (command.to_day - command.from_day).days + 1
    if days < 1:
        raise Refused("stay-ends-before-it-begins", stay=command.posting_id)
    if days > LONGEST_STAY_DAYS:
        raise Refused("stay-too-long", stay=command.posting_id, days=LONGEST_STAY_DAYS)
    return [sent]


def recall(command: RecallExpert, alliance: Alliance) -> list[AllianceEvent]:
    """Call an expert back earlier; who is not posted, or is back by then, is called back already."""
    require_formed(alliance, command.alliance_id)
    sent = next((posting for posting in alliance.postings if posting.posting_id == command.posting_id), None)
    if sent is None or sent.to_day <= command.last_day:
        return []
    last_day = max(command.last_day, sent.from_day - timedelta(days=1))
    if last_day == sent.to_day:
        return []
    return [
        ExpertRecalled(
            alliance_id=command.alliance_id,
            posting_id=command.posting_id,
            member_id=sent.member.member_id,
            team_id=sent.team_id,
            last_day=last_day,
        )
    ]


def record_activity(command: RecordActivity, alliance: Alliance, *, now: datetime) -> list[AllianceEvent]:
    """Keep what experts did at an institution of the alliance."""
    require_formed(alliance, command.alliance_id)
    recorded = ActivityRecorded(
        alliance_id=command.alliance_id,
        activity_id=command.activity_id,
        kind=command.kind,
        institution_id=command.institution_id,
        held_on=command.held_on,
        expert_ids=command.expert_ids,
        people=command.people,
    )
    if recorded in alliance.done:
        return []
    done = (fact for fact in alliance.done if isinstance(fact, ActivityRecorded))
    if any(fact.activity_id == command.activity_id for fact in done):
        raise Refused("activity-already-recorded", activity=command.activity_id)
    require_belongs(alliance, command.institution_id, command.alliance_id)
    if command.held_on > local_day(now):
        raise Refused("day-in-the-future", day=command.held_on)
    if not command.expert_ids or command.people < 0:
        raise Refused("activity-without-people", activity=command.activity_id)
    return [recorded]


def record_training(command: RecordTraining, alliance: Alliance, *, now: datetime) -> list[AllianceEvent]:
    """Keep who of the alliance's staff was trained, each once, for some hours."""
    require_formed(alliance, command.alliance_id)
    recorded = TrainingRecorded(
        alliance_id=command.alliance_id,
        training_id=command.training_id,
        topic=command.topic,
        from_day=command.from_day,
        to_day=command.to_day,
        trainees=command.trainees,
    )
    if recorded in alliance.done:
        return []
    done = (fact for fact in alliance.done if isinstance(fact, TrainingRecorded))
    if any(fact.training_id == command.training_id for fact in done):
        raise Refused("training-already-recorded", training=command.training_id)
    if command.to_day > local_day(now):
        raise Refused("day-in-the-future", day=command.to_day)
    if command.to_day < command.from_day:
        raise Refused("training-ends-before-it-begins", training=command.training_id)
    people = [trainee.member_id for trainee in command.trainees]
    if not people or len(set(people)) < len(people) or any(trainee.hours < 1 for trainee in command.trainees):
        raise Refused("training-without-people", training=command.training_id)
    for trainee in command.trainees:
        require_belongs(alliance, trainee.institution_id, command.alliance_id)
    return [recorded]


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
    """Refuse an institution that serves nobody on that day."""
    if not institution.is_open(day):
        raise Refused("institution-not-open", institution=institution_id)
