"""A large import is judged first and then stored in chunks; one that was interrupted is finished by the same files."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.bench.importing import write_files
from infra.command_handler import CommandRequest
from infra.importing import batch
from infra.importing.batch import BatchOutcome, ImportOptions, import_files
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system

PEOPLE = 12


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    monkeypatch.setattr(batch, "SMALL", 3)
    monkeypatch.setattr(batch, "CHUNK", 4)
    monkeypatch.setattr(batch, "PAUSE_SECONDS", 0)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with open_system(Settings(data=tmp_path / "data", now=now, key_file=tmp_path / "key")) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return write_files(tmp_path / "files", PEOPLE)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def take(system: System, files: list[Path]) -> Callable[..., BatchOutcome]:
    def run(*, keep_good: bool = False) -> BatchOutcome:
        return import_files(system, files, ImportOptions(actor="import", keep_good=keep_good))

    return run


def signed(system: System) -> int:
    return len(system.store.after(0, 10_000, name="contract.signed.v1"))


def test_a_large_import_is_complete_with_its_rows(system: System, take: Callable[..., BatchOutcome]) -> None:
    outcome = take()
    assert (outcome.imported, outcome.faults, outcome.left_out) == (True, [], 0)
    assert signed(system) == PEOPLE
    assert system.rows.ask("SELECT count(*) AS people FROM residents_v1") == [{"people": PEOPLE}]


def test_nothing_is_stored_where_judging_refuses_a_row_in_another_chunk(
    system: System, files: list[Path], take: Callable[..., BatchOutcome]
) -> None:
    change(files[3], "c11,r11,", "c11,r0,")
    outcome = take()
    assert [(fault.rule, fault.line) for fault in outcome.faults] == [("active-contract-exists", 13)]
    assert not outcome.imported
    assert system.store.last_position() == 0


def test_a_head_of_household_of_an_earlier_chunk_is_known_to_the_judge(
    system: System, files: list[Path], take: Callable[..., BatchOutcome]
) -> None:
    lines = files[2].read_text(encoding="utf-8").splitlines()
    heads = {1: ",lane-3,head", 12: ",lane-3,head"}
    lines = [lines[0] + ",household_id,relation", *(line + heads.get(n, ",,") for n, line in enumerate(lines[1:], 1))]
    files[2].write_text("\n".join(lines) + "\n", encoding="utf-8")
    outcome = take()
    assert [(fault.rule, fault.line) for fault in outcome.faults if fault.rule != "builds-on-bad-row"] == [
        ("household-has-a-head", 13)
    ]
    assert system.store.last_position() == 0


def test_good_rows_are_kept_in_every_chunk(
    system: System, files: list[Path], take: Callable[..., BatchOutcome]
) -> None:
    change(files[2], "r5,i1", "r5,i9")
    outcome = take(keep_good=True)
    assert {fault.rule for fault in outcome.faults} == {"institution-unknown", "builds-on-bad-row"}
    assert (outcome.imported, outcome.left_out, signed(system)) == (True, 2, PEOPLE - 1)


def test_an_interrupted_import_is_finished_by_the_same_files(
    system: System, take: Callable[..., BatchOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    execute_all = System.execute_all
    commits = 0

    def killed_in_the_third(self: System, requests: list[CommandRequest], *, keep_good: bool = True) -> object:
        nonlocal commits
        commits += 1
        if commits == 3:
            raise KeyboardInterrupt
        return execute_all(self, requests, keep_good=keep_good)

    monkeypatch.setattr(System, "execute_all", killed_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        take()
    assert 0 < signed(system) < PEOPLE
    outcome = take()
    assert (outcome.imported, outcome.faults, signed(system)) == (True, [], PEOPLE)
    assert outcome.known > 0
    assert len({each.stream for each in system.store.after(0, 10_000, name="resident.registered.v1")}) == PEOPLE


def test_a_person_of_an_earlier_chunk_is_known_to_the_judge_by_their_number(
    system: System, files: list[Path], take: Callable[..., BatchOutcome]
) -> None:
    lines = files[2].read_text(encoding="utf-8").splitlines()
    lines[12] = lines[1].replace("r0,", "r11,", 1)
    files[2].write_text("\n".join(lines) + "\n", encoding="utf-8")
    faults = [fault for fault in take().faults if fault.rule != "builds-on-bad-row"]
    assert [(fault.rule, fault.line, fault.values["holder"]) for fault in faults] == [
        ("person-already-registered", 13, "r0")
    ]
    assert system.store.last_position() == 0
