"""The benchmarks as commands: each figure has its limit. Here they are small, and no figure is judged."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.bench.solver import proofs
from infra.cli.main import cli
from infra.dev.local import Services

INSTANCES = Path(__file__).parents[2] / "data" / "hhcrsp"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["bench", *words])


def figures_of(*words: str) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    figures: list[dict[str, Any]] = json.loads(result.stdout)
    return figures


def test_the_store_is_measured_beside_its_limits_and_no_event_is_missed(database_url: str) -> None:
    figures = figures_of(
        "store", "--rounds", "1", "--events", "30", "--tail-events", "600", "--database-url", database_url
    )
    limits = {(each["figure"], each["limit_name"]) for each in figures}
    for kind, raw in (("sqlite", "raw-insert"), ("postgres", "plain-insert")):
        assert {(f"{kind}-one-command", raw), (f"{kind}-one-command", "library-default")} <= limits
        assert {(f"{kind}-replay", "raw-select"), (f"{kind}-replay", "library-mapper")} <= limits
    assert {("postgres-in-flight", "library-default"), ("projection-batched", "projection-runner")} <= limits
    assert all(each["ratio"] > 0 for each in figures if each["limit_name"])
    missed = [each for each in figures if each["unit"] == "events"]
    assert [(each["figure"], each["ours"], each["size"], each["met"]) for each in missed] == [
        ("tail-missed", 0, 600, True),
        ("tail-disordered", 0, 600, True),
    ] * 2


def test_without_json_the_figures_are_a_table(database_url: str) -> None:
    result = run("store", "--rounds", "1", "--events", "30", "--tail-events", "0", "--database-url", database_url)
    assert result.exit_code == 0, result.output
    head = next(line for line in result.stdout.splitlines() if line.strip())
    assert head.split() == ["figure", "ours", "limit", "ratio", "goal", "met"]
    assert "PostgreSQL: replay into objects" in result.stdout


def test_the_order_of_costs_is_compared_with_the_first_one() -> None:
    figures = figures_of("weights", "--changes", "2", "--teams", "1", "--days", "6")
    assert {each["limit_name"] for each in figures} == {"first-order"}
    assert [each["figure"] for each in figures] == [
        "weights-moved", "weights-calls", "weights-named", "weights-named-changed",
        "weights-balance", "weights-travel", "weights-late", "weights-left-out",
    ]  # fmt: skip


def test_replanning_is_measured_beside_fresh_plans() -> None:
    figures = {each["figure"]: each for each in figures_of("replan", "--changes", "4", "--teams", "1", "--days", "6")}
    kinds = [figures[f"replan-{kind}"] for kind in ("cancelled", "ill", "urgent", "overrun")]
    assert [each["limit_name"] for each in kinds] == ["fresh-plan"] * 4
    assert sum(each["ours"] for each in kinds) <= sum(each["limit"] for each in kinds)
    assert figures["replan-p95"]["size"] == 4


def test_offers_and_cover_are_measured_beside_full_plans() -> None:
    offers = {each["figure"]: each for each in figures_of("offer", "--visits", "2", "--answers", "1")}
    assert [offers[name]["goal"] for name in ("offer-p95", "offer-answer-p95")] == ["< 0.3"] * 2
    assert offers["offer-as-good"]["ours"] <= 1
    covers = {each["figure"]: each for each in figures_of("cover", "--cases", "2")}
    assert (covers["cover-first-p95"]["goal"], covers["cover-first-p95"]["size"]) == ("< 1", 2)
    assert covers["cover-first-p50"]["ours"] <= covers["cover-all-p50"]["ours"]


def test_a_night_is_measured_by_the_size_of_its_days_and_no_day_is_worse_than_with_the_whole_search() -> None:
    figures = {each["figure"]: each for each in figures_of("night", "--days", "2", "--compared", "1")}
    assert [figures[f"night-{size}-city"]["goal"] for size in ("small", "full")] == ["< 4", "< 8"]
    assert [figures[f"night-{size}-worse"]["ours"] for size in ("small", "full")] == [0, 0]
    assert figures["night-small-both-proved"]["limit_name"] == "whole-plan"
    assert (figures["night-full-mean"]["size"], figures["night-full-both-mean"]["size"]) == (2, 1)


def test_the_start_of_a_process_is_measured_for_plans_help_and_a_command() -> None:
    live, full, help_, command = figures_of("start", "--rounds", "1")
    assert (live["figure"], full["figure"], live["goal"]) == ("first-plan-live", "first-plan-full", "< 1.5")
    assert (help_["figure"], help_["goal"]) == ("help", "< 0.1")
    assert (command["figure"], command["goal"]) == ("command", "< 1")


def test_extended_instances_are_shown_by_their_components() -> None:
    words = ("solver", "--instances", str(INSTANCES), "--set", "extended", "--seconds", "0.3")
    people = run(*words).stdout.splitlines()
    heads = ["instance", "patients", "travel", "total tardiness", "highest tardiness", "waiting", "extra time"]
    assert all(head in people[-3] for head in [*heads, "longest idle"])
    assert (people[-2].split()[:2], people[-1].split()[0]) == (["000-cesena", "20"], "mean")
    (row,) = json.loads(run(*words, "--json").stdout)
    assert (row["costs"], set(row["components"])) == (
        {"search": None},
        {"travel", "total_tardiness", "highest_tardiness", "waiting", "extra_time", "longest_idle"},
    )


def test_days_on_real_streets_are_planned_better_with_the_streets() -> None:
    figures = {each["figure"]: each for each in figures_of("streets", "--days", "2")}
    assert figures["streets-better"]["ours"] == 2
    assert figures["streets-travel"]["ours"] <= figures["streets-travel"]["limit"]
    assert figures["streets-promised"]["ours"] < figures["streets-travel"]["ours"]
    assert (figures["streets-later"]["ours"], figures["streets-latest"]["ours"]) == (0, 0)
    assert figures["streets-later"]["limit"] > 0
    assert figures["streets-tardiness"]["ours"] < figures["streets-tardiness"]["limit"]


def test_days_are_counted_as_proved_or_within_or_unknown_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    measured, proved = proofs.measure, list[proofs.ProvedDay]()

    def measured_once(*words: Any) -> list[proofs.ProvedDay]:
        proved.extend([] if proved else measured(*words))
        return proved

    monkeypatch.setattr(proofs, "measure", measured_once)
    words = ("proofs", "--days", "1", "--deterministic", "0.1")
    answer = json.loads(run(*words, "--json").stdout)
    (day,) = answer["days"]
    assert (day["team_id"], day["visits"], day["members"]) == ("D000", 23, 6)
    assert [each["visits"] for each in answer["classes"]] == ["23-25", ""]
    assert list(answer["classes"][0]["at"]) == ["1", "2", "5", "20"]
    assert {sum(each.values()) for each in answer["classes"][0]["at"].values()} == {1}
    people = [line.split() for line in run(*words).stdout.splitlines() if line.strip()]
    assert [people[0][0], people[-2][0]] == ["visits", "all"]


@pytest.mark.parametrize(
    "words", [("store", "--rounds", "0"), ("solver", "--instances", "nowhere"), ("year", "--days", "x")]
)
def test_wrong_options_are_one_line(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_the_streams_are_measured_beside_their_limits(services: Services) -> None:
    addresses = ("--database-url", services.database_url, "--bootstrap-servers", services.bootstrap_servers)
    figures = figures_of("streams", "--rounds", "1", "--events", "400", "--seconds", "1", *addresses)
    limits = {each["figure"]: each["limit_name"] for each in figures}
    assert limits["relay-throughput"] == "plain-producer"
    assert limits["projection-envelopes"] == limits["projection-singles"] == "raw-loop"
    assert [each["unit"] for each in figures if each["figure"].startswith("row-visible")] == ["milliseconds"] * 3
    assert all(each["ours"] > 0 and each["ratio"] > 0 for each in figures)


def test_the_solver_stands_beside_the_published_costs_and_its_baselines() -> None:
    instances = str(Path(__file__).parents[2] / "data" / "hhcrsp")
    words = ("--instances", instances, "--set", "kummer", "--seconds", "0.5", "--seeds", "2", "--curve")
    row, *others = figures_of("solver", *words, "--against", "routing")
    assert others == []
    assert list(row["costs"]) == ["0.05 s", "0.1 s", "0.25 s", "search", "routing"]
    assert row["costs"]["search"] == pytest.approx(row["published"], abs=1e-3)
    result = run("solver", *words)
    assert result.exit_code == 0
    assert "kummer" in result.stdout
    assert result.stdout.splitlines()[-1].split()[:4] == ["kummer", "1", "1", "-0.00"]


def test_the_api_is_measured_beside_a_bare_endpoint_and_its_live_lines_hear() -> None:
    figures = figures_of("http", "--rate", "20", "--seconds", "2", "--lines", "5", "--residents", "20")
    kinds = {each["figure"] for each in figures if each["limit_name"] == "bare-endpoint"}
    assert kinds == {f"http-{kind}-{share}" for kind in ("questions", "commands") for share in ("p50", "p95", "p99")}
    assert all(each["ours"] > 0 for each in figures if each["unit"] == "milliseconds")
    assert {each["size"] for each in figures if each["figure"].startswith("http-live")} == {5}
