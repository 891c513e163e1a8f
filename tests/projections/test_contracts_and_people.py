"""Institutions, teams, residents and the caseload."""

from dataclasses import replace
from datetime import date

from domain.contract.events import ContractExpired, ContractRenewed, ContractTerminated, ContractTransferred
from domain.institution import CensusRecorded, GroupCount, InstitutionClosed
from domain.resident.events import (
    BirthRecorded,
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceShown,
    HouseholdJoined,
    KeyGroupTagged,
    KeyGroupUntagged,
    MergeAnnulled,
    MergeRecorded,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
)
from domain.team.events import AbsenceRecorded, AbsenceWithdrawn, MemberJoined, MemberLeft, ShiftsChanged
from projections.caseload import RenewalsDue, TeamCaseload
from projections.institutions import Institutions
from projections.outreach import WhoNext
from projections.residents import Household, ResidentCard, RoughHomes
from projections.teams import TeamMembers, Teams
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer

ILL = AbsenceRecorded(
    team_id="team-1",
    absence_id="a1",
    member_id="li",
    starts_at=b.at(b.TODAY, 8),
    ends_at=b.at(b.TODAY, 12),
    reason="ill",
)
WELL = AbsenceWithdrawn(team_id="team-1", absence_id="a1", member_id="li", starts_at=ILL.starts_at, ends_at=ILL.ends_at)
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
MOVED = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=date(2026, 9, 1),
    doctor_id="chen",
    nurse_id="fang",
)
TERMINATED = ContractTerminated(
    contract_id="c1", resident_id="wang", team_id="team-1", last_day=date(2026, 8, 31), reason="moved-out"
)
EXPIRED = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=date(2027, 3, 1))


def test_an_institution_opens_and_closes(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, InstitutionClosed(institution_id="fuhai", closed_on=b.TOMORROW))
    assert answer(Institutions(), rows) == [
        {
            "institution_id": "fuhai",
            "name": "福海社康",
            "kind": "community-health",
            "sector": "public",
            "tier": 1,
            "district": "baoan",
            "opened_on": None,
            "closed_on": "2026-03-03",
            "x": None,
            "y": None,
        }
    ]


def test_every_census_is_kept_and_a_second_count_of_a_day_replaces_the_first(rows_of: RowsOf) -> None:
    census = CensusRecorded(
        institution_id="fuhai",
        counted_on=date(2025, 1, 1),
        population=90,
        groups=(GroupCount(group="elder", people=9), GroupCount(group="disabled", people=2)),
    )
    again = replace(census, population=91, groups=(GroupCount(group="elder", people=8),))
    rows = rows_of(b.CENTRE, census, replace(census, counted_on=date(2026, 1, 1)), again)
    assert rows.ask("SELECT counted_on, population, group_counts FROM census_v1 ORDER BY counted_on") == [
        {"counted_on": "2025-01-01", "population": 91, "group_counts": '[{"group":"elder","people":8}]'},
        {
            "counted_on": "2026-01-01",
            "population": 90,
            "group_counts": '[{"group":"elder","people":9},{"group":"disabled","people":2}]',
        },
    ]


def test_a_team_is_formed_with_its_members(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, b.TEAM_1)
    assert answer(Teams(), rows) == [
        {
            "team_id": "team-1",
            "institution_id": "fuhai",
            "base_x": 0,
            "base_y": 0,
            "disbanded_after": None,
            "institution_name": "福海社康",
        }
    ]
    assert rows.ask("SELECT member_id, role, qualifications, travels_by, left_after FROM members_v1 ORDER BY 1") == [
        {"member_id": "he", "role": "nurse", "qualifications": "[]", "travels_by": "e-bike", "left_after": None},
        {"member_id": "li", "role": "gp", "qualifications": "[]", "travels_by": "e-bike", "left_after": None},
    ]


def test_a_member_joins_works_other_hours_and_leaves(rows_of: RowsOf) -> None:
    joined = MemberJoined(team_id="team-1", member=b.SUN, from_day=b.TODAY)
    left = MemberLeft(team_id="team-1", member_id="sun", last_day=b.TODAY, from_day=b.TODAY)
    shorter = ShiftsChanged(team_id="team-1", member_id="sun", shifts=b.WEEK[:1], from_day=b.TODAY)
    rows = rows_of(b.TEAM_1, joined, shorter, left)
    question = TeamMembers(team_id="team-1")
    assert [member["member_id"] for member in answer(question, rows)] == ["he", "li", "sun"]
    assert answer(question, rows)[-1]["left_after"] == "2026-03-02"
    sun = answer(replace(question, day=b.TODAY), rows)[-1]
    assert sun["shifts"] == [{"weekday": 0, "starts": 480, "ends": 1020, "break_starts": 720, "break_ends": 780}]
    tomorrow = answer(replace(question, day=b.TOMORROW), rows)
    assert [member["member_id"] for member in tomorrow] == ["he", "li"]
    back = rows_of(b.TEAM_1, joined, left, replace(joined, from_day=b.TOMORROW))
    assert len(answer(replace(question, day=b.TOMORROW), back)) == 3
    assert [row["left_after"] for row in answer(question, back)] == [None, None, "2026-03-02", None]


def test_an_absence_is_told_on_its_days_until_it_is_withdrawn(rows_of: RowsOf) -> None:
    today = TeamMembers(team_id="team-1", day=b.TODAY)
    _, li = answer(today, rows_of(b.TEAM_1, ILL))
    assert li["absences"] == [
        {
            "absence_id": "a1",
            "starts_at": "2026-03-02T00:00:00Z",
            "ends_at": "2026-03-02T04:00:00Z",
            "reason": "ill",
        }
    ]
    assert li["works"]
    assert answer(replace(today, day=b.TOMORROW), rows_of(b.TEAM_1, ILL))[1]["absences"] == []
    assert answer(today, rows_of(b.TEAM_1, ILL, WELL))[1]["absences"] == []
    sunday = replace(today, day=date(2026, 3, 8))
    assert [member["works"] for member in answer(sunday, rows_of(b.TEAM_1))] == [False, False]


def test_a_resident_is_registered_and_mended(rows_of: RowsOf) -> None:
    mended = PersonalDetailsCorrected(
        resident_id="wang", personal=replace(b.WANG_PERSONAL, phone="13911111111", home_x=5)
    )
    elder = b.in_group("elder")
    gone = KeyGroupUntagged(resident_id="wang", group="diabetes", until=b.TODAY)
    card = answer(ResidentCard(resident_id="wang"), rows_of(b.WANG, elder, b.in_group("diabetes"), gone, mended))
    assert card == {
        "resident_id": "wang",
        "institution_id": "fuhai",
        "evidence": "household-registration",
        "resident_since": "2000-01-01",
        "evidence_until": None,
        "homebound": 0,
        "delivered_on": None,
        "household_id": None,
        "relation": None,
        "departed": None,
        "departed_after": None,
        "born_on": "1940-01-01",
        "home_x": 5,
        "home_y": -300,
        "place": None,
        "name": "王芳",
        "phone": "13911111111",
        "address": "福海街道 1 号",
        "groups": [
            {"group_name": "elder", "since": "2026-03-01", "anchor": None, "stage": None, "evidence": "register"}
        ],
        "consents": [],
        "merged_into": None,
        "merged_from": [],
    }


def test_both_records_of_a_merge_name_each_other_and_the_one_given_up_is_not_asked_to_sign(rows_of: RowsOf) -> None:
    kept = replace(b.WANG, resident_id="wang-2")
    tagged = KeyGroupTagged(resident_id="wang", group="elder", since=b.YESTERDAY)
    rows = rows_of(b.CENTRE, b.WANG, kept, tagged)
    assert [each["resident_id"] for each in answer(WhoNext(day=b.TODAY, limit=9), rows)] == ["wang"]
    noted = MergeRecorded(resident_id="wang-2", merged_id="wang", merged=True)
    rows = rows_of(b.CENTRE, b.WANG, kept, tagged, b.MERGED, noted)
    assert answer(ResidentCard(resident_id="wang"), rows)["merged_into"] == "wang-2"
    assert answer(ResidentCard(resident_id="wang-2"), rows)["merged_from"] == ["wang"]
    assert answer(WhoNext(day=b.TODAY, limit=9), rows) == []
    annulled = MergeAnnulled(
        resident_id="wang", kept_id="wang-2", annulled_on=b.TODAY, reason="a namesake", allowed_by="head"
    )
    rows = rows_of(b.CENTRE, b.WANG, kept, tagged, b.MERGED, annulled)
    assert answer(ResidentCard(resident_id="wang"), rows)["merged_into"] is None


def test_a_card_tells_what_happened_to_a_resident_since(rows_of: RowsOf) -> None:
    consent = ConsentGiven(resident_id="wang", kind="home-visits", given_on=b.YESTERDAY, given_by="resident")
    rows = rows_of(
        b.WANG,
        MobilityRecorded(resident_id="wang", homebound=True, since=b.YESTERDAY),
        consent,
        replace(consent, kind="health-data"),
        ConsentWithdrawn(resident_id="wang", kind="health-data", withdrawn_on=b.TODAY),
        BirthRecorded(resident_id="wang", delivered_on=b.YESTERDAY),
        ResidentDeparted(resident_id="wang", reason="moved-out", last_day=b.YESTERDAY),
        EvidenceShown(
            resident_id="wang",
            evidence="residence-permit",
            resident_since=b.TODAY,
            shown_on=b.TODAY,
            valid_until=None,
            elder_on=None,
        ),
    )
    card = answer(ResidentCard(resident_id="wang"), rows)
    assert (card["homebound"], card["evidence"], card["departed"]) == (1, "residence-permit", None)
    assert card["consents"] == [{"kind": "home-visits", "given_on": "2026-03-01", "given_by": "resident"}]
    assert card["delivered_on"] == "2026-03-01"


def test_a_household_is_told_with_its_head_first_and_without_who_is_gone(rows_of: RowsOf) -> None:
    lives = HouseholdJoined(
        resident_id="wang", household_id="lane-3", relation="head", since=b.TODAY, left_household_id=None
    )
    child = replace(b.WANG, resident_id="li", personal=replace(b.WANG_PERSONAL, born_on=date(1930, 1, 1)))
    rows = rows_of(
        b.WANG,
        lives,
        child,
        replace(lives, resident_id="li", relation="parent"),
        replace(b.WANG, resident_id="liu"),
        replace(lives, resident_id="liu", relation="spouse"),
        ResidentDeparted(resident_id="liu", reason="died", last_day=b.TODAY),
    )
    assert [(row["resident_id"], row["relation"]) for row in answer(Household(household_id="lane-3"), rows)] == [
        ("wang", "head"),
        ("li", "parent"),
    ]


def test_homes_that_are_placed_roughly_are_listed_until_they_are_placed(rows_of: RowsOf) -> None:
    at_centre = replace(b.WANG_PERSONAL, located="institution")
    nowhere = replace(b.WANG_PERSONAL, located="unknown")
    rows = rows_of(
        replace(b.WANG, personal=at_centre),
        replace(b.WANG, resident_id="li", personal=nowhere),
        replace(b.WANG, resident_id="liu", personal=at_centre),
        PersonalDetailsCorrected(resident_id="liu", personal=b.WANG_PERSONAL),
        replace(b.WANG, resident_id="zhao"),
    )
    assert answer(RoughHomes(institution_id="fuhai"), rows) == [
        {"resident_id": "li", "located": "unknown"},
        {"resident_id": "wang", "located": "institution"},
    ]


def test_an_identity_number_is_in_no_row(rows_of: RowsOf) -> None:
    rows = rows_of(b.WANG)
    assert b.WANG_PERSONAL.identity_number not in str(rows.ask("SELECT * FROM residents_v1"))


def test_the_newest_stay_in_a_key_group_is_told(rows_of: RowsOf) -> None:
    tagged = b.in_group("elder")
    gone = KeyGroupUntagged(resident_id="wang", group="elder", until=b.TODAY)
    held = "SELECT since, until FROM key_groups_v1"
    assert rows_of(tagged, gone).ask(held) == [{"since": "2026-03-01", "until": "2026-03-02"}]
    assert rows_of(tagged, gone, replace(tagged, since=b.TOMORROW)).ask(held) == [
        {"since": "2026-03-03", "until": None}
    ]


def test_a_contract_is_signed(rows_of: RowsOf) -> None:
    (row,) = rows_of(b.SIGNED).ask("SELECT * FROM caseload_v1")
    assert row == {
        "contract_id": "c1",
        "resident_id": "wang",
        "team_id": "team-1",
        "institution_id": "fuhai",
        "package": "basic",
        "term": 1,
        "starts_on": "2026-03-02",
        "term_starts_on": "2026-03-02",
        "ends_on": "2027-03-01",
        "status": "signed",
        "end_reason": None,
        "doctor_id": "li",
        "nurse_id": "he",
        "remind_on": "2027-02-15",
        "sign_by": None,
    }


def test_a_contract_is_renewed_and_ends(rows_of: RowsOf) -> None:
    query = "SELECT status, term, starts_on, term_starts_on, ends_on, end_reason FROM caseload_v1"
    renewed = {"term": 2, "starts_on": "2026-03-02", "term_starts_on": "2027-03-02", "ends_on": "2028-03-01"}
    assert rows_of(b.SIGNED, RENEWED).ask(query) == [{**renewed, "status": "renewed", "end_reason": None}]
    assert rows_of(b.SIGNED, EXPIRED).ask("SELECT status, ends_on FROM caseload_v1") == [
        {"status": "expired", "ends_on": "2027-03-01"}
    ]
    assert rows_of(b.SIGNED, TERMINATED).ask("SELECT status, ends_on, end_reason FROM caseload_v1") == [
        {"status": "terminated", "ends_on": "2026-08-31", "end_reason": "moved-out"}
    ]


def test_a_caseload_on_a_day_is_of_the_team_of_that_day(rows_of: RowsOf) -> None:
    rows = rows_of(b.WANG, b.SIGNED, MOVED)

    def caseload(team_id: str, day: date | None) -> list[str]:
        return [row["contract_id"] for row in answer(TeamCaseload(team_id=team_id, day=day), rows)]

    assert caseload("team-1", date(2026, 3, 1)) == []
    assert caseload("team-1", date(2026, 3, 2)) == ["c1"]
    assert caseload("team-1", date(2026, 8, 31)) == ["c1"]
    assert caseload("team-2", date(2026, 8, 31)) == []
    assert caseload("team-1", date(2026, 9, 1)) == []
    assert caseload("team-2", date(2026, 9, 1)) == ["c1"]
    assert caseload("team-2", None) == ["c1"]
    assert caseload("team-1", None) == []


def test_an_ended_contract_stays_in_the_caseload_of_the_days_that_it_covered(rows_of: RowsOf) -> None:
    rows = rows_of(b.WANG, b.SIGNED, TERMINATED)
    (last_day,) = answer(TeamCaseload(team_id="team-1", day=date(2026, 8, 31)), rows)
    assert (last_day["name"], last_day["phone"], last_day["homebound"]) == ("王芳", "13800000000", 0)
    assert answer(TeamCaseload(team_id="team-1", day=date(2026, 9, 1)), rows) == []
    assert answer(TeamCaseload(team_id="team-1"), rows) == []


def test_renewals_due_are_contracts_that_end_between_two_days(rows_of: RowsOf) -> None:
    spring = RenewalsDue(team_id="team-1", from_day=date(2027, 3, 1), to_day=date(2027, 3, 31))
    assert [row["contract_id"] for row in answer(spring, rows_of(b.SIGNED))] == ["c1"]
    assert answer(spring, rows_of(b.SIGNED, RENEWED)) == []
    assert answer(spring, rows_of(b.SIGNED, EXPIRED)) == []
    assert answer(replace(spring, from_day=date(2027, 3, 2)), rows_of(b.SIGNED)) == []
