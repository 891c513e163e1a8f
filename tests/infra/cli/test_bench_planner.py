"""The benches of the planner and of the scenario, small: what they tell, and that both systems agree."""

import json
from typing import Any

from click.testing import CliRunner, Result

from infra.cli.main import cli
from infra.dev.local import Services


def run(services: Services, *words: str) -> Result:
    addresses = ("--database-url", services.database_url, "--bootstrap-servers", services.bootstrap_servers)
    return CliRunner().invoke(cli, ["bench", *words, *addresses, "--json"])


def told(result: Result) -> dict[str, dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return {each["figure"]: each for each in json.loads(result.stdout)}


def test_a_scenario_in_both_systems_has_no_rows_that_differ(services: Services) -> None:
    figures = told(run(services, "scenario", "--teams", "1", "--days", "1"))
    assert figures["scenario-differences"]["ours"] == 0
    assert figures["scenario-differences"]["size"] > 5000
    assert figures["scenario-lived"]["limit_name"] == "in-one-process"
