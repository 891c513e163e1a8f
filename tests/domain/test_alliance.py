"""An alliance: its decisions, and its experts as guests of teams."""

from dataclasses import replace
from datetime import date, timedelta

from domain.alliance import ALLIANCE
from domain.alliance.commands import (
    AdmitInstitution,
    FormAlliance,
    HoldSlots,
    RecallExpert,
    RecordActivity,
    RecordTraining,
    ReleaseInstitution,
    SendExpert,
    Trainee,
)
from domain.alliance.events import (
    ActivityRecorded,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    SlotsHeld,
    TrainingRecorded,
)
from domain.reactions import when_expert_recalled_withdraw_her, when_expert_sent_invite_her_to_the_team
from domain.team.commands import InviteGuest, Member, WithdrawGuest
from tests.domain.builders import CENTRE, HOSPITAL, LONG_AGO, TEAM_1, TODAY, TOMORROW, WEEK, YESTERDAY
from tests.rules import holds
from tests.spec import folded, given

FRIDAY = date(2026, 3, 6)
WU = Member(member_id="wu", role="specialist", shifts=WEEK)
FORM = FormAlliance(alliance_id="county", name="县域医联体", institution_id="city-3")
FORMED = AllianceFormed(alliance_id="county", name="县域医联体", institution_id="city-3", formed_on=TODAY)
ADMIT = AdmitInstitution(alliance_id="county", institution_id="fuhai")
ADMITTED = InstitutionAdmitted(alliance_id="county", institution_id="fuhai", from_day=TODAY)
RELEASE = ReleaseInstitution(alliance_id="county", institution_id="fuhai", last_day=FRIDAY)
RELEASED = InstitutionReleased(alliance_id="county", institution_id="fuhai", last_day=FRIDAY)
SEND = SendExpert(
    alliance_id="county",
    posting_id="p1",
    member=WU,
    institution_id="fuhai",
    team_id="team-1",
    from_day=TOMORROW,
    to_day=FRIDAY,
)
SENT = ExpertSent(
    alliance_id="county",
    posting_id="p1",
    member=WU,
    institution_id="fuhai",
    team_id="team-1",
    from_day=TOMORROW,
    to_day=FRIDAY,
)
RECALL = RecallExpert(alliance_id="county", posting_id="p1", last_day=TOMORROW)
RECALLED = ExpertRecalled(alliance_id="county", posting_id="p1", member_id="wu", team_id="team-1", last_day=TOMORROW)
LECTURE = RecordActivity(
    alliance_id="county",
    activity_id="a1",
    kind="lecture",
    institution_id="fuhai",
    held_on=YESTERDAY,
    expert_ids=("wu",),
    people=35,
)
HELD = ActivityRecorded(
    alliance_id="county",
    activity_id="a1",
    kind="lecture",
    institution_id="fuhai",
    held_on=YESTERDAY,
    expert_ids=("wu",),
    people=35,
)
HE_TRAINED = Trainee(member_id="he", institution_id="fuhai", hours=12)
TRAIN = RecordTraining(
    alliance_id="county",
    training_id="n1",
    topic="insulin",
    from_day=date(2026, 2, 23),
    to_day=YESTERDAY,
    trainees=(HE_TRAINED,),
)
TRAINED = TrainingRecorded(
    alliance_id="county",
    training_id="n1",
    topic="insulin",
    from_day=date(2026, 2, 23),
    to_day=YESTERDAY,
    trainees=(HE_TRAINED,),
)


@holds("A8.15")
def test_a_hospital_forms_an_alliance():
    given().when(FORM, institution=[HOSPITAL]).then(FORMED)
    given(FORMED).when(FORM, institution=[HOSPITAL]).then_nothing()
    given(FORMED).when(replace(FORM, name="x"), institution=[HOSPITAL]).then_refused("alliance-already-formed")


@holds("A8.15")
def test_no_other_institution_leads_one():
    given().when(FORM, institution=[CENTRE]).then_refused("alliance-without-hospital", institution="city-3")
    given().when(FORM, institution=[replace(HOSPITAL, tier=1)]).then_refused("alliance-without-hospital")
    given().when(FORM).then_refused("institution-not-open", institution="city-3")


@holds("A8.15")
def test_institutions_join():
    given(FORMED).when(ADMIT, institution=[CENTRE]).then(ADMITTED)
    given(FORMED, ADMITTED).when(ADMIT, institution=[CENTRE]).then_nothing()
    given(FORMED).when(ADMIT).then_refused("institution-not-open", institution="fuhai")
    given().when(ADMIT, institution=[CENTRE]).then_refused("alliance-unknown", alliance="county")


def test_institutions_leave_once_no_expert_works_there():
    given(FORMED, ADMITTED).when(RELEASE).then(RELEASED)
    given(FORMED, ADMITTED, SENT).when(RELEASE).then(RELEASED)
    early = replace(RELEASE, last_day=TOMORROW)
    given(FORMED, ADMITTED, SENT).when(early).then_refused("expert-still-posted", posting="p1", day=FRIDAY)
    given(FORMED).when(RELEASE).then_nothing()
    leading = replace(RELEASE, institution_id="city-3")
    given(FORMED).when(leading).then_refused("alliance-without-hospital")
    given().when(RELEASE).then_refused("alliance-unknown")


@holds("A8.16")
def test_an_expert_is_sent_down_to_a_team():
    given(FORMED, ADMITTED).when(SEND, team=[TEAM_1]).then(SENT)
    given(FORMED, ADMITTED, SENT).when(SEND, team=[TEAM_1]).then_nothing()
    changed = replace(SEND, to_day=TOMORROW)
    given(FORMED, ADMITTED, SENT).when(changed, team=[TEAM_1]).then_refused("posting-already-known", posting="p1")


def test_an_expert_is_sent_down_within_the_alliance_for_days_that_there_are():
    given(FORMED).when(SEND, team=[TEAM_1]).then_refused("institution-outside-alliance", institution="fuhai")
    up = replace(SEND, institution_id="city-3")
    given(FORMED).when(up, team=[TEAM_1]).then_refused("expert-not-sent-down", institution="city-3")
    given(FORMED, ADMITTED).when(SEND).then_refused("team-of-another-institution", team="team-1")
    none = replace(SEND, to_day=TODAY)
    given(FORMED, ADMITTED).when(none, team=[TEAM_1]).then_refused("stay-ends-before-it-begins", stay="p1")
    long = replace(SEND, to_day=TOMORROW + timedelta(days=92))
    given(FORMED, ADMITTED).when(long, team=[TEAM_1]).then_refused("stay-too-long", days=92)
    given().when(SEND, team=[TEAM_1]).then_refused("alliance-unknown")


@holds("A8.16")
def test_an_expert_is_a_guest_of_the_team_until_she_is_called_back():
    assert list(when_expert_sent_invite_her_to_the_team(SENT)) == [
        InviteGuest(
            team_id="team-1",
            stay_id="county.p1",
            member=WU,
            kind="alliance-expert",
            from_day=TOMORROW,
            to_day=FRIDAY,
        )
    ]
    assert list(when_expert_recalled_withdraw_her(RECALLED)) == [
        WithdrawGuest(team_id="team-1", stay_id="county.p1", last_day=TOMORROW)
    ]
    assert not list(when_expert_sent_invite_her_to_the_team(replace(SENT, team_id=None)))
    assert not list(when_expert_recalled_withdraw_her(replace(RECALLED, team_id=None)))


def test_an_expert_is_called_back():
    given(FORMED, ADMITTED, SENT).when(RECALL).then(RECALLED)
    never = replace(RECALL, last_day=YESTERDAY)
    given(FORMED, ADMITTED, SENT).when(never).then(replace(RECALLED, last_day=TODAY))
    given(FORMED, ADMITTED, SENT, RECALLED).when(RECALL).then_nothing()
    given(FORMED).when(RECALL).then_nothing()
    given().when(RECALL).then_refused("alliance-unknown")


@holds("A8.17")
def test_an_activity_is_recorded():
    given(FORMED, ADMITTED).when(LECTURE).then(HELD)
    given(FORMED, ADMITTED, HELD).when(LECTURE).then_nothing()
    other = replace(LECTURE, people=36)
    given(FORMED, ADMITTED, HELD).when(other).then_refused("activity-already-recorded", activity="a1")


def test_an_activity_was_held_at_the_alliance_by_somebody():
    given(FORMED).when(LECTURE).then_refused("institution-outside-alliance")
    given(FORMED, ADMITTED).when(replace(LECTURE, held_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(FORMED, ADMITTED).when(replace(LECTURE, held_on=LONG_AGO)).then_refused("day-too-long-ago")
    given(FORMED, ADMITTED).when(replace(LECTURE, expert_ids=())).then_refused("activity-without-people")
    given(FORMED, ADMITTED).when(replace(LECTURE, people=-1)).then_refused("activity-without-people")
    given().when(LECTURE).then_refused("alliance-unknown")


@holds("A8.17")
def test_training_is_recorded():
    given(FORMED, ADMITTED).when(TRAIN).then(TRAINED)
    given(FORMED, ADMITTED, TRAINED).when(TRAIN).then_nothing()
    other = replace(TRAIN, topic="wounds")
    given(FORMED, ADMITTED, TRAINED).when(other).then_refused("training-already-recorded", training="n1")


def test_training_is_over_and_has_people_of_the_alliance_with_hours():
    given(FORMED).when(TRAIN).then_refused("institution-outside-alliance", institution="fuhai")
    given(FORMED, ADMITTED).when(replace(TRAIN, to_day=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(FORMED, ADMITTED).when(replace(TRAIN, to_day=LONG_AGO)).then_refused("day-too-long-ago")
    backwards = replace(TRAIN, from_day=TODAY)
    given(FORMED, ADMITTED).when(backwards).then_refused("training-ends-before-it-begins", training="n1")
    for trainees in ((), (HE_TRAINED, HE_TRAINED), (replace(HE_TRAINED, hours=0),)):
        given(FORMED, ADMITTED).when(replace(TRAIN, trainees=trainees)).then_refused("training-without-people")
    given().when(TRAIN).then_refused("alliance-unknown")


def test_an_alliance_knows_its_institutions():
    assert folded(ALLIANCE, FORMED, ADMITTED).institutions == {"city-3", "fuhai"}
    assert folded(ALLIANCE, FORMED, ADMITTED, RELEASED).institutions == {"city-3"}


HOLD_SLOTS = HoldSlots(alliance_id="county", institution_id="city-3", specialty="cardiology", month=TODAY, slots=20)
SLOTS = SlotsHeld(
    alliance_id="county", institution_id="city-3", specialty="cardiology", month=date(2026, 3, 1), slots=20
)


@holds("A8.18")
def test_a_hospital_of_the_alliance_holds_slots_for_a_month():
    given(FORMED).when(HOLD_SLOTS).then(SLOTS)
    given(FORMED, SLOTS).when(replace(HOLD_SLOTS, month=FRIDAY)).then_nothing()
    given(FORMED, SLOTS).when(replace(HOLD_SLOTS, slots=0)).then(replace(SLOTS, slots=0))
    given(FORMED).when(replace(HOLD_SLOTS, slots=-1)).then_refused("slots-negative", slots=-1)


def test_nobody_holds_slots_outside_an_alliance():
    given().when(HOLD_SLOTS).then_refused("alliance-unknown")
    given(FORMED).when(replace(HOLD_SLOTS, institution_id="fuhai")).then_refused("institution-outside-alliance")
