"""A contract that moves house between two cells: two streams in two stores, as docs/cells.md tells the steps."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.contract.commands import SignContract, TerminateContract
from domain.resident.commands import RegisterResident, TagKeyGroup
from infra.store.recorded import StoredEvent
from infra.system import System
from projections.coverage import Coverage, coverage
from tests.small_town import MONDAY, centre, personal, run_commands, signed, town

LAST_DAY = MONDAY + timedelta(days=6)
FIRST_DAY = LAST_DAY + timedelta(days=1)
MOVE = "move-li-2026"


@dataclass
class Cells:
    """Where the resident li lives, and where li moves."""

    old: System
    new: System

    def signed_on(self, day: date) -> list[int]:
        """Return what each cell says of a day."""
        return [coverage(Coverage(day=day), cell.rows)["total"]["signed"] for cell in (self.old, self.new)]

    def log(self) -> list[list[StoredEvent]]:
        return [list(cell.store.after(0, 1000)) for cell in (self.old, self.new)]


@pytest.fixture(autouse=True)
def small_domain() -> None:
    """These cells live in the real domain, and not in that of the store's other tests."""


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[Cells]:
    with ExitStack() as stack:
        old, new = (stack.enter_context(town(tmp_path / name)) for name in ("old", "new"))
        run_commands(old, *centre(), *signed("li", ["hypertension"]))
        run_commands(new, *centre())
        yield Cells(old, new)


def steps(cells: Cells) -> Sequence[tuple[System, str, object]]:
    """Return who is told what, under which id, in the order of the steps."""
    known = RegisterResident(
        resident_id="li",
        institution_id="centre",
        evidence="household-registration",
        resident_since=date(2000, 1, 1),
        homebound=True,
        personal=personal(x=900),
    )
    ended = TerminateContract(contract_id="contract-of-li", last_day=LAST_DAY, reason="moved-out")
    renewal = SignContract(
        contract_id=f"contract-of-{MOVE}",
        resident_id="li",
        team_id="east",
        signed_on=MONDAY,
        starts_on=FIRST_DAY,
        agreement_read=True,
    )
    return [
        (cells.new, f"{MOVE}.known", known),
        (cells.new, f"{MOVE}.group", TagKeyGroup(resident_id="li", group="hypertension", since=MONDAY)),
        (cells.old, f"{MOVE}.ended", ended),
        (cells.new, f"{MOVE}.signed", renewal),
    ]


def move(cells: Cells, upto: int | None = None) -> None:
    for cell, command_id, command in steps(cells)[:upto]:
        cell.execute(command, actor="mover", command_id=command_id)


def owed(cell: System) -> int:
    (row,) = cell.rows.ask(
        "SELECT count(*) AS n FROM care_tasks_v1 WHERE status = 'scheduled' AND kind = 'hypertension-follow-up'"
    )
    return int(str(row["n"]))


def test_on_every_day_one_cell_counts_who_moves(cells: Cells) -> None:
    move(cells)
    days = [MONDAY + timedelta(days=number) for number in range(14)]
    assert [cells.signed_on(day) for day in days] == [[1, 0]] * 7 + [[0, 1]] * 7


def test_care_is_owed_by_the_new_cell(cells: Cells) -> None:
    move(cells)
    assert (owed(cells.old), owed(cells.new)) == (0, 4)


@pytest.mark.parametrize("done", range(5))
def test_steps_that_are_lost_or_repeated_come_to_the_same(cells: Cells, done: int) -> None:
    """Whoever does not know how far it came begins again: what was done is quiet."""
    move(cells, done)
    move(cells)
    before = cells.log()
    move(cells)
    assert cells.log() == before
    assert [cells.signed_on(day) for day in (LAST_DAY, FIRST_DAY)] == [[1, 0], [0, 1]]


@pytest.mark.parametrize("done", range(5))
def test_nobody_is_ever_signed_twice_for_a_day(cells: Cells, done: int) -> None:
    move(cells, done)
    for day in (MONDAY, LAST_DAY, FIRST_DAY):
        assert sum(cells.signed_on(day)) <= 1
