"""The source of travel times on the command line: in the plan's answer, on the roster, and for the auditor."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from infra.bench.solver.streets import extract
from tests.infra.cli.desk import NOW, Desk
from tests.infra.cli.test_rosters import DAY, MORNING, visit
from tests.infra.travel.routing import router

Monkey = pytest.MonkeyPatch
Check = Callable[[Result, str], None]


@pytest.fixture
def centre(desk: Desk) -> Desk:
    """A resident has signed and waits for a visit."""
    desk.do("SignContract")
    desk.do("RequestVisit", NOW, **visit("v1"))
    return desk


BASE, HOME = (0, 0), (700, 400)
"""The places of the examples' team and resident."""


def matrix(folder: Path, *places: tuple[int, int]) -> str:
    rows = [[0 if a == b else 240 for b in places] for a in places]
    path = folder / "matrix.json"
    path.write_text(json.dumps({"places": places, "seconds": {"e-bike": rows}}), encoding="utf-8")
    return f"matrix:{path}"


def answer_of(desk: Desk, *words: str) -> dict[str, Any]:
    result = desk("roster", *words, "--json", now=MORNING)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_day_is_planned_with_the_times_of_a_matrix(centre: Desk, tmp_path: Path, monkeypatch: Monkey) -> None:
    monkeypatch.setenv("JIAYI_TRAVEL", matrix(tmp_path, BASE, HOME))
    planned = answer_of(centre, "plan", "t1", DAY)
    assert [part["travel"] for part in planned["roster"]["assignments"]] == [240]
    for answer in (planned, answer_of(centre, "show", "t1", DAY), answer_of(centre, "verify", "t1", DAY)["verdict"]):
        assert answer["travel_from"]["e-bike"]["source"].startswith("matrix:")
        assert answer["travel_from"]["e-bike"]["straight"] == 0
    assert "by e-bike: a matrix file" in centre("roster", "verify", "t1", DAY, now=MORNING).stdout


def test_straight_lines_are_named_in_the_plan_and_on_its_roster(
    centre: Desk, tmp_path: Path, monkeypatch: Monkey
) -> None:
    monkeypatch.setenv("JIAYI_TRAVEL", matrix(tmp_path, BASE))
    notice = "by e-bike: 2 of 2 ways are straight lines instead of a matrix file"
    planned = centre("roster", "plan", "t1", DAY, now=MORNING)
    assert notice in planned.stdout
    assert "A place is not in the matrix." in planned.stdout
    monkeypatch.setenv("JIAYI_TRAVEL", "grid")
    for command in ("show", "verify"):
        assert notice in centre("roster", command, "t1", DAY, now=MORNING).stdout
    assert "按直线估算" in centre("roster", "show", "t1", DAY, "--language", "zh", now=MORNING).stdout
    assert answer_of(centre, "replay", "t1", DAY)["identical"]


def test_times_of_the_grid_need_no_notice(centre: Desk) -> None:
    assert answer_of(centre, "plan", "t1", DAY)["travel_from"]["e-bike"] == {
        "source": "grid", "ways": 2, "straight": 0, "because": None,
    }  # fmt: skip
    assert "Travel times" not in centre("roster", "show", "t1", DAY, now=MORNING).stdout


def test_a_source_that_cannot_be_used_is_refused_and_nothing_is_planned(
    centre: Desk, refused: Check, tmp_path: Path, monkeypatch: Monkey
) -> None:
    for value, rule in (("rocket", "travel-unknown"), (f"matrix:{tmp_path / 'none.json'}", "file-unusable")):
        monkeypatch.setenv("JIAYI_TRAVEL", value)
        refused(centre("roster", "plan", "t1", DAY, now=MORNING), rule)
        refused(centre("run", "--until-idle", now=MORNING), rule)
    monkeypatch.delenv("JIAYI_TRAVEL")
    refused(centre("roster", "show", "t1", DAY, now=MORNING), "roster-not-published")


HELSINKI = "24.9443,60.1716"


def test_streets_are_taken_in_and_a_day_is_planned_on_them(centre: Desk, monkeypatch: Monkey) -> None:
    taken = centre("travel", "import", str(extract()))
    assert taken.exit_code == 0, taken.output
    assert "5,262" in taken.stdout
    assert "export JIAYI_ORIGIN=24.944298,60.171633" in taken.stdout
    (file,) = (centre.data / "travel").iterdir()
    assert f"export JIAYI_TRAVEL=streets:{file}" in taken.stdout
    monkeypatch.setenv("JIAYI_TRAVEL", "streets")
    monkeypatch.setenv("JIAYI_ORIGIN", HELSINKI)
    planned = answer_of(centre, "plan", "t1", DAY)
    assert planned["travel_from"]["e-bike"]["source"] == f"streets:{file.name[:12]}"
    assert planned["travel_from"]["e-bike"]["straight"] == 0
    assert [part["travel"] for part in planned["roster"]["assignments"]] != [252]
    assert "by e-bike: a street network" in centre("roster", "show", "t1", DAY, now=MORNING).stdout


def test_the_chosen_source_is_tried_and_its_cached_times_are_removed(centre: Desk, monkeypatch: Monkey) -> None:
    grid = json.loads(centre("travel", "check", "--json").stdout)
    assert [(each["source"], each["seconds"]) for each in grid["modes"]] == [("grid", 400), ("grid", 120), ("grid", 72)]
    assert centre("travel", "import", str(extract()), "--box", "24.935,60.164,24.95,60.175").exit_code == 0
    monkeypatch.setenv("JIAYI_TRAVEL", "streets")
    monkeypatch.setenv("JIAYI_ORIGIN", "24.9443,60.15")
    checked = json.loads(centre("travel", "check", "--json").stdout)
    assert {(each["places"], each["unknown"], each["because"]) for each in checked["modes"]} == {
        (2, 2, "place-off-the-streets")
    }
    assert checked["ways_kept"] == 0
    monkeypatch.setenv("JIAYI_ORIGIN", HELSINKI)
    assert json.loads(centre("travel", "check", "--json").stdout)["ways_kept"] == 6
    assert "6 travel times are forgotten." in centre("travel", "forget").stdout
    assert "0 travel times" in centre("travel", "forget").stdout


def test_a_file_that_is_no_map_is_refused_in_one_line_and_nothing_is_written(
    empty: Desk, refused: Check, tmp_path: Path, monkeypatch: Monkey
) -> None:
    (tmp_path / "town.osm.pbf").write_bytes(b"no map")
    for words, rule in (
        ((str(tmp_path / "town.osm.pbf"),), "extract-unreadable"),
        ((str(tmp_path / "none.osm.pbf"),), "file-unusable"),
        ((str(extract()), "--box", "1,1,2,2"), "extract-without-streets"),
        ((str(extract()), "--box", "1,1,2"), "box-unreadable"),
        ((str(extract()), "--box", "2,1,1,2"), "box-unreadable"),
    ):
        refused(empty("travel", "import", *words), rule)
    monkeypatch.setenv("JIAYI_TRAVEL", "streets")
    refused(empty("travel", "check"), "travel-needs-origin")
    monkeypatch.setenv("JIAYI_ORIGIN", "here")
    refused(empty("travel", "check"), "origin-unreadable")
    assert not (empty.data / "travel").exists()


def test_a_failing_server_is_named_with_the_plan_and_on_its_roster(centre: Desk, monkeypatch: Monkey) -> None:
    monkeypatch.setenv("JIAYI_ORIGIN", HELSINKI)
    with router("failed") as running:
        monkeypatch.setenv("JIAYI_TRAVEL", f"valhalla:{running.url}")
        planned = centre("run", "--until-idle", now=MORNING).stdout
        checked = centre("travel", "check", now=MORNING).stdout
    notice = "2 of 2 ways are straight lines instead of the Valhalla server: The server failed."
    assert notice in planned
    assert "straight line: The server failed." in checked
    assert notice in centre("roster", "verify", "t1", DAY, now=MORNING).stdout
