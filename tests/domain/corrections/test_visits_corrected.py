"""A visit that was recorded twice, at the wrong time, with wrong findings, or as made though nobody was at home."""

from dataclasses import replace
from typing import Any

from domain.decider import FOREVER
from domain.finding import Finding
from domain.visit import VISIT
from domain.visit.commands import AnnulVisit, CorrectFindings, CorrectVisit
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade
from tests.domain.builders import ASSIGNED, REQUESTED, SIGNED, TODAY, TOMORROW, WANG, YESTERDAY, at
from tests.domain.test_visit import AGAIN, COMPLETED, STARTED
from tests.rules import holds
from tests.spec import claimed, folded, given, touched

MADE = (REQUESTED, ASSIGNED, STARTED, COMPLETED)
WHY: dict[str, Any] = {"reason": "recorded twice"}
NAMED: dict[str, Any] = {
    "visit_id": "v1",
    "resident_id": "wang",
    "team_id": "team-1",
    "care_task_id": "t1",
    "family_bed_id": None,
    "contract_id": "c1",
    "purpose": "hypertension-follow-up",
    "day": TODAY,
    "member_ids": ("li",),
}
RECORDED: dict[str, Any] = {"entered_at": at(TODAY, 8), "left_at": at(TODAY, 8, 30), "parts": COMPLETED.parts}
ANNUL = AnnulVisit(visit_id="v1", **WHY)
ANNULLED = VisitAnnulled(**NAMED, **RECORDED, **WHY)
NOBODY = CorrectVisit(visit_id="v1", missed="nobody-home", reason="the neighbour says so")
NOT_MADE = VisitNotMade(**NAMED, **RECORDED, missed="nobody-home", attempt=1, reason="the neighbour says so")
TIMES = CorrectVisit(visit_id="v1", entered_at=at(TODAY, 8, 10), left_at=at(TODAY, 8, 15), reason="watch was wrong")
PRESSURE = (Finding(code="systolic-pressure", value=165, unit="mmHg"),)
FINDINGS = CorrectFindings(visit_id="v1", measured=PRESSURE, reason="figures swapped")
CORRECTED = VisitCorrected(
    **NAMED,
    **RECORDED,
    findings=(),
    measured=PRESSURE,
    short=False,
    far_shorter=False,
    was_entered_at=at(TODAY, 8),
    was_left_at=at(TODAY, 8, 30),
    was_findings=("bp-controlled",),
    was_measured=(),
    reason="figures swapped",
)


@holds("A10.11")
def test_the_record_of_a_visit_is_annulled_once_with_a_reason():
    given(*MADE).when(ANNUL).then(ANNULLED)
    given(*MADE, ANNULLED).when(ANNUL).then_nothing()
    given().when(ANNUL).then_refused("visit-unknown", visit="v1")
    given(REQUESTED, ASSIGNED).when(ANNUL).then_refused("visit-not-made", visit="v1", status="assigned")
    given(*MADE).when(replace(ANNUL, reason="")).then_refused("correction-without-reason")
    assert folded(VISIT, *MADE, ANNULLED).status == "annulled"


def test_an_annulled_visit_gives_its_members_back_and_changes_its_day():
    assert all(claim.until < claim.since for claim in claimed(VISIT, *MADE, ANNULLED))
    for event in (ANNULLED, NOT_MADE, CORRECTED):
        assert touched(VISIT, *MADE, event) == [("team-1", TODAY)]


def test_a_visit_recorded_as_made_was_missed_and_is_requested_again():
    given(*MADE).when(NOBODY).then(NOT_MADE)
    given(*MADE, NOT_MADE).when(NOBODY).then_nothing()
    given(*MADE).when(replace(NOBODY, reason=" ")).then_refused("correction-without-reason")
    again = given(*MADE, NOT_MADE).when(AGAIN, contract=[SIGNED], resident=[WANG]).decided()
    assert [event.attempt for event in again] == [2]


def test_an_annulled_visit_is_requested_again_only_if_its_task_is_owed():
    what: dict[str, Any] = {"contract": [SIGNED], "resident": [WANG]}
    assert given(*MADE, ANNULLED).when(AGAIN, **what).decided()
    by_hand = replace(REQUESTED, care_task_id=None)
    given(by_hand, *MADE[1:], ANNULLED).when(AGAIN, **what).then_nothing()


def test_wrong_times_are_corrected_on_the_day_of_the_visit():
    (corrected,) = given(*MADE).when(TIMES).decided()
    assert (corrected.entered_at, corrected.left_at) == (at(TODAY, 8, 10), at(TODAY, 8, 15))
    assert (corrected.was_entered_at, corrected.was_left_at) == (at(TODAY, 8), at(TODAY, 8, 30))
    assert (corrected.parts[0].left_at, corrected.short) == (at(TODAY, 8, 15), True)
    given(*MADE, corrected).when(TIMES).then_nothing()
    (there,) = [c for c in claimed(VISIT, *MADE, corrected) if c.key.startswith("member-home")]
    assert there.since == at(TODAY, 8, 10)
    assert FOREVER not in {c.until for c in claimed(VISIT, *MADE, corrected)}


def test_times_that_make_no_sense_are_refused():
    made = given(*MADE)
    given().when(TIMES).then_refused("visit-unknown", visit="v1")
    given(REQUESTED, ASSIGNED).when(TIMES).then_refused("visit-not-made", visit="v1")
    made.when(replace(TIMES, reason="")).then_refused("correction-without-reason")
    made.when(replace(TIMES, entered_at=at(YESTERDAY, 8))).then_refused("visit-of-another-day", day=TODAY)
    made.when(replace(TIMES, left_at=at(TOMORROW, 8))).then_refused("moment-in-the-future")
    made.when(replace(TIMES, left_at=at(TODAY, 8, 5))).then_refused("left-before-entered", visit="v1")
    made.when(replace(TIMES, member_id="he")).then_refused("member-not-in-the-home", member="he")
    too_long = replace(TIMES, entered_at=at(TODAY, 0), left_at=at(TODAY, 10, 1))
    made.when(too_long, now=at(TODAY, 12)).then_refused("visit-too-long", visit="v1", minutes=601)


def test_wrong_findings_are_replaced_beside_the_recorded_ones():
    given(*MADE).when(FINDINGS).then(CORRECTED)
    given(*MADE, CORRECTED).when(FINDINGS).then_nothing()
    given().when(FINDINGS).then_refused("visit-unknown", visit="v1")
    given(REQUESTED).when(FINDINGS).then_refused("visit-not-made", visit="v1")
    given(*MADE).when(replace(FINDINGS, reason="")).then_refused("correction-without-reason")
    for measured, rule in (
        ((Finding(code="luck", value=1, unit="mmHg"),), "finding-unknown"),
        ((replace(PRESSURE[0], unit="kPa"),), "finding-in-another-unit"),
        ((replace(PRESSURE[0], value=1000),), "finding-not-plausible"),
        ((*PRESSURE, *PRESSURE), "finding-told-twice"),
    ):
        given(*MADE).when(replace(FINDINGS, measured=measured)).then_refused(rule)
    assert folded(VISIT, *MADE, CORRECTED).completed.measured == PRESSURE
