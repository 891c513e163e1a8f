"""Guests: members for some days."""

from dataclasses import replace
from datetime import date, timedelta

from domain.reactions import when_guest_invited_record_absence_at_home, when_guest_withdrawn_shorten_absence_at_home
from domain.team import TEAM
from domain.team.commands import InviteGuest, JoinTeam, Member, RecordAbsence, WithdrawAbsence, WithdrawGuest
from domain.team.events import GuestInvited, GuestWithdrawn, MemberJoined, MemberLeft
from tests.domain.builders import HE, LI, TEAM_1, TODAY, TOMORROW, WEEK, YESTERDAY, at
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given, touched

THURSDAY = date(2026, 3, 5)
WU = Member(member_id="wu", role="specialist", shifts=WEEK)
INVITE = InviteGuest(
    team_id="team-1", stay_id="s1", member=WU, kind="visiting-specialist", from_day=TOMORROW, to_day=THURSDAY
)
INVITED = GuestInvited(
    team_id="team-1",
    stay_id="s1",
    member=WU,
    kind="visiting-specialist",
    from_day=TOMORROW,
    to_day=THURSDAY,
    home_team_id=None,
)
WITHDRAW = WithdrawGuest(team_id="team-1", stay_id="s1", last_day=TOMORROW)
WITHDRAWN = GuestWithdrawn(
    team_id="team-1",
    stay_id="s1",
    member_id="wu",
    from_day=TOMORROW,
    last_day=TOMORROW,
    was_until=THURSDAY,
    home_team_id=None,
)


@holds("A2.5")
def test_a_guest_is_a_member_on_her_days():
    given(TEAM_1).when(INVITE).then(INVITED)
    team = folded(TEAM, TEAM_1, INVITED)
    days = [TODAY, TOMORROW, THURSDAY, date(2026, 3, 6)]
    assert [[m.member_id for m in team.members_on(day)][2:] for day in days] == [[], ["wu"], ["wu"], []]


def test_an_invitation_that_is_known_says_nothing():
    given(TEAM_1, INVITED).when(INVITE).then_nothing()


def test_another_stay_under_the_same_id_is_refused():
    given(TEAM_1, INVITED).when(replace(INVITE, kind="retired-clinician")).then_refused("stay-already-known", stay="s1")


def test_a_stay_has_days_and_three_months_of_them_at_most():
    given(TEAM_1).when(replace(INVITE, to_day=TODAY)).then_refused("stay-ends-before-it-begins", stay="s1")
    longest = TOMORROW + timedelta(days=91)
    given(TEAM_1).when(replace(INVITE, to_day=longest)).then(replace(INVITED, to_day=longest))
    longer = replace(INVITE, to_day=longest + timedelta(days=1))
    given(TEAM_1).when(longer).then_refused("stay-too-long", days=92)
    given(TEAM_1).when(replace(INVITE, to_day=TOMORROW)).then(replace(INVITED, to_day=TOMORROW))
    past = replace(INVITE, from_day=date(2026, 2, 1), to_day=YESTERDAY)
    given(TEAM_1).when(past).then_refused("day-already-past", day=YESTERDAY)


def test_nobody_is_a_guest_where_she_has_a_seat_or_takes_a_seat_while_she_is_a_guest():
    given(TEAM_1).when(replace(INVITE, member=HE)).then_refused("member-seated-twice", member="he")
    given(TEAM_1, INVITED).when(JoinTeam(team_id="team-1", member=WU)).then_refused("member-seated-twice")
    rehab = replace(HE, member_id="sun", role="rehab")
    sun = MemberJoined(team_id="team-1", member=rehab, from_day=YESTERDAY)
    sun_left = MemberLeft(team_id="team-1", member_id="sun", last_day=TODAY, from_day=YESTERDAY)
    guest = replace(INVITE, member=rehab)
    given(TEAM_1, sun, sun_left).when(replace(guest, from_day=TODAY)).then_refused("member-seated-twice")
    given(TEAM_1, sun, sun_left).when(guest).then(replace(INVITED, member=rehab))
    on_thursday = JoinTeam(team_id="team-1", member=WU, from_day=THURSDAY)
    given(TEAM_1, INVITED).when(on_thursday).then_refused("member-seated-twice")
    joined = MemberJoined(team_id="team-1", member=WU, from_day=THURSDAY)
    given(TEAM_1, joined).when(INVITE).then_refused("member-seated-twice", member="wu")


def test_a_guest_from_another_team_names_it_and_others_name_none():
    given(TEAM_1).when(replace(INVITE, kind="other-team")).then_refused("guest-without-other-team", stay="s1")
    given(TEAM_1).when(replace(INVITE, home_team_id="team-2")).then_refused("guest-without-other-team")
    own = replace(INVITE, kind="other-team", home_team_id="team-1")
    given(TEAM_1).when(own).then_refused("guest-without-other-team")


def test_a_guest_works_hours_that_can_be_worked_and_may_practise():
    doctor = replace(LI, member_id="wu", licences=())
    given(TEAM_1).when(replace(INVITE, member=doctor)).then_refused("gp-not-licensed-here", member="wu")
    newly = replace(LI.licences[0], practising_since=date(2025, 12, 1))
    given(TEAM_1).when(replace(INVITE, member=replace(doctor, licences=(newly,)))).then_refused("gp-practice-too-short")
    over = replace(newly, valid_until=TODAY)
    given(TEAM_1).when(replace(INVITE, member=replace(doctor, licences=(over,)))).then_refused("licence-over")
    wrong = {
        "shifts-overlap": (WEEK[0], WEEK[0]),
        "shift-not-in-the-day": (replace(WEEK[0], starts=2000),),
        "break-half-given": (replace(WEEK[0], break_ends=None),),
        "break-outside-shift": (replace(WEEK[0], break_starts=100),),
    }
    for rule, shifts in wrong.items():
        given(TEAM_1).when(replace(INVITE, member=replace(WU, shifts=shifts))).then_refused(rule)
    given().when(INVITE).then_refused("team-not-formed")


def test_a_guest_leaves_earlier():
    given(TEAM_1, INVITED).when(WITHDRAW).then(WITHDRAWN)


def test_a_guest_may_not_come_at_all():
    never = replace(WITHDRAW, last_day=YESTERDAY)
    stayed_away = replace(WITHDRAWN, last_day=TODAY)
    given(TEAM_1, INVITED).when(never).then(stayed_away)
    assert len(folded(TEAM, TEAM_1, INVITED, stayed_away).seats) == 2


def test_a_guest_who_is_gone_or_was_never_invited_leaves_quietly():
    given(TEAM_1, INVITED, WITHDRAWN).when(WITHDRAW).then_nothing()
    given(TEAM_1).when(WITHDRAW).then_nothing()


def test_a_stay_that_is_over_is_not_shortened():
    given(TEAM_1, INVITED).when(WITHDRAW, now=at(date(2026, 3, 9), 8)).then_refused("day-already-past", day=THURSDAY)
    given().when(WITHDRAW).then_refused("team-not-formed")


@holds("A2.6")
def test_a_guest_keeps_a_mandatory_seat_warm_but_is_nobodys_named_nurse():
    gone = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)
    long_gone = TODAY + timedelta(days=60)
    stay = replace(INVITED, member=replace(HE, member_id="xu"), from_day=long_gone, to_day=long_gone)
    team = folded(TEAM, TEAM_1, gone, stay)
    assert (team.understaffed(long_gone, SZ_2018), team.first_with("nurse", long_gone)) == (None, None)
    assert team.understaffed(long_gone - timedelta(days=1), SZ_2018) == "nurse"
    assert team.missing_role(long_gone) == "nurse"


@holds("A2.5")
def test_a_person_belongs_to_one_team_a_day():
    keys = [f"member-day:wu:2026-03-0{day}" for day in (3, 4, 5)]
    assert [(claim.key, claim.since == claim.until) for claim in claimed(TEAM, TEAM_1, INVITED)] == [
        (key, True) for key in keys
    ]
    released = claimed(TEAM, TEAM_1, INVITED, WITHDRAWN)
    assert [(claim.key, claim.until < claim.since) for claim in released] == [(key, True) for key in keys[1:]]


def test_a_guest_touches_her_days():
    assert [day.day for day in touched(TEAM, TEAM_1, INVITED)] == [TOMORROW, date(2026, 3, 4), THURSDAY]
    assert [day.day for day in touched(TEAM, TEAM_1, INVITED, WITHDRAWN)] == [date(2026, 3, 4), THURSDAY]


def test_who_helps_another_team_is_away_from_her_own():
    helps = replace(INVITED, kind="other-team", home_team_id="team-2")
    away = RecordAbsence(
        team_id="team-2",
        absence_id="stay-s1",
        member_id="wu",
        starts_at=at(TOMORROW, 0),
        ends_at=at(THURSDAY, 24),
        reason="with-another-team",
    )
    assert list(when_guest_invited_record_absence_at_home(helps)) == [away]
    assert list(when_guest_invited_record_absence_at_home(INVITED)) == []
    back = replace(WITHDRAWN, home_team_id="team-2")
    assert list(when_guest_withdrawn_shorten_absence_at_home(back)) == [
        WithdrawAbsence(team_id="team-2", absence_id="stay-s1"),
        replace(away, absence_id="stay-s1-until-2026-03-03", ends_at=at(TOMORROW, 24)),
    ]
    assert len(list(when_guest_withdrawn_shorten_absence_at_home(replace(back, last_day=TODAY)))) == 1
    assert list(when_guest_withdrawn_shorten_absence_at_home(WITHDRAWN)) == []
