"""People, places and days that the sentences share. Tests change a value with `dataclasses.replace`."""

from datetime import date, datetime

from domain.agreement import HASHES
from domain.contract.events import Agreement, ChosenInstitution, ContractSigned
from domain.family_bed.commands import Diagnosis
from domain.family_bed.events import BedAgreed, BedAppliedFor, BedAssessed, BedOpened
from domain.institution import InstitutionOpened
from domain.key_groups import KeyGroup
from domain.local_time import at_local
from domain.package import GrantedItem
from domain.referral.commands import Slip
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAttended,
    ReferralDischarged,
    ReferralReferredDown,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
)
from domain.resident.commands import Personal
from domain.resident.events import KeyGroupTagged, ResidentMerged, ResidentRegistered
from domain.team.commands import Licence, Member, Shift
from domain.team.events import TeamFormed
from domain.visit.commands import Need, Slot
from domain.visit.events import VisitAssigned, VisitRequested

TODAY = date(2026, 3, 2)  # a Monday, the day of `spec.NOW`
YESTERDAY = date(2026, 3, 1)
LONG_AGO = date(1950, 3, 2)
TOMORROW = date(2026, 3, 3)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a local time of a day as a moment."""
    return at_local(day, hour * 60 + minute)


CENTRE = InstitutionOpened(
    institution_id="fuhai", name="福海社康", kind="community-health", sector="public", tier=1, district="baoan"
)
HOSPITAL = InstitutionOpened(
    institution_id="city-3", name="市人民医院", kind="hospital", sector="public", tier=3, district="futian"
)

WEEK = tuple(Shift(weekday=day, starts=480, ends=1020, break_starts=720, break_ends=780) for day in range(5))
LICENCE = Licence(kind="general-practice", registered_in="SZ", practising_since=date(2015, 7, 1))
LI = Member(member_id="li", role="gp", shifts=WEEK, licences=(LICENCE,))
HE = Member(member_id="he", role="nurse", shifts=WEEK)
SUN = Member(member_id="sun", role="rehab", shifts=WEEK)
CHEN = Member(member_id="chen", role="gp", shifts=WEEK, licences=(LICENCE,))
FANG = Member(member_id="fang", role="nurse", shifts=WEEK)
TEAM_1 = TeamFormed(team_id="team-1", institution_id="fuhai", base_x=0, base_y=0, members=(LI, HE))
TEAM_2 = TeamFormed(team_id="team-2", institution_id="fuhai", base_x=900, base_y=0, members=(CHEN, FANG))

WANG_PERSONAL = Personal(
    name="王芳",
    phone="13800000000",
    identity_number="440301194001010028",
    address="福海街道 1 号",
    born_on=date(1940, 1, 1),
    home_x=1200,
    home_y=-300,
)
WANG = ResidentRegistered(
    resident_id="wang",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=date(2000, 1, 1),
    homebound=False,
    personal=WANG_PERSONAL,
)


def in_group(group: KeyGroup) -> KeyGroupTagged:
    """Return that Wang belongs to a key group."""
    return KeyGroupTagged(resident_id="wang", group=group, since=YESTERDAY)


NEW_PAPER = Agreement(kind="new", copies=2, text_version="2017", text_hash=HASHES["2017"])
HEALTH_RECORD = GrantedItem(item="health-record", count=2, kinds=("pressure-check",), public_health_fen=1000)
HEALTH_EDUCATION = GrantedItem(item="health-education", count=2, public_health_fen=500)
SIGNED = ContractSigned(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    institution_id="fuhai",
    signed_on=TODAY,
    starts_on=TODAY,
    ends_on=date(2027, 3, 1),
    package="basic",
    signed_by="resident",
    signed_at="desk",
    doctor_id="li",
    nurse_id="he",
    key_groups=(),
    agreement=NEW_PAPER,
    institutions=(ChosenInstitution(institution_id="fuhai", tier=1),),
    entitlements=(HEALTH_RECORD, HEALTH_EDUCATION),
    remind_on=date(2027, 2, 15),
    team_load=1,
)

APPLIED = BedAppliedFor(
    family_bed_id="b1",
    resident_id="wang",
    team_id="team-1",
    kind="treatment",
    indications=("bedridden",),
    assess_by=date(2026, 3, 5),
)
ASSESSED = BedAssessed(
    family_bed_id="b1", assessed_on=YESTERDAY, assessor_id="li", condition_fits=True, dwelling_fits=True
)
DIAGNOSES = (
    Diagnosis(axis="biological", code="I69.3"),
    Diagnosis(axis="psychological", code="none"),
    Diagnosis(axis="social", code="Z74.2"),
)
AGREED = BedAgreed(
    family_bed_id="b1",
    agreed_on=TODAY,
    text_version="2026-1",
    copies=3,
    payment="self",
    signed_by="resident",
    insurer_approval_id=None,
)
BED_OPENED = BedOpened(
    family_bed_id="b1",
    resident_id="wang",
    team_id="team-1",
    kind="treatment",
    opened_on=TODAY,
    cycle_ends_on=date(2026, 5, 30),
    first_round_by=date(2026, 3, 3),
    round_every_days=7,
    nurse_round_every_days=4,
    doctor_id="li",
    nurse_id="he",
    bed_number="b1",
    diagnoses=DIAGNOSES,
    review_by=date(2026, 4, 1),
)

REFERRED = ReferralRequested(
    referral_id="r1",
    resident_id="wang",
    contract_id="c1",
    team_id="team-1",
    institution_id="city-3",
    urgency="ordinary",
    reason="I10",
    criteria=(),
    green_channel=False,
    in_contract=False,
    former_referral_id=None,
    slip=Slip(),
    requested_at=at(TODAY, 9),
    answer_by=at(date(2026, 3, 5), 9),
)
ACCEPTED = ReferralAccepted(
    referral_id="r1",
    resident_id="wang",
    team_id="team-1",
    answered_at=at(TODAY, 9),
    ward=None,
    bed=None,
    green_channel=False,
)
APPOINTED = ReferralScheduled(referral_id="r1", resident_id="wang", team_id="team-1", appointment_at=at(TODAY, 9))
ATTENDED = ReferralAttended(
    referral_id="r1",
    resident_id="wang",
    team_id="team-1",
    attended_at=at(TODAY, 9),
    follow_up_by=date(2026, 3, 16),
)
ADMITTED = ReferralAdmitted(
    referral_id="r1",
    resident_id="wang",
    team_id="team-1",
    admitted_on=TODAY,
    ward="cardiology",
    bed="12",
    follow_up_by=date(2026, 3, 7),
)
DISCHARGED = ReferralDischarged(
    referral_id="r1", resident_id="wang", team_id="team-1", discharged_on=TODAY, follow_up_by=date(2026, 3, 7)
)
REFERRED_DOWN = ReferralReferredDown(
    referral_id="r1",
    resident_id="wang",
    team_id="team-1",
    referred_down_on=TODAY,
    diagnoses=("I10",),
    plan=("two-drugs",),
    tests=("ecg",),
    rehabilitation=(),
    prescriptions=("amlodipine-5mg",),
    follow_up_by=date(2026, 3, 7),
)
RETURNED = ReferralReturned(
    referral_id="r1",
    resident_id="wang",
    contract_id="c1",
    team_id="team-1",
    returned_on=TODAY,
    follow_up_by=date(2026, 3, 16),
    advice=(),
)

REQUESTED = VisitRequested(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    contract_id="c1",
    family_bed_id=None,
    care_task_id="t1",
    purpose="hypertension-follow-up",
    needs=(Need(roles=("gp",), minutes=20, named_id="li"),),
    sync="single",
    least_gap=0,
    most_gap=0,
    window_from=TODAY,
    window_to=date(2026, 3, 8),
    plan_from=TODAY,
    opens_at=None,
    closes_at=None,
    priority=5,
)
LI_AT_8 = Slot(member_id="li", starts_at=at(TODAY, 8), ends_at=at(TODAY, 8, 20))
ASSIGNED = VisitAssigned(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id="t1",
    roster_id="team-1.2026-03-02",
    day=TODAY,
    slots=(LI_AT_8,),
)

MERGED = ResidentMerged(
    resident_id="wang", kept_id="wang-2", merged_on=TODAY, reason="registered twice", allowed_by="head"
)
"""The record of Wang is one of the person whose record `wang-2` is."""
