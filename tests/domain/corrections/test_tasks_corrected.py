"""A care task whose findings were wrong, or that was not done: what follows is decided again."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.care_plan import CARE_PLAN
from domain.care_plan.commands import CompleteCareTask, CorrectCareTask, ReopenCareTask
from domain.care_plan.events import (
    CareTaskCancelled,
    CareTaskCorrected,
    CareTaskReopened,
    CareTaskScheduled,
    ReferralAdviceWithdrawn,
    ReferralAdvised,
)
from domain.finding import Finding
from tests.domain.builders import TODAY, TOMORROW, WANG, in_group
from tests.domain.care_plan.test_care_plan import TASK as OF_APRIL
from tests.domain.care_plan.test_care_plan import TERM
from tests.spec import folded, given

TASK = replace(OF_APRIL, group="hypertension", window_from=TODAY, window_to=date(2026, 3, 8))
ILL: dict[str, Any] = {"resident": [WANG, in_group("hypertension")]}
HIGH = (Finding(code="systolic-pressure", value=165, unit="mmHg"),)
FINE = (Finding(code="systolic-pressure", value=120, unit="mmHg"),)
DO = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=TODAY, visit_id="t1", measured=HIGH)
CORRECT = CorrectCareTask(resident_id="wang", care_task_id="t1", measured=FINE, reason="figures swapped")
REOPEN = ReopenCareTask(resident_id="wang", care_task_id="t1", reason="recorded for a namesake")
REOPENED = CareTaskReopened(
    resident_id="wang",
    care_task_id="t1",
    team_id="team-1",
    source="contract",
    source_id="c1",
    contract_id="c1",
    kind="hypertension-follow-up",
    was_done_on=TODAY,
    lost_after=TASK.lost_after,
    reason="recorded for a namesake",
)


def done(*before: object, **more: Any) -> tuple[object, ...]:
    """Return the history of a task that was done with high pressure, or what is named."""
    past = (TERM, *before, TASK)
    return (*past, *given(*past).when(replace(DO, **more), **ILL).decided())


def test_right_findings_cancel_the_early_check_that_wrong_ones_called_for():
    past = done()
    (recheck,) = [event for event in past if isinstance(event, CareTaskScheduled) and event.because == "t1"]
    corrected, cancelled = given(*past).when(CORRECT, **ILL).decided()
    assert isinstance(corrected, CareTaskCorrected)
    assert (corrected.outcome, corrected.was_outcome, corrected.measured) == ("controlled", "uncontrolled", FINE)
    assert isinstance(cancelled, CareTaskCancelled)
    assert (cancelled.care_task_id, cancelled.cause) == (recheck.care_task_id, "record-corrected")
    given(*past, corrected, cancelled).when(CORRECT, **ILL).then_nothing()
    assert folded(CARE_PLAN, *past, corrected, cancelled).outcomes == {"hypertension": "controlled"}


def test_right_findings_call_for_an_early_check_that_wrong_ones_did_not():
    past = done(measured=FINE)
    given(*past).when(replace(CORRECT, measured=HIGH), **ILL).then(
        *given(*past).when(replace(CORRECT, measured=HIGH), **ILL).decided()
    )
    _, recheck = given(*past).when(replace(CORRECT, measured=HIGH), **ILL).decided()
    assert (recheck.because, recheck.window_from) == ("t1", TOMORROW)


def test_an_advice_of_a_referral_is_withdrawn_or_given():
    before = replace(TASK, care_task_id="t0", window_from=date(2026, 2, 1), window_to=TODAY)
    first = (TERM, before)
    seen = (before, *given(*first).when(replace(DO, care_task_id="t0"), **ILL).decided())
    past = done(*seen)
    assert any(isinstance(event, ReferralAdvised) for event in past)
    events = given(*past).when(CORRECT, **ILL).decided()
    assert ReferralAdviceWithdrawn(resident_id="wang", care_task_id="t1") in events
    given(*past).when(CORRECT, **ILL).then(*events)


def test_a_correction_of_older_findings_leaves_what_newer_ones_decided():
    older = done()
    newer = replace(TASK, care_task_id="t2", window_from=date(2026, 3, 1))
    past = (*older, newer, *given(*older, newer).when(replace(DO, care_task_id="t2"), **ILL).decided())
    (corrected,) = given(*past).when(CORRECT, **ILL).decided()
    assert corrected.outcome == "controlled"


def test_a_task_is_corrected_inside_the_rules_of_doing_it():
    past = given(*done())
    given().when(CORRECT).then_refused("care-task-unknown", task="t1")
    given(TERM, TASK).when(CORRECT).then_refused("care-task-not-done", task="t1", status="scheduled")
    past.when(replace(CORRECT, reason=""), **ILL).then_refused("correction-without-reason")
    past.when(replace(CORRECT, done_on=TOMORROW), **ILL).then_refused("day-in-the-future", day=TOMORROW)
    past.when(replace(CORRECT, done_on=date(2026, 1, 1)), **ILL).then_refused("no-contract-on-that-day")
    for measured, rule in (
        ((Finding(code="luck", value=1, unit="mmHg"),), "finding-unknown"),
        ((replace(HIGH[0], unit="kPa"),), "finding-in-another-unit"),
        ((replace(HIGH[0], value=1000),), "finding-not-plausible"),
        ((*HIGH, *HIGH), "finding-told-twice"),
    ):
        past.when(replace(CORRECT, measured=measured), **ILL).then_refused(rule)


def test_a_task_that_was_not_done_is_due_again_and_what_followed_from_it_ends():
    past = done()
    reopened, cancelled = given(*past).when(REOPEN).decided()
    assert (reopened, cancelled.cause) == (REOPENED, "record-corrected")
    given(*past, reopened, cancelled).when(REOPEN).then_nothing()
    plan = folded(CARE_PLAN, *past, reopened, cancelled)
    assert (plan.tasks["t1"].status, plan.outcomes) == ("due", {})
    given(*done(measured=())).when(REOPEN).then(REOPENED)
    given().when(REOPEN).then_refused("care-task-unknown", task="t1")
    gone = CareTaskCancelled(
        resident_id="wang", care_task_id="t1", team_id="team-1", cause="no-longer-needed", asked=False
    )
    given(TERM, TASK, gone).when(REOPEN).then_refused("care-task-not-done", task="t1", status="cancelled")
    given(*past).when(replace(REOPEN, reason="")).then_refused("correction-without-reason")
