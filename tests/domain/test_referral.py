from dataclasses import replace
from datetime import date

from domain.contract import ContractTerminated
from domain.institution import InstitutionClosed
from domain.policy_pack import pack_of
from domain.referral import (
    AcceptReferral,
    DeclineReferral,
    FollowUpReferral,
    ReferralDeclined,
    ReferralFollowedUp,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
)
from tests.domain.builders import (
    ACCEPTED,
    APPOINTED,
    CENTRE,
    HOSPITAL,
    REFERRED,
    RETURNED,
    SIGNED,
    TODAY,
    TOMORROW,
    YESTERDAY,
    at,
)
from tests.spec import given

REFER = RequestReferral(
    referral_id="r1", resident_id="wang", contract_id="c1", institution_id="city-3", urgency="ordinary", reason="I10"
)
FACTS = {"contract": [SIGNED], "institution": [HOSPITAL]}
ACCEPT = AcceptReferral(referral_id="r1")
DECLINE = DeclineReferral(referral_id="r1", reason="no-bed")
DECLINED = ReferralDeclined(referral_id="r1", resident_id="wang", team_id="team-1", reason="no-bed")
APPOINT = ScheduleReferral(referral_id="r1", appointment_at=at(TODAY, 9))
RETURN = ReturnReferral(referral_id="r1", returned_on=TODAY)
FOLLOW_UP = FollowUpReferral(referral_id="r1", followed_up_on=TOMORROW, visit_id="v9")
FOLLOWED_UP = ReferralFollowedUp(
    referral_id="r1", resident_id="wang", team_id="team-1", followed_up_on=TOMORROW, visit_id="v9", in_time=True
)
AWAY = (REFERRED, ACCEPTED, APPOINTED)
BACK = (*AWAY, RETURNED)
DONE = (*BACK, FOLLOWED_UP)


def test_a_signed_resident_is_referred_up():
    given().when(REFER, **FACTS).then(REFERRED)


def test_the_same_referral_again_says_nothing():
    given(REFERRED).when(REFER, **FACTS).then_nothing()


def test_another_referral_under_the_same_number_is_refused():
    given(REFERRED).when(replace(REFER, reason="E11"), **FACTS).then_refused("referral-already-requested")


def test_who_has_no_valid_contract_is_not_referred():
    ended = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY, reason="moved-out"
    )
    for contract in ([], [SIGNED, ended], [replace(SIGNED, resident_id="zhao")]):
        given().when(REFER, contract=contract, institution=[HOSPITAL]).then_refused("no-valid-contract", day=TODAY)


def test_a_hospital_that_is_not_open_is_not_asked():
    closed = InstitutionClosed(institution_id="city-3", closed_on=TODAY)
    for hospital in ([], [HOSPITAL, closed]):
        given().when(REFER, contract=[SIGNED], institution=hospital).then_refused("institution-not-open")


def test_a_referral_goes_upwards():
    command = replace(REFER, institution_id="fuhai")
    given().when(command, contract=[SIGNED], institution=[CENTRE]).then_refused("referral-not-upwards", tier=1)


def test_a_hospital_accepts():
    given(REFERRED).when(ACCEPT).then(ACCEPTED)


def test_accepted_again_it_says_nothing():
    given(REFERRED, ACCEPTED).when(ACCEPT).then_nothing()
    given(*AWAY).when(ACCEPT).then_nothing()


def test_a_hospital_declines_with_a_reason():
    given(REFERRED).when(DECLINE).then(DECLINED)


def test_declined_again_for_the_same_reason_it_says_nothing():
    given(REFERRED, DECLINED).when(DECLINE).then_nothing()


def test_an_appointment_is_given():
    given(REFERRED, ACCEPTED).when(APPOINT).then(APPOINTED)


def test_an_appointment_may_be_moved():
    later = at(TOMORROW, 9)
    given(*AWAY).when(replace(APPOINT, appointment_at=later)).then(replace(APPOINTED, appointment_at=later))


def test_the_same_appointment_again_says_nothing():
    given(*AWAY).when(APPOINT).then_nothing()


def test_no_appointment_is_given_in_the_past():
    given(REFERRED, ACCEPTED).when(replace(APPOINT, appointment_at=at(TODAY, 8))).then_refused(
        "appointment-in-the-past"
    )


def test_the_resident_returns_and_is_followed_up_within_five_days():
    given(*AWAY).when(RETURN).then(RETURNED)


def test_under_the_national_rule_it_is_two_weeks():
    given(*AWAY).when(RETURN, pack=pack_of("CN-2017")).then(replace(RETURNED, follow_up_by=date(2026, 3, 16)))


def test_returned_again_on_the_same_day_it_says_nothing():
    given(*BACK).when(RETURN).then_nothing()


def test_nobody_returns_before_the_appointment():
    given(*AWAY).when(replace(RETURN, returned_on=YESTERDAY)).then_refused("returned-before-appointment")


def test_nobody_has_returned_tomorrow():
    given(*AWAY).when(replace(RETURN, returned_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


def test_the_team_follows_up():
    given(*BACK).when(FOLLOW_UP).then(FOLLOWED_UP)


def test_after_the_last_day_the_follow_up_is_not_in_time():
    late = date(2026, 3, 8)
    given(*BACK).when(replace(FOLLOW_UP, followed_up_on=late)).then(
        replace(FOLLOWED_UP, followed_up_on=late, in_time=False)
    )


def test_followed_up_again_it_says_nothing():
    given(*DONE).when(FOLLOW_UP).then_nothing()


def test_nobody_is_followed_up_before_the_return():
    given(*BACK).when(replace(FOLLOW_UP, followed_up_on=YESTERDAY)).then_refused("followed-up-before-return")


def test_an_unknown_referral_has_no_next_step():
    for step in (ACCEPT, DECLINE, APPOINT, RETURN, FOLLOW_UP):
        given().when(step).then_refused("referral-unknown", referral="r1")


def test_no_step_is_taken_out_of_order():
    out_of_order = (
        (ACCEPT, (REFERRED, DECLINED)),
        (ACCEPT, BACK),
        (DECLINE, (REFERRED, ACCEPTED)),
        (APPOINT, (REFERRED,)),
        (APPOINT, BACK),
        (RETURN, (REFERRED, ACCEPTED)),
        (RETURN, DONE),
        (FOLLOW_UP, AWAY),
    )
    for step, past in out_of_order:
        given(*past).when(step).then_refused("referral-step-out-of-order", referral="r1")
