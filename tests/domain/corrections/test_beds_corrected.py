"""A bed whose round, opening or closing was recorded by mistake, or on the wrong day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.decider import FOREVER
from domain.family_bed import FAMILY_BED
from domain.family_bed.commands import AnnulBedOpening, AnnulRound, CorrectBedDays, ReopenBed
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.family_bed.events import BedClosed
from tests.domain.builders import AGREED, APPLIED, ASSESSED, BED_OPENED, TODAY, TOMORROW, WANG, YESTERDAY
from tests.domain.endings.departures import DIED
from tests.domain.test_family_bed import B1, MADE, OF_BED
from tests.rules import holds
from tests.spec import claimed, folded, given

OPEN = (APPLIED, ASSESSED, replace(AGREED, agreed_on=YESTERDAY), BED_OPENED)
WHY: dict[str, Any] = {"reason": "recorded twice"}
CLOSED = BedClosed(**OF_BED, closed_on=TODAY, outcome="improved")
DEAD = replace(CLOSED, outcome="died")
ANNUL_ROUND = AnnulRound(**B1, visit_id="v1", **WHY)
ROUND_ANNULLED = BedRoundAnnulled(
    **B1,
    resident_id="wang",
    visit_id="v1",
    kind="bed-round",
    day=TODAY,
    first_round_by=BED_OPENED.first_round_by,
    **WHY,
)
ANNUL = AnnulBedOpening(**B1, **WHY)
ANNULLED = BedOpeningAnnulled(**OF_BED, opened_on=TODAY, **WHY)
DAYS = CorrectBedDays(**B1, opened_on=YESTERDAY, **WHY)
DAY = timedelta(days=1)
CORRECTED = BedDaysCorrected(
    **OF_BED,
    opened_on=YESTERDAY,
    cycle_ends_on=BED_OPENED.cycle_ends_on - DAY,
    first_round_by=BED_OPENED.first_round_by - DAY,
    review_by=date(2026, 3, 31),
    closed_on=None,
    extended=False,
    was_opened_on=TODAY,
    was_closed_on=None,
    **WHY,
)
REOPEN = ReopenBed(**B1, **WHY)
REOPENED = BedReopened(
    **OF_BED,
    closed_on=TODAY,
    outcome="improved",
    cycle_ends_on=BED_OPENED.cycle_ends_on,
    review_by=BED_OPENED.review_by,
    **WHY,
)


def test_a_round_is_annulled_once_and_the_first_one_is_due_again():
    given(*OPEN, MADE).when(ANNUL_ROUND).then(ROUND_ANNULLED)
    given(*OPEN).when(ANNUL_ROUND).then_nothing()
    given(APPLIED).when(ANNUL_ROUND).then_refused("bed-not-open", bed="b1")
    given(*OPEN, MADE).when(replace(ANNUL_ROUND, reason="")).then_refused("correction-without-reason")
    assert folded(FAMILY_BED, *OPEN, MADE, ROUND_ANNULLED).last_round("bed-round") is None


def test_an_opening_by_mistake_is_annulled_and_gives_its_place_back():
    given(*OPEN).when(ANNUL).then(ANNULLED)
    given(*OPEN, ANNULLED).when(ANNUL).then_nothing()
    given(APPLIED).when(ANNUL).then_refused("bed-not-open", bed="b1")
    given(*OPEN).when(replace(ANNUL, reason="")).then_refused("correction-without-reason")
    given(*OPEN, CLOSED).when(ANNUL).then_refused("bed-already-closed", day=TODAY)
    given(*OPEN, MADE).when(ANNUL).then_refused("bed-gave-care", bed="b1")
    raised = {claim.key: claim for claim in claimed(FAMILY_BED, *OPEN, ANNULLED)}
    assert raised["open-bed:wang"].until < raised["open-bed:wang"].since
    assert raised["open_beds:wang:b1"].until == FOREVER


def test_the_days_of_a_bed_are_corrected_around_its_care():
    given(*OPEN).when(DAYS).then(CORRECTED)
    given(*OPEN, CORRECTED).when(DAYS).then_nothing()
    given(APPLIED).when(DAYS).then_refused("bed-not-open", bed="b1")
    given(*OPEN).when(replace(DAYS, reason="")).then_refused("correction-without-reason")
    given(*OPEN).when(replace(DAYS, closed_on=TODAY)).then_refused("bed-not-closed", bed="b1")
    given(*OPEN).when(replace(DAYS, opened_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(*OPEN).when(replace(DAYS, opened_on=date(2026, 2, 1))).then_refused("bed-opened-before-agreed")
    early = (APPLIED, ASSESSED, replace(AGREED, agreed_on=YESTERDAY), replace(BED_OPENED, opened_on=YESTERDAY))
    before = replace(MADE, made_at=MADE.made_at - DAY)
    given(*early, before).when(replace(DAYS, opened_on=TODAY)).then_refused("bed-opened-after-care", day=YESTERDAY)
    closing = replace(DAYS, opened_on=None, closed_on=YESTERDAY)
    given(*early, MADE, CLOSED).when(closing).then_refused("bed-closed-before-opened", day=TODAY)
    (closed,) = given(*early, CLOSED).when(closing).decided()
    assert (closed.closed_on, closed.was_closed_on) == (YESTERDAY, TODAY)


@holds("A10.11")
def test_a_bed_closed_by_mistake_is_open_again_with_a_second_person_after_a_death():
    given(*OPEN, CLOSED).when(REOPEN, resident=[WANG]).then(REOPENED)
    given(*OPEN).when(REOPEN).then_nothing()
    given(*OPEN, CLOSED).when(replace(REOPEN, outcome="died")).then_nothing()
    given(APPLIED).when(REOPEN).then_refused("bed-not-open", bed="b1")
    given(*OPEN, CLOSED).when(replace(REOPEN, reason="")).then_refused("correction-without-reason")
    given(*OPEN, DEAD).when(REOPEN).then_refused("second-person-missing")
    given(*OPEN, DEAD).when(replace(REOPEN, allowed_by="admin")).then_refused("second-person-is-actor")
    given(*OPEN, CLOSED).when(REOPEN, resident=[WANG, DIED]).then_refused("resident-departed", resident="wang")
    raised = {claim.key: claim for claim in claimed(FAMILY_BED, *OPEN, CLOSED, REOPENED)}
    assert raised["open-bed:wang"].until == FOREVER
