"""One resident's year, from the history of the system: every step happened through its commands, timers and rosters."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from domain.care_plan.commands import CompleteCareTask
from domain.contract.commands import RenewContract, SignContract, TransferContract
from domain.family_bed.commands import SetBedPlan
from domain.family_bed.events import BedOpened, BedRoundRecorded
from domain.finding import Finding
from domain.institution import OpenInstitution
from domain.local_time import at_local, local_day
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DischargeReferral,
    ReferDown,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
)
from domain.resident.commands import GiveConsent, RegisterResident, TagKeyGroup
from domain.rulebook import rules_of
from domain.team.commands import FormTeam
from domain.visit.commands import CompleteVisit, StartVisit
from infra.cli.records.history.reading import life_of
from infra.planning.plan_day import plan_day
from infra.store.recorded import StoredEvent
from infra.system import System
from schedulers.problem import Budget
from tests.rules import holds
from tests.small_town import MONDAY, bed, centre, closed, member, personal, run_commands, town

QUICK = Budget(iterations=2_000)

SIGNED_ON = MONDAY
FIRST_VISIT, SECOND_VISIT = date(2026, 4, 8), date(2026, 4, 17)
SEEN_ON, LET_OUT_ON = date(2026, 4, 20), date(2026, 4, 28)
BED_FROM, BED_TO = date(2026, 5, 6), date(2026, 5, 27)
RENEWED_ON = date(2027, 2, 1)


class Year:
    """Li Xiuying's year with her family doctor team."""

    def __init__(self, system: System) -> None:
        self.system = system

    def on(self, day: date, hour: int = 9) -> datetime:
        """Let time pass until that hour of that day: what falls due in between falls due."""
        now = at_local(day, hour * 60)
        self.system.clock.set(now)
        self.system.settle(now)
        return now

    def sign(self) -> None:
        """She registers, is known to have high blood pressure, and signs with the team and the district hospital."""
        self.on(SIGNED_ON, 7)
        run_commands(self.system, *centre())
        run_commands(self.system, *second_team())
        run_commands(
            self.system,
            RegisterResident(
                resident_id="li",
                institution_id="centre",
                evidence="household-registration",
                resident_since=date(2000, 1, 1),
                personal=personal(),
            ),
            TagKeyGroup(resident_id="li", group="hypertension", since=date(2024, 5, 1)),
            GiveConsent(resident_id="li", kind="health-data", given_on=SIGNED_ON),
            GiveConsent(resident_id="li", kind="sharing-with-hospital", given_on=SIGNED_ON),
            SignContract(
                contract_id="c-li",
                resident_id="li",
                team_id="east",
                institution_ids=("hospital",),
                signed_on=SIGNED_ON,
                starts_on=SIGNED_ON,
                agreement_read=True,
            ),
        )

    def see_the_doctor(self, day: date, systolic: int, diastolic: int) -> None:
        """She comes to the centre for the follow-up that is due, and her pressure is taken."""
        self.on(day)
        (task,) = self.due("hypertension-follow-up")
        measured = (
            Finding(code="systolic-pressure", value=systolic, unit="mmHg"),
            Finding(code="diastolic-pressure", value=diastolic, unit="mmHg"),
        )
        run_commands(self.system, CompleteCareTask(resident_id="li", care_task_id=task, done_on=day, measured=measured))

    def go_to_hospital(self) -> None:
        """The team refers her through the green channel; the hospital keeps her a week and hands her back."""
        self.on(SECOND_VISIT, 10)
        run_commands(
            self.system,
            RequestReferral(
                referral_id="f-li",
                resident_id="li",
                contract_id="c-li",
                institution_id="hospital",
                urgency="ordinary",
                reason="pressure-uncontrolled-twice",
                criteria=("pressure-uncontrolled-twice",),
                green_channel=True,
            ),
            AcceptReferral(referral_id="f-li", green_channel=True),
            ScheduleReferral(referral_id="f-li", appointment_at=at_local(SEEN_ON, 8 * 60)),
        )
        seen = self.on(SEEN_ON)
        run_commands(
            self.system,
            AttendReferral(referral_id="f-li", attended_at=seen),
            AdmitReferral(referral_id="f-li", admitted_on=SEEN_ON, ward="cardiology"),
        )
        self.on(SEEN_ON + timedelta(days=3))
        (task,) = self.due("hospital-follow-up")
        run_commands(
            self.system,
            CompleteCareTask(resident_id="li", care_task_id=task, done_on=SEEN_ON + timedelta(days=3)),
        )
        self.on(LET_OUT_ON, 15)
        run_commands(
            self.system,
            DischargeReferral(referral_id="f-li", discharged_on=LET_OUT_ON),
            ReferDown(
                referral_id="f-li",
                referred_down_on=LET_OUT_ON,
                diagnoses=("I11.0",),
                plan=("medication-adjusted",),
                stable=True,
            ),
            ReturnReferral(referral_id="f-li", returned_on=LET_OUT_ON),
        )

    def lie_at_home(self) -> None:
        """A family bed is opened; the rosters bring doctor and nurse to it until it closes."""
        self.on(BED_FROM, 7)
        run_commands(
            self.system,
            *bed("li", BED_FROM),
            SetBedPlan(family_bed_id="bed-of-li", kind="treatment", measures=("blood-pressure-control",)),
        )
        day = BED_FROM
        while day < BED_TO:
            self.visits_of(day)
            day += timedelta(days=1)
        self.on(BED_TO, 16)
        run_commands(self.system, *closed("li", BED_TO))

    def visits_of(self, day: date) -> None:
        """The morning's roster is made, and whoever stands in it goes."""
        self.on(day, 7)
        plan_day(self.system, day, budget=QUICK)
        placed = self.system.rows.ask(
            "SELECT visit_id, slots FROM visits_v1 WHERE status = 'assigned' AND day = :day", day=day.isoformat()
        )
        times = {str(visit["visit_id"]): json.loads(str(visit["slots"])) for visit in placed}
        ends = {
            visit_id: max(datetime.fromisoformat(slot["ends_at"]) for slot in times[visit_id]) for visit_id in times
        }
        for visit_id in sorted(times, key=lambda visit_id: ends[visit_id]):
            entered = min(datetime.fromisoformat(slot["starts_at"]) for slot in times[visit_id])
            self.system.clock.set(ends[visit_id])
            run_commands(
                self.system,
                StartVisit(visit_id=visit_id, entered_at=entered),
                CompleteVisit(visit_id=visit_id, left_at=ends[visit_id]),
            )

    def renew(self) -> None:
        """She moves to the other team with her consent, and signs another year."""
        self.on(RENEWED_ON)
        run_commands(
            self.system,
            TransferContract(contract_id="c-li", team_id="west", consent=True),
            RenewContract(contract_id="c-li", signed_on=RENEWED_ON, agreement_read=True),
        )

    def due(self, kind: str) -> list[str]:
        """Return her tasks of a kind that are due."""
        rows = self.system.rows.ask(
            "SELECT care_task_id FROM care_tasks_v1 WHERE kind = :kind AND status = 'due' ORDER BY window_from",
            kind=kind,
        )
        return [str(row["care_task_id"]) for row in rows]

    def history(self) -> list[StoredEvent]:
        """Return all that happened to her."""
        return life_of(self.system, "li")


def second_team() -> list[object]:
    """Return the city's hospital and the team `west`."""
    return [
        OpenInstitution(
            institution_id="city", name="市医院", kind="hospital", sector="public", tier=3, district="Futian"
        ),
        FormTeam(
            team_id="west",
            institution_id="centre",
            base_x=900,
            base_y=0,
            members=(member("gp", 8), member("nurse", 8)),
        ),
    ]


STORY = (
    "resident.registered.v1",
    "resident.key_group_tagged.v1",
    "contract.signed.v1",
    "care_plan.task_scheduled.v1",
    "care_plan.task_done.v1",
    "care_plan.referral_advised.v1",
    "referral.requested.v1",
    "referral.accepted.v1",
    "referral.attended.v1",
    "referral.admitted.v1",
    "referral.discharged.v1",
    "referral.returned.v1",
    "referral.followed_up.v1",
    "family_bed.applied_for.v1",
    "family_bed.assessed.v1",
    "family_bed.agreed.v1",
    "family_bed.opened.v1",
    "family_bed.round_recorded.v1",
    "family_bed.closed.v1",
    "contract.transferred.v1",
    "contract.renewed.v1",
)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder: Path = tmp_path_factory.mktemp("year")
    with town(folder) as system:
        li = Year(system)
        li.sign()
        li.see_the_doctor(FIRST_VISIT, 164, 102)
        li.see_the_doctor(SECOND_VISIT, 170, 104)
        li.go_to_hospital()
        for day in (LET_OUT_ON + timedelta(days=1), LET_OUT_ON + timedelta(days=2)):
            li.visits_of(day)
        li.lie_at_home()
        li.renew()
        yield li


@holds("A1.6", "A5.2", "A8.1", "A7.1")
def test_her_year_happens_in_this_order(year: Year) -> None:
    names = [event.name for event in year.history()]
    matched = 0
    for name in names:
        if matched < len(STORY) and name == STORY[matched]:
            matched += 1
    assert matched == len(STORY), f"{STORY[matched]} did not happen after {STORY[matched - 1]}"


def test_each_step_names_its_pack_and_each_decided_one_its_rules(year: Year) -> None:
    history = year.history()
    assert {event.metadata.pack for event in history} == {"SZ-2025"}
    assert [event.name for event in history if event.name in STORY and not rules_of(event.event)] == []


def test_the_second_high_pressure_in_a_row_advises_a_referral_and_the_first_does_not(year: Year) -> None:
    advised = [event for event in year.history() if event.name == "care_plan.referral_advised.v1"]
    assert [event.metadata.recorded_at.date() for event in advised] == [SECOND_VISIT]


def test_the_bed_never_waits_longer_for_a_doctor_than_its_days(year: Year) -> None:
    events = [event.event for event in year.history()]
    (opened,) = (event for event in events if isinstance(event, BedOpened))
    made = [event for event in events if isinstance(event, BedRoundRecorded) and len(event.member_ids) == 2]
    days = [BED_FROM, *(local_day(event.made_at) for event in made)]
    assert len(made) >= 3
    assert all((later - earlier).days <= opened.round_every_days for earlier, later in pairwise(days))


def test_what_is_owed_after_the_renewal_is_owed_by_the_new_team(year: Year) -> None:
    owed = year.system.rows.ask(
        "SELECT DISTINCT team_id FROM care_tasks_v1 WHERE status IN ('scheduled', 'due') AND window_from > '2027-02-02'"
    )
    assert [row["team_id"] for row in owed] == ["west"]
