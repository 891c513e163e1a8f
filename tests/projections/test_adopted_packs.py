"""Which packs ruled on a day, who adopted them, and why."""

from typing import Any

from projections.access.adopted_packs import AdoptedPacks
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.accounts import adoptions


def ruling(rows: Any, **question: Any) -> list[tuple[str, str, str]]:
    return [(row["version"], row["packs"], row["adopted_by"]) for row in answer(AdoptedPacks(**question), rows)]


def test_the_pack_of_a_day_is_that_of_the_adoption_that_held_then(rows_of: RowsOf) -> None:
    rows = rows_of(*adoptions())
    assert ruling(rows, day=b.YESTERDAY) == [("CN-2017", "CN", "admin")]
    assert ruling(rows, day=b.TODAY) == [("SZ-2018", "SZ", "admin")]
    assert ruling(rows_of(), day=b.TODAY) == []


def test_every_adoption_is_told_the_newest_first(rows_of: RowsOf) -> None:
    assert ruling(rows_of(*adoptions())) == [
        ("SZ-2018", "SZ", "admin"),
        ("CN-2017", "SZ", "admin"),
        ("CN-2017", "CN", "admin"),
    ]
