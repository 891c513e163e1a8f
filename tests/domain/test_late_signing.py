"""A signature of long ago is recorded with a reason and a second person, and nobody signs before there was a team."""

from dataclasses import replace
from datetime import date, timedelta

from domain.contract.commands import CorrectSigning, SignContract, TransferContract
from domain.team.commands import FormTeam, LeaveTeam, RecordAbsence
from tests.domain.builders import CENTRE, HE, LI, SIGNED, TEAM_1, TEAM_2, TODAY, TOMORROW, WANG, YESTERDAY
from tests.rules import holds
from tests.spec import SZ_2018, given

LAST_IN_TIME = TODAY - timedelta(days=SZ_2018.late_record_days)
LATE = LAST_IN_TIME - timedelta(days=1)
IN_TIME = SignContract(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    signed_on=LAST_IN_TIME,
    starts_on=LAST_IN_TIME,
    agreement_read=True,
)
SIGN_LATE = replace(IN_TIME, signed_on=LATE, starts_on=LATE)
WHO = {"resident": [WANG], "team": [TEAM_1], "institution": [CENTRE]}
FORMED_ON = replace(TEAM_1, formed_on=TODAY)
OPENED_ON = replace(CENTRE, opened_on=TODAY)
CORRECT = CorrectSigning(contract_id="c1", signed_on=YESTERDAY, starts_on=YESTERDAY, reason="the paper says so")


@holds("A10.13")
def test_a_signature_of_more_than_a_year_ago_needs_a_reason_and_a_second_person():
    given().when(SIGN_LATE, **WHO).then_refused("late-signing-without-reason", day=LATE, days=366)
    given().when(replace(SIGN_LATE, late_reason="  "), **WHO).then_refused("late-signing-without-reason")
    reasoned = replace(SIGN_LATE, late_reason="found in the archive")
    given().when(reasoned, **WHO).then_refused("second-person-missing")
    given().when(replace(reasoned, allowed_by="admin"), **WHO).then_refused("second-person-is-actor")
    (signed,) = given().when(replace(reasoned, allowed_by="head"), **WHO).decided()
    assert (signed.signed_on, signed.late_reason, signed.allowed_by) == (LATE, "found in the archive", "head")


def test_a_signature_within_the_year_needs_none_and_none_is_kept():
    for command in (IN_TIME, replace(IN_TIME, late_reason="habit", allowed_by="head")):
        (signed,) = given().when(command, **WHO).decided()
        assert (signed.signed_on, signed.late_reason, signed.allowed_by) == (LAST_IN_TIME, None, None)


def test_nobody_signs_before_the_team_was_formed_or_its_institution_opened():
    yesterday = replace(IN_TIME, signed_on=YESTERDAY, starts_on=YESTERDAY)
    given().when(yesterday, **{**WHO, "team": [FORMED_ON]}).then_refused("signed-before-formed", day=TODAY)
    given().when(yesterday, **{**WHO, "institution": [OPENED_ON]}).then_refused("signed-before-opened", day=TODAY)
    today = replace(IN_TIME, signed_on=TODAY, starts_on=TODAY)
    assert given().when(today, resident=[WANG], team=[FORMED_ON], institution=[OPENED_ON]).decided()


def test_a_corrected_signature_has_the_same_bounds():
    given(SIGNED).when(CORRECT, **{**WHO, "team": [FORMED_ON]}).then_refused("signed-before-formed", team="team-1")
    given(SIGNED).when(CORRECT, **{**WHO, "institution": [OPENED_ON]}).then_refused("signed-before-opened")
    born = replace(WANG, personal=replace(WANG.personal, born_on=TODAY))
    given(SIGNED).when(CORRECT, **{**WHO, "resident": [born]}).then_refused("day-before-birth", day=YESTERDAY)
    long_ago = replace(CORRECT, signed_on=LATE, starts_on=LATE, term_months=24)
    given(SIGNED).when(long_ago, **WHO).then_refused("second-person-missing")
    assert given(SIGNED).when(replace(long_ago, allowed_by="head"), **WHO).decided()
    assert given(SIGNED).when(replace(long_ago, signed_on=LAST_IN_TIME, starts_on=LAST_IN_TIME), **WHO).decided()


def test_a_supplementary_agreement_is_not_older_than_the_contract():
    move = TransferContract(contract_id="c1", team_id="team-2", consent=True, signed_on=YESTERDAY)
    given(SIGNED).when(move, team=[TEAM_2], institution=[CENTRE]).then_refused("day-too-long-ago", first=TODAY)


def test_a_team_was_formed_by_today():
    form = FormTeam(
        team_id="team-1", institution_id="fuhai", base_x=0, base_y=0, members=(LI, HE), formed_on=date(2019, 5, 1)
    )
    given().when(form, institution=[CENTRE]).then(replace(TEAM_1, formed_on=date(2019, 5, 1)))
    given().when(replace(form, formed_on=TOMORROW), institution=[CENTRE]).then_refused("day-in-the-future")


def test_a_seat_ends_and_an_absence_begins_no_longer_ago_than_a_year():
    leave = LeaveTeam(team_id="team-1", member_id="he", last_day=LAST_IN_TIME)
    assert given(TEAM_1).when(leave).decided()
    given(TEAM_1).when(replace(leave, last_day=LATE)).then_refused("day-too-long-ago", first=LAST_IN_TIME)
    away = RecordAbsence(team_id="team-1", absence_id="a1", member_id="he", on=LAST_IN_TIME, reason="ill")
    assert given(TEAM_1).when(away).decided()
    given(TEAM_1).when(replace(away, on=LATE)).then_refused("day-too-long-ago", first=LAST_IN_TIME)
