"""Whatever is asked of a visit in whatever order, its history never holds what must not be."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.local_time import local_day
from domain.visit import (
    VISIT,
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissVisit,
    Need,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    Slot,
    StartVisit,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitMissed,
    VisitRequested,
    VisitStarted,
)
from tests.domain.builders import SIGNED, TODAY
from tests.domain.walking import OFTEN, Step, every_walk, near, steps_of
from tests.spec import NOW, SZ_2018


def slot_at(moment: datetime) -> Slot:
    return Slot(member_id="li", starts_at=moment, ends_at=moment + timedelta(minutes=20))


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
    st.builds(MissVisit, visit_id=st.just("v1"), reason=st.just("nobody-home")),
    st.just(RequestVisitAgain(visit_id="v1")),
    st.builds(RescheduleVisit, visit_id=st.just("v1"), window_from=near(TODAY, 12), window_to=near(TODAY, 12)),
    st.builds(HandOverVisit, visit_id=st.just("v1"), team_id=st.sampled_from(["team-1", "team-2"])),
    st.builds(CancelVisit, visit_id=st.just("v1"), reason=st.just("other")),
    days=1,
)


@every_walk(VISIT, REQUEST, VISIT_STEPS)
def test_a_visit_is_over_once_and_only_an_assigned_one_begins(history):
    seen: list[Any] = []
    for fact, now in zip(history.events, history.moments, strict=True):
        assert not any(isinstance(f, VisitCompleted | VisitCancelled) for f in seen), f"{fact} after the end"
        match fact:
            case VisitRequested():
                assert seen == []
            case VisitStarted():
                assert isinstance(seen[-1], VisitAssigned)
                assert fact.entered_at <= now
            case VisitCompleted():
                assert isinstance(seen[-1], VisitStarted)
                assert fact.entered_at < fact.left_at <= now
            case VisitMissed():
                assert fact.attempt <= SZ_2018.visit_attempts
            case _:
                assert not isinstance(seen[-1], VisitStarted), f"{fact} while under way"
        seen.append(fact)
    assert sum(isinstance(f, VisitMissed) for f in seen) <= SZ_2018.visit_attempts
