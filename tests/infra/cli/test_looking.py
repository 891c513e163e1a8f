import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from pathlib import Path
from time import monotonic
from typing import Any, get_args

import pytest
from click.testing import Result

from domain.contract.state import Contract
from infra.cli.records.history.views import PLAIN
from infra.words import catalogue
from infra.words.catalogue import Language
from tests.infra.cli.desk import Desk

Check = Callable[[Result, str], None]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def signed(desk: Desk) -> Desk:
    desk.do("SignContract")
    desk.do("GiveConsent", kind="health-data", given_on="2026-03-01")
    desk.do("RenewContract", now="2027-02-01T09:00")
    desk.do("TerminateContract", now="2027-02-02T09:00", last_day="2027-06-30")
    return desk


def history(desk: Desk, *words: str) -> list[dict[str, object]]:
    result = desk("contract", "history", "c1", *words, "--json", now=None)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_history_tells_what_was_true_before_and_after(signed: Desk):
    first, second, third = history(signed)
    assert {"version", "recorded_at", "actor", "event", "before", "after", "pack"} <= first.keys()
    assert (first["version"], first["event"], first["before"]) == (1, "contract.signed.v1", None)
    assert (first["actor"], first["pack"]) == ("cli", "SZ-2025")
    assert first["recorded_at"] == "2026-03-01T23:00:00Z"
    assert second["before"] == first["after"]
    assert third["before"] == second["after"]
    assert third["before"]["ends_on"] == "2028-02-29"  # type: ignore[index]
    assert third["after"]["ends_on"] == "2027-06-30"  # type: ignore[index]


def test_history_as_of_a_version_or_a_recorded_time(signed: Desk, refused: Check):
    assert len(history(signed, "--version", "2")) == 2
    assert len(history(signed, "--at", "2027-02-01T08:59:59")) == 1
    assert len(history(signed, "--at", "2027-02-01T01:00:00Z")) == 2
    assert len(history(signed, "--at", "2027-02-01")) == 2
    refused(signed("contract", "history", "c1", "--version", "4", now=None), "version-unknown")
    refused(signed("contract", "history", "c1", "--at", "2026-02-01", now=None), "nothing-recorded-yet")
    refused(signed("contract", "history", "c1", "--at", "soon"), "bad-moment")
    refused(signed("contract", "history", "c1", now="2026-03-01T00:00"), "now-before-last-event")
    refused(signed("contract", "history", "c1", "--at", "2027-01-01", "--version", "1"), "usage")


def test_history_for_people_is_a_table(signed: Desk):
    history = signed("contract", "history", "c1", now=None).stdout
    assert "ends on: 2028-02-29 → 2027-06-30" in history
    zh = signed("contract", "history", "c1", "--language", "zh", now=None).stdout
    assert "到期日: 2028-02-29 → 2027-06-30" in zh


def test_a_visits_history_tells_what_each_event_changed_and_after_what(signed: Desk, refused: Check):
    desk = signed
    desk.do("RequestVisit", now="2027-03-01T08:00", window_from="2027-03-01", window_to="2027-03-05")
    desk.do("CancelVisit", now="2027-03-01T09:00")

    def steps(*words: str) -> list[dict[str, Any]]:
        result = desk("visit", "history", "v1", *words, "--json", now=None)
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    requested, cancelled = steps()
    assert {"field": "status", "was": "requested", "now": "cancelled"} in cancelled["changes"]
    assert cancelled["cause"] == cancelled["correlation"] == cancelled["command_id"] == "visit-v1:2"
    assert {each["was"] for each in requested["changes"]} == {None}
    assert requested["position"] < cancelled["position"]
    assert [each["event"] for each in steps("--at", "2027-03-01T08:30")] == ["visit.requested.v1"]
    refused(desk("visit", "history", "v1", "--at", "2026-03-01", now=None), "nothing-recorded-yet")
    refused(desk("visit", "history", "v9", now=None), "visit-unknown")
    of_another_version = desk("visit", "history", "v1", "--version", "9", now=None)
    refused(of_another_version, "version-unknown")
    assert "v1 has 2 versions" in of_another_version.stderr
    table = desk("visit", "history", "v1", now=None, stdin=None).stdout
    assert "requested → cancelled" in table
    assert "{" not in table


@pytest.mark.parametrize(
    ("kind", "id", "events"),
    [
        ("team", "t1", ["team.formed.v1"]),
        ("institution", "i1", ["institution.opened.v1"]),
    ],
)
def test_histories_of_other_records_are_told_alike(desk: Desk, kind: str, id: str, events: list[str]):  # noqa: A002
    result = desk(kind, "history", id, "--json", now=None)
    assert [json.loads(line)["event"] for line in result.stdout.splitlines()] == events


def test_history_tells_that_an_auditor_signed_it_off(signed: Desk):
    said = signed(
        *["contract", "sign-off", "c1", "--verdict", "not-in-order", "--reason", "papers-missing"],
        now="2027-02-03T09:00",
    )
    assert "contract history signed off" in said.stdout
    assert "not in order: papers missing" in signed("contract", "history", "c1", now=None).stdout
    assert "不合规: 材料缺失" in signed("contract", "history", "c1", "--language", "zh", now=None).stdout


def test_every_field_that_the_history_tells_has_words_in_both_languages():
    fields = {field.name for field in dataclass_fields(Contract)}
    shown_elsewhere = {"drafted", "signed", "institutions", "moves", "named_before", "ledgers", "signed_off"}
    gone_back_to = {"earlier_end", "term_ends_on"}  # what corrections restore; a row then shows `ends_on`
    assert set(PLAIN) == fields - shown_elsewhere - gone_back_to
    for language in get_args(Language):
        assert all((None, field) in catalogue.words(language) for field in PLAIN)


def test_fulfilment_is_a_table_of_teams(desk: Desk):
    desk.do("SignContract")
    desk.do("ConsumeEntitlement")
    table = desk("fulfilment", "--at", "2026-03-02").stdout
    assert "100.0%" not in table
    assert "t1" in table
    (line,) = json.loads(desk("fulfilment", "--team", "t1", "--json").stdout)
    assert (line["contracts"], line["used"], line["unserved"]) == (1, 1, 0)
    (line,) = json.loads(desk("fulfilment", "--since", "2026-03-03", "--at", "2026-03-04", "--json").stdout)
    assert (line["used"], line["unserved_share"]) == (0, 1.0)


def test_what_is_personal_is_sealed_unless_asked_for(desk: Desk):
    for words in (("tail",), ("tail", "--json"), ("show", "resident-r1:1"), ("show", "3", "--json")):
        output = desk("events", *words, now=None).stdout
        assert "sealed" in output
        assert "Wang Fang" not in output
        assert "Wang Fang" in desk("events", *words, "--personal", now=None).stdout


def test_the_tail_can_be_chosen(signed: Desk):
    def events(*words: str) -> list[dict[str, Any]]:
        result = signed("events", "tail", "--json", *words, now=None)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def positions(*words: str) -> list[int]:
        return [each["position"] for each in events(*words)]

    whole = events()
    contracts = [each["position"] for each in whole if each["stream"] == "contract-c1"]
    assert len(contracts) > 2
    assert positions("--limit", "2") == [each["position"] for each in whole][-2:]
    assert positions("--after", "1", "--limit", "2") == [2, 3]
    assert positions("--category", "contract") == contracts
    assert positions("--name", "contract.renewed.v1", "--limit", "1") == contracts[1:2]
    assert positions("--stream", "team-t1") == [2]
    assert positions("--stream", "team-t9") == []
    (signature,) = (each for each in whole if each["event"] == "contract.signed.v1")
    assert positions("--correlation", signature["correlation_id"])[0] == signature["position"]
    assert set(contracts) < set(positions("--team", "t1", "--limit", "500"))
    assert positions("--actor", "nobody") == []
    assert positions("--until", "2000-01-01") == []
    assert positions("--from", "2000-01-01", "--limit", "500") == [each["position"] for each in whole]


def test_events_of_a_kind_or_a_name_that_nobody_knows_are_refused_with_the_known_ones(signed: Desk, refused: Check):
    unknown = signed("events", "tail", "--category", "contracts", now=None)
    refused(unknown, "category-unknown")
    assert "contract, " in unknown.stderr
    unknown = signed("events", "tail", "--name", "contract.renewed.v9", now=None)
    refused(unknown, "event-name-unknown")
    assert "contract.renewed.v1" in unknown.stderr
    refused(signed("events", "tail", "--team", "t9", now=None), "team-unknown")
    refused(signed("events", "tail", "--from", "yesterday", now=None), "bad-moment")


@pytest.mark.parametrize("event", ["99", "0", "team-t1:2", "team-t1", "x:y", ":1"])
def test_an_event_that_is_not_there_is_refused(desk: Desk, refused: Check, event: str):
    refused(desk("events", "show", event), "event-unknown")


def test_coverage_is_told_for_people_and_programs(signed: Desk):
    signed.do("RecordCensus", now="2027-02-03T09:00", counted_on="2026-03-01", population=4, groups=[])
    people = signed("coverage", "--at", "2027-02-03", now=None)
    assert "25.0%" in people.stdout
    coverage = json.loads(signed("coverage", "--at", "2027-02-03", "--json", now=None).stdout)
    assert coverage["total"]["rate"] == 0.25
    assert json.loads(signed("coverage", "--at", "2026-01-01", "--json", now=None).stdout)["total"]["signed"] == 0


def test_rows_made_anew_are_equal_until_somebody_touches_them(signed: Desk, refused: Check):
    assert signed("projections", "rebuild", "--check", now=None).exit_code == 0
    import sqlite3

    rows = sqlite3.connect(signed.data / "rows.db", isolation_level=None)
    rows.execute("UPDATE caseload_v1 SET ends_on = '2000-01-01'")
    rows.close()
    result = signed("projections", "rebuild", "--check", "--json", now=None)
    assert result.exit_code == 1
    (difference,) = json.loads(result.stdout)["differences"]
    assert (difference["table"], difference["what"]) == ("caseload_v1", "differs")
    assert signed("projections", "rebuild", "caseload", now=None).exit_code == 0
    assert signed("projections", "rebuild", "--check", now=None).exit_code == 0
    refused(signed("projections", "rebuild", "gossip"), "projection-unknown")


def test_a_roster_that_nobody_planned_is_refused(desk: Desk, refused: Check):
    refused(desk("roster", "show", "t1", "2026-03-02"), "roster-not-published")
    refused(desk("roster", "show", "t1", "02.03.2026"), "bad-day")
    refused(desk("roster", "plan", "t1", "today"), "bad-day")
    refused(desk("roster", "plan", "a", "b", "2026-03-02"), "usage")


def test_the_help_is_quick_and_loads_no_solver():
    code = "import sys; sys.argv[1:] = ['--help']\nfrom infra.cli.main import main\n"
    code += "try: main()\nfinally: print(*sys.modules)"
    begun = monotonic()
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert monotonic() - begun < 2  # 0.13 s on a quiet machine
    modules = set(output.splitlines()[-1].split())
    assert not modules & {"numba", "numpy", "ortools", "rich", "eventsourcing", "msgspec", "domain.registry"}


def test_a_reader_who_leaves_is_no_error(signed: Desk):
    command = f"{sys.executable} -m infra.cli.main events tail --data {signed.data} --limit 500 --json | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_options_may_stand_before_the_commands_name_too(desk: Desk):
    from click.testing import CliRunner

    from infra.cli.main import cli

    given = ["--data", str(desk.data), "--language", "zh", "contract", "history", "nothing"]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 2
    assert "[contract-unknown]" in result.stderr
    assert "签约" in result.stderr


def test_who_should_be_asked_next_is_told_for_people_and_programs(signed: Desk):
    people = signed("who-next", "--at", "2027-06-20", now=None)
    assert people.exit_code == 0, people.stderr
    assert json.loads(signed("who-next", "--at", "2027-06-20", "--json", now=None).stdout) == []


def test_the_forecast_of_capacity_is_told_for_people_and_programs(signed: Desk):
    people = signed("capacity", "--at", "2027-02-03", "--more-gps", "2", now=None)
    assert "with 2 more" in people.stdout
    assert "No visit was made in the last year" in people.stdout
    report = json.loads(signed("capacity", "--at", "2027-02-03", "--json", "--months", "2", now=None).stdout)
    assert [month["month"] for month in report["months"]] == ["2027-03", "2027-04"]
    assert report["months"][0]["contracts"] == 1
    assert "所需人数" in signed("capacity", "--at", "2027-02-03", "--language", "zh", now=None).stdout
