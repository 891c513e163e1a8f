"""A small town for tests of the whole system: a centre, a hospital, one team, and residents near it."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from domain.contract.commands import SignContract
from domain.family_bed.commands import AgreeBed, ApplyForBed, AssessBed, CloseBed, Diagnosis, OpenBed, SettleBed
from domain.institution import OpenInstitution
from domain.key_groups import KeyGroup
from domain.local_time import at_local
from domain.resident.commands import GiveConsent, Personal, RegisterResident, TagKeyGroup
from domain.team.commands import FormTeam, Licence, Member, Role, Shift
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded

MONDAY = date(2026, 3, 2)
SEVEN = at_local(MONDAY, 7 * 60)

OFFICE = tuple(Shift(weekday=d, starts=510, ends=1050, break_starts=720, break_ends=840) for d in range(5))

LICENCE = Licence(kind="general-practice", registered_in="SZ", practising_since=date(2015, 7, 1))


def town(folder: Path, now: datetime = SEVEN) -> Embedded:
    """Open a system in a folder, with its clock standing at `now`."""
    return Embedded(Settings(data=folder, now=now))


def member(role: Role, number: int = 1, shifts: tuple[Shift, ...] = OFFICE) -> Member:
    """Return a member whose id is role and number, as `nurse-2`."""
    licences = (LICENCE,) if role == "gp" else ()
    return Member(member_id=f"{role}-{number}", role=role, shifts=shifts, travels_by="e-bike", licences=licences)


def centre() -> list[object]:
    """Return the commands that open a centre and a hospital and form the team `east`: a doctor and two nurses."""
    return [
        OpenInstitution(
            institution_id="centre", name="东社康", kind="community-health", sector="public", tier=1, district="Futian"
        ),
        OpenInstitution(
            institution_id="hospital", name="区医院", kind="hospital", sector="public", tier=2, district="Futian"
        ),
        FormTeam(
            team_id="east",
            institution_id="centre",
            base_x=0,
            base_y=0,
            members=(member("gp"), member("nurse"), member("nurse", 2)),
        ),
    ]


def personal(name: str = "李秀英", x: int = 300, y: int = 400, number: str = "li") -> Personal:
    """Return personal details of a resident who lives at this place, in metres; their passport has this number."""
    return Personal(
        name=name,
        phone="13800138000",
        paper="passport",
        identity_number=f"E-{number}",
        address="福华路1号101室",
        born_on=date(1970, 1, 1),
        home_x=x,
        home_y=y,
    )


def signed(
    resident_id: str = "li", groups: Sequence[KeyGroup] = (), starts_on: date = MONDAY, *, homebound: bool = True
) -> list[object]:
    """Return the commands that register a resident, tag key groups and sign `contract-of-<resident>` with `east`."""
    return [
        RegisterResident(
            resident_id=resident_id,
            institution_id="centre",
            evidence="household-registration",
            resident_since=date(2000, 1, 1),
            homebound=homebound,
            personal=personal(number=resident_id),
        ),
        *(TagKeyGroup(resident_id=resident_id, group=group, since=MONDAY) for group in groups),
        SignContract(
            contract_id=f"contract-of-{resident_id}",
            resident_id=resident_id,
            team_id="east",
            signed_on=starts_on,
            starts_on=starts_on,
            agreement_read=True,
        ),
    ]


def bed(resident_id: str = "li", opened_on: date = MONDAY) -> list[object]:
    """Return the commands that lead to the open family bed `bed-of-<resident>`."""
    bed_id = f"bed-of-{resident_id}"
    return [
        ApplyForBed(
            family_bed_id=bed_id,
            resident_id=resident_id,
            team_id="east",
            kind="treatment",
            indications=("bedridden",),
        ),
        AssessBed(
            family_bed_id=bed_id, assessed_on=opened_on, assessor_id="gp-1", condition_fits=True, dwelling_fits=True
        ),
        GiveConsent(resident_id=resident_id, kind="home-visits", given_on=opened_on),
        AgreeBed(
            family_bed_id=bed_id,
            agreed_on=opened_on,
            text_version="2026-1",
            copies=3,
            criteria_told=True,
            risks_told=True,
            payment="self",
        ),
        OpenBed(
            family_bed_id=bed_id,
            team_id="east",
            opened_on=opened_on,
            doctor_id="gp-1",
            nurse_id="nurse-1",
            diagnoses=(
                Diagnosis(axis="biological", code="I69.3"),
                Diagnosis(axis="psychological", code="none"),
                Diagnosis(axis="social", code="Z74.2"),
            ),
        ),
    ]


def closed(resident_id: str = "li", closed_on: date = MONDAY) -> list[object]:
    """Return the commands that settle and close a resident's family bed."""
    bed_id = f"bed-of-{resident_id}"
    return [
        SettleBed(family_bed_id=bed_id, settled_on=closed_on, amount_fen=0, insurance_fen=0),
        CloseBed(family_bed_id=bed_id, closed_on=closed_on, outcome="improved"),
    ]


def run_commands(system: System, *commands: object) -> None:
    """Run commands one after the other; a refusal fails the test."""
    for command in commands:
        system.execute(command, actor="test")
