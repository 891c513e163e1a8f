"""Laws of a team: no commands, in any order, lead to a forbidden history."""

from datetime import date, timedelta

from hypothesis import strategies as st

from domain.local_time import local_day
from domain.team import TEAM
from domain.team.commands import (
    ChangeShifts,
    DisbandTeam,
    FormTeam,
    InviteGuest,
    JoinTeam,
    LeaveTeam,
    Licence,
    Member,
    RecordAbsence,
    RecordLicence,
    RecordQualification,
    ReviewStaffing,
    WithdrawAbsence,
    WithdrawGuest,
)
from domain.team.events import (
    AbsenceWithdrawn,
    ApartEnded,
    KeptApart,
    MemberJoined,
    MemberStationed,
    SeatFellEmpty,
    ShiftsChanged,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDaySet,
    TeamDisbanded,
)
from tests.domain.builders import CENTRE, CHEN, FANG, HE, LI, SUN, TODAY, WEEK, at
from tests.domain.walks.walking import OFTEN, Step, every_walk, near, steps_of
from tests.rules import holds
from tests.spec import SZ_2018

WU = Member(member_id="wu", role="nurse", shifts=WEEK)
PEOPLE = st.sampled_from(["li", "he", "sun", "chen", "fang", "wu"])
FORM: Step = (
    timedelta(0),
    FormTeam(team_id="team-1", institution_id="fuhai", base_x=0, base_y=0, members=(LI, HE)),
    {"institution": [CENTRE]},
)
IDS = {"team_id": st.just("team-1")}
MONTHS = 200
STEPS = steps_of(
    st.builds(JoinTeam, **IDS, member=st.sampled_from([SUN, CHEN, FANG, HE]), from_day=st.none() | near(TODAY, MONTHS)),
    *OFTEN * [st.builds(LeaveTeam, **IDS, member_id=PEOPLE, last_day=near(TODAY, MONTHS))],
    st.builds(
        ChangeShifts,
        **IDS,
        member_id=PEOPLE,
        shifts=st.sampled_from([WEEK[:2], WEEK]),
        from_day=st.none() | near(TODAY, MONTHS),
    ),
    st.builds(
        RecordAbsence,
        **IDS,
        absence_id=st.sampled_from(["a1", "a2"]),
        member_id=PEOPLE,
        starts_at=near(TODAY, MONTHS).map(lambda day: at(day, 8)),
        ends_at=near(TODAY, MONTHS).map(lambda day: at(day, 18)),
        reason=st.just("ill"),
    ),
    st.builds(WithdrawAbsence, **IDS, absence_id=st.sampled_from(["a1", "a2"])),
    st.builds(
        RecordLicence,
        **IDS,
        member_id=PEOPLE,
        licence=st.builds(
            Licence,
            kind=st.sampled_from(["general-practice", "nursing"]),
            registered_in=st.just("SZ"),
            practising_since=st.just(date(2015, 1, 1)),
            valid_until=st.none() | near(TODAY, MONTHS),
        ),
    ),
    st.builds(
        RecordQualification,
        **IDS,
        member_id=PEOPLE,
        code=st.sampled_from(["visiting", "wound-care"]),
        valid_from=near(TODAY, MONTHS),
        valid_until=st.none() | near(TODAY, MONTHS),
    ),
    st.tuples(st.sampled_from(["s1", "s2", "s3"]), near(TODAY, MONTHS), st.integers(0, 30)).map(
        lambda drawn: InviteGuest(
            team_id="team-1",
            stay_id=drawn[0],
            member=WU,
            kind="retired-clinician",
            from_day=drawn[1],
            to_day=drawn[1] + timedelta(days=drawn[2]),
        )
    ),
    st.builds(WithdrawGuest, **IDS, stay_id=st.sampled_from(["s1", "s2"]), last_day=near(TODAY, MONTHS)),
    *2 * OFTEN * [st.just(ReviewStaffing(team_id="team-1"))],
    st.builds(DisbandTeam, **IDS, last_day=near(TODAY, 10 * MONTHS)),
    days=20,
)


@holds("A2.1", "A2.6")
@every_walk(TEAM, FORM, STEPS, unmet=(KeptApart, ApartEnded, MemberStationed, TeamDaySet))
def test_nobody_sits_twice_and_what_is_on_record_of_the_mandatory_seats_is_so(history):
    team = TEAM.initial
    for event, now in zip(history.events, history.moments, strict=True):
        assert team.disbanded is None or isinstance(event, AbsenceWithdrawn), f"{event} after the end"
        team, today = TEAM.evolve(team, event), local_day(now)
        for day in (today, today + timedelta(days=40)):
            seated = [member.member_id for member in team.members_on(day)]
            assert len(seated) == len(set(seated)), f"{event}: {seated}"
        match event:
            case SeatFellEmpty():
                assert event.since <= today
                assert team.empty_since(event.role, event.since) == event.since
            case TeamBecameUnderstaffed():
                assert event.from_day <= today
                assert team.understaffed(today, SZ_2018) is not None
            case StaffingRestored():
                assert team.empty_since(event.role, today) is None
            case MemberJoined() | ShiftsChanged():
                assert event.from_day >= today
            case TeamDisbanded():
                assert event.last_day >= today
    reviews = [event.review_on for event in history.events if getattr(event, "review_on", None) is not None]
    assert all(day >= TODAY for day in reviews)
