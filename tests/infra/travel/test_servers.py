"""Routing servers: their times; where a server fails, a straight line with the reason."""

import json
import logging
from pathlib import Path

import pytest

from infra.settings import Settings
from infra.travel.fallback import FallbackTravel, TravelSourceError
from infra.travel.servers import REST_SECONDS, RoutingServer
from infra.travel.sources import open_travel
from schedulers.travel.times import Place, matrix
from tests.infra.travel.routing import ORIGIN, PLANE, Router, expected_table, router

PLACES: list[Place] = [(0.0, 0.0), (300.0, 400.0), (-700.0, 150.0)]
SERVERS = ("osrm", "valhalla", "ors")


def server(kind: str, running: Router, **more: float) -> RoutingServer:
    address = f"{running.url}/{{profile}}" if kind == "osrm" else running.url
    return RoutingServer(kind, address, PLANE, "secret", patience=more.get("patience", 5.0))


def whole_seconds(table: list[list[float]]) -> list[list[int]]:
    return [[-int(-each // 1) for each in row] for row in table]


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("mode", ["walk", "e-bike", "car"])
def test_a_server_gives_the_seconds_there_and_back(kind: str, mode: str) -> None:
    with router() as running:
        seconds = server(kind, running).table(PLACES[:2], PLACES, mode)
        assert seconds == [pytest.approx(row, abs=1) for row in whole_seconds(expected_table(PLACES[:2], PLACES))]
        assert seconds[0][1] != server(kind, running).table(PLACES[1:2], PLACES[:1], mode)[0][0]
        profile = {
            "osrm": {"walk": "/foot/", "e-bike": "/bike/", "car": "/car/"},
            "ors": {"walk": "foot-walking", "e-bike": "cycling-electric", "car": "driving-car"},
        }
        assert profile.get(kind, {}).get(mode, "sources_to_targets") in running.paths[0]
        assert running.keys[0] == ("secret" if kind == "ors" else None)


def test_many_places_are_asked_for_in_several_tables() -> None:
    places = [(10.0 * number, 0.0) for number in range(45)]
    with router() as running:
        seconds = server("valhalla", running).table(places, places[:3], "walk")
        assert len(running.paths) == 2
    assert [len(row) for row in seconds] == [3] * 45
    assert seconds[44] == [440, 430, 420]


@pytest.mark.parametrize(
    ("manner", "rule", "requests"),
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
def test_a_server_that_fails_is_straight_lines_with_the_reason(manner: str, rule: str, requests: int) -> None:
    with router(manner) as running:
        times = FallbackTravel(server("osrm", running, patience=0.3)).times(PLACES, "walk")
        assert len(running.paths) == requests
    assert times.seconds == matrix(PLACES, "walk", "line")
    assert (times.travel_from.source, times.travel_from.straight, times.travel_from.because) == ("osrm", 6, rule)


def test_an_answer_of_more_bytes_than_any_table_needs_is_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.travel.http_client.MAX_BYTES", 50)
    with router() as running, pytest.raises(TravelSourceError, match="travel-server-nonsense"):
        server("valhalla", running).table(PLACES, PLACES, "walk")


@pytest.mark.parametrize("kind", SERVERS)
def test_every_server_may_answer_nonsense(kind: str) -> None:
    with router("empty") as running, pytest.raises(TravelSourceError, match="travel-server-nonsense"):
        server(kind, running).table(PLACES, PLACES, "walk")


def test_an_address_without_a_server_is_away() -> None:
    with router() as gone:
        address = gone.url
    with pytest.raises(TravelSourceError, match="travel-server-away"):
        RoutingServer("valhalla", address, PLANE).table(PLACES, PLACES, "walk")


def test_a_server_that_fails_once_is_asked_again() -> None:
    with router("failed", "well") as running:
        times = FallbackTravel(server("valhalla", running)).times(PLACES, "walk")
        assert (times.travel_from.straight, len(running.paths)) == (0, 2)


def test_a_pair_without_a_route_is_a_straight_line() -> None:
    with router("unknown") as running:
        times = FallbackTravel(server("ors", running)).times(PLACES, "car")
    assert (times.travel_from.straight, times.travel_from.because) == (6, "no-way-between")


def test_a_server_that_failed_is_not_asked_for_a_minute() -> None:
    now = 0.0
    with router("refuses", "well") as running:
        routing = RoutingServer("valhalla", running.url, PLANE, clock=lambda: now)
        for _ in range(3):
            with pytest.raises(TravelSourceError, match="travel-server-refuses"):
                routing.table(PLACES, PLACES, "walk")
        assert len(running.paths) == 1
        now = REST_SECONDS + 1
        assert routing.table(PLACES, PLACES, "walk")[0][0] == 0
        assert len(running.paths) == 2


def test_one_osrm_server_is_for_cars_unless_its_address_differs_by_mode() -> None:
    with router() as running:
        routing = RoutingServer("osrm", running.url, PLANE)
        assert routing.table(PLACES, PLACES, "car")[0][0] == 0
        with pytest.raises(TravelSourceError, match="mode-not-on-server"):
            routing.table(PLACES, PLACES, "walk")
        assert routing.table(PLACES, PLACES, "car")[0][0] == 0


def test_an_answer_is_cached_and_a_fallback_is_not(tmp_path: Path) -> None:
    with router("refuses", "well") as running:
        settings = Settings(data=tmp_path, travel=f"valhalla:{running.url}", origin=ORIGIN)
        assert open_travel(settings).times(PLACES, "walk").travel_from.straight == 6
        second = open_travel(settings).times(PLACES, "walk")
        assert second.travel_from.straight == 0
        assert open_travel(settings).times(PLACES, "walk") == second
        assert len(running.paths) == 2


def test_no_place_is_in_any_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with router("away") as running, pytest.raises(TravelSourceError) as failure:
        server("osrm", running).table(PLACES, PLACES, "walk")
    chain = [failure.value, failure.value.__cause__]
    messages = caplog.text + json.dumps([str(each) for each in chain])
    assert "114.0" not in messages
    assert "22.54" not in messages
    assert failure.value.__suppress_context__
