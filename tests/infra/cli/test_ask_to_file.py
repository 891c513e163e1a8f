"""The command line writes answers to files."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from python_calamine import CalamineWorkbook

from tests.infra.cli.desk import Desk

CASELOAD = '{"resident_id":"r1"}'


def test_an_answer_is_written_as_csv_and_as_a_spreadsheet(desk: Desk, tmp_path: Path):
    csv, xlsx = tmp_path / "card.csv", tmp_path / "card.xlsx"
    done = desk("ask", "ResidentCard", CASELOAD, "--to", str(csv))
    assert json.loads(done.stdout) == {"file": str(csv), "question": "ResidentCard", "rows": 1}
    assert b"\t13800000001" in csv.read_bytes()
    desk("ask", "ResidentCard", CASELOAD, "--to", str(xlsx), "--language", "zh")
    book = CalamineWorkbook.from_path(xlsx)
    assert book.sheet_names == ["ResidentCard", "来源"]
    heading, line = book.get_sheet_by_index(0).to_python()
    assert dict(zip(heading, line, strict=True))["电话"] == "13800000001"


def test_a_file_of_another_ending_is_refused_and_not_written(
    desk: Desk, tmp_path: Path, refused: Callable[[Result, str], None]
):
    refused(desk("ask", "Teams", "--to", str(tmp_path / "teams.pdf")), "export-format")
    refused(desk("ask", "Teams", "--to", str(tmp_path / "nowhere" / "teams.csv")), "file-unusable")
    assert not (tmp_path / "teams.pdf").exists()
