"""Two teams for tests of access: `east` in Futian and `west` in Luohu, with residents whose values are told apart.

Nurse 1 of `east` has visited Li, nurse 2 Wang; nobody of `east` knows Zhao, who belongs to `west`. Li and Wang are
referred to `hospital-1`, Zhao to `hospital-2`. Sun and Zhou are registered in Luohu without a
contract, Sun has a draft with `west`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.account.commands import BreakGlass, GrantRole, OpenAccount
from domain.alliance.commands import FormAlliance
from domain.contract.commands import DraftContract, SignContract
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    Diagnosis,
    OpenBed,
    SetBedPlan,
)
from domain.finding import Finding
from domain.institution import OpenInstitution
from domain.local_time import at_local
from domain.notice import RecordNotice
from domain.referral.commands import RequestReferral, Slip
from domain.resident.commands import GiveConsent, JoinHousehold, Personal, RegisterResident, TagKeyGroup
from domain.roster.commands import PublishRoster, RosterSlot, Solution
from domain.survey import RecordSatisfaction, Score
from domain.team.commands import FormTeam, KeepApart, Member, RecordAbsence
from domain.visit.commands import AssignVisit, CompleteVisit, Need, RequestVisit, Slot, StartVisit
from domain.webhook import AddWebhook
from infra.access.principal import Grant, Principal
from infra.command_handler import CommandRequest, execute
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.small_town import LICENCE, MONDAY, OFFICE

NOON = at_local(MONDAY, 12 * 60)
NIGHT_BEFORE = at_local(MONDAY - timedelta(days=1), 20 * 60)

TEAM_OF = {"li": "east", "wang": "east", "zhao": "west"}
NURSE_OF = {"li": "east-nurse-1", "wang": "east-nurse-2", "zhao": "west-nurse-1"}
HOSPITAL_OF = {"li": "hospital-1", "wang": "hospital-1", "zhao": "hospital-2"}

PEOPLE: Mapping[str, Personal] = {
    resident_id: Personal(
        name=name,
        phone=f"138{number}{number}{number}{number}{number}{number}{number}{number}",
        identity_number=identity,
        address=f"{street}{number}{number}{number}号{number}{number}0{number}室",
        born_on=date(1940 + number, number, 10 + number),
        home_x=310_000 + number * 1111,
        home_y=420_000 + number * 1111,
        family_name=f"{name[0]}家属{number}",
        family_phone=f"139{number}{number}{number}{number}{number}{number}{number}{number}",
    )
    for number, (resident_id, name, identity, street) in enumerate(
        (
            ("li", "李秀英", "440304194101110017", "福华路"),
            ("wang", "王建国", "44030419420212002X", "景田街"),
            ("zhao", "赵玉兰", "440304194303130032", "东门巷"),
            ("sun", "孙德胜", "440304194404140045", "翠竹路"),
            ("zhou", "周桂香", "440304194505150058", "文锦路"),
        ),
        start=1,
    )
}

FINDING_OF = {"li": "wound-clean", "wang": "wound-red", "zhao": "wound-open"}
DIAGNOSIS_OF = {"li": "I69.3", "wang": "I70.2", "zhao": "I71.4"}


def secrets_of(resident_id: str) -> set[str]:
    """Return what only those may see who see a resident's values in full."""
    person = PEOPLE[resident_id]
    return {
        person.name,
        person.phone,
        person.identity_number,
        person.address,
        str(person.born_on),
        str(person.home_x),
        str(person.home_y),
        str(person.family_name),
        str(person.family_phone),
    }


def health_of(resident_id: str) -> set[str]:
    """Return the findings of a resident."""
    return {FINDING_OF[resident_id], DIAGNOSIS_OF[resident_id]} if resident_id in FINDING_OF else set()


MEMBER = Principal(
    account_id="li-mei", grants=(Grant(role="member", scope="team", scope_id="east"),), member_id="east-nurse-1"
)
ON_CALL = Principal(
    account_id="dr-hu", grants=(Grant(role="member", scope="team", scope_id="east"),), member_id="east-gp-1"
)
"""A doctor who has made no visit, and who broke glass for Zhao's record at noon, for four hours."""

PRINCIPALS: Mapping[str, Principal] = {
    "member": MEMBER,
    "leader": Principal(account_id="chen-wei", grants=(Grant(role="leader", scope="team", scope_id="east"),)),
    "clerk": Principal(account_id="wu-min", grants=(Grant(role="clerk", scope="institution", scope_id="centre-east"),)),
    "auditor": Principal(account_id="zheng-li", grants=(Grant(role="auditor"),)),
    "operator": Principal(account_id="he-tao", grants=(Grant(role="operator"),)),
    "administrator": Principal(
        account_id="ma-lin", grants=(Grant(role="administrator", scope="district", scope_id="Futian"),)
    ),
    "resident": Principal(account_id="r-li", grants=(Grant(role="resident"),), resident_id="li"),
    "hospital": Principal(account_id="h-one", grants=(Grant(role="hospital"),), hospital_id="hospital-1"),
    "service": Principal(account_id="worker", grants=(Grant(role="service"),)),
}
"""One account for each role, each with the narrowest scope that it has in practice."""


def centre(side: str, district: str) -> list[object]:
    """Return the commands that open a centre with its team."""
    return [
        OpenInstitution(
            institution_id=f"centre-{side}",
            name=f"{side}社康",
            kind="community-health",
            sector="public",
            tier=1,
            district=district,
            x=0,
            y=0,
        ),
        FormTeam(
            team_id=side,
            institution_id=f"centre-{side}",
            base_x=0,
            base_y=0,
            members=(
                Member(member_id=f"{side}-gp-1", role="gp", shifts=OFFICE, licences=(LICENCE,)),
                Member(
                    member_id=f"{side}-nurse-1", role="nurse", shifts=OFFICE, qualifications=("wound-care", "visiting")
                ),
                Member(
                    member_id=f"{side}-nurse-2", role="nurse", shifts=OFFICE, qualifications=("wound-care", "visiting")
                ),
            ),
        ),
        RecordAbsence(
            team_id=side, absence_id="a1", member_id=f"{side}-nurse-1", on=MONDAY + timedelta(days=9), reason="ill"
        ),
    ]


def account(side: str) -> list[object]:
    """Return the commands that open the account of a nurse, `nurse-of-<team>`."""
    nurse = f"nurse-of-{side}"
    return [
        OpenAccount(account_id=nurse, member_id=f"{side}-nurse-1", reason="new-duty"),
        GrantRole(account_id=nurse, role="member", scope="team", scope_id=side, reason="new-duty"),
    ]


def emergency() -> list[object]:
    """Return the commands by which the doctor on call opens Zhao's record."""
    doctor = ON_CALL.account_id
    return [
        OpenAccount(account_id=doctor, member_id=ON_CALL.member_id, reason="new-duty"),
        GrantRole(account_id=doctor, role="member", scope="team", scope_id="east", reason="new-duty"),
        BreakGlass(account_id=doctor, resident_id="zhao", reason="emergency-care", until=NOON + timedelta(hours=4)),
    ]


def hospital(institution_id: str, district: str) -> list[object]:
    """Return the commands that open a hospital with its alliance, `alliance-of-<hospital>`."""
    return [
        OpenInstitution(
            institution_id=institution_id,
            name=institution_id,
            kind="hospital",
            sector="public",
            tier=2,
            district=district,
        ),
        FormAlliance(alliance_id=f"alliance-of-{institution_id}", name=institution_id, institution_id=institution_id),
    ]


def of_resident(resident_id: str) -> list[object]:
    """Return the commands by which a resident is registered, signed, visited, cared for in bed and referred."""
    team, nurse = TEAM_OF[resident_id], NURSE_OF[resident_id]
    starts = at_local(MONDAY, 9 * 60)
    slot = Slot(member_id=nurse, starts_at=starts, ends_at=starts + timedelta(minutes=30))
    bed, visit = f"bed-{resident_id}", f"visit-{resident_id}"
    roster = RosterSlot(
        visit_id=visit, service=0, travel_seconds=60, member_id=nurse, starts_at=slot.starts_at, ends_at=slot.ends_at
    )
    return [
        *registered(resident_id, f"centre-{team}"),
        TagKeyGroup(resident_id=resident_id, group="hypertension", since=date(2020, 1, 1)),
        JoinHousehold(
            resident_id=resident_id, household_id=f"home-of-{resident_id}", relation="head", since=date(2020, 1, 1)
        ),
        *(
            GiveConsent(resident_id=resident_id, kind=kind, given_on=date(2026, 1, 1))
            for kind in ("home-visits", "sharing-with-hospital")
        ),
        SignContract(
            contract_id=f"contract-{resident_id}",
            resident_id=resident_id,
            team_id=team,
            signed_on=MONDAY - timedelta(days=10),
            starts_on=MONDAY - timedelta(days=10),
            agreement_read=True,
            doctor_id=f"{team}-gp-1",
            nurse_id=f"{team}-nurse-2",
        ),
        RequestVisit(
            visit_id=visit,
            resident_id=resident_id,
            team_id=team,
            contract_id=f"contract-{resident_id}",
            purpose="dressing",
            needs=(Need(roles=("nurse",), minutes=30),),
            window_from=MONDAY,
            window_to=MONDAY,
            assessor_id=f"{team}-gp-1",
        ),
        ApplyForBed(
            family_bed_id=bed,
            resident_id=resident_id,
            team_id=team,
            kind="treatment",
            indications=("bedridden",),
        ),
        AssessBed(
            family_bed_id=bed,
            assessed_on=MONDAY - timedelta(days=1),
            assessor_id=f"{team}-gp-1",
            condition_fits=True,
            dwelling_fits=True,
        ),
        AgreeBed(
            family_bed_id=bed,
            agreed_on=MONDAY - timedelta(days=1),
            text_version="2026-1",
            copies=3,
            criteria_told=True,
            risks_told=True,
            payment="self",
        ),
        OpenBed(
            family_bed_id=bed,
            team_id=team,
            opened_on=MONDAY - timedelta(days=1),
            doctor_id=f"{team}-gp-1",
            nurse_id=nurse,
            diagnoses=(
                Diagnosis(axis="biological", code=DIAGNOSIS_OF[resident_id]),
                Diagnosis(axis="psychological", code="none"),
                Diagnosis(axis="social", code="none"),
            ),
        ),
        SetBedPlan(
            family_bed_id=bed,
            kind="nursing",
            measures=("turn-every-2h",),
            diagnoses=(DIAGNOSIS_OF[resident_id],),
            goals=("skin-intact",),
        ),
        PublishRoster(team_id=team, day=MONDAY, slots=(roster,), unplaced=(), solution=SOLUTION),
        AssignVisit(visit_id=visit, roster_id=f"{team}.{MONDAY}", day=MONDAY, slots=(slot,)),
    ]


SOLUTION = Solution(
    problem_digest="0" * 64, solver="by hand", seed=1, iterations=1, deterministic=0.0, costs=(), proof="unknown"
)


def registered(resident_id: str, institution_id: str) -> list[object]:
    """Return the command that registers a resident."""
    return [
        RegisterResident(
            resident_id=resident_id,
            institution_id=institution_id,
            evidence="household-registration",
            resident_since=date(2000, 1, 1),
            homebound=True,
            personal=PEOPLE[resident_id],
        )
    ]


def on_the_day(resident_id: str) -> list[object]:
    """Return the commands of a resident's Monday: the visit is made, the round is written up, a hospital is asked."""
    nurse = NURSE_OF[resident_id]
    finding = FINDING_OF[resident_id]
    return [
        StartVisit(visit_id=f"visit-{resident_id}", entered_at=at_local(MONDAY, 9 * 60), member_id=nurse),
        CompleteVisit(
            visit_id=f"visit-{resident_id}",
            left_at=at_local(MONDAY, 9 * 60 + 30),
            findings=(finding,),
            measured=(Finding(code="temperature", value=36.8, unit="Cel"),),
        ),
        RecordNotice(
            visit_id=f"visit-{resident_id}",
            resident_id=resident_id,
            starts_at=at_local(MONDAY, 9 * 60),
            member_ids=(nurse,),
            channel="in-person",
            notified_by=nurse,
        ),
        RecordSatisfaction(
            survey_id=f"survey-{resident_id}",
            resident_id=resident_id,
            contract_id=f"contract-{resident_id}",
            answered_on=MONDAY,
            scores=(Score(question="access", score=4),),
        ),
        RequestReferral(
            referral_id=f"referral-{resident_id}",
            resident_id=resident_id,
            contract_id=f"contract-{resident_id}",
            institution_id=HOSPITAL_OF[resident_id],
            urgency="urgent",
            reason=finding,
            criteria=("chest-pain",),
            slip=Slip(conditions=(DIAGNOSIS_OF[resident_id],)),
        ),
    ]


def record(system: System, now: datetime, commands: list[object], actor: str = "test") -> None:
    """Record commands at a moment, those of the planner, too; a refusal fails the test."""
    for command in commands:
        execute(
            system.store, CommandRequest(command=command, command_id=None, actor=actor, now=now), region=system.region
        )
        system.follower.follow(now)


@contextmanager
def two_teams(folder: Path) -> Iterator[Embedded]:
    """Open the system of both teams on Monday at noon."""
    with Embedded(Settings(data=folder, now=NOON)) as system:
        hospitals = [
            command
            for number, district in ((1, "Futian"), (2, "Luohu"))
            for command in hospital(f"hospital-{number}", district)
        ]
        record(
            system,
            NIGHT_BEFORE,
            [
                *hospitals,
                *centre("east", "Futian"),
                *centre("west", "Luohu"),
                AddWebhook(webhook_id="gateway", address="https://gateway.example/jiayi", reason="set-up"),
                *registered("sun", "centre-west"),
                *registered("zhou", "centre-west"),
            ],
        )
        for side in ("east", "west"):
            record(system, NIGHT_BEFORE, account(side))
        for resident_id in TEAM_OF:
            record(system, NIGHT_BEFORE, of_resident(resident_id))
        record(
            system,
            NIGHT_BEFORE,
            [
                KeepApart(team_id="east", member_id="east-gp-1", resident_id="li"),
                DraftContract(contract_id="draft-sun", resident_id="sun", team_id="west"),
            ],
        )
        for resident_id in TEAM_OF:
            record(system, NOON, on_the_day(resident_id))
        opening, granting, breaking = emergency()
        record(system, NOON, [opening, granting])
        record(system, NOON, [breaking], actor=ON_CALL.account_id)
        yield system
