"""Laws of a family bed: no commands, in any order, lead to a forbidden history."""

from datetime import date, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from domain.family_bed import FAMILY_BED
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    CloseBed,
    EvaluateBedPlan,
    ExtendBed,
    OpenBed,
    Overdue,
    RecordRound,
    ReportBedOverdue,
    ResubmitBedApplication,
    ReturnBedApplication,
    ReturnBedFromHospital,
    ReviewBed,
    SetBedPlan,
    SettleBed,
    StopBedPlan,
    TransferBedToHospital,
    WriteUpRound,
)
from domain.family_bed.events import (
    BedAgreed,
    BedApplicationReturned,
    BedAppliedForAgain,
    BedAssessed,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
)
from domain.local_time import local_day
from tests.domain.builders import DIAGNOSES, TEAM_1, TODAY, WANG, at
from tests.domain.walks.walking import OFTEN, Step, every_walk, near, steps_of

B1: dict[str, Any] = {"family_bed_id": "b1"}
WHO = {"resident": [WANG], "team": [TEAM_1]}
APPLY: Step = (
    timedelta(0),
    ApplyForBed(**B1, resident_id="wang", team_id="team-1", kind="treatment", indications=("bedridden",)),
    WHO,
)
DAYS = near(TODAY, 40)
FITS = st.sampled_from([True, True, True, False])


def agree(now: datetime) -> AgreeBed:
    return AgreeBed(
        **B1,
        agreed_on=local_day(now),
        text_version="2026-1",
        copies=3,
        criteria_told=True,
        risks_told=True,
        payment="self",
    )


def open_on(day: date) -> OpenBed:
    return OpenBed(**B1, team_id="team-1", opened_on=day, doctor_id="li", nurse_id="he", diagnoses=DIAGNOSES, days=15)


def assess(now: datetime) -> AssessBed:
    return AssessBed(**B1, assessed_on=local_day(now), assessor_id="li", condition_fits=True, dwelling_fits=True)


def round_at(now: datetime) -> RecordRound:
    return RecordRound(**B1, visit_id=f"v{local_day(now)}", made_at=now, member_ids=("li", "he"))


def overdue(what: Overdue, due_on: date) -> ReportBedOverdue:
    return ReportBedOverdue(**B1, what=what, due_on=due_on)


PAPERS = [
    st.just(ReturnBedApplication(**B1, reason="other")),
    st.just(ResubmitBedApplication(**B1, kind="palliative", indications=("terminal-cancer",))),
    *OFTEN * [st.just(assess)],
    st.builds(
        AssessBed,
        family_bed_id=st.just("b1"),
        assessed_on=DAYS,
        assessor_id=st.just("li"),
        condition_fits=FITS,
        dwelling_fits=FITS,
    ),
    *OFTEN * [st.just(agree)],
    *OFTEN * [st.just((lambda now: open_on(local_day(now)), {"team": [TEAM_1]}))],
    st.builds(open_on, DAYS).map(lambda command: (command, {"team": [TEAM_1]})),
]
CARE = [
    *OFTEN * [st.just(SetBedPlan(**B1, kind="nursing", measures=("turn",), diagnoses=("risk",), goals=("intact",)))],
    st.just(lambda now: EvaluateBedPlan(**B1, kind="nursing", evaluated_on=local_day(now), result="met")),
    st.just(lambda now: StopBedPlan(**B1, kind="nursing", stopped_on=local_day(now), reason="goal-met")),
    *OFTEN * [st.just(round_at)],
    st.builds(lambda day: RecordRound(**B1, visit_id=f"v{day}", made_at=at(day, 8), member_ids=("li",)), DAYS),
    st.just(lambda now: WriteUpRound(**B1, visit_id=f"v{local_day(now)}", complaints=("pain",), contact_talked=True)),
    st.just(lambda now: ReviewBed(**B1, reviewed_on=local_day(now), reviewer_id="chen")),
    *OFTEN * [st.just(lambda now: ExtendBed(**B1, extended_on=local_day(now), days=15))],
    st.builds(ExtendBed, family_bed_id=st.just("b1"), extended_on=DAYS, days=st.sampled_from([None, 20])),
    *2 * [st.just(lambda now: TransferBedToHospital(**B1, transferred_on=local_day(now)))],
    st.builds(TransferBedToHospital, family_bed_id=st.just("b1"), transferred_on=DAYS),
    *OFTEN * [st.just(lambda now: ReturnBedFromHospital(**B1, returned_on=local_day(now)))],
    st.builds(ReturnBedFromHospital, family_bed_id=st.just("b1"), returned_on=DAYS),
    *2 * [st.just(lambda now: SettleBed(**B1, settled_on=local_day(now), amount_fen=100, insurance_fen=60))],
    st.just(lambda now: CloseBed(**B1, closed_on=local_day(now), outcome="improved")),
    st.builds(CloseBed, family_bed_id=st.just("b1"), closed_on=DAYS, outcome=st.just("died")),
]
DEADLINES = [
    st.builds(overdue, st.sampled_from(get_args(Overdue)), DAYS),
    st.builds(overdue, st.just("assessment"), st.just(date(2026, 3, 5))),
    st.builds(overdue, st.just("first-round"), st.just(date(2026, 3, 3))),
    st.builds(overdue, st.just("cycle"), st.just(date(2026, 3, 16))),
]
OPENED: list[Step] = [
    (timedelta(0), assess, {}),
    (timedelta(0), agree, {}),
    (timedelta(0), lambda now: open_on(local_day(now)), {"team": [TEAM_1]}),
]
OF_PAPERS = (BedApplicationReturned, BedAppliedForAgain)
OF_CARE = (
    *(BedPlanSet, BedPlanEvaluated, BedPlanStopped, BedRoundRecorded, BedRoundWrittenUp, BedReviewed),
    *(BedExtended, BedTransferredToHospital, BedReturnedFromHospital, BedSettled, BedClosed),
)


@every_walk(FAMILY_BED, APPLY, steps_of(*PAPERS, *DEADLINES, days=3), unmet=OF_CARE)
def test_a_bed_opens_once_after_its_newest_assessment_fitted_and_its_agreement_was_signed(history):
    returned = False
    for number, event in enumerate(history.events):
        before = history.events[:number]
        kinds = [type(past) for past in before]
        assessments = [past for past in before if isinstance(past, BedAssessed)]
        match event:
            case BedApplicationReturned():
                assert not returned
                assert BedAssessed not in kinds
                returned = True
            case BedAppliedForAgain():
                assert returned
                returned = False
            case BedAssessed():
                assert not returned
                assert event.assessed_on <= local_day(history.moments[number])
            case BedAgreed():
                assert BedOpened not in kinds
                assert (assessments[-1].condition_fits, assessments[-1].dwelling_fits) == (True, True)
            case BedOpened():
                assert BedOpened not in kinds
                assert (assessments[-1].condition_fits, assessments[-1].dwelling_fits) == (True, True)
                agreed = next(past for past in reversed(before) if isinstance(past, BedAgreed))
                assert max(agreed.agreed_on, assessments[-1].assessed_on) <= event.opened_on
                assert event.opened_on <= local_day(history.moments[number])
    overdue = [event for event in history.events if isinstance(event, BedFellOverdue)]
    assert len(set(overdue)) == len(overdue)


FROM_OPENING = steps_of(*CARE, *PAPERS[2:4], *DEADLINES, days=3).map(lambda some: [*OPENED, *some])


@every_walk(FAMILY_BED, APPLY, FROM_OPENING, unmet=OF_PAPERS)
def test_care_is_given_at_an_open_bed_only_and_never_in_hospital(history):
    in_hospital: date | None = None
    free_since = TODAY
    seen: list[Any] = []
    for event, now in zip(history.events, history.moments, strict=True):
        over = next((past for past in seen if isinstance(past, BedClosed)), None)
        match event:
            case BedRoundRecorded():
                day = local_day(event.made_at)
                assert event.made_at <= now
                assert day >= TODAY
                assert over is None or day <= over.closed_on
                assert in_hospital is None or day <= in_hospital
                assert all(past.visit_id != event.visit_id for past in seen if isinstance(past, BedRoundRecorded))
            case BedRoundWrittenUp():
                assert any(isinstance(p, BedRoundRecorded) and p.visit_id == event.visit_id for p in seen)
            case BedTransferredToHospital():
                assert in_hospital is None
                assert free_since <= event.transferred_on <= local_day(now)
                in_hospital = event.transferred_on
            case BedReturnedFromHospital():
                assert in_hospital is not None
                assert in_hospital <= event.returned_on <= local_day(now)
                in_hospital, free_since = None, event.returned_on
            case BedClosed():
                assert any(isinstance(past, BedSettled) for past in seen)
                assert over is None
            case _:
                assert over is None or isinstance(event, BedOpened), f"{event} after the end"
        seen.append(event)


@every_walk(FAMILY_BED, APPLY, FROM_OPENING, unmet=OF_PAPERS)
def test_each_cycle_rests_on_an_assessment_of_its_own_and_ends_after_the_one_before(history):
    cycle, ends_on, newest = 0, TODAY, date.min
    fresh: BedAssessed | None = None
    for event, now in zip(history.events, history.moments, strict=True):
        match event:
            case BedAssessed():
                fresh = event
            case BedOpened() | BedExtended():
                assert fresh is not None
                assert (fresh.condition_fits, fresh.dwelling_fits) == (True, True)
                assert event.cycle_ends_on >= ends_on
                assert fresh.assessed_on > newest
                ends_on, newest, fresh = event.cycle_ends_on, fresh.assessed_on, None
                cycle += 1
                if isinstance(event, BedExtended):
                    assert event.cycle == cycle
                    assert event.extended_on <= local_day(now)
            case BedFellOverdue(what="cycle"):
                assert event.due_on < local_day(now)
                assert event.due_on == ends_on
