"""A visit ends with what it rests on: its resident, its contract or its bed."""

from dataclasses import replace
from typing import Any

from domain.contract.events import (
    ContractExpired,
    ContractTerminated,
)
from domain.decider import FOREVER
from domain.visit import VISIT
from domain.visit.commands import EndVisit, MissVisit, RequestVisit, RequestVisitAgain, RescheduleVisit
from domain.visit.events import (
    VisitCancelled,
    VisitMissed,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from tests.domain.builders import (
    ASSIGNED,
    MERGED,
    REQUESTED,
    SIGNED,
    TEAM_1,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.domain.endings.departures import DIED, MOVED, SUNDAY, WILL_MOVE
from tests.spec import claimed, given

END_VISIT = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="died")
CANCELLED = VisitCancelled(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id="t1",
    reason="died",
    was_on=None,
    waited_for=TODAY,
    family_bed_id=None,
)


def test_a_visit_to_the_dead_is_cancelled_and_its_day_planned_again():
    given(REQUESTED).when(END_VISIT).then(CANCELLED)
    given(REQUESTED, ASSIGNED).when(replace(END_VISIT, last_day=TODAY)).then(
        replace(CANCELLED, was_on=TODAY, waited_for=None)
    )
    given(REQUESTED, CANCELLED).when(END_VISIT).then_nothing()
    started = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
    given(REQUESTED, ASSIGNED, started).when(END_VISIT).then_nothing()
    given().when(END_VISIT).then_nothing()


def test_a_visit_before_the_last_day_stays_and_a_longer_window_ends_on_it():
    move = EndVisit(visit_id="v1", last_day=TOMORROW, cause="moved-out")
    cut = VisitRescheduled(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        care_task_id="t1",
        window_from=TODAY,
        window_to=TOMORROW,
        plan_from=TODAY,
        opens_at=None,
        closes_at=None,
        was_on=None,
        waited_for=TODAY,
    )
    given(REQUESTED).when(move).then(cut)
    given(REQUESTED, ASSIGNED).when(move).then_nothing()
    given(REQUESTED, replace(ASSIGNED, day=SUNDAY)).when(move).then(replace(cut, was_on=SUNDAY, waited_for=None))
    given(replace(REQUESTED, window_to=TOMORROW)).when(move).then_nothing()
    given(replace(REQUESTED, window_from=SUNDAY)).when(move).then(
        replace(CANCELLED, reason="moved-out", waited_for=SUNDAY)
    )


def test_the_end_of_a_contract_or_bed_concerns_the_visits_that_rest_on_it():
    over = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="contract-over", source_id="c1")
    given(REQUESTED).when(over).then(replace(CANCELLED, reason="contract-over"))
    given(REQUESTED).when(replace(over, source_id="c2")).then_nothing()
    at_bed = replace(REQUESTED, family_bed_id="b1")
    closed = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="bed-closed", source_id="b1")
    given(at_bed).when(closed).then_nothing()
    given(replace(at_bed, contract_id=None)).when(closed).then(
        replace(CANCELLED, reason="bed-closed", family_bed_id="b1")
    )


def test_a_visit_that_could_not_be_made_is_cancelled_and_not_missed():
    miss = MissVisit(visit_id="v1", reason="not-started")
    assigned = (REQUESTED, ASSIGNED)
    off = replace(CANCELLED, was_on=TODAY, waited_for=None)
    given(*assigned).when(miss, resident=[WANG, replace(DIED, last_day=TODAY)]).then(off)
    given(*assigned).when(miss, resident=[WANG, MOVED]).then(replace(off, reason="moved-out"))
    ended = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY, reason="lost-to-follow-up"
    )
    signed = replace(SIGNED, starts_on=YESTERDAY)
    given(*assigned).when(miss, contract=[signed, ended]).then(replace(off, reason="contract-over"))
    given(*assigned).when(miss, contract=[signed]).decided()


def test_nothing_is_requested_again_of_somebody_who_is_gone_or_without_a_contract():
    missed = VisitMissed(
        visit_id="v1", resident_id="wang", team_id="team-1", care_task_id="t1", reason="not-started", attempt=1
    )
    again = RequestVisitAgain(visit_id="v1")
    given(REQUESTED, missed).when(again, resident=[WANG, DIED]).then_refused(
        "resident-departed", resident="wang", last_day=YESTERDAY
    )
    given(REQUESTED, missed).when(again, resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")
    over = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=TODAY)
    given(REQUESTED, missed).when(again, contract=[replace(SIGNED, ends_on=TODAY), over]).then_refused(
        "no-valid-contract-or-bed", visit="v1", day=TOMORROW
    )
    given(REQUESTED, missed).when(again, resident=[WANG, WILL_MOVE]).then(
        VisitRequestedAgain(
            visit_id="v1",
            resident_id="wang",
            team_id="team-1",
            attempt=2,
            window_from=TOMORROW,
            window_to=TOMORROW,
            plan_from=TOMORROW,
        )
    )


def test_no_visit_is_requested_or_moved_beyond_the_last_day():
    request = RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        purpose="home-call",
        window_from=TODAY,
        window_to=SUNDAY,
    )
    of: dict[str, Any] = {"contract": [SIGNED], "team": [TEAM_1]}
    given().when(request, **of, resident=[WANG, DIED]).then_refused("resident-departed", resident="wang")
    given().when(request, **of, resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")
    given().when(request, **of, resident=[WANG, WILL_MOVE]).then_refused(
        "window-after-last-day", visit="v1", ends=SUNDAY, last_day=TOMORROW
    )
    assert given().when(replace(request, window_to=TOMORROW), **of, resident=[WANG, WILL_MOVE]).decided()
    (cut,) = given().when(replace(request, care_task_id="t1"), **of, resident=[WANG, WILL_MOVE]).decided()
    assert cut.window_to == TOMORROW
    notice = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=TOMORROW, reason="own-wish"
    )
    given().when(request, **{**of, "contract": [SIGNED, notice]}).then_refused("window-after-last-day")
    move = RescheduleVisit(visit_id="v1", window_from=TOMORROW, window_to=SUNDAY)
    given(REQUESTED).when(move, contract=[SIGNED, notice]).then_refused("window-after-last-day", last_day=TOMORROW)
    given(REQUESTED).when(move, resident=[WANG, MOVED]).then_refused("resident-departed", last_day=YESTERDAY)
    given(REQUESTED).when(move, resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")


def test_a_visit_requested_by_hand_is_open_for_its_resident_until_it_is_over():
    by_hand = replace(REQUESTED, care_task_id=None)
    (held,) = claimed(VISIT, by_hand)
    assert (held.key, held.until) == ("open_visits:wang:v1", FOREVER)
    (back,) = claimed(VISIT, by_hand, replace(CANCELLED, care_task_id=None))
    assert back.until < back.since
    assert claimed(VISIT, REQUESTED) == []
