"""Policy packs as people read them, and communities under several of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from domain.policy_pack import PACKS, pack_of
from infra.cli.reports.policy import numbers_of, spread, spread_all, stated_by
from tests.infra.cli.desk import Desk
from tests.rules import holds

Check = Callable[[Result, str], None]


def lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@holds("A10.1")
def test_without_a_name_the_packs_are_listed_with_their_days(empty: Desk):
    packs = lines(empty("policy", "show", "--json", now=None))
    assert {each["version"]: each["effective_from"] for each in packs} == {
        pack.version: pack.effective_from.isoformat() for pack in PACKS
    }
    assert next(each for each in packs if each["version"] == "SZ-2018")["based_on"] == "CN-2017"
    assert "2018-03-01" in empty("policy", "show", now=None).stdout


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.version)
def test_a_pack_is_shown_whole_each_number_under_its_chapter(empty: Desk, pack):
    (pack_numbers,) = lines(empty("policy", "show", pack.version, "--json", now=None))
    numbers = {each["number"]: each["value"] for each in pack_numbers["numbers"]}  # type: ignore[attr-defined]
    assert numbers == numbers_of(pack)
    assert all(each["chapter"] for each in pack_numbers["numbers"])  # type: ignore[attr-defined]
    shown = empty("policy", "show", pack.version, now=None).stdout
    assert pack.version in shown
    assert str(pack.bed_cycle_days) in shown


def test_a_number_is_told_by_the_file_in_which_it_stands(empty: Desk):
    (shown,) = lines(empty("policy", "show", "SZ-2018", "--json", now=None))
    by = {each["number"]: each["told_by"] for each in shown["numbers"]}  # type: ignore[attr-defined]
    assert (by["hospital_follow_up_days"], by["notice_days"]) == ("SZ-2018", "CN-2017")
    assert stated_by("nothing", "SZ-2018", {"SZ-2018": {"based_on": "CN-2017"}, "CN-2017": {}}) == ""


def test_two_packs_are_told_by_what_differs(empty: Desk):
    differ = {each["number"]: each for each in lines(empty("policy", "diff", "CN-2017", "SZ-2018", "--json", now=None))}
    assert differ["hospital_follow_up_days"] == {"number": "hospital_follow_up_days", "CN-2017": None, "SZ-2018": 5}
    assert "bed_cycle_days" not in differ
    shown = empty("policy", "diff", "CN-2017", "EX-2020", now=None).stdout
    assert "bed_cycle_days" in shown
    assert "notice_days" not in shown
    assert lines(empty("policy", "diff", "CN-2017", "CN-2017", "--json", now=None)) == []


def test_lists_of_tables_are_spread_by_what_their_tables_are_called():
    names = [name for name, _ in spread("care", [{"kind": "a", "times": 4}, {"kind": "a", "times": 1}, {"x": 1}])]
    assert names == ["care.a.times", "care.a-2.times", "care.3.x"]
    assert list(spread("n", [1, 2])) == [("n", [1, 2])]
    spread_names = [name for name, _ in spread_all(numbers_of(pack_of("CN-2017")))]
    assert len(set(spread_names)) == len(spread_names)


def test_an_unknown_pack_is_refused(empty: Desk, refused: Check):
    for words in (["show", "XX-1"], ["diff", "CN-2017", "XX-1"]):
        refused(empty("policy", *words, now=None), "policy-unknown")
    refused(empty("simulate", "--teams", "1", "--days", "1", "--policy", "XX-1", now=None), "policy-unknown")


def test_two_communities_of_one_seed_stand_side_by_side(tmp_path: Path):
    desk = Desk(tmp_path)
    words = ["simulate", "--teams", "1", "--days", "4", "--seed", "5", "--policy", "SZ-2018", "--policy", "EX-2020"]
    figures = json.loads(desk(*words, "--json", now=None).stdout)
    assert figures.keys() == {"SZ-2018", "EX-2020"}
    shenzhen, example = figures["SZ-2018"], figures["EX-2020"]
    assert shenzhen["contracts"] == example["contracts"] > 1000
    assert shenzhen["contracts.expired"] == example["contracts.pending-signature"] > 0, "deemed renewed, or over"
    for name, number in shenzhen.items():
        if "." not in name:
            states = sum(n for state, n in shenzhen.items() if state.startswith(f"{name}."))
            assert states in {number, 0}
    for pack in figures:
        packs = {
            json.loads(line)["pack"]
            for line in Desk(tmp_path / pack)("events", "tail", "--json", now=None).stdout.splitlines()
        }
        assert packs == {pack}
