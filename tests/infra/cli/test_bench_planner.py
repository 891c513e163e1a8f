"""The benchmarks of the planner and of the scenario, small. tests/streams runs a scenario in both systems."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from domain.institution import OpenInstitution
from infra.bench.scenario import TableComparison, compare
from infra.cli.main import cli
from infra.dev.local import Services
from infra.settings import Settings
from infra.wiring import Embedded


def run(services: Services, *words: str) -> Result:
    addresses = ("--database-url", services.database_url, "--bootstrap-servers", services.bootstrap_servers)
    return CliRunner().invoke(cli, ["bench", *words, *addresses, "--json"])


def figures_of(result: Result) -> dict[str, dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return {each["figure"]: each for each in json.loads(result.stdout)}


def opened(institution_id: str, name: str) -> OpenInstitution:
    return OpenInstitution(
        institution_id=institution_id, name=name, kind="community-health", sector="public", tier=1, district="罗湖"
    )


def test_rows_that_stand_in_only_one_system_are_counted_by_table(tmp_path: Path) -> None:
    with Embedded(Settings(data=tmp_path / "one")) as one, Embedded(Settings(data=tmp_path / "other")) as other:
        for system in (one, other):
            system.execute(opened("I001", "东门"), actor="desk")
        assert sum(each.different for each in compare(one.rows, other.rows)) == 0
        one.execute(opened("I002", "翠竹"), actor="desk")
        other.execute(opened("I002", "黄贝"), actor="desk")
        other.execute(opened("I003", "桂园"), actor="desk")
        different = {each.table: each for each in compare(one.rows, other.rows) if each.different}
    assert different == {
        "institutions_v1": TableComparison(table="institutions_v1", embedded=2, distributed=3, different=3),
    }


def test_changes_are_followed_by_rosters_and_a_storm_leaves_no_day_unplanned(services: Services) -> None:
    small = ("--teams", "1", "--seconds", "0", "--team-days", "2", "--changes", "24")
    figures = figures_of(run(services, "planner", *small))
    for system in ("embedded", "distributed"):
        assert figures[f"{system}-change-to-roster-p95"]["size"] == 3
        assert figures[f"{system}-change-to-roster-p95"]["ours"] > 300
        assert figures[f"{system}-storm-changes"]["size"] == 24
        assert 2 <= figures[f"{system}-storm-solves"]["ours"] <= 24
        assert figures[f"{system}-storm-left"]["met"] is True
    assert figures["planner-late-most"]["ours"] >= figures["planner-late-p99"]["ours"] >= 0
