"""Histories of every kind of record, over the real events of the simulated community."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from domain.registry import DECIDERS
from infra.cli.main import cli
from infra.cli.records.history.files import history_export
from infra.cli.records.history.folding import steps_of
from infra.cli.records.history.kinds import KINDS
from infra.cli.records.history.reading import life_of, read_history
from infra.edges.phrases import Translator
from infra.edges.results import to_json
from infra.settings import Settings
from infra.simulate import simulate
from infra.store.recorded import StoredEvent
from infra.system import System
from infra.wiring import open_system
from tests.infra.cli.desk import Desk


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A team, nine days."""
    with open_system(Settings(data=tmp_path_factory.mktemp("community"))) as system:
        simulate(system, teams=1, days=9, seed=2)
        yield system


@pytest.fixture(scope="module")
def log(community: System) -> list[StoredEvent]:
    return community.store.after(0, 10**6)


def named_of(operation: str, stream: str, event: Any) -> dict[str, str]:
    """Return what names the history of an event's stream."""
    identity = stream.partition("-")[2]
    arguments = KINDS[operation].arguments
    day = str(getattr(event, "day", None) or getattr(event, "monday", ""))
    return {"team_id": str(event.team_id), "date": day} if "date" in arguments else dict.fromkeys(arguments, identity)


OPERATION_OF = {
    "family_bed": "bed-history",
    "care_plan": "care-history",
    "roster": "team-day-history",
    "day_terms": "team-day-history",
    "team_week": "team-week-history",
}


def test_each_event_of_the_community_stands_in_a_history_with_command_cause_rules_and_pack(
    community: System, log: list[StoredEvent]
) -> None:
    first = {event.stream.partition("-")[0]: event for event in reversed(log)}
    assert len(first) >= 10
    for category, event in first.items():
        operation = OPERATION_OF.get(category, f"{category}-history")
        steps = read_history(community, KINDS[operation], named_of(operation, event.stream, event.event), None, None)
        of_stream = [step for step in steps if step.stream == event.stream]
        assert [step.version for step in of_stream] == list(range(1, len(of_stream) + 1)), operation
        assert {step.position for step in of_stream} == {each.position for each in log if each.stream == event.stream}
        for step in of_stream:
            assert None not in (step.command_id, step.cause, step.correlation, step.pack, step.pack_from), step
            assert step.words["en"] != step.words["zh"] != step.event


def test_every_aggregate_has_a_history() -> None:
    assert {OPERATION_OF.get(each.category, f"{each.category}-history") for each in DECIDERS} == set(KINDS)


def test_a_residents_history_has_every_event_of_every_stream_in_the_order_of_time(
    community: System, log: list[StoredEvent]
) -> None:
    signed = community.rows.ask(
        """SELECT f.resident_id FROM referrals_v1 f JOIN visits_v1 v ON v.resident_id = f.resident_id
        GROUP BY f.resident_id ORDER BY f.resident_id LIMIT 3"""
    )
    beds = community.rows.ask("SELECT resident_id FROM family_beds_v1 ORDER BY family_bed_id LIMIT 3")
    residents = {str(row["resident_id"]) for row in [*signed, *beds]}
    assert len(residents) >= 4
    for resident in residents:
        life = life_of(community, resident)
        positions = [event.position for event in life]
        assert positions == sorted(set(positions))
        own = {event.position for event in log if getattr(event.event, "resident_id", None) == resident}
        assert own <= set(positions)
        streams = {event.stream for event in life}
        assert {event.position for event in log if event.stream in streams} == set(positions)
        assert {"resident", "contract", "care_plan", "visit"} <= {event.name.split(".")[0] for event in life}


def test_the_changes_of_a_stream_make_its_state_step_by_step(log: list[StoredEvent]) -> None:
    states: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    steps = steps_of(log)
    for step in steps:
        state = states[step.stream]
        for change in step.changes:
            assert change.was != change.now
            field, dot, part = change.field.partition(".")
            holder = state.setdefault(field, {}) if dot else state
            assert change.was == holder.get(part or field, change.was)
            holder[part or field] = change.now
    tasks = [change.field for step in steps for change in step.changes if change.field.startswith("tasks")]
    assert tasks
    assert all(field.startswith("tasks.") for field in tasks)


def test_a_long_value_is_counted_in_a_file_and_stands_whole_in_the_data(
    community: System, log: list[StoredEvent]
) -> None:
    roster = next(event for event in log if event.name == "roster.revised.v1")
    steps = read_history(
        community, KINDS["team-day-history"], named_of("team-day-history", roster.stream, roster.event), None, None
    )
    plain = json.loads(to_json(list(steps)))
    export = history_export(
        "team-day-history", {}, plain, Translator("en"), made_at=community.now(), made_by="li", store_time="simulated"
    )
    rows = [dict(zip(export.columns, row, strict=True)) for row in export.rows]
    revised = next(row for row in rows if row["position"] == roster.position)
    assert re.search(r"slots: \[\d+\] → \[\d+\]", str(revised["changes"]))
    assert json.loads(str(revised["data"]))["slots"] == next(
        step["data"]["slots"] for step in plain if step["position"] == roster.position
    )


def steps(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_correction_and_what_it_corrects_name_each_other_and_who_allowed_it(desk: Desk) -> None:
    desk.do("SignContract")
    desk.do("RecordDeparture", reason="died", last_day="2026-03-02", now="2026-03-02T09:00")
    desk.do("AnnulDeparture", reason="the wrong Wang", allowed_by="head", now="2026-03-03T09:00")
    of_resident = steps(desk("resident", "history", "r1", "--json", now=None))
    by_name = {step["event"]: step for step in of_resident}
    departed, annulled = by_name["resident.departed.v1"], by_name["resident.departure_annulled.v1"]
    assert (annulled["corrects"], annulled["allowed_by"]) == (departed["position"], "head")
    assert departed["corrected_by"] == [annulled["position"]]
    ended, reinstated = by_name["contract.terminated.v1"], by_name["contract.reinstated.v1"]
    assert reinstated["corrects"] == ended["position"]
    assert reinstated["correlation"] == annulled["correlation"] != ended["correlation"]
    earlier = steps(desk("resident", "history", "r1", "--at", "2026-03-02", "--json", now=None))
    assert [step["corrected_by"] for step in earlier if step["event"] == "resident.departed.v1"] == [[]]
    people = desk("contract", "history", "c1", "--language", "en", now=None).stdout
    assert "allowed by head" in people
    assert "corrected on 2026-03-03 09:00:00" in people


def test_a_change_of_personal_details_shows_that_they_changed_and_no_value(desk: Desk) -> None:
    printed = desk("resident", "history", "r1", "--json", now=None).stdout
    (registered,) = (json.loads(line) for line in printed.splitlines())
    assert {"field": "personal", "was": None, "now": "sealed"} in registered["changes"]
    assert "Wang" not in printed


def test_a_history_is_a_file_of_one_line_an_event(desk: Desk, tmp_path: Path) -> None:
    desk.do("SignContract")
    known = steps(desk("contract", "history", "c1", "--json", now=None))
    for ending in ("csv", "xlsx"):
        file = tmp_path / f"c1.{ending}"
        (written,) = steps(desk("contract", "history", "c1", "--to", str(file), "--json", now=None))
        assert written == {"file": str(file), "question": "ContractHistory", "rows": len(known)}
    with (tmp_path / "c1.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["event"] for row in rows] == [step["event"] for step in known]
    assert 'team_id: "" → "t1"' in rows[0]["changes"] or 'team_id: null → "t1"' in rows[0]["changes"]
    sheet = CalamineWorkbook.from_path(tmp_path / "c1.xlsx").get_sheet_by_index(0).to_python()
    assert [row[3] for row in sheet[1:]] == [step["recorded_at"] for step in known]
    refused = desk("contract", "history", "c1", "--to", str(tmp_path / "c1.doc"), now=None)
    assert (refused.exit_code, "[export-format]" in refused.stderr) == (2, True)


def test_people_read_what_changed_in_words_and_not_in_plain_data(desk: Desk) -> None:
    desk.do("SignContract")
    care = desk("care", "history", "r1", "--language", "zh", now=None)
    assert care.exit_code == 0, care.stderr
    assert "开始履约服务" in care.stdout
    assert "{" not in care.stdout
    desk.do("RequestVisit", window_from="2026-03-03", window_to="2026-03-05")
    desk.do("RescheduleVisit", window_from="2026-03-04", window_to="2026-03-05", now="2026-03-02T08:00")
    visit = desk("visit", "history", "v1", "--language", "en", now=None).stdout
    assert "2026-03-03 → 2026-03-04" in visit
    assert "… → …" not in visit
    desk.do("CancelVisit", now="2026-03-02T09:00")
    assert "状态: 已申请 → 已取消" in desk("visit", "history", "v1", "--language", "zh", now=None).stdout


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("survey", "history", "s9"), "survey-unknown"),
        (("account", "history", "a9"), "account-unknown"),
        (("webhook", "history", "w9"), "webhook-unknown"),
        (("care", "history", "r9"), "resident-not-registered"),
        (("visit", "notice-history", "v9"), "visit-unknown"),
        (("roster", "history", "t9", "2026-03-02"), "team-unknown"),
        (("roster", "week-history", "t9", "2026-03-02"), "team-unknown"),
        (("roster", "history", "t1", "2026-02-30"), "bad-day"),
    ],
)
def test_a_record_that_nobody_knows_has_no_history(desk: Desk, words: tuple[str, ...], rule: str) -> None:
    result = desk(*words, now=None)
    assert (result.exit_code, f"[{rule}]" in result.stderr) == (2, True), result.stderr


def test_a_day_without_a_roster_and_a_store_without_adopted_packs_have_an_empty_history(desk: Desk) -> None:
    for words in (("roster", "history", "t1", "2026-03-02"), ("policy", "history")):
        assert steps(desk(*words, "--json", now=None)) == []


def test_every_history_prints_its_schema() -> None:
    for words in (("contract", "history"), ("roster", "history"), ("policy", "history"), ("visit", "notice-history")):
        printed = CliRunner().invoke(cli, [*words, "--schema"])
        assert "corrected_by" in printed.stdout, printed.stderr
