"""Answers as files: what a spreadsheet program opens has the same values, and runs none of them."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from domain.decider import Refused
from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.exports.csv_text import FORMULA_SIGNS, csv_bytes, unguarded
from infra.exports.export import Cell, Export, cell_of, export_of, text_of
from infra.exports.files import format_of, write
from infra.exports.workbook import MOST_SIGNS, xlsx_bytes
from projections.residents import ResidentCard
from projections.teams import Teams

MADE_AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ENGLISH, CHINESE = Translator("en"), Translator("zh")
IDENTITY = "440300197001010025"

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=20)
TEXTS = TEXT | st.sampled_from(
    [*FORMULA_SIGNS[:5], "=1+1", "-x", "'quoted", "@SUM(A1)", "0755", "13800000001", IDENTITY]
)
FLOATS = st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.15g}"))
"""A spreadsheet keeps fifteen digits of a number."""

CELLS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | FLOATS | TEXTS
TABLES = st.integers(1, 4).flatmap(lambda wide: st.lists(st.tuples(*[CELLS] * wide), max_size=5))


def export(*rows: tuple[Cell, ...]) -> Export:
    return Export(
        question="Teams",
        parameters={},
        columns=tuple(f"c{number}" for number in range(len(rows[0]) if rows else 1)),
        rows=rows,
        made_at=MADE_AT,
        made_by="clerk-wang",
        store_time="simulated",
    )


def lines_of(made: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_bytes(made).decode("utf-8-sig"), newline="")))


def sheets_of(body: bytes) -> dict[str, list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_every_value_comes_back_from_csv(rows):
    _, *lines = lines_of(export(*rows))
    assert [[unguarded(cell) for cell in line] for line in lines if line] == [
        [text_of(cell) for cell in row] for row in rows
    ]


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_no_cell_of_csv_is_a_formula_unless_it_is_a_number(rows):
    _, *lines = lines_of(export(*rows))
    for line, row in zip(lines, rows, strict=True):
        for text, cell in zip(line, row, strict=True):
            dangerous = text.startswith(FORMULA_SIGNS) and not text[1:].rstrip("Xx").isdigit()
            assert not dangerous or isinstance(cell, int | float)


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_every_value_comes_back_from_a_spreadsheet(rows):
    lines = sheets_of(xlsx_bytes(export(*rows), ENGLISH))["Teams"][1:]
    width = len(rows[0]) if rows else 0
    for line, row in zip(lines, rows, strict=False):
        assert [_as_text(cell) for cell in (line + [""] * width)[:width]] == [_as_text(cell) for cell in row]
    assert all(text_of(cell) == "" for row in rows[len(lines) :] for cell in row)


def _as_text(cell: object) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) <= 2**53:
        return str(float(cell))
    assert cell is None or isinstance(cell, bool | int | float | str)
    return text_of(cell)


def test_csv_begins_with_a_byte_order_mark_and_the_names_of_the_fields():
    assert csv_bytes(export(("a",))).startswith(b"\xef\xbb\xbfc0\r\n")


def test_an_identity_number_a_phone_and_a_code_with_a_leading_zero_stay_text_in_csv():
    (_, line) = lines_of(export((IDENTITY, "44030019700101002X", "13800000001", "0755", "12", 12)))
    assert line == [f"\t{IDENTITY}", "\t44030019700101002X", "\t13800000001", "\t0755", "12", "12"]


def test_a_formula_in_a_name_is_text_in_both_formats():
    made = export(('=HYPERLINK("http://x","y")', IDENTITY))
    assert lines_of(made)[1][0].startswith("'=")
    body = xlsx_bytes(made, ENGLISH)
    with ZipFile(io.BytesIO(body)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert sheets_of(body)["Teams"][1] == ['=HYPERLINK("http://x","y")', IDENTITY]


def test_a_spreadsheet_says_where_it_comes_from_in_the_readers_language():
    question = ResidentCard(resident_id="r1")
    made = export_of(
        question, {"resident_id": "r1", "phone": None}, made_at=MADE_AT, made_by="dr-chen", store_time="simulated"
    )
    sheets = sheets_of(xlsx_bytes(made, CHINESE))
    assert sheets["ResidentCard"][0] == ["居民编号", "电话"]
    assert sheets["来源"] == [
        ["问题", "ResidentCard"],
        ["查询条件", '{"resident_id":"r1"}'],
        ["行数", "1"],
        ["导出时间", "2026-03-02 09:00:00"],
        ["导出人", "dr-chen"],
        ["数据时间", "模拟"],
    ]


def test_a_sheet_prints_on_a4_across_with_its_heading_on_every_page():
    body = xlsx_bytes(export(("a",)), ENGLISH)
    with ZipFile(io.BytesIO(body)) as parts:
        sheet, book = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "_xlnm.Print_Titles" in book


def test_nested_values_are_one_cell_and_lists_of_words_are_joined():
    assert cell_of(["a", "b"]) == "a; b"
    assert cell_of([{"b": 1, "a": None}]) == '[{"a":null,"b":1}]'
    assert cell_of(["a;b"]) == '["a;b"]'


def test_an_answer_without_rows_is_a_file_without_lines():
    made = export_of(Teams(), [], made_at=MADE_AT, made_by="cli", store_time="live")
    assert csv_bytes(made) == b"\xef\xbb\xbf\r\n"
    assert sheets_of(xlsx_bytes(made, ENGLISH))["Origin"][2] == ["Lines", "0"]
    assert made.file_name("csv") == "Teams.live.2026-03-02.csv"


def test_a_cell_that_no_spreadsheet_holds_is_refused_and_csv_holds_it():
    made = export(("x" * (MOST_SIGNS + 1),))
    with pytest.raises(Refused, match="export-cell-too-long"):
        xlsx_bytes(made, ENGLISH)
    assert len(csv_bytes(made)) > MOST_SIGNS


def test_a_file_is_written_whole_and_only_its_owner_reads_it(tmp_path: Path):
    file = tmp_path / "teams.csv"
    file.write_text("old", encoding="utf-8")
    write(export(("a",)), file, "csv", ENGLISH)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused):
        write(export(("x" * (MOST_SIGNS + 1),)), tmp_path / "other.xlsx", "xlsx", ENGLISH)
    assert [each.name for each in tmp_path.iterdir()] == ["teams.csv"]


def test_another_ending_is_refused():
    with pytest.raises(UsageError, match="export-format"):
        format_of(Path("teams.pdf"))
