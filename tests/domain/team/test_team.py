from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.local_time import at_local
from domain.team import TEAM
from domain.team.commands import ChangeShifts, FormTeam, JoinTeam, LeaveTeam, RecordAbsence, Shift, WithdrawAbsence
from domain.team.events import AbsenceRecorded, AbsenceWithdrawn, MemberJoined, MemberLeft, ShiftsChanged
from tests.domain.builders import CENTRE, HE, HOSPITAL, LI, SUN, TEAM_1, TODAY, TOMORROW, YESTERDAY, at
from tests.rules import holds
from tests.spec import folded, given, touched

FORM = FormTeam(team_id="team-1", institution_id="fuhai", base_x=0, base_y=0, members=(LI, HE))
JOIN = JoinTeam(team_id="team-1", member=SUN)
JOINED = MemberJoined(team_id="team-1", member=SUN, from_day=TODAY)
LEAVE = LeaveTeam(team_id="team-1", member_id="he", last_day=TODAY)
LEFT = MemberLeft(team_id="team-1", member_id="he", last_day=TODAY, review_on=TOMORROW)
MORNINGS = (Shift(weekday=0, starts=480, ends=720),)
CHANGE = ChangeShifts(team_id="team-1", member_id="he", shifts=MORNINGS)
CHANGED = ShiftsChanged(team_id="team-1", member_id="he", shifts=MORNINGS, from_day=TODAY)
AWAY = RecordAbsence(
    team_id="team-1",
    absence_id="a1",
    member_id="he",
    starts_at=at(TODAY, 13),
    ends_at=at(TOMORROW, 24),
    reason="training",
)
ABSENT = AbsenceRecorded(
    team_id="team-1",
    absence_id="a1",
    member_id="he",
    starts_at=at(TODAY, 13),
    ends_at=at(TOMORROW, 24),
    reason="training",
)
BACK = WithdrawAbsence(team_id="team-1", absence_id="a1")
WITHDRAWN = AbsenceWithdrawn(
    team_id="team-1", absence_id="a1", member_id="he", starts_at=ABSENT.starts_at, ends_at=ABSENT.ends_at
)

IMPOSSIBLE_SHIFTS = {
    "shifts-overlap": (Shift(weekday=0, starts=480, ends=720), Shift(weekday=0, starts=660, ends=1020)),
    "shift-not-in-the-day": (Shift(weekday=0, starts=600, ends=500),),
    "break-half-given": (Shift(weekday=0, starts=480, ends=1020, break_starts=720),),
    "break-outside-shift": (Shift(weekday=0, starts=480, ends=1020, break_starts=420, break_ends=500),),
}


def test_a_team_is_formed():
    given().when(FORM, institution=[CENTRE]).then(TEAM_1)


def test_the_same_team_again_says_nothing():
    given(TEAM_1).when(FORM, institution=[CENTRE]).then_nothing()


def test_a_team_is_formed_once():
    given(TEAM_1).when(replace(FORM, base_x=5), institution=[CENTRE]).then_refused("team-already-formed")


def test_a_team_is_formed_at_an_institution_that_is_open():
    given().when(FORM).then_refused("institution-not-open", institution="fuhai")


def test_a_public_hospital_forms_no_team():
    command = replace(FORM, institution_id="city-3")
    given().when(command, institution=[HOSPITAL]).then_refused("institution-may-not-sign", institution="city-3")


def test_nobody_has_two_seats():
    given().when(replace(FORM, members=(LI, HE, LI)), institution=[CENTRE]).then_refused("member-seated-twice")


def test_a_team_without_both_mandatory_seats_is_no_team():
    for members, role in (((LI,), "nurse"), ((HE, SUN), "gp")):
        given().when(replace(FORM, members=members), institution=[CENTRE]).then_refused(
            "missing-mandatory-role", team="team-1", role=role
        )


def test_hours_that_cannot_be_worked_are_refused():
    for rule, shifts in IMPOSSIBLE_SHIFTS.items():
        members = (LI, replace(HE, shifts=shifts))
        given().when(replace(FORM, members=members), institution=[CENTRE]).then_refused(rule)
        given(TEAM_1).when(replace(JOIN, member=replace(SUN, shifts=shifts))).then_refused(rule)
        given(TEAM_1).when(replace(CHANGE, shifts=shifts)).then_refused(rule)


NIGHT = Shift(weekday=0, starts=1320, ends=360, break_starts=60, break_ends=90)
MORNING, EVENING = Shift(weekday=0, starts=480, ends=660), Shift(weekday=0, starts=900, ends=1140)


@holds("A11.32")
@pytest.mark.parametrize(
    "shifts",
    [
        (MORNING, EVENING),
        (EVENING, MORNING, replace(MORNING, starts=660, ends=720)),
        (NIGHT, replace(NIGHT, weekday=1)),
        (replace(NIGHT, ends=1800, break_starts=1500, break_ends=1530),),
        (replace(NIGHT, weekday=6), replace(MORNING, starts=360)),
        (Shift(weekday=0, starts=480, ends=1920),),
        (Shift(weekday=0, starts=960, ends=480),),
    ],
)
def test_a_day_may_have_several_shifts_and_a_shift_may_end_on_the_next_day(shifts):
    given(TEAM_1).when(replace(CHANGE, shifts=shifts)).then(replace(CHANGED, shifts=shifts))


@holds("A11.32")
@pytest.mark.parametrize(
    ("shifts", "rule"),
    [
        ((MORNING, replace(MORNING, starts=659, ends=720)), "shifts-overlap"),
        ((MORNING, MORNING), "shifts-overlap"),
        ((NIGHT, replace(MORNING, weekday=1, starts=359)), "shifts-overlap"),
        ((replace(NIGHT, weekday=6), replace(MORNING, starts=359)), "shifts-overlap"),
        ((Shift(weekday=0, starts=959, ends=0), Shift(weekday=0, starts=1380, ends=1439)), "shifts-overlap"),
        ((Shift(weekday=0, starts=480, ends=1921),), "shift-not-in-the-day"),
        ((Shift(weekday=0, starts=961, ends=0),), None),
        ((Shift(weekday=0, starts=961, ends=482),), "shift-not-in-the-day"),
        ((Shift(weekday=0, starts=1440, ends=1500),), "shift-not-in-the-day"),
        ((Shift(weekday=0, starts=480, ends=-1),), "shift-not-in-the-day"),
        ((replace(NIGHT, break_starts=359, break_ends=361),), "break-outside-shift"),
    ],
)
def test_shifts_do_not_overlap_and_the_night_ends_on_the_next_day(shifts, rule):
    spec = given(TEAM_1).when(replace(CHANGE, shifts=shifts))
    if rule is None:
        spec.then(replace(CHANGED, shifts=shifts))
    else:
        spec.then_refused(rule)


def test_a_shift_may_fill_the_day_and_a_break_the_shift():
    whole_day = (Shift(weekday=6, starts=0, ends=1440),)
    all_break = (Shift(weekday=0, starts=480, ends=1020, break_starts=480, break_ends=1020),)
    for shifts in (whole_day, all_break):
        given(TEAM_1).when(replace(CHANGE, shifts=shifts)).then(replace(CHANGED, shifts=shifts))
    for starts, ends in ((-1, 480), (480, 1921), (480, 480)):
        beyond = (Shift(weekday=0, starts=starts, ends=ends),)
        given(TEAM_1).when(replace(CHANGE, shifts=beyond)).then_refused("shift-not-in-the-day")
    eighth = (Shift(weekday=7, starts=480, ends=1020),)
    given(TEAM_1).when(replace(CHANGE, shifts=eighth)).then_refused("shift-not-in-the-day", weekday=7)
    for begins, until in ((479, 500), (1000, 1021), (600, 600)):
        outside = (Shift(weekday=0, starts=480, ends=1020, break_starts=begins, break_ends=until),)
        given(TEAM_1).when(replace(CHANGE, shifts=outside)).then_refused("break-outside-shift")


def test_a_person_joins():
    given(TEAM_1).when(JOIN).then(JOINED)


def test_who_has_joined_joins_quietly():
    given(TEAM_1, JOINED).when(JOIN).then_nothing()


def test_who_has_a_seat_gets_no_other():
    given(TEAM_1).when(replace(JOIN, member=replace(HE, role="rehab"))).then_refused("member-seated-twice", member="he")


def test_who_has_left_may_join_again():
    past = replace(LEFT, last_day=YESTERDAY)
    given(TEAM_1, past).when(replace(JOIN, member=HE)).then(MemberJoined(team_id="team-1", member=HE, from_day=TODAY))


def test_nobody_joins_a_team_that_is_not_formed():
    given().when(JOIN).then_refused("team-not-formed", team="team-1")


def test_a_person_leaves():
    given(TEAM_1).when(LEAVE).then(LEFT)


def test_who_has_left_leaves_quietly():
    given(TEAM_1, LEFT).when(LEAVE).then_nothing()


def test_who_leaves_may_leave_earlier_but_not_later():
    given(TEAM_1, LEFT).when(replace(LEAVE, last_day=YESTERDAY)).then(
        replace(LEFT, last_day=YESTERDAY, review_on=TODAY)
    )
    given(TEAM_1, LEFT).when(replace(LEAVE, last_day=TOMORROW)).then_refused("member-not-seated", member="he")


def test_nobody_leaves_a_team_that_is_not_formed():
    given().when(LEAVE).then_refused("team-not-formed")


def test_who_leaves_keeps_the_seat_until_the_last_day():
    team = folded(TEAM, TEAM_1, LEFT)
    assert [team.missing_role(day) for day in (TODAY, TOMORROW)] == [None, "nurse"]
    assert [team.first_with("nurse", day) for day in (TODAY, TOMORROW)] == ["he", None]


def test_shifts_are_changed():
    given(TEAM_1).when(CHANGE).then(CHANGED)


def test_the_same_shifts_again_say_nothing():
    given(TEAM_1, CHANGED).when(CHANGE).then_nothing()


def test_shifts_of_somebody_without_a_seat_cannot_be_changed():
    given(TEAM_1).when(replace(CHANGE, member_id="sun")).then_refused("member-not-seated", member="sun")
    given().when(CHANGE).then_refused("team-not-formed")


def test_an_absence_is_recorded():
    given(TEAM_1).when(AWAY).then(ABSENT)


def test_the_same_absence_again_says_nothing():
    given(TEAM_1, ABSENT).when(AWAY).then_nothing()


def test_another_absence_under_the_same_id_is_refused():
    given(TEAM_1, ABSENT).when(replace(AWAY, reason="ill")).then_refused("absence-already-recorded", absence="a1")


def test_an_absence_ends_after_it_begins():
    given(TEAM_1).when(replace(AWAY, ends_at=AWAY.starts_at)).then_refused("absence-ends-before-it-begins")


def test_an_absence_lasts_a_year_at_most():
    assert AWAY.starts_at is not None
    year = AWAY.starts_at + timedelta(days=366)
    given(TEAM_1).when(replace(AWAY, ends_at=year)).then(replace(ABSENT, ends_at=year))
    given(TEAM_1).when(replace(AWAY, ends_at=AWAY.starts_at + timedelta(days=367))).then_refused(
        "absence-too-long", days=366
    )


def test_an_absence_of_whole_days_needs_no_moments():
    day = RecordAbsence(team_id="team-1", absence_id="a1", member_id="he", on=TOMORROW, reason="training")
    given(TEAM_1).when(day).then(replace(ABSENT, starts_at=at(TOMORROW, 0), ends_at=at(TOMORROW, 24)))
    two = replace(day, on=TODAY, last_day=TOMORROW)
    given(TEAM_1).when(two).then(replace(ABSENT, starts_at=at(TODAY, 0), ends_at=at(TOMORROW, 24)))
    given(TEAM_1).when(replace(two, last_day=YESTERDAY)).then_refused("absence-ends-before-it-begins", absence="a1")


def test_an_absence_has_a_day_or_two_moments_and_not_both():
    times: tuple[dict[str, Any], ...] = ({"on": TODAY}, {"last_day": TODAY}, {"starts_at": None}, {"ends_at": None})
    for both in times:
        given(TEAM_1).when(replace(AWAY, **both)).then_refused("absence-without-time", absence="a1")


def test_who_leaves_at_the_end_of_the_week_may_be_ill_before_but_not_after():
    given(TEAM_1, LEFT).when(AWAY).then(ABSENT)
    later = replace(AWAY, starts_at=at(TOMORROW, 8))
    given(TEAM_1, LEFT).when(later).then_refused("member-not-seated", member="he")
    given().when(AWAY).then_refused("team-not-formed")


def test_an_absence_is_withdrawn():
    given(TEAM_1, ABSENT).when(BACK).then(WITHDRAWN)


def test_an_absence_that_is_not_known_is_withdrawn_quietly():
    given(TEAM_1).when(BACK).then_nothing()


def test_an_absence_and_its_end_touch_each_day_that_they_cover():
    days = [("team-1", TODAY), ("team-1", TOMORROW)]
    assert touched(TEAM, TEAM_1, ABSENT) == days
    assert touched(TEAM, TEAM_1, ABSENT, WITHDRAWN) == days


def test_an_absence_in_the_night_touches_the_day_on_which_the_members_shift_began():
    nights = tuple(Shift(weekday=day, starts=1320, ends=360) for day in range(7))
    changed = ShiftsChanged(team_id="team-1", member_id=ABSENT.member_id, shifts=nights, from_day=YESTERDAY)
    for minute, days in ((359, [YESTERDAY, TODAY]), (360, [TODAY])):
        absent = replace(ABSENT, starts_at=at_local(TODAY, minute), ends_at=at_local(TODAY, 400))
        assert touched(TEAM, TEAM_1, changed, absent) == [("team-1", day) for day in days]
        assert touched(TEAM, TEAM_1, absent) == [("team-1", TODAY)]


def test_a_seat_and_other_hours_touch_the_days_to_be_planned_next():
    next_days = [("team-1", TODAY + timedelta(days=ahead)) for ahead in range(29)]
    shorter = ShiftsChanged(team_id="team-1", member_id="he", shifts=(), from_day=TODAY)
    left = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)
    assert touched(TEAM, TEAM_1, JOINED) == next_days
    assert touched(TEAM, TEAM_1, shorter) == next_days
    assert touched(TEAM, TEAM_1, left) == next_days
    assert touched(TEAM, TEAM_1) == []
