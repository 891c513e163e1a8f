"""Where travel times are from, as people see it: in the plan's answer, on the roster, and to the auditor."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.infra.cli.desk import NOW, Desk
from tests.infra.cli.test_rosters import DAY, MORNING, visit

Monkey = pytest.MonkeyPatch
Check = Callable[[Result, str], None]


@pytest.fixture
def centre(desk: Desk) -> Desk:
    """A resident has signed and waits for a visit."""
    desk.do("SignContract")
    desk.do("RequestVisit", NOW, **visit("v1"))
    return desk


BASE, HOME = (0, 0), (700, 400)
"""Where the examples' team and resident are."""


def matrix(folder: Path, *places: tuple[int, int]) -> str:
    rows = [[0 if a == b else 240 for b in places] for a in places]
    path = folder / "matrix.json"
    path.write_text(json.dumps({"places": places, "seconds": {"e-bike": rows}}), encoding="utf-8")
    return f"matrix:{path}"


def told(desk: Desk, *words: str) -> dict[str, Any]:
    result = desk("roster", *words, "--json", now=MORNING)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_day_is_planned_with_the_times_of_a_matrix(centre: Desk, tmp_path: Path, monkeypatch: Monkey) -> None:
    monkeypatch.setenv("JIAYI_TRAVEL", matrix(tmp_path, BASE, HOME))
    planned = told(centre, "plan", "t1", DAY)
    assert [part["travel"] for part in planned["roster"]["assignments"]] == [240]
    for found in (planned, told(centre, "show", "t1", DAY), told(centre, "verify", "t1", DAY)["verdict"]):
        assert found["travel_from"]["e-bike"]["source"].startswith("matrix:")
        assert found["travel_from"]["e-bike"]["straight"] == 0
    assert "by e-bike: a matrix file" in centre("roster", "verify", "t1", DAY, now=MORNING).stdout


def test_ways_that_are_straight_lines_instead_are_told_and_stay_told(
    centre: Desk, tmp_path: Path, monkeypatch: Monkey
) -> None:
    monkeypatch.setenv("JIAYI_TRAVEL", matrix(tmp_path, BASE))
    told_so = "by e-bike: 2 of 2 ways are straight lines instead of a matrix file"
    planned = centre("roster", "plan", "t1", DAY, now=MORNING)
    assert told_so in planned.stdout
    assert "A place is not in the matrix." in planned.stdout
    monkeypatch.setenv("JIAYI_TRAVEL", "grid")
    for command in ("show", "verify"):
        assert told_so in centre("roster", command, "t1", DAY, now=MORNING).stdout
    assert "按直线估算" in centre("roster", "show", "t1", DAY, "--language", "zh", now=MORNING).stdout
    assert told(centre, "replay", "t1", DAY)["identical"]


def test_a_grid_is_nothing_to_be_told(centre: Desk) -> None:
    assert told(centre, "plan", "t1", DAY)["travel_from"]["e-bike"] == {
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
