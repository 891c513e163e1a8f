from dataclasses import replace
from datetime import date

from domain.contract import (
    CONTRACT,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    ContractTransferred,
    ExpireContract,
    RenewContract,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.decider import Claim
from domain.team import MemberLeft
from tests.domain.builders import (
    LI,
    SIGNED,
    SUN,
    TEAM_1,
    TEAM_2,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
    in_group,
)
from tests.spec import SZ_2018, claimed, folded, given

LAST_DAY = date(2027, 3, 1)
NEAR_THE_END = at(date(2027, 2, 1), 9)
AFTER_THE_END = at(date(2027, 3, 2), 0)
IN_APRIL = date(2026, 4, 30)

SIGN = SignContract(contract_id="c1", resident_id="wang", team_id="team-1", signed_on=TODAY, starts_on=TODAY)
WHO = {"resident": [WANG], "team": [TEAM_1]}
RENEW = RenewContract(contract_id="c1", signed_on=date(2027, 2, 1))
RENEWED = ContractRenewed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=2,
    signed_on=date(2027, 2, 1),
    starts_on=date(2027, 3, 2),
    ends_on=date(2028, 3, 1),
    signed_by="resident",
    signed_at="desk",
)
TRANSFER = TransferContract(contract_id="c1", team_id="team-2", consent=True)
TRANSFERRED = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
)
END = TerminateContract(contract_id="c1", last_day=IN_APRIL, reason="own-wish")
ENDED = ContractTerminated(contract_id="c1", resident_id="wang", team_id="team-1", last_day=IN_APRIL, reason="own-wish")
EXPIRE = ExpireContract(contract_id="c1")
EXPIRED = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=LAST_DAY)
NURSE_LEFT = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)


def test_a_contract_is_signed_for_a_year():
    given().when(SIGN, **WHO).then(SIGNED)


def test_it_remembers_the_key_groups_of_its_day():
    who = {**WHO, "resident": [WANG, in_group("elder"), in_group("diabetes")]}
    given().when(SIGN, **who).then(replace(SIGNED, key_groups=("diabetes", "elder")))


def test_a_longer_term_may_be_signed():
    given().when(replace(SIGN, term_months=36), **WHO).then(replace(SIGNED, ends_on=date(2029, 3, 1)))


def test_the_doctor_may_be_chosen():
    bigger = replace(TEAM_1, members=(*TEAM_1.members, replace(LI, member_id="zhou")))
    given().when(replace(SIGN, doctor_id="zhou"), resident=[WANG], team=[bigger]).then(
        replace(SIGNED, doctor_id="zhou")
    )


def test_the_same_papers_again_say_nothing():
    given(SIGNED).when(SIGN, **WHO).then_nothing()


def test_other_papers_under_the_same_number_are_refused():
    given(SIGNED).when(replace(SIGN, package="plus"), **WHO).then_refused("contract-already-signed", contract="c1")


def test_nobody_has_signed_tomorrow():
    given().when(replace(SIGN, signed_on=TOMORROW), **WHO).then_refused("day-in-the-future", day=TOMORROW)


def test_a_stranger_cannot_sign():
    given().when(SIGN, team=[TEAM_1]).then_refused("resident-not-registered", resident="wang")


def test_who_came_last_month_cannot_sign():
    newcomer = replace(WANG, evidence="half-year-residence", resident_since=date(2026, 2, 1))
    given().when(SIGN, resident=[newcomer], team=[TEAM_1]).then_refused("not-eligible", months=6)


def test_nobody_signs_with_a_team_that_is_not_formed():
    given().when(SIGN, resident=[WANG]).then_refused("team-not-formed", team="team-1")


def test_a_contract_needs_both_mandatory_roles():
    given().when(SIGN, resident=[WANG], team=[TEAM_1, NURSE_LEFT]).then_refused("missing-mandatory-role", role="nurse")


def test_the_named_doctor_is_a_doctor_of_the_team():
    bigger = replace(TEAM_1, members=(*TEAM_1.members, SUN))
    for doctor in ("chen", "sun"):
        given().when(replace(SIGN, doctor_id=doctor), resident=[WANG], team=[bigger]).then_refused(
            "named-member-not-seated", member=doctor, role="gp"
        )


def test_a_term_is_one_year_to_three():
    for months in (11, 37):
        given().when(replace(SIGN, term_months=months), **WHO).then_refused("term-outside-limits", months=months)
    given(SIGNED).when(replace(RENEW, term_months=6), now=NEAR_THE_END).then_refused("term-outside-limits", months=6)


def test_a_contract_is_renewed_from_the_day_after_it_ends():
    given(SIGNED).when(RENEW, now=NEAR_THE_END).then(RENEWED)


def test_the_same_renewal_again_says_nothing():
    given(SIGNED, RENEWED).when(RENEW, now=NEAR_THE_END).then_nothing()


def test_a_renewal_may_be_signed_in_the_last_sixty_days():
    early = date(2026, 12, 30)
    given(SIGNED).when(replace(RENEW, signed_on=early), now=at(early, 9)).then_refused(
        "renewal-too-early", first_day=date(2026, 12, 31)
    )


def test_nobody_renews_tomorrow():
    given(SIGNED).when(replace(RENEW, signed_on=date(2027, 2, 2)), now=NEAR_THE_END).then_refused("day-in-the-future")


def test_a_contract_whose_term_is_over_is_signed_anew_and_not_renewed():
    given(SIGNED).when(RENEW, now=AFTER_THE_END).then_refused("contract-over", last_day=LAST_DAY)


def test_an_ended_contract_is_not_renewed():
    given(SIGNED, ENDED).when(RENEW).then_refused("contract-over", last_day=IN_APRIL)
    given(SIGNED, EXPIRED).when(RENEW, now=AFTER_THE_END).then_refused("contract-over")


def test_a_contract_that_nobody_signed_cannot_change():
    for command in (RENEW, TRANSFER, END, EXPIRE):
        given().when(command).then_refused("contract-unknown", contract="c1")


def test_a_contract_moves_to_another_team():
    given(SIGNED).when(TRANSFER, team=[TEAM_2]).then(TRANSFERRED)


def test_a_contract_that_has_moved_says_nothing():
    given(SIGNED, TRANSFERRED).when(TRANSFER, team=[TEAM_2]).then_nothing()


def test_nothing_moves_without_consent():
    given(SIGNED).when(replace(TRANSFER, consent=False), team=[TEAM_2]).then_refused("consent-missing")


def test_a_contract_moves_to_a_team_that_is_complete():
    alone = MemberLeft(team_id="team-2", member_id="chen", last_day=YESTERDAY)
    given(SIGNED).when(TRANSFER).then_refused("team-not-formed", team="team-2")
    given(SIGNED).when(TRANSFER, team=[TEAM_2, alone]).then_refused("missing-mandatory-role", role="gp")


def test_a_contract_may_move_be_renewed_or_ended_on_its_last_day():
    last = at(LAST_DAY, 9)
    given(SIGNED).when(TRANSFER, team=[TEAM_2], now=last).then(replace(TRANSFERRED, from_day=LAST_DAY))
    signed = replace(RENEW, signed_on=LAST_DAY)
    given(SIGNED).when(signed, now=last).then(replace(RENEWED, signed_on=LAST_DAY))
    died = replace(END, last_day=date(2027, 2, 28), reason="died")
    given(SIGNED).when(died, now=last).then(replace(ENDED, last_day=date(2027, 2, 28), reason="died"))


def test_an_ended_contract_does_not_move():
    given(SIGNED, ENDED).when(TRANSFER, team=[TEAM_2]).then_refused("contract-over")
    given(SIGNED).when(TRANSFER, team=[TEAM_2], now=AFTER_THE_END).then_refused("contract-over")


def test_a_contract_is_ended_with_notice():
    given(SIGNED).when(END).then(ENDED)


def test_ended_again_on_the_same_day_it_says_nothing():
    given(SIGNED, ENDED).when(END).then_nothing()


def test_notice_is_a_month():
    too_soon = replace(END, last_day=date(2026, 3, 31))
    given(SIGNED).when(too_soon).then_refused("notice-too-short", earliest=date(2026, 4, 1), days=30)


def test_an_end_that_nobody_chose_needs_no_notice():
    strict = replace(SZ_2018, midterm_termination=False)
    for reason in ("died", "moved-out", "lost-to-follow-up"):
        given(SIGNED).when(replace(END, last_day=TODAY, reason=reason), pack=strict).then(
            replace(ENDED, last_day=TODAY, reason=reason)
        )


def test_some_cities_allow_no_early_end():
    given(SIGNED).when(END, pack=replace(SZ_2018, midterm_termination=False)).then_refused("midterm-end-not-allowed")


def test_a_contract_ends_early_inside_its_term():
    for day in (YESTERDAY, LAST_DAY):
        given(SIGNED).when(replace(END, last_day=day)).then_refused("last-day-outside-term", last_day=day)


def test_an_ended_contract_does_not_end_again():
    given(SIGNED, ENDED).when(replace(END, last_day=TOMORROW)).then_refused("contract-over")
    given(SIGNED).when(END, now=AFTER_THE_END).then_refused("contract-over")


def test_a_term_that_is_over_expires():
    given(SIGNED).when(EXPIRE, now=AFTER_THE_END).then(EXPIRED)


def test_a_contract_runs_through_its_last_day():
    given(SIGNED).when(EXPIRE, now=at(LAST_DAY, 23, 59)).then_nothing()


def test_an_expired_contract_expires_quietly_and_a_terminated_one_too():
    given(SIGNED, EXPIRED).when(EXPIRE, now=AFTER_THE_END).then_nothing()
    given(SIGNED, ENDED).when(EXPIRE, now=AFTER_THE_END).then_nothing()


def test_a_contract_covers_its_days_recorded_expiry_or_not():
    days = (YESTERDAY, TODAY, LAST_DAY, date(2027, 3, 2))
    for past in ([SIGNED], [SIGNED, EXPIRED]):
        assert [folded(CONTRACT, *past).covers(day) for day in days] == [False, True, True, False]
    assert folded(CONTRACT, SIGNED, RENEWED).covers(date(2027, 3, 2))
    assert not folded(CONTRACT, SIGNED, ENDED).covers(date(2026, 5, 1))
    assert not folded(CONTRACT).covers(TODAY)


def test_it_claims_its_resident_from_the_first_day_to_the_last():
    def claim(until: date) -> list[Claim]:
        return [Claim(key="active-contract:wang", rule="active-contract-exists", since=TODAY, until=until)]

    assert claimed(CONTRACT, SIGNED) == claim(LAST_DAY)
    assert claimed(CONTRACT, SIGNED, RENEWED) == claim(date(2028, 3, 1))
    assert claimed(CONTRACT, SIGNED, ENDED) == claim(IN_APRIL)
    assert claimed(CONTRACT, SIGNED, EXPIRED) == []
    assert claimed(CONTRACT, SIGNED, TRANSFERRED) == []
