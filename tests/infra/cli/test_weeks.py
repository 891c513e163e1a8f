"""The leader's week: spread, shown, changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from infra.cli.main import cli
from tests.infra.cli.desk import NOW, Desk
from tests.infra.cli.test_rosters import visit

LAST = "2026-03-06"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "data")
    for name in ("OpenInstitution", "FormTeam", "RegisterResident", "SignContract"):
        desk.do(name)
    for name in ("v1", "v2", "v3"):
        desk.do("RequestVisit", NOW, **visit(name, window_from="2026-03-03", window_to=LAST))
    return desk


def week(desk: Desk, *words: str) -> dict[str, Any]:
    result = desk("roster", "week", "t1", "2026-03-03", "--json", *words)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_week_tells_the_day_of_each_visit_why_and_how_full_the_days_are(desk: Desk) -> None:
    planned = week(desk)
    assert planned["monday"] == "2026-03-02"
    assert [each["day"] for each in planned["visits"]] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert {each["because"] for each in planned["visits"]} == {"first-day", "peak"}
    assert planned["recorded"]
    assert (planned["proof"], planned["bound"]) == ("proved", None)
    nurse = {each["day"]: each["minutes"] for each in planned["loads"] if each["role"] == "nurse"}
    assert nurse[1] == nurse[2] == nurse[3] > nurse[4] == 0


def test_a_week_asked_for_again_is_unchanged_and_a_dry_run_records_nothing(desk: Desk) -> None:
    before = desk.events()
    assert not week(desk, "--dry-run")["recorded"]
    assert desk.events() == before
    assert week(desk)["revision"] == 1
    assert not week(desk)["recorded"]


def test_people_read_a_table_in_their_language(desk: Desk) -> None:
    shown = desk("roster", "week", "t1", "2026-03-03").stdout
    assert "t1 2026-03-02 · recorded · revision 1" in shown
    assert "2026-03-04 Wednesday" in shown
    assert "the first day of its window" in shown
    assert "Proved: no other days are better." in shown
    chinese = desk("roster", "week", "t1", "2026-03-03", "--language", "zh").stdout
    assert "已证明" in chinese


def test_a_leader_chooses_a_day_and_releases_it(desk: Desk) -> None:
    week(desk)
    chosen = desk("visit", "choose-day", "v1", "--team-id", "t1", "--day", LAST)
    assert chosen.exit_code == 0, chosen.output
    planned = week(desk)
    assert {"visit_id": "v1", "day": LAST, "because": "chosen"} in planned["visits"]
    released = desk("visit", "release-day", "v1", "--team-id", "t1", "--day", LAST)
    assert released.exit_code == 0, released.output
    assert "chosen" not in {each["because"] for each in week(desk)["visits"]}


def test_what_is_wrong_is_one_line(desk: Desk) -> None:
    for words, rule in (
        (("roster", "week", "t1", "2026-02-20"), "week-over"),
        (("roster", "week", "t9", "2026-03-03"), "team-not-formed"),
        (("visit", "choose-day", "v1", "--team-id", "t1", "--day", "2026-03-09"), "day-outside-window"),
    ):
        result = desk(*words)
        assert result.exit_code == 2, result.output
        assert rule in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


def test_weeks_are_measured_beside_a_life_without_them() -> None:
    result = CliRunner().invoke(cli, ["bench", "week", "--teams", "1", "--weeks", "1", "--json"])
    assert result.exit_code == 0, result.output
    figures = {each["figure"]: each for each in json.loads(result.stdout)}
    assert figures["week-visits"]["size"] == 1
    assert {each["limit_name"] for each in figures.values()} == {"without-weeks"}
    assert figures["week-fullest-day"]["ours"] >= 1
