from dataclasses import replace
from datetime import date

from domain.decider import FOREVER, Claim
from domain.family_bed import (
    FAMILY_BED,
    ApplyForBed,
    AssessBed,
    BedClosed,
    BedPlanSet,
    BedRoundRecorded,
    CloseBed,
    OpenBed,
    RecordRound,
    SetBedPlan,
)
from domain.team import MemberLeft
from tests.domain.builders import (
    APPLIED,
    ASSESSED,
    BED_OPENED,
    SUN,
    TEAM_1,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.spec import claimed, folded, given

APPLY = ApplyForBed(
    family_bed_id="b1", resident_id="wang", team_id="team-1", kind="treatment", indications=("hemiplegia",)
)
WHO = {"resident": [WANG], "team": [TEAM_1]}
ASSESS = AssessBed(family_bed_id="b1", assessed_on=YESTERDAY, assessor_id="li", condition_fits=True, dwelling_fits=True)
OPEN = OpenBed(family_bed_id="b1", team_id="team-1", opened_on=TODAY, doctor_id="li", nurse_id="he")
PLAN = SetBedPlan(family_bed_id="b1", kind="nursing", measures=("turn-two-hourly",))
PLANNED = BedPlanSet(family_bed_id="b1", kind="nursing", measures=("turn-two-hourly",))
ROUND = RecordRound(family_bed_id="b1", visit_id="v1", made_at=at(TODAY, 8), member_ids=("li", "he"))
MADE = BedRoundRecorded(
    family_bed_id="b1",
    resident_id="wang",
    visit_id="v1",
    made_at=at(TODAY, 8),
    member_ids=("li", "he"),
    findings=(),
)
CLOSE = CloseBed(family_bed_id="b1", closed_on=TOMORROW, outcome="improved")
CLOSED = BedClosed(family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=TOMORROW, outcome="improved")
READY = (APPLIED, ASSESSED)
IN_USE = (APPLIED, ASSESSED, BED_OPENED)
OVER = (*IN_USE, CLOSED)


def test_a_bed_is_applied_for():
    given().when(APPLY, **WHO).then(APPLIED)


def test_the_same_application_again_says_nothing():
    given(APPLIED).when(APPLY, **WHO).then_nothing()


def test_another_application_for_the_same_bed_is_refused():
    given(APPLIED).when(replace(APPLY, kind="palliative"), **WHO).then_refused("bed-already-applied-for", bed="b1")


def test_a_bed_is_for_a_registered_resident():
    given().when(APPLY, team=[TEAM_1]).then_refused("resident-not-registered", resident="wang")


def test_a_bed_is_looked_after_by_a_team_that_is_formed():
    given().when(APPLY, resident=[WANG]).then_refused("team-not-formed", team="team-1")


def test_a_bed_needs_an_indication():
    given().when(replace(APPLY, indications=()), **WHO).then_refused("indication-missing", bed="b1")


def test_a_bed_is_assessed():
    given(APPLIED).when(ASSESS).then(ASSESSED)


def test_the_same_assessment_again_says_nothing():
    given(*READY).when(ASSESS).then_nothing()


def test_a_new_assessment_replaces_the_last():
    given(*READY).when(replace(ASSESS, dwelling_fits=False)).then(replace(ASSESSED, dwelling_fits=False))


def test_a_bed_that_nobody_applied_for_cannot_be_assessed_or_opened():
    given().when(ASSESS).then_refused("bed-unknown", bed="b1")
    given().when(OPEN, team=[TEAM_1]).then_refused("bed-unknown", bed="b1")


def test_an_open_bed_is_not_assessed_again():
    given(*IN_USE).when(replace(ASSESS, assessed_on=TODAY)).then_refused("bed-already-opened")


def test_nobody_has_assessed_tomorrow():
    given(APPLIED).when(replace(ASSESS, assessed_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


def test_an_assessed_bed_opens_for_a_cycle():
    given(*READY).when(OPEN, team=[TEAM_1]).then(BED_OPENED)


def test_a_cycle_may_be_shorter():
    given(*READY).when(replace(OPEN, days=30), team=[TEAM_1]).then(replace(BED_OPENED, cycle_ends_on=date(2026, 3, 31)))


def test_opened_again_on_the_same_day_it_says_nothing():
    given(*IN_USE).when(OPEN, team=[TEAM_1]).then_nothing()


def test_a_bed_opens_once():
    given(*IN_USE).when(replace(OPEN, opened_on=TOMORROW), team=[TEAM_1]).then_refused("bed-already-opened", bed="b1")


def test_a_bed_is_opened_by_the_team_that_was_asked():
    given(*READY).when(replace(OPEN, team_id="team-2")).then_refused("bed-of-another-team", team="team-1")


def test_a_bed_that_was_not_assessed_does_not_open():
    given(APPLIED).when(OPEN, team=[TEAM_1]).then_refused("bed-not-assessed", bed="b1")


def test_condition_and_dwelling_must_both_fit():
    for unfit in (replace(ASSESSED, condition_fits=False), replace(ASSESSED, dwelling_fits=False)):
        given(APPLIED, unfit).when(OPEN, team=[TEAM_1]).then_refused("bed-assessed-unfit", bed="b1")


def test_a_bed_does_not_open_before_it_was_assessed():
    early = replace(OPEN, opened_on=date(2026, 2, 28))
    given(*READY).when(early, team=[TEAM_1]).then_refused("bed-opened-before-assessed", day=YESTERDAY)


def test_a_cycle_is_ninety_days_at_most():
    given(*READY).when(replace(OPEN, days=90), team=[TEAM_1]).then(BED_OPENED)
    given(*READY).when(replace(OPEN, days=1), team=[TEAM_1]).then(replace(BED_OPENED, cycle_ends_on=TODAY))
    for days in (0, 91):
        given(*READY).when(replace(OPEN, days=days), team=[TEAM_1]).then_refused("bed-cycle-outside-limits", most=90)


def test_doctor_and_nurse_of_a_bed_are_seated_in_its_team():
    he_left = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)
    bigger = replace(TEAM_1, members=(*TEAM_1.members, SUN))
    given(*READY).when(OPEN, team=[TEAM_1, he_left]).then_refused("named-member-not-seated", member="he", role="nurse")
    given(*READY).when(replace(OPEN, doctor_id="sun"), team=[bigger]).then_refused(
        "named-member-not-seated", member="sun", role="gp"
    )


def test_a_plan_is_set():
    given(*IN_USE).when(PLAN).then(PLANNED)


def test_a_new_plan_replaces_the_last_of_its_kind_only():
    other = replace(PLANNED, measures=("wound-care",))
    treatment = replace(PLANNED, kind="treatment")
    assert folded(FAMILY_BED, *IN_USE, PLANNED, treatment, other).plans == (treatment, other)


def test_the_same_plan_again_says_nothing():
    given(*IN_USE, PLANNED).when(PLAN).then_nothing()


def test_a_plan_has_measures():
    given(*IN_USE).when(replace(PLAN, measures=())).then_refused("plan-without-measures", bed="b1")


def test_a_bed_that_is_not_open_gets_no_plan_no_round_and_no_end():
    given(*READY).when(PLAN).then_refused("bed-not-open", bed="b1")
    given(*OVER).when(PLAN).then_refused("bed-not-open", bed="b1")
    given(*READY).when(ROUND).then_refused("bed-not-open", bed="b1")
    given(*READY).when(CLOSE).then_refused("bed-not-open", bed="b1")


def test_a_round_is_recorded():
    given(*IN_USE).when(ROUND).then(MADE)


def test_a_visit_is_one_round():
    given(*IN_USE, MADE).when(ROUND).then_nothing()


def test_rounds_are_made_while_the_bed_is_open():
    given(*IN_USE).when(replace(ROUND, made_at=at(YESTERDAY, 8))).then_refused("bed-not-open")
    given(*OVER).when(replace(ROUND, made_at=at(date(2026, 3, 4), 8))).then_refused("bed-not-open")


def test_a_round_made_before_the_end_may_be_written_down_after_it():
    given(*OVER).when(ROUND).then(MADE)


def test_a_bed_is_closed():
    given(*IN_USE).when(CLOSE).then(CLOSED)


def test_closed_again_alike_it_says_nothing():
    given(*OVER).when(CLOSE).then_nothing()


def test_a_bed_closes_once():
    given(*OVER).when(replace(CLOSE, outcome="cured")).then_refused("bed-not-open", bed="b1")


def test_a_bed_does_not_close_before_it_opened():
    given(*IN_USE).when(replace(CLOSE, closed_on=YESTERDAY)).then_refused("bed-closed-before-opened", day=TODAY)


def test_a_bed_is_open_from_its_first_day_to_its_last():
    days = (YESTERDAY, TODAY, TOMORROW, date(2026, 3, 4))
    assert [folded(FAMILY_BED, *OVER).is_open(day) for day in days] == [False, True, True, False]
    assert not folded(FAMILY_BED, *READY).is_open(TODAY)


def test_it_claims_its_resident_until_it_is_closed():
    def claim(until: date) -> list[Claim]:
        return [Claim(key="open-bed:wang", rule="open-bed-exists", since=TODAY, until=until)]

    assert claimed(FAMILY_BED, *IN_USE) == claim(FOREVER)
    assert claimed(FAMILY_BED, *OVER) == claim(TOMORROW)
    assert claimed(FAMILY_BED, *READY) == []
