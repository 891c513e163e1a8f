"""How many people are signed, on any day."""

from dataclasses import replace
from datetime import date

from domain.institution import CensusRecorded, GroupCount
from domain.resident.events import KeyGroupTagged, KeyGroupUntagged
from infra.rows.sqlite import SqliteRows
from projections.coverage import Coverage
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_contracts_and_people import MOVED, TERMINATED
from tests.rules import holds

CENSUS = CensusRecorded(
    institution_id="fuhai", counted_on=date(2026, 1, 1), population=10, groups=(GroupCount(group="elder", people=4),)
)
ELDER = KeyGroupTagged(resident_id="wang", group="elder", since=date(2026, 2, 1))


def signed(rows: SqliteRows, day: date) -> int:
    return int(answer(Coverage(day=day), rows)["total"]["signed"])


def elders(rows: SqliteRows, day: date) -> int:
    groups = answer(Coverage(day=day), rows)["total"]["groups"]
    return next((int(group["signed"]) for group in groups if group["group_name"] == "elder"), 0)


@holds("A3.3")
def test_coverage_stands_beside_the_targets_of_the_policy_pack(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, CENSUS, b.TEAM_1, b.WANG, ELDER, b.SIGNED)
    part = {"population": 10, "signed": 1, "rate": 0.1, "target": 0.4929}
    group = {"group_name": "elder", "population": 4, "signed": 1, "rate": 0.25, "target": 0.7214}
    of_team = {"group_name": "elder", "population": None, "signed": 1, "rate": None, "target": 0.7214}
    assert answer(Coverage(day=b.TODAY), rows) == {
        "day": "2026-03-02",
        "pack": "SZ-2025",
        "public_health": {"year": 2025, "fen_a_head": 9900},
        "total": {**part, "groups": [group]},
        "districts": [{"district": "baoan", **part, "groups": [group]}],
        "institutions": [
            {
                "institution_id": "fuhai",
                "name": "福海社康",
                "district": "baoan",
                "counted_on": "2026-01-01",
                **part,
                "groups": [group],
                "teams": [{"team_id": "team-1", **part, "target": None, "cap": 2000, "groups": [of_team]}],
            }
        ],
    }


def test_a_contract_counts_from_its_first_day_to_its_last(rows_of: RowsOf) -> None:
    rows = rows_of(b.SIGNED, TERMINATED)
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 8, 31), date(2026, 9, 1)]
    assert [signed(rows, day) for day in days] == [0, 1, 1, 0]
    rows = rows_of(b.SIGNED, ELDER, TERMINATED)
    assert [elders(rows, day) for day in days] == [0, 1, 1, 0]


def test_a_transferred_contract_counts_for_the_team_of_the_day(rows_of: RowsOf) -> None:
    elsewhere = replace(MOVED, institution_id="second")
    rows = rows_of(b.SIGNED, elsewhere)

    def counted(day: date) -> list[tuple[str, str, int]]:
        return [
            (each["institution_id"], team["team_id"], team["signed"])
            for each in answer(Coverage(day=day), rows)["institutions"]
            for team in each["teams"]
        ]

    assert counted(date(2026, 8, 31)) == [("fuhai", "team-1", 1)]
    assert counted(date(2026, 9, 1)) == [("second", "team-2", 1)]


def test_people_belong_to_the_key_groups_of_the_day_through_every_stay(rows_of: RowsOf) -> None:
    gone = KeyGroupUntagged(resident_id="wang", group="elder", until=date(2026, 4, 30))
    back = KeyGroupTagged(resident_id="wang", group="elder", since=date(2026, 6, 1))
    rows = rows_of(b.SIGNED, ELDER, gone, back)
    days = [date(2026, 3, 2), date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [elders(rows, day) for day in days] == [1, 1, 0, 0, 1]


def test_a_stay_that_begins_the_day_after_another_ended_is_one_stay(rows_of: RowsOf) -> None:
    gone = KeyGroupUntagged(resident_id="wang", group="elder", until=date(2026, 4, 30))
    rows = rows_of(b.SIGNED, ELDER, gone, replace(ELDER, since=date(2026, 5, 1)))
    assert [elders(rows, day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == [1, 1]


def test_the_newest_census_up_to_the_day_counts(rows_of: RowsOf) -> None:
    rows = rows_of(CENSUS, replace(CENSUS, counted_on=date(2026, 7, 1), population=20, groups=()))

    def people(day: date) -> object:
        return answer(Coverage(day=day), rows)["total"]["population"]

    assert [people(date(2025, 12, 31)), people(date(2026, 6, 30)), people(date(2026, 7, 1))] == [None, 10, 20]


def test_a_total_is_of_all_institutions_and_one_can_be_asked_alone(rows_of: RowsOf) -> None:
    second = replace(CENSUS, institution_id="second", population=30, groups=(GroupCount(group="elder", people=6),))
    rows = rows_of(CENSUS, second, b.SIGNED, ELDER)
    total = answer(Coverage(day=b.TODAY), rows)["total"]
    assert (total["population"], total["signed"], total["rate"]) == (40, 1, 0.025)
    assert [(group["population"], group["signed"]) for group in total["groups"]] == [(10, 1)]
    alone = answer(Coverage(day=b.TODAY, institution_id="second"), rows)
    assert [each["institution_id"] for each in alone["institutions"]] == ["second"]
    assert alone["total"]["population"] == 30


def test_where_nobody_was_counted_there_is_no_rate(rows_of: RowsOf) -> None:
    total = answer(Coverage(day=b.TODAY), rows_of(b.SIGNED, ELDER))["total"]
    assert (total["population"], total["rate"]) == (None, None)
    assert total["groups"][0] == {
        "group_name": "elder",
        "population": None,
        "signed": 1,
        "rate": None,
        "target": 0.7214,
    }


@holds("A4.13")
def test_only_groups_that_count_under_the_pack_are_told(rows_of: RowsOf) -> None:
    census = replace(CENSUS, groups=(*CENSUS.groups, GroupCount(group="tumour", people=2)))
    rows = rows_of(b.CENTRE, census, b.SIGNED, ELDER, replace(ELDER, group="tumour"))

    def groups(region: str) -> list[str]:
        return [each["group_name"] for each in answer(Coverage(day=b.TODAY, region=region), rows)["total"]["groups"]]

    assert groups("SZ") == ["elder"]
    assert groups("EX") == ["elder", "tumour"]


def test_a_district_is_all_its_institutions(rows_of: RowsOf) -> None:
    second = replace(b.CENTRE, institution_id="second")
    third = replace(b.CENTRE, institution_id="third", district="futian")
    counts = [replace(CENSUS, institution_id=name, population=10, groups=()) for name in ("second", "third")]
    rows = rows_of(b.CENTRE, second, third, CENSUS, *counts, b.SIGNED)
    baoan, futian = answer(Coverage(day=b.TODAY), rows)["districts"]
    assert (baoan["district"], baoan["population"], baoan["signed"], baoan["rate"]) == ("baoan", 20, 1, 0.05)
    assert (futian["district"], futian["population"], futian["signed"]) == ("futian", 10, 0)
