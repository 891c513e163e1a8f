from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.visit.commands import Need
from projections.changes import Drop, Patch, Put, Table, as_json, folded, moment

BEDS = Table("beds_v1", "bed_id", {"ward": "text", "free": "int"})


def test_a_table_names_its_rows_and_columns() -> None:
    assert BEDS.put("b1", ward="w1", free=1) == Put("beds_v1", "b1", {"ward": "w1", "free": 1})
    assert BEDS.patch("b1", free=0) == Patch("beds_v1", "b1", {"free": 0})
    assert BEDS.drop("b1") == Drop("beds_v1", "b1")


def test_a_column_that_the_table_lacks_is_an_error() -> None:
    with pytest.raises(KeyError, match="fee"):
        BEDS.put("b1", fee=1)
    with pytest.raises(KeyError, match="fee"):
        BEDS.patch("b1", fee=1)


@pytest.mark.parametrize(
    ("changes", "comes_to"),
    [
        ([BEDS.put("b", ward="w"), BEDS.patch("b", free=1)], BEDS.put("b", ward="w", free=1)),
        ([BEDS.patch("b", ward="w"), BEDS.patch("b", free=1)], BEDS.patch("b", ward="w", free=1)),
        ([BEDS.put("b", ward="w", free=1), BEDS.put("b", ward="x")], BEDS.put("b", ward="x")),
        ([BEDS.put("b", ward="w"), BEDS.drop("b")], BEDS.drop("b")),
        ([BEDS.drop("b"), BEDS.patch("b", free=1)], BEDS.drop("b")),
        ([BEDS.drop("b"), BEDS.put("b", ward="w")], BEDS.put("b", ward="w")),
    ],
)
def test_changes_of_one_key_come_to_one_change(changes: list[Put | Patch | Drop], comes_to: object) -> None:
    assert folded(changes) == {"beds_v1": {"b": comes_to}}


def test_a_moment_is_told_in_utc_with_whole_seconds_so_that_text_sorts_like_time() -> None:
    local = timezone(timedelta(hours=8))
    assert moment(datetime(2026, 3, 2, 9, 0, 0, 999, local)) == "2026-03-02T01:00:00Z"
    assert moment(datetime(2026, 3, 2, 1, tzinfo=UTC)) == "2026-03-02T01:00:00Z"


def test_json_is_compact_with_sorted_names() -> None:
    rows_of = as_json((Need(roles=("gp",), minutes=20, named_id="李"), datetime(2026, 3, 2, tzinfo=UTC)))
    need = '{"minutes":20,"named_id":"李","preferred_ids":[],"qualifications":[],"roles":["gp"]}'
    assert rows_of == f'[{need},"2026-03-02T00:00:00Z"]'
