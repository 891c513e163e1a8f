"""What was decided under one pack stays decided: a rebuild asks no pack, whichever are installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.policy_pack import files, in_force
from infra.settings import Settings
from infra.simulate import simulate
from infra.system import System
from infra.wiring import open_system
from tests.rules import holds

DAYS = 6


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A community that lived under the pack of a city that differs."""
    settings = Settings(data=tmp_path_factory.mktemp("lived"), policy="EX-2020")
    with open_system(settings) as system:
        simulate(system, teams=1, days=DAYS, seed=6)
        yield system


def other_packs(folder: Path) -> None:
    """Write the installed packs anew, with other numbers in the one under which the community lived."""
    for path in files.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "EX-2020":
            text = text.replace("bed_cycle_days = 30", "bed_cycle_days = 29")
        (folder / path.name).write_text(text, encoding="utf-8")


def test_the_whole_simulation_runs_under_the_pack_that_was_named(lived: System) -> None:
    assert {event.metadata.pack for event in lived.store.after(0, 10**6)} == {"EX-2020"}
    (bed,) = lived.rows.ask("SELECT opened_on, cycle_ends_on FROM family_beds_v1 WHERE opened_on IS NOT NULL LIMIT 1")
    assert str(bed["cycle_ends_on"]) > str(bed["opened_on"])


@holds("A10.2")
def test_with_other_packs_installed_a_rebuild_gives_the_same_rows(
    lived: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_packs(tmp_path)
    monkeypatch.setattr(files, "PACKS", files.load(tmp_path))
    assert in_force("EX-2020", lived.now().date()).bed_cycle_days == 29
    assert lived.check_rows() == []


@holds("A10.2")
def test_with_no_pack_at_all_a_rebuild_gives_the_same_rows(lived: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PACKS", ())
    assert lived.rebuild_rows() == lived.store.last_position()
    assert lived.check_rows() == []
