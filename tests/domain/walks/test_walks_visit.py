"""Laws of a visit: no commands, in any order, lead to a forbidden history."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decider import Refused
from domain.finding import Finding
from domain.local_time import local_day
from domain.visit import VISIT
from domain.visit.commands import (
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissVisit,
    Need,
    RaiseVisitAlarm,
    RecordPartnerAbsent,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    Signature,
    Slot,
    StartVisit,
)
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRequested,
    VisitRescheduled,
    VisitStarted,
)
from tests.domain.builders import HE, LI, SIGNED, TEAM_1, TEAM_2, TODAY, in_group
from tests.domain.walks.walking import OFTEN, WALKS, Step, every_walk, near, steps_of
from tests.spec import NOW, SZ_2018, inputs_for


def slot_at(moment: datetime) -> Slot:
    return Slot(member_id="li", starts_at=moment, ends_at=moment + timedelta(minutes=20))


def signed_and_measured(left_at: datetime, signed_at: datetime, degrees: float) -> CompleteVisit:
    return CompleteVisit(
        visit_id="v1",
        left_at=left_at,
        measured=(Finding(code="temperature", value=degrees, unit="Cel"),),
        signatures=(Signature(signed_by="resident", signed_at=signed_at),),
    )


MOMENTS = st.timedeltas(timedelta(days=-1), timedelta(days=12)).map(lambda later: NOW + later)
REQUEST: Step = (
    timedelta(0),
    RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        purpose="bed-round",
        needs=(Need(roles=("gp",), minutes=20),),
        window_from=TODAY,
        window_to=TODAY + timedelta(days=7),
    ),
    {"contract": [SIGNED]},
)
VISIT_STEPS = steps_of(
    st.just(REQUEST[1:]),
    *OFTEN
    * [st.just(lambda now: AssignVisit(visit_id="v1", roster_id="r", day=local_day(now), slots=(slot_at(now),)))],
    st.builds(
        AssignVisit,
        visit_id=st.just("v1"),
        roster_id=st.just("r"),
        day=near(TODAY, 12),
        slots=st.sampled_from([(slot_at(NOW),), ()]),
    ),
    st.just(ReleaseVisit(visit_id="v1", roster_id="r")),
    st.just(StartVisit(visit_id="v1", entered_at=NOW)),
    st.builds(StartVisit, visit_id=st.just("v1"), entered_at=MOMENTS),
    *OFTEN * [st.just(lambda now: StartVisit(visit_id="v1", entered_at=now))],
    *OFTEN * [st.just(lambda now: CompleteVisit(visit_id="v1", left_at=now))],
    st.builds(CompleteVisit, visit_id=st.just("v1"), left_at=MOMENTS),
    st.builds(signed_and_measured, MOMENTS, MOMENTS, st.sampled_from([36.8, 98.6])),
    st.builds(MissVisit, visit_id=st.just("v1"), reason=st.just("nobody-home")),
    st.just(RequestVisitAgain(visit_id="v1")),
    st.builds(RescheduleVisit, visit_id=st.just("v1"), window_from=near(TODAY, 12), window_to=near(TODAY, 12)),
    st.just(RescheduleVisit(visit_id="v1", window_from=TODAY, window_to=TODAY, opens_at=1200)),
    st.tuples(
        st.builds(HandOverVisit, visit_id=st.just("v1"), team_id=st.sampled_from(["team-1", "team-2"])),
        st.just({"team": [TEAM_2]}),
    ),
    st.builds(CancelVisit, visit_id=st.just("v1"), reason=st.just("other")),
    days=1,
)


OF_TWO = (VisitJoined, VisitLeft, VisitPartnerAbsent, VisitAlarmRaised)
"""Events that need two members, or an hour in which nobody leaves."""


@every_walk(VISIT, REQUEST, VISIT_STEPS, unmet=OF_TWO)
def test_a_visit_is_over_once_and_only_an_assigned_one_begins(history):
    seen: list[Any] = []
    for event, now in zip(history.events, history.moments, strict=True):
        assert not any(isinstance(f, VisitCompleted | VisitCancelled) for f in seen), f"{event} after the end"
        match event:
            case VisitRequested():
                assert seen == []
            case VisitStarted():
                assert isinstance(seen[-1], VisitAssigned)
                assert event.entered_at <= now
            case VisitCompleted():
                assert isinstance(seen[-1], VisitStarted)
                assert event.entered_at < event.left_at <= now
                assert event.short == (event.left_at - event.entered_at < timedelta(minutes=10))
                assert all(event.entered_at <= signature.signed_at <= now for signature in event.signatures)
                assert all(finding.value == 36.8 for finding in event.measured)
            case VisitRescheduled():
                assert event.opens_at is None, "one person goes, and not at night"
                assert not isinstance(seen[-1], VisitStarted)
            case VisitMissed():
                assert event.attempt <= SZ_2018.visit_attempts
            case _:
                assert not isinstance(seen[-1], VisitStarted), f"{event} while under way"
        seen.append(event)
    assert sum(isinstance(f, VisitMissed) for f in seen) <= SZ_2018.visit_attempts


TWO_GO: Step = (
    timedelta(0),
    replace(
        REQUEST[1],
        needs=(Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20)),
        sync="sequential",
        most_gap=60,
    ),
    {"contract": [SIGNED]},
)
WHO = st.sampled_from([None, "he", "li", "sun"])
TWO_STEPS = steps_of(
    *2
    * OFTEN
    * [
        st.just(
            lambda now: AssignVisit(
                visit_id="v1",
                roster_id="r",
                day=local_day(now),
                slots=(replace(slot_at(now), member_id="he"), slot_at(now)),
            )
        )
    ],
    *OFTEN
    * [
        WHO.map(
            lambda who: (
                lambda now: StartVisit(visit_id="v1", entered_at=now, member_id=who),
                {"team": [TEAM_1]},
            )
        )
    ],
    *OFTEN * [WHO.map(lambda who: lambda now: CompleteVisit(visit_id="v1", left_at=now, member_id=who))],
    st.sampled_from(["he", "li"]).map(lambda who: RecordPartnerAbsent(visit_id="v1", member_id=who)),
    *OFTEN * [st.just(RaiseVisitAlarm(visit_id="v1"))],
    st.just(RequestVisitAgain(visit_id="v1")),
    days=1,
)


@every_walk(
    VISIT,
    TWO_GO,
    TWO_STEPS,
    unmet=(VisitCancelled, VisitRescheduled, VisitHandedOver, VisitReleased, VisitCompleted, VisitMissed),
)
def test_a_member_enters_once_leaves_after_it_and_the_visit_ends_with_the_last(history):
    for event, now in zip(history.events, history.moments, strict=True):
        match event:
            case VisitStarted() | VisitJoined() | VisitLeft() | VisitCompleted():
                assert len({part.member_id for part in event.parts}) == len(event.parts)
                assert len({part.service for part in event.parts}) == len(event.parts)
                lasted = [(part.entered_at, part.left_at) for part in event.parts if part.left_at is not None]
                assert all(entered < left <= now for entered, left in lasted)
                assert isinstance(event, VisitCompleted) <= (len(lasted) == len(event.parts))
            case VisitAlarmRaised():
                assert event.entered_at < event.alarm_at <= now


def request_of(
    purpose: str, opens_at: int | None, *, first: bool, assessed: bool, needs: tuple[Need, ...]
) -> RequestVisit:
    return RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        purpose=purpose,
        needs=needs,
        window_from=TODAY,
        window_to=TODAY,
        opens_at=opens_at,
        first=first,
        assessor_id="li" if assessed else None,
    )


VISITING_TEAM = replace(TEAM_1, members=(LI, replace(HE, qualifications=("visiting", "wound-care", "catheter-care"))))
REQUESTS = st.builds(
    request_of,
    st.sampled_from([purpose.code for purpose in SZ_2018.visit_purposes]),
    st.sampled_from([None, 600, 1200]),
    first=st.booleans(),
    assessed=st.booleans(),
    needs=st.sampled_from([(), (Need(roles=("nurse",), minutes=20),)]),
)
WHOM = st.sampled_from([[], [in_group("mental-disorder")], [in_group("tuberculosis")]])


@settings(derandomize=True, deadline=None, max_examples=WALKS)
@given(REQUESTS, WHOM, st.sampled_from([TEAM_1, VISITING_TEAM]))
def test_whatever_is_asked_for_is_safe_and_priced(command, groups, team):
    wanted: Any
    inputs = inputs_for(command, contract=[SIGNED], resident=groups, team=[team])
    try:
        (wanted,) = VISIT.decide(command, VISIT.initial, **inputs)
    except Refused:
        return
    assert not wanted.two_people or (len(wanted.needs), wanted.sync) == (2, "simultaneous")
    assert wanted.two_people == (
        command.opens_at == 1200 or (command.first and groups == [in_group("mental-disorder")])
    )
    assert (wanted.price_fen > 0) == (wanted.grade != "none") == ("visiting" in wanted.needs[0].qualifications)
    assert wanted.grade == "none" or (wanted.assessor_id == "li" and team is VISITING_TEAM)
    assert wanted.infectious == (groups == [in_group("tuberculosis")])
    assert all(need.minutes >= 10 for need in wanted.needs)
