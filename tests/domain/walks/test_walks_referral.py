"""Laws of a referral: no commands, in any order, lead to a forbidden history."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.local_time import local_day
from domain.referral import REFERRAL
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DeclineReferral,
    DischargeReferral,
    FollowUpReferral,
    MissAppointment,
    RecordAppointmentPassed,
    RecordFollowUpOverdue,
    RecordUnanswered,
    ReferDown,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
    WithdrawReferral,
)
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAppointmentPassed,
    ReferralAttended,
    ReferralDeclined,
    ReferralDischarged,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralReferredDown,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
    ReferralWithdrawn,
)
from tests.domain.builders import HOSPITAL, SIGNED
from tests.domain.walks.walking import OFTEN, Step, every_walk, steps_of
from tests.rules import holds
from tests.spec import SZ_2018

REQUEST: Step = (
    timedelta(0),
    RequestReferral(
        referral_id="r1",
        resident_id="wang",
        contract_id="c1",
        institution_id="city-3",
        urgency="ordinary",
        reason="I10",
    ),
    {"contract": [SIGNED], "institution": [HOSPITAL]},
)
ID = {"referral_id": "r1"}
OFF = st.integers(-12, 3).map(lambda days: timedelta(days=days))


def on_day(command: Any, name: str, **more: Any) -> st.SearchStrategy[Any]:
    """Ask with a day around the present one."""
    return OFF.map(lambda off: lambda now: command(**ID, **{name: local_day(now + off)}, **more))


def today(command: Any, name: str, **more: Any) -> st.SearchStrategy[Any]:
    return st.just(lambda now: command(**ID, **{name: local_day(now)}, **more))


def at_moment(command: Any, name: str) -> st.SearchStrategy[Any]:
    hours = st.sampled_from([-72, 0, 0, 0, 5, 50])
    return hours.map(lambda off: lambda now: command(**ID, **{name: now + timedelta(hours=off)}))


DOWN = {"diagnoses": ("I10",), "plan": ("two-drugs",), "stable": True}
ANYTHING = steps_of(
    st.just(REQUEST[1:]),
    *2 * OFTEN * [st.just(AcceptReferral(referral_id="r1"))],
    st.just(DeclineReferral(**ID, reason="no-bed")),
    *2 * [st.just(RecordUnanswered(**ID))],
    st.just(WithdrawReferral(**ID, reason="resident-declined")),
    *2 * [at_moment(ScheduleReferral, "appointment_at")],
    st.just(RecordAppointmentPassed(**ID)),
    st.just(MissAppointment(**ID)),
    *OFTEN * [at_moment(AttendReferral, "attended_at")],
    *OFTEN * [st.just(lambda now: AttendReferral(referral_id="r1", attended_at=now))],
    *2 * OFTEN * [today(AdmitReferral, "admitted_on")],
    on_day(AdmitReferral, "admitted_on"),
    *OFTEN * [today(DischargeReferral, "discharged_on")],
    on_day(DischargeReferral, "discharged_on"),
    on_day(ReferDown, "referred_down_on", **DOWN),
    today(ReferDown, "referred_down_on", **DOWN),
    today(ReturnReferral, "returned_on"),
    on_day(ReturnReferral, "returned_on"),
    *2 * [today(FollowUpReferral, "followed_up_on", stage="transfer")],
    *2 * [today(FollowUpReferral, "followed_up_on", stage="return")],
    on_day(FollowUpReferral, "followed_up_on", stage="transfer"),
    on_day(FollowUpReferral, "followed_up_on", stage="return"),
    *2 * [st.just(RecordFollowUpOverdue(**ID))],
    days=6,
)
AT_ONCE = timedelta(0)
ACCEPTED: Step = (AT_ONCE, AcceptReferral(referral_id="r1"), {})
APPOINTED: Step = (AT_ONCE, lambda now: ScheduleReferral(referral_id="r1", appointment_at=now), {})
SEEN: Step = (AT_ONCE, lambda now: AttendReferral(referral_id="r1", attended_at=now), {})
IN_BED: Step = (AT_ONCE, lambda now: AdmitReferral(referral_id="r1", admitted_on=local_day(now)), {})
OUT: Step = (AT_ONCE, lambda now: DischargeReferral(referral_id="r1", discharged_on=local_day(now)), {})
DECLINED: Step = (AT_ONCE, DeclineReferral(**ID, reason="no-bed"), {})
MISSED: Step = (AT_ONCE, MissAppointment(**ID), {})
PASSED: Step = (timedelta(days=2), RecordAppointmentPassed(**ID), {})
WAYS: tuple[list[Step], ...] = (
    [],
    [DECLINED],
    [ACCEPTED, APPOINTED],
    [ACCEPTED, APPOINTED, MISSED],
    [ACCEPTED, APPOINTED, PASSED],
    [ACCEPTED, SEEN],
    [ACCEPTED, SEEN, IN_BED],
    [ACCEPTED, SEEN, IN_BED, OUT],
)
STEPS = st.builds(lambda way, rest: [*way, *rest], st.sampled_from(WAYS), ANYTHING)
"""Some walks begin where few would come to by chance."""

BEFORE: dict[type, tuple[type, ...]] = {
    ReferralAccepted: (ReferralRequested,),
    ReferralDeclined: (ReferralRequested,),
    ReferralLeftUnanswered: (ReferralRequested,),
    ReferralWithdrawn: (ReferralRequested, ReferralAccepted, ReferralScheduled, ReferralNotAttended),
    ReferralScheduled: (ReferralAccepted, ReferralScheduled, ReferralNotAttended),
    ReferralAppointmentPassed: (ReferralScheduled,),
    ReferralNotAttended: (ReferralScheduled,),
    ReferralAttended: (ReferralAccepted, ReferralScheduled, ReferralNotAttended),
    ReferralAdmitted: (ReferralAttended,),
    ReferralDischarged: (ReferralAdmitted,),
    ReferralReferredDown: (ReferralAttended, ReferralDischarged),
    ReferralReturned: (ReferralAttended, ReferralDischarged, ReferralReferredDown),
}
"""The steps that may come before each step; events of passed time and of follow-ups are no steps."""

NO_STEP = (ReferralLeftUnanswered, ReferralAppointmentPassed, ReferralFollowedUp, ReferralFollowUpOverdue)
FINAL = (ReferralDeclined, ReferralWithdrawn)


@holds("A8.13")
@every_walk(REFERRAL, REQUEST, STEPS)
def test_no_step_is_out_of_order_and_what_is_over_stays_over(history):
    last: Any = None
    for event in history.events:
        assert not isinstance(last, FINAL), f"{event} after {last}"
        if type(event) in BEFORE:
            assert isinstance(last, BEFORE[type(event)]), f"{event} after {last}"
        if not isinstance(event, NO_STEP):
            last = event
    over = [n for n, f in enumerate(history.events) if isinstance(f, ReferralFollowedUp) and f.stage == "return"]
    assert over in ([], [len(history.events) - 1]), "nothing follows the follow-up of the return"


@holds("A8.10", "A8.11")
@every_walk(REFERRAL, REQUEST, STEPS)
def test_each_stage_is_followed_up_once_after_its_step_and_its_day_is_told_rightly(history):
    since: Any = None
    for event, now in zip(history.events, history.moments, strict=True):
        match event:
            case ReferralAttended():
                since, by = local_day(event.attended_at), event.follow_up_by
                assert by - since == timedelta(days=SZ_2018.referral_follow_up_days)
            case ReferralAdmitted():
                since, by = event.admitted_on, event.follow_up_by
                assert since <= by <= since + timedelta(days=SZ_2018.hospital_follow_up_days or 0)
            case ReferralDischarged() | ReferralReferredDown() | ReferralReturned():
                assert event.follow_up_by <= local_day(now) + timedelta(days=SZ_2018.discharge_follow_up_days)
                by = event.follow_up_by
            case ReferralFollowedUp():
                assert since <= event.followed_up_on <= local_day(now)
                assert event.in_time == (event.followed_up_on <= by)
            case ReferralFollowUpOverdue():
                assert event.follow_up_by == by < local_day(now)
    done = [event.stage for event in history.events if isinstance(event, ReferralFollowedUp)]
    assert done.count("return") <= 1
    assert done.count("transfer") <= sum(
        isinstance(event, ReferralAttended | ReferralAdmitted) for event in history.events
    )


@every_walk(REFERRAL, REQUEST, STEPS)
def test_nothing_is_true_before_it_happens(history):
    for event, now in zip(history.events, history.moments, strict=True):
        match event:
            case ReferralAttended():
                assert event.attended_at <= now
            case ReferralAdmitted():
                assert event.admitted_on <= local_day(now)
            case ReferralDischarged():
                assert event.discharged_on <= local_day(now)
            case ReferralReturned():
                assert event.returned_on <= local_day(now)
            case ReferralLeftUnanswered():
                assert event.answer_by <= now
            case ReferralNotAttended():
                assert event.appointment_at <= now
            case ReferralAppointmentPassed():
                assert local_day(event.appointment_at) < local_day(now)
            case ReferralScheduled():
                assert event.appointment_at >= now
            case _:
                assert isinstance(now, datetime)
