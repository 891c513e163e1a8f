from dataclasses import replace
from datetime import date, timedelta

from domain.contract.events import ContractTerminated
from domain.institution import InstitutionClosed
from domain.policy_pack import pack_of
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
    Slip,
    WithdrawReferral,
)
from domain.referral.events import (
    ReferralAppointmentPassed,
    ReferralDeclined,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralWithdrawn,
)
from domain.resident.events import ResidentDeparted
from tests.domain.builders import (
    ACCEPTED,
    ADMITTED,
    APPOINTED,
    ATTENDED,
    CENTRE,
    DISCHARGED,
    HOSPITAL,
    MERGED,
    REFERRED,
    REFERRED_DOWN,
    RETURNED,
    SIGNED,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.rules import holds
from tests.spec import given

REFER = RequestReferral(
    referral_id="r1", resident_id="wang", contract_id="c1", institution_id="city-3", urgency="ordinary", reason="I10"
)
INPUTS = {"contract": [SIGNED], "institution": [HOSPITAL]}
WHOSE = {"referral_id": "r1", "resident_id": "wang", "team_id": "team-1"}
DIED = ResidentDeparted(resident_id="wang", reason="died", last_day=TODAY)
ACCEPT = AcceptReferral(referral_id="r1")
DECLINE = DeclineReferral(referral_id="r1", reason="no-bed")
DECLINED = ReferralDeclined(**WHOSE, answered_at=at(TODAY, 9), reason="no-bed")
UNANSWERED = RecordUnanswered(referral_id="r1")
LEFT_UNANSWERED = ReferralLeftUnanswered(**WHOSE, institution_id="city-3", answer_by=REFERRED.answer_by)
WITHDRAW = WithdrawReferral(referral_id="r1", reason="resident-declined")
WITHDRAWN = ReferralWithdrawn(**WHOSE, reason="resident-declined")
APPOINT = ScheduleReferral(referral_id="r1", appointment_at=at(TODAY, 9))
PASS = RecordAppointmentPassed(referral_id="r1")
PASSED = ReferralAppointmentPassed(**WHOSE, appointment_at=at(TODAY, 9))
MISS = MissAppointment(referral_id="r1")
NOT_ATTENDED = ReferralNotAttended(**WHOSE, appointment_at=at(TODAY, 9))
ATTEND = AttendReferral(referral_id="r1", attended_at=at(TODAY, 9))
ADMIT = AdmitReferral(referral_id="r1", admitted_on=TODAY, ward="cardiology", bed="12")
DISCHARGE = DischargeReferral(referral_id="r1", discharged_on=TODAY)
DOWN = ReferDown(
    referral_id="r1",
    referred_down_on=TODAY,
    diagnoses=("I10",),
    plan=("two-drugs",),
    stable=True,
    tests=("ecg",),
    prescriptions=("amlodipine-5mg",),
)
RETURN = ReturnReferral(referral_id="r1", returned_on=TODAY)
FOLLOW_UP = FollowUpReferral(referral_id="r1", followed_up_on=TODAY, visit_id="v9")
FOLLOWED_UP = ReferralFollowedUp(**WHOSE, stage="return", followed_up_on=TODAY, visit_id="v9", in_time=True)
SEEN_THERE = ReferralFollowedUp(**WHOSE, stage="transfer", followed_up_on=TODAY, visit_id=None, in_time=True)
SEE_THERE = FollowUpReferral(referral_id="r1", followed_up_on=TODAY, stage="transfer")
OVERDUE = ReferralFollowUpOverdue(**WHOSE, stage="transfer", follow_up_by=date(2026, 3, 7))
AWAY = (REFERRED, ACCEPTED, APPOINTED)
SEEN = (*AWAY, ATTENDED)
IN_BED = (*SEEN, ADMITTED)
OUT = (*IN_BED, DISCHARGED)
BACK = (*SEEN, RETURNED)
DONE = (*BACK, FOLLOWED_UP)
TWO_WEEKS = timedelta(days=14)


@holds("A8.6")
def test_a_signed_resident_is_referred_up():
    given().when(REFER, **INPUTS).then(REFERRED)


@holds("A8.8")
def test_the_slip_carries_the_condition_cautions_tests_and_guidance():
    slip = Slip(conditions=("I10",), cautions=("penicillin-allergy",), tests=("ecg",), rehabilitation=("walking",))
    command = replace(REFER, criteria=("pressure-uncontrolled-twice",), slip=slip)
    given().when(command, **INPUTS).then(replace(REFERRED, criteria=command.criteria, slip=slip))


@holds("A8.7")
def test_the_green_channel_is_asked_for_and_granted():
    given().when(replace(REFER, green_channel=True), **INPUTS).then(replace(REFERRED, green_channel=True))
    given(REFERRED).when(replace(ACCEPT, green_channel=True, ward="cardiology", bed="12")).then(
        replace(ACCEPTED, green_channel=True, ward="cardiology", bed="12")
    )


@holds("A8.7")
def test_an_urgent_request_is_answered_within_two_hours_and_any_other_within_three_days():
    given().when(replace(REFER, urgency="urgent"), **INPUTS).then(
        replace(REFERRED, urgency="urgent", answer_by=at(TODAY, 11))
    )
    given().when(REFER, **INPUTS).then(replace(REFERRED, answer_by=at(date(2026, 3, 5), 9)))


def test_the_same_referral_again_says_nothing():
    given(REFERRED).when(REFER, **INPUTS).then_nothing()


def test_another_referral_under_the_same_number_is_refused():
    given(REFERRED).when(replace(REFER, reason="E11"), **INPUTS).then_refused("referral-already-requested")


@holds("A8.6")
def test_who_has_no_valid_contract_is_not_referred():
    ended = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY, reason="moved-out"
    )
    for contract in ([], [SIGNED, ended], [replace(SIGNED, resident_id="zhao")]):
        given().when(REFER, contract=contract, institution=[HOSPITAL]).then_refused("no-valid-contract", day=TODAY)


@holds("A8.6")
def test_a_hospital_that_is_not_open_is_not_asked():
    closed = InstitutionClosed(institution_id="city-3", closed_on=TODAY)
    for hospital in ([], [HOSPITAL, closed]):
        given().when(REFER, contract=[SIGNED], institution=hospital).then_refused("institution-not-open")


@holds("A8.6")
def test_a_referral_goes_upwards():
    command = replace(REFER, institution_id="fuhai")
    given().when(command, contract=[SIGNED], institution=[CENTRE]).then_refused("referral-not-upwards", tier=1)
    district = replace(HOSPITAL, tier=2)
    given().when(REFER, contract=[SIGNED], institution=[district]).then(REFERRED)


def test_criteria_are_codes_that_screening_knows():
    given().when(replace(REFER, criteria=("shock", "bad-mood")), **INPUTS).then_refused(
        "criterion-unknown", criterion="bad-mood"
    )


@holds("A8.8")
def test_after_a_refusal_another_hospital_is_asked_by_a_referral_that_names_the_first():
    again = replace(REFER, referral_id="r2", former_referral_id="r1")
    named = replace(REFERRED, referral_id="r2", former_referral_id="r1")
    given().when(again, **INPUTS, former=[REFERRED, DECLINED]).then(named)
    given().when(replace(again, former_referral_id="r2"), **INPUTS).then_refused("referral-names-itself", referral="r2")


@holds("A8.8")
def test_a_hospital_accepts():
    given(REFERRED).when(ACCEPT).then(ACCEPTED)
    given(REFERRED, LEFT_UNANSWERED).when(ACCEPT).then(ACCEPTED)


def test_accepted_again_it_says_nothing():
    given(REFERRED, ACCEPTED).when(ACCEPT).then_nothing()
    given(*AWAY).when(ACCEPT).then_nothing()


@holds("A8.8")
def test_a_hospital_declines_with_a_reason():
    given(REFERRED).when(DECLINE).then(DECLINED)


def test_declined_again_for_the_same_reason_it_says_nothing():
    given(REFERRED, DECLINED).when(DECLINE).then_nothing()


@holds("A8.7")
def test_a_hospital_that_has_not_answered_in_its_hours_is_told_of_once():
    over = REFERRED.answer_by
    given(REFERRED).when(UNANSWERED, now=over).then(LEFT_UNANSWERED)
    given(REFERRED).when(UNANSWERED, now=over - timedelta(seconds=1)).then_nothing()
    given(REFERRED, LEFT_UNANSWERED).when(UNANSWERED, now=over).then_nothing()
    given(REFERRED, ACCEPTED).when(UNANSWERED, now=over).then_nothing()


def test_who_has_not_gone_yet_need_not_go():
    for past in ((REFERRED,), (REFERRED, ACCEPTED), AWAY, (*AWAY, NOT_ATTENDED)):
        given(*past).when(WITHDRAW).then(WITHDRAWN)
    given(REFERRED, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_an_appointment_is_given():
    given(REFERRED, ACCEPTED).when(APPOINT).then(APPOINTED)


def test_an_appointment_may_be_moved_and_who_missed_it_may_have_another():
    later = at(TOMORROW, 9)
    for past in (AWAY, (*AWAY, NOT_ATTENDED)):
        given(*past).when(replace(APPOINT, appointment_at=later)).then(replace(APPOINTED, appointment_at=later))


def test_the_same_appointment_again_says_nothing():
    given(*AWAY).when(APPOINT).then_nothing()


def test_no_appointment_is_given_in_the_past():
    given(REFERRED, ACCEPTED).when(replace(APPOINT, appointment_at=at(TODAY, 8))).then_refused(
        "appointment-in-the-past"
    )


@holds("A8.12")
def test_an_appointment_of_which_nobody_says_anything_is_told_of_after_its_day():
    given(*AWAY).when(PASS, now=at(TOMORROW, 0)).then(PASSED)
    given(*AWAY).when(PASS, now=at(TODAY, 23)).then_nothing()
    given(*AWAY, PASSED).when(PASS, now=at(TOMORROW, 0)).then_nothing()
    given(*SEEN).when(PASS, now=at(TOMORROW, 0)).then_nothing()


@holds("A8.12")
def test_a_resident_who_does_not_come_is_written_down_but_not_before_the_appointment():
    given(*AWAY).when(MISS).then(NOT_ATTENDED)
    given(*AWAY, PASSED).when(MISS, now=at(TOMORROW, 9)).then(NOT_ATTENDED)
    given(*AWAY, NOT_ATTENDED).when(MISS).then_nothing()
    tomorrow = replace(APPOINTED, appointment_at=at(TOMORROW, 9))
    given(REFERRED, ACCEPTED, tomorrow).when(MISS).then_refused("appointment-still-to-come", at=at(TOMORROW, 9))


@holds("A8.10")
def test_who_came_is_followed_up_within_two_weeks():
    given(*AWAY).when(ATTEND).then(ATTENDED)
    given(*AWAY).when(ATTEND).then(replace(ATTENDED, follow_up_by=TODAY + TWO_WEEKS))


def test_who_comes_at_once_needs_no_appointment():
    given(REFERRED, ACCEPTED).when(ATTEND).then(ATTENDED)


def test_attended_again_it_says_nothing():
    given(*SEEN).when(ATTEND).then_nothing()


def test_nobody_came_before_the_request_or_the_appointment_or_in_the_future():
    early = replace(ATTEND, attended_at=at(TODAY, 8))
    given(*AWAY).when(early).then_refused("attended-before-requested")
    given(*AWAY).when(replace(ATTEND, attended_at=at(TODAY, 10))).then_refused("moment-in-the-future")
    moved = replace(APPOINTED, appointment_at=at(TOMORROW, 9))
    given(*AWAY, moved).when(ATTEND).then_refused("attended-before-appointment", day=TOMORROW)


@holds("A8.10")
def test_who_lies_in_a_shenzhen_hospital_is_seen_there_within_five_days_elsewhere_within_two_weeks():
    given(*SEEN).when(ADMIT).then(ADMITTED)
    given(*SEEN).when(ADMIT, pack=pack_of("CN-2017")).then(replace(ADMITTED, follow_up_by=TODAY + TWO_WEEKS))


@holds("A8.10")
def test_the_earlier_of_the_rules_in_force_wins():
    old = replace(ATTENDED, attended_at=at(TODAY, 9) - timedelta(days=12), follow_up_by=date(2026, 3, 4))
    requested = replace(REFERRED, requested_at=old.attended_at)
    given(requested, ACCEPTED, old).when(ADMIT).then(replace(ADMITTED, follow_up_by=date(2026, 3, 4)))
    past = replace(old, follow_up_by=YESTERDAY)
    given(requested, ACCEPTED, past).when(ADMIT).then(ADMITTED)


def test_admitted_again_it_says_nothing():
    given(*IN_BED).when(ADMIT).then_nothing()


def test_nobody_is_admitted_before_coming_or_in_the_future():
    given(*SEEN).when(replace(ADMIT, admitted_on=YESTERDAY)).then_refused("referral-day-too-early", day=TODAY)
    given(*SEEN).when(replace(ADMIT, admitted_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


@holds("A8.11")
def test_who_leaves_the_hospital_is_contacted_within_two_weeks_or_by_the_day_that_was_still_open():
    given(*IN_BED).when(DISCHARGE).then(DISCHARGED)
    given(*IN_BED, SEEN_THERE).when(DISCHARGE).then(replace(DISCHARGED, follow_up_by=TODAY + TWO_WEEKS))


def test_discharged_again_it_says_nothing():
    given(*OUT).when(DISCHARGE).then_nothing()


def test_nobody_is_discharged_before_admission_or_in_the_future():
    given(*IN_BED).when(replace(DISCHARGE, discharged_on=YESTERDAY)).then_refused("referral-day-too-early")
    given(*IN_BED).when(replace(DISCHARGE, discharged_on=TOMORROW)).then_refused("day-in-the-future")


@holds("A8.9")
def test_who_is_stable_with_a_clear_diagnosis_and_plan_is_referred_down():
    given(*OUT).when(DOWN).then(REFERRED_DOWN)
    given(*SEEN).when(DOWN).then(replace(REFERRED_DOWN, follow_up_by=TODAY + TWO_WEEKS))


@holds("A8.9")
def test_without_diagnosis_or_plan_or_when_unstable_nobody_is_referred_down():
    for lacking in (replace(DOWN, diagnoses=()), replace(DOWN, plan=()), replace(DOWN, stable=False)):
        given(*OUT).when(lacking).then_refused("not-fit-for-primary-care", referral="r1")


def test_referred_down_again_it_says_nothing_and_never_before_the_discharge_or_in_the_future():
    given(*OUT, REFERRED_DOWN).when(DOWN).then_nothing()
    given(*OUT).when(replace(DOWN, referred_down_on=YESTERDAY)).then_refused("referral-day-too-early")
    given(*OUT).when(replace(DOWN, referred_down_on=TOMORROW)).then_refused("day-in-the-future")


@holds("A8.11")
def test_who_returns_is_followed_up_within_two_weeks():
    given(*SEEN).when(RETURN).then(RETURNED)
    long_ago = replace(ATTENDED, attended_at=at(date(2026, 2, 1), 9), follow_up_by=date(2026, 2, 15))
    requested = replace(REFERRED, requested_at=long_ago.attended_at)
    given(requested, ACCEPTED, long_ago).when(RETURN).then(replace(RETURNED, follow_up_by=TODAY + TWO_WEEKS))


@holds("A8.11")
def test_the_day_of_the_discharge_counts_not_that_of_the_papers():
    for past in (OUT, (*OUT, REFERRED_DOWN)):
        given(*past).when(RETURN).then(replace(RETURNED, follow_up_by=DISCHARGED.follow_up_by))


def test_returned_again_on_the_same_day_it_says_nothing():
    given(*BACK).when(RETURN).then_nothing()


def test_nobody_returns_before_the_hospital_saw_her_or_tomorrow():
    given(*SEEN).when(replace(RETURN, returned_on=YESTERDAY)).then_refused("referral-day-too-early", day=TODAY)
    given(*SEEN).when(replace(RETURN, returned_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


@holds("A8.10")
def test_the_team_sees_the_resident_in_hospital():
    given(*IN_BED).when(SEE_THERE).then(SEEN_THERE)
    given(*IN_BED, SEEN_THERE).when(SEE_THERE).then_nothing()


@holds("A8.11")
def test_the_team_follows_up_after_the_return():
    given(*BACK).when(FOLLOW_UP).then(FOLLOWED_UP)
    given(*OUT).when(FOLLOW_UP).then(FOLLOWED_UP)


@holds("A8.11")
def test_after_the_last_day_the_follow_up_is_not_in_time():
    for day, in_time in ((date(2026, 3, 16), True), (date(2026, 3, 17), False)):
        given(*BACK).when(replace(FOLLOW_UP, followed_up_on=day), now=at(day, 9)).then(
            replace(FOLLOWED_UP, followed_up_on=day, in_time=in_time)
        )


def test_followed_up_again_it_says_nothing():
    given(*DONE).when(FOLLOW_UP).then_nothing()


def test_nobody_is_followed_up_before_the_return_or_in_the_future():
    given(*BACK).when(replace(FOLLOW_UP, followed_up_on=YESTERDAY)).then_refused("referral-day-too-early", day=TODAY)
    given(*BACK).when(replace(FOLLOW_UP, followed_up_on=TOMORROW)).then_refused("day-in-the-future")


@holds("A8.12")
def test_a_follow_up_that_was_not_done_by_its_day_is_told_of_once():
    check, late = RecordFollowUpOverdue(referral_id="r1"), at(date(2026, 3, 8), 0)
    given(*IN_BED).when(check, now=late).then(OVERDUE)
    given(*IN_BED).when(check, now=late - timedelta(minutes=1)).then_nothing()
    given(*IN_BED, OVERDUE).when(check, now=late).then_nothing()
    given(*IN_BED, SEEN_THERE).when(check, now=late).then_nothing()
    given(*BACK).when(check, now=at(date(2026, 3, 17), 0)).then(
        replace(OVERDUE, stage="return", follow_up_by=RETURNED.follow_up_by)
    )


STEPS = (
    ACCEPT,
    DECLINE,
    UNANSWERED,
    WITHDRAW,
    APPOINT,
    PASS,
    MISS,
    ATTEND,
    ADMIT,
    DISCHARGE,
    DOWN,
    RETURN,
    FOLLOW_UP,
    RecordFollowUpOverdue(referral_id="r1"),
)


def test_an_unknown_referral_has_no_next_step():
    for step in STEPS:
        given().when(step).then_refused("referral-unknown", referral="r1")


def test_no_step_is_taken_out_of_order():
    out_of_order = (
        (ACCEPT, (REFERRED, DECLINED)),
        (ACCEPT, BACK),
        (DECLINE, (REFERRED, ACCEPTED)),
        (WITHDRAW, SEEN),
        (WITHDRAW, (REFERRED, DECLINED)),
        (APPOINT, (REFERRED,)),
        (APPOINT, BACK),
        (MISS, (REFERRED, ACCEPTED)),
        (ATTEND, (REFERRED,)),
        (ATTEND, (REFERRED, WITHDRAWN)),
        (ADMIT, AWAY),
        (DISCHARGE, SEEN),
        (DOWN, IN_BED),
        (RETURN, AWAY),
        (RETURN, IN_BED),
        (FOLLOW_UP, AWAY),
        (FOLLOW_UP, SEEN),
        (SEE_THERE, BACK),
    )
    for step, past in out_of_order:
        given(*past).when(step).then_refused("referral-step-out-of-order", referral="r1")


def test_the_dead_are_referred_nowhere_also_on_the_day_of_their_death():
    given().when(REFER, **INPUTS, resident=[WANG, DIED]).then_refused("resident-died", day=TODAY)
    given().when(REFER, **INPUTS, resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")


def test_who_moved_away_is_referred_nowhere():
    moved = replace(DIED, reason="moved-out", last_day=YESTERDAY)
    given().when(REFER, **INPUTS, resident=[WANG, moved]).then_refused("resident-moved-out", last_day=YESTERDAY)
