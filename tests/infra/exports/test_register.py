"""A register that is exported and imported into an empty system answers every question as the first one does."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.main import cli
from infra.importing.batch import ImportOptions, import_files
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from projections.registry import QUESTIONS, answer

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
HISTORY = """contract_id,resident_id,team_id,step,done_on,term_months,reason,last_day
h1,r03,east-1,signed,2022-03-01,12,,
h1,,,renewed,2023-02-20,12,,
h1,,,ended,2024-01-10,,moved-out,2024-01-31
"""


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str], System]:
    return lambda name: open_system(Settings(data=tmp_path / name, now=NOW, key_file=tmp_path / "key"))


def test_a_round_trip_answers_every_question_alike(opened: Callable[[str], System], tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    history.write_text(HISTORY, encoding="utf-8")
    names = ("institutions", "teams", "residents", "residents-zh", "contracts")
    with opened("first") as first:
        files = [EXAMPLES / f"{name}.csv" for name in names]
        assert import_files(first, [*files, history], ImportOptions(actor="import")).faults == []
        result = CliRunner().invoke(cli, ["export", str(tmp_path / "out"), "--data", str(tmp_path / "first")])
        assert (result.exit_code, result.stderr) == (0, "")
        with opened("second") as second:
            outcome = import_files(second, sorted((tmp_path / "out").iterdir()), ImportOptions(actor="import"))
            assert (outcome.faults, outcome.imported) == ([], True)
            for name, question in QUESTIONS.items():
                assert answer(question.example, second.rows) == answer(question.example, first.rows), name
            for table in ("residents_v1", "institutions_v1", "census_v1"):
                query = f"SELECT * FROM {table} ORDER BY 1"
                assert second.rows.ask(query) == first.rows.ask(query)
            again = import_files(first, sorted((tmp_path / "out").iterdir()), ImportOptions(actor="import"))
            assert (again.faults, again.new_events) == ([], 0)


def test_exported_files_are_their_owner_s_alone(opened: Callable[[str], System], tmp_path: Path) -> None:
    with opened("first") as first:
        import_files(first, [EXAMPLES / "institutions.csv"], ImportOptions(actor="import"))
        CliRunner().invoke(cli, ["export", str(tmp_path / "out"), "--data", str(tmp_path / "first")])
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "out").iterdir()} == {0o600}
