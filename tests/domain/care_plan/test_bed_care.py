"""The rounds of a family bed: always the next one of each kind, counted from the last."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.care_plan import CARE_PLAN
from domain.care_plan.commands import CancelCare, PlanBedCare
from domain.care_plan.events import CareTaskCancelled, CareTaskScheduled
from domain.family_bed import FAMILY_BED
from domain.family_bed.commands import OpenBed
from domain.family_bed.events import BedClosed, BedReturnedFromHospital, BedRoundRecorded, BedTransferredToHospital
from domain.resident.state import Resident
from domain.visit.commands import Need
from tests.domain.builders import AGREED, APPLIED, ASSESSED, BED_OPENED, DIAGNOSES, TEAM_1, TODAY, TOMORROW, at
from tests.rules import holds
from tests.spec import SZ_2018, folded, given, inputs_for

PLAN_ROUNDS = PlanBedCare(resident_id="wang", family_bed_id="b1")


def planned(bed: Any) -> list[Any]:
    """Return the events of planning today's care for a bed with this history."""
    return CARE_PLAN.decide(
        PLAN_ROUNDS,
        CARE_PLAN.initial,
        **inputs_for(PLAN_ROUNDS, now=at(TODAY, 9), family_bed=bed),
    )


def opened_today() -> list[Any]:
    """Return the history of a bed that opens today under the pack."""
    opens = OpenBed(
        family_bed_id="b1", team_id="team-1", opened_on=TODAY, doctor_id="li", nurse_id="he", diagnoses=DIAGNOSES
    )
    past = (APPLIED, ASSESSED, AGREED)
    return [*past, *given(*past).when(opens, team=[TEAM_1]).decided()]


def windows_of(kind: str, tasks: list[Any]) -> list[tuple[date, date]]:
    return [(task.window_from, task.window_to) for task in tasks if task.kind == kind]


def test_the_first_round_is_made_within_forty_eight_hours():
    rounds = windows_of("bed-round", planned(opened_today()))
    assert rounds == [(TODAY, TOMORROW)]  # whole days: what is done by its end is within 48 hours


def test_the_nurse_comes_in_the_first_four_days():
    nursing = windows_of("bed-nursing", planned(opened_today()))
    assert nursing == [(TODAY, date(2026, 3, 5))]


BED_ROUND = BedRoundRecorded(
    family_bed_id="b1",
    resident_id="wang",
    visit_id="b1.bed-round.1",
    made_at=at(TODAY, 8),
    member_ids=("li", "he"),
    findings=(),
)
BED_NURSING = replace(BED_ROUND, visit_id="b1.bed-nursing.1", kind="bed-nursing")
IN_HOSPITAL = BedTransferredToHospital(
    family_bed_id="b1", resident_id="wang", team_id="team-1", transferred_on=TOMORROW, referral_id=None
)
BACK = BedReturnedFromHospital(
    family_bed_id="b1",
    resident_id="wang",
    team_id="team-1",
    transferred_on=TOMORROW,
    returned_on=date(2026, 3, 16),
    first_round_by=date(2026, 3, 17),
)


def after(day: date, *tasks: Any, bed: Any = ()) -> dict[str, list[tuple[date, date]]]:
    """Return the windows of the rounds that are planned on a day at a bed with this history."""
    history = [APPLIED, BED_OPENED, *bed]
    decided = CARE_PLAN.decide(
        PLAN_ROUNDS,
        folded(CARE_PLAN, *tasks),
        now=at(day, 20),
        pack=SZ_2018,
        family_bed=folded(FAMILY_BED, *history),
        resident=Resident(),
    )
    return {kind: windows_of(kind, decided) for kind in ("bed-round", "bed-nursing") if windows_of(kind, decided)}


def planned_rounds() -> list[Any]:
    return planned([APPLIED, BED_OPENED])


@holds("A7.11")
def test_the_next_round_is_counted_from_the_last_and_never_more_than_seven_days_after_it():
    planned = planned_rounds()
    assert after(TODAY, *planned, bed=(BED_ROUND,)) == {"bed-round": [(date(2026, 3, 8), date(2026, 3, 9))]}
    late = replace(BED_ROUND, made_at=at(date(2026, 3, 5), 8))
    assert after(date(2026, 3, 5), *planned, bed=(late,)) == {"bed-round": [(date(2026, 3, 11), date(2026, 3, 12))]}
    assert after(TODAY, *planned, bed=(BED_NURSING,)) == {"bed-nursing": [(date(2026, 3, 4), date(2026, 3, 6))]}
    assert after(TODAY, *planned) == {}


def test_a_round_that_was_called_off_is_owed_from_tomorrow_on():
    called_off = CareTaskCancelled(
        resident_id="wang",
        care_task_id="b1.bed-round.1",
        team_id="team-1",
        cause="visit-cancelled",
        asked=False,
    )
    again = {"bed-round": [(TOMORROW, TOMORROW)]}
    assert after(TODAY, *planned_rounds(), called_off) == again
    weeks = (replace(BED_ROUND, visit_id="x", made_at=at(date(2026, 3, 9), 8)),)
    assert after(date(2026, 3, 20), *planned_rounds(), called_off, bed=weeks) == {
        "bed-round": [(date(2026, 3, 21), date(2026, 3, 23))]
    }  # from Saturday to Monday


@holds("A11.30")
def test_a_round_that_is_due_in_a_holiday_may_be_made_on_the_last_working_day_before_it():
    made = replace(BED_ROUND, made_at=at(date(2026, 4, 30), 8))
    nursed = replace(BED_NURSING, made_at=at(date(2026, 4, 30), 8))
    assert after(date(2026, 4, 30), *planned_rounds(), bed=(made, nursed)) == {
        "bed-round": [(date(2026, 5, 6), date(2026, 5, 7))],
        "bed-nursing": [(date(2026, 5, 1), date(2026, 5, 4))],
    }  # the nursing of the 1st to the 4th falls into Labour Day: no working day lies between it and the last one
    earlier = replace(BED_ROUND, made_at=at(date(2026, 4, 27), 8))
    assert after(date(2026, 4, 27), *planned_rounds(), bed=(earlier,)) == {
        "bed-round": [(date(2026, 4, 30), date(2026, 5, 4))]
    }


@holds("A7.15")
def test_nobody_is_visited_in_hospital_and_rounds_begin_anew_after_it():
    planned = planned_rounds()
    cancel = CancelCare(resident_id="wang", source_id="b1", last_day=TOMORROW, cause="in-hospital")
    gone: list[Any] = list(
        CARE_PLAN.decide(cancel, folded(CARE_PLAN, *planned), **inputs_for(cancel, now=at(TOMORROW, 9)))
    )
    assert [event.cause for event in gone] == ["in-hospital", "in-hospital"]
    away = (BED_ROUND, IN_HOSPITAL)
    assert after(date(2026, 3, 4), *planned, *gone, bed=away) == {}
    assert after(date(2026, 3, 16), *planned, *gone, bed=(*away, BACK)) == {
        "bed-round": [(date(2026, 3, 16), date(2026, 3, 17))],
        "bed-nursing": [(date(2026, 3, 16), date(2026, 3, 19))],
    }


def test_no_round_is_planned_beyond_the_cycle_or_after_the_end():
    last = replace(BED_ROUND, made_at=at(date(2026, 5, 24), 8))
    assert after(date(2026, 5, 24), *planned_rounds(), bed=(last,)) == {
        "bed-round": [(date(2026, 5, 29), date(2026, 5, 30))]
    }  # the 31st, seven days later, is a Sunday: the days begin with Friday
    later = replace(BED_ROUND, made_at=at(date(2026, 5, 25), 8))
    assert after(date(2026, 5, 25), *planned_rounds(), bed=(later,)) == {}
    closed = BedClosed(family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=TODAY, outcome="cured")
    assert after(TODAY, bed=(closed,)) == {}


@holds("A7.3")
def test_a_rehabilitation_bed_is_owed_rehabilitation_too():
    bed = [replace(APPLIED, kind="rehabilitation"), replace(BED_OPENED, kind="rehabilitation")]
    tasks = planned(bed)
    assert {task.kind for task in tasks} == {"bed-round", "bed-nursing", "bed-rehabilitation"}
    assert next(task.needs[0].roles for task in tasks if task.kind == "bed-rehabilitation") == ("rehab", "nurse")


def test_the_rounds_of_a_bed_are_planned_once():
    short = replace(BED_OPENED, cycle_ends_on=TOMORROW)
    nursing = CareTaskScheduled(
        resident_id="wang",
        team_id="team-1",
        sync="single",
        at_home=True,
        care_task_id="b1.bed-nursing.1",
        kind="bed-nursing",
        source="family_bed",
        source_id="b1",
        contract_id=None,
        family_bed_id="b1",
        needs=(Need(roles=("nurse",), minutes=30, named_id="he"),),
        priority=8,
        window_from=TODAY,
        window_to=TOMORROW,
        lost_after=date(2026, 3, 7),
    )
    round_ = replace(
        nursing,
        care_task_id="b1.bed-round.1",
        kind="bed-round",
        needs=(Need(roles=("gp",), minutes=40, named_id="li"), Need(roles=("nurse",), minutes=40, named_id="he")),
        sync="simultaneous",
        lost_after=date(2026, 3, 10),
    )
    given().when(PLAN_ROUNDS, family_bed=[APPLIED, short]).then(round_, nursing)
    given(round_, nursing).when(PLAN_ROUNDS, family_bed=[APPLIED, short]).then_nothing()


def test_rounds_are_planned_for_an_open_bed_of_the_resident():
    given().when(PLAN_ROUNDS).then_refused("bed-not-open", bed="b1")
    given().when(replace(PLAN_ROUNDS, resident_id="zhao"), family_bed=[APPLIED, BED_OPENED]).then_refused(
        "bed-of-another-resident", bed="b1", resident="zhao"
    )
