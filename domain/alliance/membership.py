"""Institutions of an alliance: it is formed under a leading hospital, others are admitted and released."""

from datetime import datetime

from domain.alliance.commands import AdmitInstitution, FormAlliance, ReleaseInstitution
from domain.alliance.events import AllianceEvent, AllianceFormed, InstitutionAdmitted, InstitutionReleased
from domain.alliance.state import Alliance, require_formed, require_open
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day


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
