"""A matrix file from outside: its times, and the refusals of broken files."""

import json
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.settings import Settings, from_environment
from infra.travel.fallback import TravelSourceError
from infra.travel.matrix_file import MatrixFile
from infra.travel.sources import open_travel

TWO = {"places": [[0, 0], [300, 400]], "seconds": {"walk": [[0, 500], [700, 0]]}}


def written(folder: Path, content: object = TWO) -> Path:
    path = folder / "matrix.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_there_and_back_may_differ(tmp_path: Path) -> None:
    travel = open_travel(Settings(travel=f"matrix:{written(tmp_path)}"))
    times = travel.times([(0, 0), (300, 400)], "walk")
    assert times.seconds == ((0, 500), (700, 0))
    assert times.travel_from.straight == 0


def test_a_place_within_ten_metres_is_the_place_that_is_meant(tmp_path: Path) -> None:
    source = MatrixFile(written(tmp_path))
    assert source.table([(6, 8)], [(300, 392)], "walk") == [[500]]
    assert source.table([(6.1, 8)], [(300, 400)], "walk") == [[None]]


def test_a_mode_that_the_file_lacks_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(TravelSourceError, match="mode-not-in-matrix"):
        MatrixFile(written(tmp_path)).table([(0, 0)], [(0, 0)], "car")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ([], "array"),
        ({"places": []}, "seconds"),
        ({**TWO, "more": 1}, "more"),
        ({**TWO, "places": [[0, 0]]}, "1 places need 1 rows"),
        ({**TWO, "seconds": {"rocket": []}}, "rocket"),
        ({**TWO, "seconds": {"walk": [[0, -1], [1, 0]]}}, "negative"),
        ({**TWO, "seconds": {"walk": [[0, 1.5], [1, 0]]}}, "int"),
    ],
)
def test_a_broken_file_is_refused_with_its_fault(tmp_path: Path, content: object, wrong: str) -> None:
    with pytest.raises(Refused) as refusal:
        MatrixFile(written(tmp_path, content))
    assert refusal.value.rule == "matrix-broken"
    assert wrong in str(refusal.value.values["detail"])


@pytest.mark.parametrize(
    "value", ["rocket", "grid:x", "matrix", "matrix:", "streets:", "osrm", "line:1", "GRID", "osrm:router:5000"]
)
def test_a_setting_that_names_no_source_is_refused(value: str) -> None:
    with pytest.raises(Refused, match="travel-unknown"):
        from_environment({"JIAYI_TRAVEL": value})


@pytest.mark.parametrize("value", ["114", "114,22,1", "x,y", "181,0", "0,81", "nan,0"])
def test_an_origin_that_is_no_place_is_refused(value: str) -> None:
    with pytest.raises(Refused, match="origin-unreadable"):
        from_environment({"JIAYI_ORIGIN": value})


def test_settings_are_read() -> None:
    settings = from_environment(
        {"JIAYI_TRAVEL": "osrm:http://x", "JIAYI_ORIGIN": "114.05,22.54", "JIAYI_TRAVEL_KEY": "k"}
    )
    assert (settings.travel, settings.origin, settings.travel_key) == ("osrm:http://x", (114.05, 22.54), "k")
    assert from_environment({}).travel == "grid"
