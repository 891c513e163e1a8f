"""Laws of a resident or an alliance: no commands, in any order, lead to a forbidden history."""

from datetime import date, timedelta

from hypothesis import strategies as st

from domain.alliance import ALLIANCE
from domain.alliance.commands import (
    AdmitInstitution,
    FormAlliance,
    RecallExpert,
    RecordActivity,
    RecordTraining,
    ReleaseInstitution,
    SendExpert,
    Trainee,
)
from domain.alliance.events import ActivityRecorded, ExpertSent, TrainingRecorded
from domain.local_time import local_day
from domain.resident import RESIDENT
from domain.resident.commands import (
    CorrectPersonalDetails,
    GiveConsent,
    JoinHousehold,
    RecordBirth,
    RecordDeparture,
    RecordMobility,
    RegisterResident,
    ReviewKeyGroups,
    ShowEvidence,
    TagKeyGroup,
    UntagKeyGroup,
    WithdrawConsent,
)
from domain.resident.events import KeyGroupTagged, KeyGroupUntagged
from tests.domain.builders import CENTRE, HOSPITAL, TEAM_1, TODAY
from tests.domain.test_resident_groups import born
from tests.domain.walks.walking import OFTEN, Step, every_walk, near, steps_of
from tests.rules import holds

BIRTHDAYS = [date(1990, 5, 1), date(1966, 4, 1), date(1940, 1, 1)]
REGISTER: Step = (
    timedelta(0),
    RegisterResident(
        resident_id="wang",
        institution_id="fuhai",
        evidence="household-registration",
        resident_since=date(2000, 1, 1),
        personal=born(date(1966, 4, 1)),  # type: ignore[arg-type]
    ),
    {"institution": [CENTRE]},
)
WANG = {"resident_id": st.just("wang")}
GROUPS = st.sampled_from(["hypertension", "pregnant", "postpartum", "elder", "child", "tuberculosis"])
CONSENTS = st.sampled_from(["health-data", "home-visits"])
LIVES = steps_of(
    *OFTEN * [st.builds(TagKeyGroup, **WANG, group=GROUPS, since=near(TODAY, 100))],
    *OFTEN * [st.builds(UntagKeyGroup, **WANG, group=GROUPS, until=near(TODAY, 100))],
    *OFTEN * [st.just(ReviewKeyGroups(resident_id="wang"))],
    *OFTEN * [st.builds(RecordBirth, **WANG, delivered_on=near(TODAY, 100))],
    st.builds(CorrectPersonalDetails, **WANG, personal=st.sampled_from(BIRTHDAYS).map(born)),
    st.builds(
        ShowEvidence,
        **WANG,
        evidence=st.sampled_from(["household-registration", "residence-permit"]),
        resident_since=near(TODAY, 100),
        shown_on=near(TODAY, 100),
    ),
    st.builds(RecordMobility, **WANG, homebound=st.booleans(), since=near(TODAY, 100)),
    st.builds(
        JoinHousehold,
        **WANG,
        household_id=st.sampled_from(["h1", "h2"]),
        relation=st.sampled_from(["head", "child"]),
        since=near(TODAY, 100),
    ),
    st.builds(GiveConsent, **WANG, kind=CONSENTS, given_on=near(TODAY, 100)),
    st.builds(WithdrawConsent, **WANG, kind=CONSENTS, withdrawn_on=near(TODAY, 100)),
    st.builds(RecordDeparture, **WANG, reason=st.sampled_from(["moved-out"]), last_day=near(TODAY, 100)),
)


@holds("A4.12")
@every_walk(RESIDENT, REGISTER, LIVES)
def test_a_stay_ends_once_and_only_groups_that_began_end(history):
    inside: set[str] = set()
    resident = RESIDENT.initial
    for event, now in zip(history.events, history.moments, strict=True):
        resident = RESIDENT.evolve(resident, event)
        if isinstance(event, KeyGroupTagged):
            assert event.group not in inside, f"{event.group} began twice"
            assert event.since <= local_day(now)
            inside.add(event.group)
        elif isinstance(event, KeyGroupUntagged):
            inside.remove(event.group)
        assert set(resident.groups) == inside
        if "postpartum" in inside and isinstance(event, KeyGroupTagged) and event.evidence == "birth":
            assert "pregnant" not in inside
    assert {stay.group for stay in resident.past} <= set(history_groups(history))


def history_groups(history) -> list[str]:
    return [event.group for event in history.events if isinstance(event, KeyGroupTagged)]


COUNTY = {"alliance_id": st.just("county")}
PLACES = st.sampled_from(["fuhai", "city-3", "second"])
FORM: Step = (
    timedelta(0),
    FormAlliance(alliance_id="county", name="county", institution_id="city-3"),
    {"institution": [HOSPITAL]},
)
WORKS = steps_of(
    *OFTEN
    * [
        st.builds(AdmitInstitution, **COUNTY, institution_id=st.sampled_from(["fuhai", "second"])).map(
            lambda command: (command, {"institution": [CENTRE]})
        )
    ],
    st.builds(ReleaseInstitution, **COUNTY, institution_id=PLACES, last_day=near(TODAY, 100)),
    *OFTEN
    * [
        st.tuples(st.sampled_from(["p1", "p2", "p3"]), PLACES, near(TODAY, 100), st.integers(0, 9)).map(
            lambda drawn: (
                SendExpert(
                    alliance_id="county",
                    posting_id=drawn[0],
                    member=TEAM_1.members[0],
                    institution_id=drawn[1],
                    from_day=drawn[2],
                    to_day=drawn[2] + timedelta(days=drawn[3]),
                ),
                {},
            )
        )
    ],
    st.builds(RecallExpert, **COUNTY, posting_id=st.sampled_from(["p1", "p2"]), last_day=near(TODAY, 100)),
    st.builds(
        RecordActivity,
        **COUNTY,
        activity_id=st.sampled_from(["a1", "a2", "a3"]),
        kind=st.sampled_from(["clinic", "operation", "lecture"]),
        institution_id=PLACES,
        held_on=near(TODAY, 100),
        expert_ids=st.just(("li",)),
        people=st.integers(0, 40),
    ),
    st.builds(
        RecordTraining,
        **COUNTY,
        training_id=st.sampled_from(["n1", "n2"]),
        topic=st.just("insulin"),
        from_day=near(TODAY, 50),
        to_day=near(TODAY, 100),
        trainees=PLACES.map(lambda place: (Trainee(member_id="he", institution_id=place, hours=3),)),
    ),
)


@holds("A8.15", "A8.17")
@every_walk(ALLIANCE, FORM, WORKS)
def test_an_alliance_works_at_its_own_institutions_and_counts_nothing_twice(history):
    alliance, ids = ALLIANCE.initial, []
    for event, now in zip(history.events, history.moments, strict=True):
        match event:
            case ExpertSent():
                assert event.institution_id in alliance.institutions - {"city-3"}
                ids.append(("posting", event.posting_id))
            case ActivityRecorded():
                assert event.institution_id in alliance.institutions
                assert event.held_on <= local_day(now)
                ids.append(("activity", event.activity_id))
            case TrainingRecorded():
                assert {trainee.institution_id for trainee in event.trainees} <= alliance.institutions
                ids.append(("training", event.training_id))
        alliance = ALLIANCE.evolve(alliance, event)
    assert len(ids) == len(set(ids))
    assert "city-3" in alliance.institutions
