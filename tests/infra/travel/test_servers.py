"""Routing servers: what they answer is taken, and what they fail to answer is a straight line, and told."""

import json
import logging
import sys
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.settings import Settings
from infra.travel.fallback import Asking, Unanswered
from infra.travel.servers import REST_SECONDS, Server
from infra.travel.sources import open_travel
from schedulers.travel.times import Place, matrix
from tests.infra.travel.routing import ORIGIN, PLANE, Router, router, said

PLACES: list[Place] = [(0.0, 0.0), (300.0, 400.0), (-700.0, 150.0)]
SERVERS = ("osrm", "valhalla", "ors")


def server(kind: str, running: Router, **more: float) -> Server:
    address = f"{running.url}/{{profile}}" if kind == "osrm" else running.url
    return Server(kind, address, PLANE, "secret", patience=more.get("patience", 5.0))


def whole_seconds(table: list[list[float]]) -> list[list[int]]:
    return [[-int(-told // 1) for told in row] for row in table]


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("mode", ["walk", "e-bike", "car"])
def test_a_server_tells_the_seconds_there_and_back(kind: str, mode: str) -> None:
    with router() as running:
        found = server(kind, running).table(PLACES[:2], PLACES, mode)
        assert found == [pytest.approx(row, abs=1) for row in whole_seconds(said(PLACES[:2], PLACES))]
        assert found[0][1] != server(kind, running).table(PLACES[1:2], PLACES[:1], mode)[0][0]
        profile = {
            "osrm": {"walk": "/foot/", "e-bike": "/bike/", "car": "/car/"},
            "ors": {"walk": "foot-walking", "e-bike": "cycling-electric", "car": "driving-car"},
        }
        assert profile.get(kind, {}).get(mode, "sources_to_targets") in running.paths[0]
        assert running.keys[0] == ("secret" if kind == "ors" else None)


def test_many_places_are_asked_for_in_several_tables() -> None:
    places = [(10.0 * number, 0.0) for number in range(45)]
    with router() as running:
        found = server("valhalla", running).table(places, places[:3], "walk")
        assert len(running.paths) == 2
    assert [len(row) for row in found] == [3] * 45
    assert found[44] == [440, 430, 420]


@pytest.mark.parametrize(
    ("manner", "rule", "asked"),
    [
        ("away", "travel-server-away", 2), ("silent", "travel-server-silent", 1), ("slow", "travel-server-silent", 1),
        ("failed", "travel-server-failed", 2), ("busy", "travel-server-failed", 2),
        ("refuses", "travel-server-refuses", 1), ("moved", "travel-server-refuses", 1),
        ("nonsense", "travel-server-nonsense", 1), ("list", "travel-server-nonsense", 1),
        ("empty", "travel-server-nonsense", 1), ("short", "travel-server-nonsense", 1),
        ("narrow", "travel-server-nonsense", 1), ("negative", "travel-server-nonsense", 1),
        ("words", "travel-server-nonsense", 1),
    ],
)  # fmt: skip
def test_a_server_that_fails_is_straight_lines_with_the_reason(manner: str, rule: str, asked: int) -> None:
    with router(manner) as running:
        times = Asking(server("osrm", running, patience=0.3)).times(PLACES, "walk")
        assert len(running.paths) == asked
    assert times.seconds == matrix(PLACES, "walk", "line")
    assert (times.told.source, times.told.straight, times.told.because) == ("osrm", 6, rule)


@pytest.mark.parametrize("kind", SERVERS)
def test_every_server_may_answer_nonsense(kind: str) -> None:
    with router("empty") as running, pytest.raises(Unanswered, match="travel-server-nonsense"):
        server(kind, running).table(PLACES, PLACES, "walk")


def test_nobody_at_the_address_is_told() -> None:
    with router() as gone:
        address = gone.url
    with pytest.raises(Unanswered, match="travel-server-away"):
        Server("valhalla", address, PLANE).table(PLACES, PLACES, "walk")


def test_a_server_that_fails_once_is_asked_again() -> None:
    with router("failed", "well") as running:
        times = Asking(server("valhalla", running)).times(PLACES, "walk")
        assert (times.told.straight, len(running.paths)) == (0, 2)


def test_a_way_that_the_server_does_not_find_is_a_straight_line() -> None:
    with router("unknown") as running:
        times = Asking(server("ors", running)).times(PLACES, "car")
    assert (times.told.straight, times.told.because) == (6, "no-way-between")


def test_a_server_that_failed_is_left_alone_for_a_while() -> None:
    now = 0.0
    with router("refuses", "well") as running:
        asked = Server("valhalla", running.url, PLANE, clock=lambda: now)
        for _ in range(3):
            with pytest.raises(Unanswered, match="travel-server-refuses"):
                asked.table(PLACES, PLACES, "walk")
        assert len(running.paths) == 1
        now = REST_SECONDS + 1
        assert asked.table(PLACES, PLACES, "walk")[0][0] == 0
        assert len(running.paths) == 2


def test_one_osrm_server_is_for_cars_unless_its_address_differs_by_the_way_of_travel() -> None:
    with router() as running:
        asked = Server("osrm", running.url, PLANE)
        assert asked.table(PLACES, PLACES, "car")[0][0] == 0
        with pytest.raises(Unanswered, match="mode-not-on-server"):
            asked.table(PLACES, PLACES, "walk")
        assert asked.table(PLACES, PLACES, "car")[0][0] == 0


def test_a_fallback_is_not_kept_and_an_answer_is(tmp_path: Path) -> None:
    with router("refuses", "well") as running:
        settings = Settings(data=tmp_path, travel=f"valhalla:{running.url}", origin=ORIGIN)
        assert open_travel(settings).times(PLACES, "walk").told.straight == 6
        found = open_travel(settings).times(PLACES, "walk")
        assert found.told.straight == 0
        assert open_travel(settings).times(PLACES, "walk") == found
        assert len(running.paths) == 2


def test_no_place_is_in_any_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with router("away") as running, pytest.raises(Unanswered) as failure:
        server("osrm", running).table(PLACES, PLACES, "walk")
    chain = [failure.value, failure.value.__cause__]
    said_so = caplog.text + json.dumps([str(each) for each in chain])
    assert "114.0" not in said_so
    assert "22.54" not in said_so
    assert failure.value.__suppress_context__


def test_without_the_extra_one_line_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "routingpy", None)
    monkeypatch.delitem(sys.modules, "infra.travel.http_client", raising=False)
    with pytest.raises(Refused, match="roads-missing"):
        Server("osrm", "http://127.0.0.1:1", PLANE)
