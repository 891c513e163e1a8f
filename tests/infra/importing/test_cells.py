"""Cells at their bounds: the last value that is read, and the first that is not."""

from collections.abc import Callable

import pytest

from domain.key_groups import KeyGroup
from infra.codec import BadInput
from infra.importing import cells

Reader = Callable[[str], object]


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.clock, "00:00", 0),
        (cells.clock, "0:00", 0),
        (cells.clock, "9:05", 545),
        (cells.clock, "23:59", 1439),
        (cells.clock, "24:00", 1440),
        (cells.day, "2026-03-02", "2026-03-02"),
        (cells.day, "2026/3/2", "2026-03-02"),
        (cells.day, "2024-02-29", "2024-02-29"),
        (cells.day, "0001-01-01", "0001-01-01"),
        (cells.day, "9999-12-31", "9999-12-31"),
        (cells.whole, "-999999999", -999_999_999),
        (cells.whole, "999999999", 999_999_999),
        (cells.whole, "007", 7),
        (cells.weekdays, "1-7", [0, 1, 2, 3, 4, 5, 6]),
        (cells.weekdays, "7", [6]),
        (cells.weekdays, "3-3", [2]),
        (cells.weekdays, "1；3 ; 5;", [0, 2, 4]),
        (cells.yes_no, "YES", True),
        (cells.yes_no, "是", True),
        (cells.yes_no, "0", False),
        (cells.identity, "r-01.a_b", "r-01.a_b"),
        (cells.text, "东街3号 B", "东街3号 B"),
        (cells.needs, "gp/nurse 0", [{"roles": ["gp", "nurse"], "minutes": 0}]),
        (cells.counts, "elder=0; child=12", [{"group": "elder", "people": 0}, {"group": "child", "people": 12}]),
        (cells.diagnoses, "biological = I69.3", [{"axis": "biological", "code": "I69.3"}]),
        (cells.many(cells.text), "；a;;b", ["a", "b"]),
    ],
)
def test_a_value_on_the_bound_is_read(read: Reader, cell: str, value: object) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell", "rule"),
    [
        (cells.clock, "24:01", "bad-time"),
        (cells.clock, "24:59", "bad-time"),
        (cells.clock, "25:00", "bad-time"),
        (cells.clock, "99:00", "bad-time"),
        (cells.clock, "09:60", "bad-time"),
        (cells.clock, "009:00", "bad-time"),
        (cells.clock, "9:5", "bad-time"),
        (cells.clock, "9:050", "bad-time"),
        (cells.clock, "-1:00", "bad-time"),
        (cells.clock, "９:00", "bad-time"),
        (cells.day, "2026-02-29", "bad-day"),
        (cells.day, "2026-13-01", "bad-day"),
        (cells.day, "2026-00-01", "bad-day"),
        (cells.day, "2026-01-00", "bad-day"),
        (cells.day, "2026-04-31", "bad-day"),
        (cells.day, "0000-01-01", "bad-day"),
        (cells.day, "26-03-02", "bad-day"),
        (cells.day, "02026-03-02", "bad-day"),
        (cells.day, "2026-003-02", "bad-day"),
        (cells.day, "２026-03-02", "bad-day"),
        (cells.whole, "1000000000", "wrong-type"),
        (cells.whole, "-1000000000", "wrong-type"),
        (cells.whole, "+1", "wrong-type"),
        (cells.whole, "1.0", "wrong-type"),
        (cells.whole, "-", "wrong-type"),
        (cells.whole, "１", "wrong-type"),
        (cells.weekdays, "0", "bad-value"),
        (cells.weekdays, "8", "bad-value"),
        (cells.weekdays, "0-3", "bad-value"),
        (cells.weekdays, "1-8", "bad-value"),
        (cells.weekdays, "2-1", "bad-value"),
        (cells.weekdays, "1-", "bad-value"),
        (cells.weekdays, "1-2-3", "bad-value"),
        (cells.yes_no, "y", "unknown-value"),
        (cells.yes_no, "2", "unknown-value"),
        (cells.identity, "r:1", "bad-id"),
        (cells.identity, "r 1", "bad-id"),
        (cells.identity, "r\u00a01", "bad-id"),
        (cells.identity, "r\x7f", "bad-id"),
        (cells.text, "a\tb", "bad-value"),
        (cells.one_of(KeyGroup), "Elder", "unknown-value"),
        (cells.needs, "20", "bad-value"),
        (cells.needs, "gp/ 20", "unknown-value"),
        (cells.needs, "gp 1000000000", "wrong-type"),
        (cells.counts, "elder", "wrong-type"),
        (cells.counts, "elder=1000000000", "wrong-type"),
        (cells.diagnoses, "spiritual=I69.3", "unknown-value"),
    ],
)
def test_a_value_past_the_bound_is_refused(read: Reader, cell: str, rule: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read(cell)
    assert refusal.value.rule == rule
