"""Spreadsheets that would fill memory, or are none, are refused before they are unpacked."""

import resource
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.importing.files import ReadOptions, open_table, read_file
from infra.importing.reading import workbook
from infra.importing.reading.faults import UnreadableFile
from infra.importing.reading.workbook import OLD_WORKBOOK
from tests.infra.importing.clerk_files import HEAD, MAIN, ROWS, sheet_of, write_package, write_xlsx

MOST_MEMORY = 40_000_000
"""Bytes in which every refusal must fit."""


def cells_at(*places: str) -> str:
    cells = "".join(f'<row><c r="{place}"><v>1</v></c></row>' for place in places)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def bomb(file: Path) -> Path:
    """A small file that unpacks to more than is read."""
    write_package(file, cells_at("A1"))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/x.xml", "w") as part:
        for _ in range(3):
            part.write(bytes(10_000_000))
    return file


def entities(file: Path) -> Path:
    grow = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return write_package(file, grow + cells_at("A1"))


def old(file: Path) -> Path:
    file.write_bytes(OLD_WORKBOOK + bytes(2000))
    return file


def encrypted(file: Path) -> Path:
    file.write_bytes(OLD_WORKBOOK + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))
    return file


def broken(file: Path) -> Path:
    body = write_xlsx(file, [HEAD, *ROWS]).read_bytes()
    file.write_bytes(body[: len(body) // 2])
    return file


def wide_text(file: Path) -> Path:
    file.write_bytes(b"name," * 400_000 + b"\n")
    return file


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a bomb": (bomb, "workbook-too-large"),
    "a cell far down and far right": (
        lambda file: write_package(file, cells_at("A1", "ALL1048576")),
        "workbook-too-large",
    ),
    "a million columns": (lambda file: write_package(file, cells_at("A1", "XFD2")), "table-too-wide"),
    "entities": (entities, "workbook-with-entities"),
    "an old workbook": (old, "workbook-old"),
    "an encrypted workbook": (encrypted, "workbook-encrypted"),
    "half a workbook": (broken, "workbook-broken"),
    "an empty workbook": (lambda file: write_package(file, sheet_of([], ())), "workbook-empty"),
    "a text of one long line": (wide_text, "line-too-long"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_would_fill_memory_is_refused_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 25_000_000)
    make, rule = REFUSED[what]
    file = make(tmp_path / "register.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    faults = read_file(file, None, None).faults
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert [fault.rule for fault in faults] == [rule]
    assert max(peak, grown) < MOST_MEMORY


def test_a_file_larger_than_the_setting_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(b"x" * 2000)
    with pytest.raises(UnreadableFile) as unreadable:
        open_table(file, ReadOptions(largest=1999))
    assert unreadable.value.fault.rule == "file-too-large"


def test_rows_of_a_sheet_keep_their_numbers_where_lines_above_are_empty(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "register.xlsx", [[], [], HEAD, *ROWS])
    table = open_table(file, ReadOptions())
    assert table.header is not None
    assert table.header.line == 3
