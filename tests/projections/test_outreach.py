"""Who should be asked next, and in which order."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.resident.events import KeyGroupUntagged, ResidentDeparted
from infra.rows.sqlite import SqliteRows
from projections.outreach import WhoNext
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_contracts_and_people import RENEWED, TERMINATED

ELDER = replace(b.in_group("elder"), since=date(2026, 1, 1))
EVE = date(2027, 2, 25)


def next_people(rows: SqliteRows, day: date = b.TODAY, **more: Any) -> list[tuple[str, str]]:
    return [(row["resident_id"], row["reason"]) for row in answer(WhoNext(day=day, **more), rows)]


def person(name: str, *groups: object) -> list[object]:
    return [replace(b.WANG, resident_id=name), *(replace(group, resident_id=name) for group in groups)]  # type: ignore[type-var]


def test_a_contract_that_ends_soon_is_asked_first(rows_of: RowsOf) -> None:
    rows = rows_of(b.WANG, b.SIGNED, *person("li", ELDER))
    assert next_people(rows, EVE) == [("wang", "renewal-due"), ("li", "key-group-unsigned")]
    assert answer(WhoNext(day=EVE), rows)[0]["ends_on"] == "2027-03-01"
    assert next_people(rows, date(2026, 12, 1)) == [("li", "key-group-unsigned")]
    last_weeks = [date(2027, 2, 14), date(2027, 2, 15), date(2027, 3, 1), date(2027, 3, 2)]
    assert [("wang", "renewal-due") in next_people(rows, day) for day in last_weeks] == [False, True, True, False]


def test_a_renewed_contract_is_not_asked(rows_of: RowsOf) -> None:
    assert next_people(rows_of(b.WANG, b.SIGNED, RENEWED), EVE) == []


def test_people_of_key_groups_who_are_not_signed_are_asked_those_of_most_groups_first(rows_of: RowsOf) -> None:
    rows = rows_of(
        *person("one", ELDER),
        *person("two", ELDER, replace(ELDER, group="diabetes")),
        *person("none"),
        *person("gone", ELDER),
        KeyGroupUntagged(resident_id="gone", group="elder", until=b.YESTERDAY),
        *person("local", replace(ELDER, group="tumour")),
        b.WANG,
        ELDER,
        b.SIGNED,
    )
    assert next_people(rows) == [("two", "key-group-unsigned"), ("one", "key-group-unsigned")]
    assert answer(WhoNext(day=b.TODAY), rows)[0]["groups"] == ["diabetes", "elder"]
    assert next_people(rows, limit=1) == [("two", "key-group-unsigned")]
    assert [who for who, _ in next_people(rows, region="EX")] == ["two", "local", "one"]
    assert next_people(rows, institution_id="elsewhere") == []


def test_the_dead_and_those_who_moved_away_are_not_asked(rows_of: RowsOf) -> None:
    left = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=b.YESTERDAY)
    assert next_people(rows_of(b.WANG, ELDER, left)) == []
    assert next_people(rows_of(b.WANG, b.SIGNED, left), EVE) == []
    assert next_people(rows_of(b.WANG, ELDER, b.SIGNED, TERMINATED), date(2026, 9, 1)) == []
    leaving = replace(left, last_day=EVE)
    for events, reason in (((b.WANG, b.SIGNED), "renewal-due"), ((b.WANG, ELDER), "key-group-unsigned")):
        rows = rows_of(*events, leaving)
        assert [next_people(rows, day) for day in (EVE, EVE + timedelta(days=1))] == [[("wang", reason)], []]


def test_who_refused_comes_last_and_a_team_asks_whom_it_knew(rows_of: RowsOf) -> None:
    refused = replace(TERMINATED, reason="refused-service")
    rows = rows_of(b.WANG, ELDER, replace(ELDER, group="diabetes"), b.SIGNED, refused, *person("li", ELDER))
    after = date(2026, 9, 1)
    assert [who for who, _ in next_people(rows, date(2026, 8, 31))] == ["li"]
    assert [who for who, _ in next_people(rows, after)] == ["li", "wang"]
    assert [who for who, _ in next_people(rows, after, team_id="team-1")] == ["wang"]
