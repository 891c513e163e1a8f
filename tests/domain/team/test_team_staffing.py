"""Licences and qualifications by day, the mandatory seats with their grace, and the end of a team."""

from dataclasses import replace
from datetime import date, timedelta

from domain.decider import FOREVER
from domain.policy_pack import pack_of
from domain.team import TEAM
from domain.team.commands import (
    ChangeShifts,
    DisbandTeam,
    FormTeam,
    InviteGuest,
    JoinTeam,
    LeaveTeam,
    Licence,
    RecordAbsence,
    RecordLicence,
    RecordQualification,
    ReviewStaffing,
    WithdrawGuest,
)
from domain.team.events import (
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    QualificationRecorded,
    SeatFellEmpty,
    ShiftsChanged,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDisbanded,
)
from tests.domain.builders import CENTRE, CHEN, FANG, HE, LI, LICENCE, LONG_AGO, TEAM_1, TODAY, TOMORROW, YESTERDAY, at
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given, touched

CN_2022 = pack_of("CN-2022")
FORM = FormTeam(team_id="team-1", institution_id="fuhai", base_x=0, base_y=0, members=(LI, HE))
GRACE = timedelta(days=30)
HE_LEFT = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY, review_on=TODAY)
EMPTY = SeatFellEmpty(
    team_id="team-1",
    role="nurse",
    since=TODAY,
    grace_until=TODAY + GRACE - timedelta(days=1),
    review_on=TODAY + GRACE,
)
OVER = TeamBecameUnderstaffed(team_id="team-1", role="nurse", since=TODAY, from_day=TODAY + GRACE)
FANG_JOINED = MemberJoined(team_id="team-1", member=FANG, from_day=TODAY + GRACE, review_on=TODAY + GRACE)
RESTORED = StaffingRestored(team_id="team-1", role="nurse", on=TODAY + GRACE)
REVIEW = ReviewStaffing(team_id="team-1")

NURSING = Licence(kind="nursing", registered_in="SZ", practising_since=date(2020, 1, 1), valid_until=date(2026, 5, 31))
RENEW = RecordLicence(team_id="team-1", member_id="he", licence=NURSING)
RENEWED = LicenceRecorded(
    team_id="team-1", member_id="he", licence=NURSING, recorded_on=TODAY, review_on=date(2026, 6, 1)
)
WOUNDS = RecordQualification(
    team_id="team-1", member_id="he", code="wound-care", valid_from=TODAY, valid_until=TOMORROW
)
SKILLED = QualificationRecorded(
    team_id="team-1",
    member_id="he",
    code="wound-care",
    valid_from=TODAY,
    valid_until=TOMORROW,
    recorded_on=TODAY,
)
DISBAND = DisbandTeam(team_id="team-1", last_day=TOMORROW)
DISBANDED = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=TOMORROW)


@holds("A2.2")
def test_in_shenzhen_a_practitioner_is_licensed_there_and_has_practised_for_a_year():
    newly = replace(LICENCE, practising_since=date(2025, 3, 3))
    for_a_year = replace(LI, licences=(replace(LICENCE, practising_since=date(2025, 3, 2)),))
    given().when(replace(FORM, members=(for_a_year, HE)), institution=[CENTRE]).then(
        replace(TEAM_1, members=(for_a_year, HE))
    )
    for rule, licences in (
        ("gp-not-licensed-here", ()),
        ("gp-not-licensed-here", (replace(LICENCE, registered_in="GZ"),)),
        ("gp-not-licensed-here", (replace(LICENCE, kind="medicine"),)),
        ("gp-practice-too-short", (newly,)),
        ("licence-over", (replace(LICENCE, valid_until=YESTERDAY),)),
    ):
        member = replace(LI, licences=licences)
        given().when(replace(FORM, members=(member, HE)), institution=[CENTRE]).then_refused(rule, member="li")
        joining = JoinTeam(team_id="team-1", member=replace(member, member_id="chen"))
        given(TEAM_1).when(joining).then_refused(rule, member="chen")


@holds("A2.2")
def test_elsewhere_a_practitioner_without_a_licence_on_record_is_believed_to_have_one():
    plain = replace(LI, licences=())
    given().when(replace(FORM, members=(plain, HE)), institution=[CENTRE], pack=CN_2022).then(
        replace(TEAM_1, members=(plain, HE))
    )


def test_a_licence_is_recorded():
    given(TEAM_1).when(RENEW).then(RENEWED)


def test_a_licence_that_is_known_says_nothing():
    given(TEAM_1, RENEWED).when(RENEW).then_nothing()


def test_a_licence_that_does_not_let_her_practise_is_refused():
    later = replace(RENEW, licence=replace(NURSING, practising_since=TOMORROW))
    given(TEAM_1).when(later).then_refused("day-in-the-future", day=TOMORROW)
    older = replace(RENEW, licence=replace(NURSING, practising_since=LONG_AGO))
    given(TEAM_1).when(older).then_refused("day-too-long-ago", first=date(1966, 3, 2))
    over = replace(RENEW, licence=replace(NURSING, valid_until=YESTERDAY))
    given(TEAM_1).when(over).then_refused("licence-over", member="he")
    away = RecordLicence(team_id="team-1", member_id="li", licence=replace(LICENCE, registered_in="GZ"))
    given(TEAM_1).when(away).then_refused("gp-not-licensed-here", city="SZ")
    newly = replace(away, licence=replace(LICENCE, practising_since=date(2025, 4, 1)))
    given(TEAM_1).when(newly).then_refused("gp-practice-too-short", months=12)
    given(TEAM_1).when(replace(RENEW, member_id="sun")).then_refused("member-not-seated", member="sun")
    given().when(RENEW).then_refused("team-not-formed")


@holds("A2.6")
def test_whose_licence_ends_holds_no_seat_after_it():
    team = folded(TEAM, TEAM_1, RENEWED)
    assert [team.missing_role(day) for day in (date(2026, 5, 31), date(2026, 6, 1))] == [None, "nurse"]
    assert team.empty_since("nurse", date(2026, 7, 1)) == date(2026, 6, 1)


def test_a_qualification_has_its_days():
    given(TEAM_1).when(WOUNDS).then(SKILLED)
    team = folded(TEAM, TEAM_1, SKILLED)
    days = [YESTERDAY, TODAY, TOMORROW, date(2026, 3, 4)]
    assert [team.member_on("he", day).qualifications for day in days] == [(), ("wound-care",), ("wound-care",), ()]


def test_a_qualification_that_is_known_says_nothing():
    given(TEAM_1, SKILLED).when(WOUNDS).then_nothing()


def test_a_qualification_ends_after_it_begins_and_belongs_to_a_member():
    wrong = replace(WOUNDS, valid_until=YESTERDAY)
    given(TEAM_1).when(wrong).then_refused("qualification-ends-before-it-begins", code="wound-care")
    given(TEAM_1).when(replace(WOUNDS, member_id="sun")).then_refused("member-not-seated", member="sun")
    given().when(WOUNDS).then_refused("team-not-formed")


def test_a_code_without_days_holds_on_all_days_until_days_are_told():
    formed = replace(TEAM_1, members=(LI, replace(HE, qualifications=("wound-care", "visiting"))))
    assert folded(TEAM, formed).member_on("he", date(2030, 1, 1)).qualifications == ("wound-care", "visiting")
    assert folded(TEAM, formed, SKILLED).member_on("he", date(2030, 1, 1)).qualifications == ("visiting",)


def test_hours_change_from_a_day_on_and_past_days_keep_theirs():
    mornings = LI.shifts[:2]
    later = ChangeShifts(team_id="team-1", member_id="he", shifts=mornings, from_day=date(2026, 3, 9))
    changed = ShiftsChanged(team_id="team-1", member_id="he", shifts=mornings, from_day=date(2026, 3, 9))
    given(TEAM_1).when(later).then(changed)
    team = folded(TEAM, TEAM_1, changed)
    assert [len(team.member_on("he", day).shifts) for day in (date(2026, 3, 8), date(2026, 3, 9))] == [5, 2]
    past = replace(later, from_day=YESTERDAY)
    given(TEAM_1).when(past).then_refused("day-already-past", day=YESTERDAY)


def test_a_person_may_join_on_a_later_day_but_not_on_an_earlier_one():
    later = JoinTeam(team_id="team-1", member=FANG, from_day=TOMORROW)
    given(TEAM_1).when(later).then(MemberJoined(team_id="team-1", member=FANG, from_day=TOMORROW))
    given(TEAM_1).when(replace(later, from_day=YESTERDAY)).then_refused("day-already-past", day=YESTERDAY)


@holds("A2.6")
def test_an_empty_seat_is_recorded_with_its_grace():
    given(TEAM_1, HE_LEFT).when(REVIEW).then(EMPTY)


@holds("A2.6")
def test_after_the_grace_the_team_is_understaffed():
    given(TEAM_1, HE_LEFT, EMPTY).when(REVIEW, now=at(TODAY + GRACE, 0)).then(OVER)
    given(TEAM_1, HE_LEFT).when(REVIEW, now=at(TODAY + GRACE, 0)).then(replace(EMPTY, review_on=None), OVER)
    given(TEAM_1, HE_LEFT, EMPTY).when(REVIEW, now=at(TODAY + GRACE - timedelta(days=1), 23)).then_nothing()


def test_within_the_grace_and_with_all_seats_held_there_is_nothing_to_record():
    given(TEAM_1, HE_LEFT, EMPTY).when(REVIEW).then_nothing()
    given(TEAM_1).when(REVIEW).then_nothing()
    given(TEAM_1, HE_LEFT, EMPTY, OVER).when(REVIEW, now=at(TODAY + 2 * GRACE, 0)).then_nothing()
    given().when(REVIEW).then_refused("team-not-formed")


@holds("A2.6")
def test_a_seat_that_is_held_again_is_recorded():
    given(TEAM_1, HE_LEFT, EMPTY, OVER, FANG_JOINED).when(REVIEW, now=at(TODAY + GRACE, 0)).then(RESTORED)


def test_who_joins_later_is_awaited_with_a_review():
    joining = JoinTeam(team_id="team-1", member=FANG, from_day=TOMORROW)
    given(TEAM_1, HE_LEFT, EMPTY).when(joining).then(
        MemberJoined(team_id="team-1", member=FANG, from_day=TOMORROW, review_on=TOMORROW)
    )


@holds("A2.6")
def test_a_team_is_understaffed_only_after_the_days_of_grace():
    team = folded(TEAM, TEAM_1, HE_LEFT)
    last = TODAY + GRACE - timedelta(days=1)
    assert [team.understaffed(day, SZ_2018) for day in (YESTERDAY, TODAY, last, TODAY + GRACE)] == [
        None,
        None,
        None,
        "nurse",
    ]


@holds("A2.1")
def test_two_seats_are_mandatory_and_the_others_are_the_x():
    team = folded(TEAM, TEAM_1, replace(HE_LEFT, member_id="li"))
    assert (team.missing_role(YESTERDAY), team.missing_role(TODAY)) == (None, "gp")


def test_a_team_is_disbanded():
    given(TEAM_1).when(DISBAND).then(DISBANDED)
    team = folded(TEAM, TEAM_1, DISBANDED)
    assert [len(team.members_on(day)) for day in (TOMORROW, date(2026, 3, 4))] == [2, 0]
    assert team.missing_role(date(2026, 3, 4)) == "gp"


def test_a_team_that_is_no_more_is_disbanded_quietly():
    given(TEAM_1, DISBANDED).when(DISBAND).then_nothing()
    given(TEAM_1, DISBANDED).when(REVIEW, now=at(date(2027, 1, 1), 0)).then_nothing()


def test_a_team_whose_end_is_set_changes_no_more():
    guest = InviteGuest(
        team_id="team-1",
        stay_id="s1",
        member=FANG,
        kind="retired-clinician",
        from_day=TODAY,
        to_day=TODAY,
    )
    away = RecordAbsence(
        team_id="team-1",
        absence_id="a1",
        member_id="he",
        starts_at=at(TODAY, 8),
        ends_at=at(TODAY, 9),
        reason="ill",
    )
    for command in (
        JoinTeam(team_id="team-1", member=FANG),
        LeaveTeam(team_id="team-1", member_id="he", last_day=TODAY),
        ChangeShifts(team_id="team-1", member_id="he", shifts=()),
        RENEW,
        WOUNDS,
        guest,
        WithdrawGuest(team_id="team-1", stay_id="s1", last_day=TODAY),
        away,
    ):
        given(TEAM_1, DISBANDED).when(command).then_refused("team-disbanded", team="team-1", day=TOMORROW)


def test_a_team_with_contracts_is_not_disbanded():
    given(TEAM_1).when(DISBAND, team_contracts=3).then_refused("team-has-contracts", team="team-1", contracts=3)
    given(TEAM_1).when(DISBAND, team_beds=1).then_refused("team-has-beds", team="team-1", beds=1)
    given(TEAM_1).when(replace(DISBAND, last_day=YESTERDAY)).then_refused("day-already-past", day=YESTERDAY)
    given().when(DISBAND).then_refused("team-not-formed")


@holds("A2.3")
def test_a_person_has_one_seat_and_an_institution_counts_its_teams():
    keys = {claim.key: (claim.since, claim.until) for claim in claimed(TEAM, TEAM_1)}
    ever = (date.min, FOREVER)
    assert keys == {"institution_teams:fuhai:team-1": ever, "member-seat:li": ever, "member-seat:he": ever}
    (left,) = claimed(TEAM, TEAM_1, HE_LEFT)
    assert (left.key, left.until) == ("member-seat:he", YESTERDAY)
    joined = MemberJoined(team_id="team-1", member=CHEN, from_day=TODAY)
    (seat,) = claimed(TEAM, TEAM_1, joined)
    assert (seat.key, seat.since, seat.until) == ("member-seat:chen", TODAY, FOREVER)
    ended = {claim.key: claim.until for claim in claimed(TEAM, TEAM_1, joined, DISBANDED)}
    assert ended == {**dict.fromkeys(["member-seat:chen", *keys], TOMORROW)}


def test_licences_and_qualifications_touch_the_next_days():
    days = [("team-1", TODAY + timedelta(days=ahead)) for ahead in range(29)]
    assert touched(TEAM, TEAM_1, RENEWED) == touched(TEAM, TEAM_1, SKILLED) == days
    assert touched(TEAM, TEAM_1, DISBANDED) == []
