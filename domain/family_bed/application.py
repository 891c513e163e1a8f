"""The application for a bed: submitted, returned and resubmitted, assessed, agreed (A7)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    Opinion,
    ResubmitBedApplication,
    ReturnBedApplication,
)
from domain.family_bed.events import (
    BedAgreed,
    BedApplicationReturned,
    BedAppliedFor,
    BedAppliedForAgain,
    BedAssessed,
    FamilyBedEvent,
)
from domain.family_bed.state import FamilyBed, require_applied
from domain.finding import check_measured, measured_value
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_not_before, check_recorded_day
from domain.resident.consents import require_consents
from domain.resident.state import Resident, check_not_merged
from domain.team.state import Team, check_known

WEAK_LIMBS = "weak-limbs"
"""The indication that needs a measured strength of the limbs (insurance of Yangzhou)."""


def apply_for(
    command: ApplyForBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack, resident: Resident, team: Team
) -> list[FamilyBedEvent]:
    """Apply once to a team, for a registered resident, with indications of the pack's list and an opinion."""
    known = bed.applied
    if known is not None:
        same = (known.resident_id, known.team_id, known.kind, known.indications, known.opinion)
        if same == (command.resident_id, command.team_id, command.kind, command.indications, command.opinion):
            return []
        raise Refused("bed-already-applied-for", bed=command.family_bed_id)
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=command.resident_id)
    check_not_merged(resident, command.resident_id)
    if resident.departed is not None and resident.gone_by(local_day(now)):
        raise Refused("resident-departed", resident=command.resident_id, last_day=resident.departed.last_day)
    if team.formed is None:
        raise Refused("team-not-formed", team=command.team_id)
    check_application(command.family_bed_id, command.indications, command.opinion, pack)
    return [
        BedAppliedFor(
            family_bed_id=command.family_bed_id,
            resident_id=command.resident_id,
            team_id=command.team_id,
            kind=command.kind,
            indications=command.indications,
            opinion=command.opinion,
            assess_by=assess_by(now, pack),
        )
    ]


def return_application(command: ReturnBedApplication, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Return an application that is not assessed yet."""
    require_applied(bed, command.family_bed_id)
    if bed.returned is not None:
        return []
    if bed.assessed is not None:
        raise Refused("bed-already-assessed", bed=command.family_bed_id)
    return [BedApplicationReturned(family_bed_id=command.family_bed_id, reason=command.reason)]


def resubmit(
    command: ResubmitBedApplication, bed: FamilyBed, *, now: datetime, pack: PolicyPack
) -> list[FamilyBedEvent]:
    """Resubmit a returned application; its days of assessment begin again."""
    applied = require_applied(bed, command.family_bed_id)
    if bed.returned is None:
        if (applied.kind, applied.indications, applied.opinion) == (
            command.kind,
            command.indications,
            command.opinion,
        ):
            return []
        raise Refused("bed-application-not-returned", bed=command.family_bed_id)
    check_application(command.family_bed_id, command.indications, command.opinion, pack)
    return [
        BedAppliedForAgain(
            family_bed_id=command.family_bed_id,
            resident_id=applied.resident_id,
            team_id=applied.team_id,
            kind=command.kind,
            indications=command.indications,
            opinion=command.opinion,
            assess_by=assess_by(now, pack),
        )
    ]


def assess(
    command: AssessBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack, strangers: tuple[str, ...]
) -> list[FamilyBedEvent]:
    """Assess condition and dwelling; a new assessment replaces the last, and may carry an open bed further."""
    applied = require_applied(bed, command.family_bed_id)
    assessed = BedAssessed(
        family_bed_id=command.family_bed_id,
        assessed_on=command.assessed_on,
        assessor_id=command.assessor_id,
        condition_fits=command.condition_fits,
        dwelling_fits=command.dwelling_fits,
        findings=command.findings,
        measured=command.measured,
        for_extension=bed.opened is not None,
    )
    if bed.assessed is not None and replace(bed.assessed, for_extension=assessed.for_extension) == assessed:
        return []
    if bed.returned is not None:
        raise Refused("bed-application-returned", bed=command.family_bed_id)
    if bed.closed is not None:
        raise Refused("bed-not-open", bed=command.family_bed_id)
    check_recorded_day(command.assessed_on, now, pack)
    check_known(strangers)
    check_measured(command.measured)
    if WEAK_LIMBS in applied.indications and command.condition_fits:
        check_strength(command, pack)
    return [assessed]


def agree(
    command: AgreeBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[FamilyBedEvent]:
    """Sign the agreement for a bed that was assessed as fit, in all copies, with criteria and risks explained (A7)."""
    require_applied(bed, command.family_bed_id)
    agreed = BedAgreed(
        family_bed_id=command.family_bed_id,
        agreed_on=command.agreed_on,
        text_version=command.text_version,
        copies=command.copies,
        payment=command.payment,
        signed_by=command.signed_by,
        insurer_approval_id=command.insurer_approval_id,
    )
    if bed.agreed == agreed:
        return []
    if bed.opened is not None:
        raise Refused("bed-already-opened", bed=command.family_bed_id)
    assessed = require_fit(bed, command.family_bed_id)
    check_not_before(command.agreed_on, assessed.assessed_on, now)
    require_consents(resident, bed.resident_id or "", "family-bed", command.agreed_on, pack)
    if not (command.criteria_told and command.risks_told):
        raise Refused("criteria-not-told", bed=command.family_bed_id)
    if command.copies < pack.bed_agreement_copies:
        raise Refused("agreement-copies-missing", copies=command.copies, least=pack.bed_agreement_copies)
    if command.payment == "insurance" and pack.insurer_approves_bed and command.insurer_approval_id is None:
        raise Refused("insurer-approval-missing", bed=command.family_bed_id)
    return [agreed]


def check_application(bed_id: str, indications: tuple[str, ...], opinion: Opinion, pack: PolicyPack) -> None:
    """Refuse an application without indications of the pack's list, or against the doctor's own opinion."""
    if not indications:
        raise Refused("indication-missing", bed=bed_id)
    for indication in indications:
        if indication not in pack.bed_indications:
            raise Refused("indication-unknown", indication=indication)
    if opinion == "hospital-care-needed":
        raise Refused("opinion-against-home-care", bed=bed_id)


def assess_by(now: datetime, pack: PolicyPack) -> date:
    """Return the day by which an application of today is to be assessed (Henan pilot: 2 to 3 days; A7)."""
    return local_day(now) + timedelta(days=pack.bed_assessment_days)


def check_strength(command: AssessBed, pack: PolicyPack) -> None:
    """Refuse limbs without a measured strength, or stronger than the pack's most."""
    strength = measured_value(command.measured, "muscle-strength")
    if strength is None or strength > pack.most_limb_strength:
        raise Refused("limbs-not-weak", bed=command.family_bed_id, most=pack.most_limb_strength)


def require_fit(bed: FamilyBed, bed_id: str) -> BedAssessed:
    """Return the newest assessment; refuse a bed without one, or with an unfit condition or dwelling."""
    if bed.assessed is None:
        raise Refused("bed-not-assessed", bed=bed_id)
    check_fit(bed.assessed)
    return bed.assessed


def check_fit(assessed: BedAssessed) -> None:
    """Refuse a condition or dwelling that does not allow care at home."""
    if not (assessed.condition_fits and assessed.dwelling_fits):
        raise Refused("bed-assessed-unfit", bed=assessed.family_bed_id)
