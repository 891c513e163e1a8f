"""Homes without coordinates are marked until somebody places them, and institutions with a place are found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.resident.commands import CorrectPersonalDetails
from infra.importing.batch import ImportOptions, import_files
from infra.importing.files import ReadOptions
from infra.importing.words.mapping import ColumnMapping
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from projections.institutions import NearestInstitutions
from projections.registry import answer
from projections.residents import RoughHomes
from tests.infra.importing.clerk_files import HEAD, INSTITUTIONS, ROWS, write_text


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    (tmp_path / "institutions.csv").write_text(INSTITUTIONS, encoding="utf-8")
    register = write_text(tmp_path / "register.csv", [HEAD, *ROWS[:2]], "utf-8")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    read = ReadOptions(mapping=ColumnMapping(constants={"institution_id": "i1"}))
    with open_system(Settings(data=tmp_path / "data", now=now, key_file=tmp_path / "key")) as opened:
        import_files(opened, [tmp_path / "institutions.csv", register], ImportOptions(actor="import", read=read))
        yield opened


def test_a_rough_home_is_listed_until_it_is_placed_by_hand(system: System) -> None:
    rough = answer(RoughHomes(institution_id="i1"), system.rows)
    assert isinstance(rough, list)
    assert [row["located"] for row in rough] == ["institution", "institution"]
    (first, second) = [each.event for each in system.store.after(0, name="resident.registered.v1")]
    placed = replace(first.personal, home_x=70, home_y=-40, located="home")  # type: ignore[attr-defined]
    system.execute(CorrectPersonalDetails(resident_id=first.resident_id, personal=placed), actor="clerk")  # type: ignore[attr-defined]
    left = answer(RoughHomes(institution_id="i1"), system.rows)
    assert left == [{"resident_id": second.resident_id, "located": "institution"}]  # type: ignore[attr-defined]


def test_the_nearest_institution_is_found_by_the_place_in_its_file(system: System) -> None:
    resident = system.store.after(0, name="resident.registered.v1")[0].event
    question = NearestInstitutions(resident_id=resident.resident_id, day=date(2026, 3, 2))  # type: ignore[attr-defined]
    nearest = answer(question, system.rows)
    assert isinstance(nearest, list)
    assert [row["institution_id"] for row in nearest] == ["i1"]
