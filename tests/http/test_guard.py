"""What every answer has, and what is refused before any route."""

import logging
import socket
import time

import pytest

from infra.http import routing
from infra.http.app import api_routes, app_of
from infra.http.guard import SECURITY_HEADERS
from infra.http.routing import MOST_BYTES
from infra.http.served import ServedSystem
from tests.http.asgi import get
from tests.http.served import Served, by_name


def test_without_sign_in_only_health_and_the_pages_of_problems_answer(door: Served) -> None:
    for route in api_routes():
        path = route.path.replace("{rule}", "stale-version").replace("{token}", "unknown")
        answer = door.client.request(route.method, path, json={} if route.method == "POST" else None)
        if route.signed_in:
            assert (answer.status_code, answer.json()["rule"]) == (401, "not-signed-in"), path
        elif route.authenticates:  # the others are those of signing in: test_sign_in.py
            assert answer.status_code == (404 if "calendar" in path else 200), path
            assert path.startswith(("/health/", "/problems/", "/calendar/"))


def test_every_answer_has_the_security_headers_and_a_request_id(door: Served) -> None:
    for path in ("/health/live", "/api/questions/Teams", "/nowhere", "/api/questions/Nothing"):
        answer = door.get(path, headers={"X-Request-Id": "mine-1"})
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert answer.headers["x-request-id"] == "mine-1"
        assert "access-control-allow-origin" not in answer.headers
    odd = door.get("/health/live", headers={"X-Request-Id": "a b"}).headers["x-request-id"]
    assert len(odd) == 32
    assert SECURITY_HEADERS["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_page_of_another_site_cannot_write(door: Served, headers: dict[str, str]) -> None:
    before = door.events()
    refused = door.post("/api/commands/OpenInstitution", {}, headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (403, "cross-site-refused")
    assert door.events() == before
    assert door.get("/api/questions/Teams", headers=headers).status_code == 200


def test_a_page_of_the_same_site_can_write(door: Served) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": door.address}
    assert door.post("/api/commands/OpenInstitution", {}, headers=headers).json()["rule"] == "missing-field"


def test_a_form_is_refused(door: Served) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = door.post("/api/commands/OpenInstitution", b"institution_id=i9", headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (415, "body-not-json")


def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(door: Served) -> None:
    large = b" " * (MOST_BYTES + 1)
    headers = {"Content-Type": "application/json"}
    refused = door.post("/api/commands/OpenInstitution", large, headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (413, "body-too-large")
    parts = (large[:70_000] for _ in range(16))
    chunked = door.client.post(
        "/api/commands/OpenInstitution", content=parts, headers={**headers, "Authorization": "Bearer leader"}
    )
    assert (chunked.status_code, chunked.json()["rule"]) == (413, "body-too-large")


def test_an_address_or_method_that_is_not_there_is_a_problem(door: Served) -> None:
    assert door.get("/nowhere").json()["rule"] == "address-unknown"
    refused = door.get("/api/commands/OpenInstitution")
    assert (refused.status_code, refused.json()["rule"], refused.headers["allow"]) == (
        405,
        "method-not-allowed",
        "POST",
    )


def test_what_is_no_http_at_all_is_refused_and_the_server_goes_on(door: Served) -> None:
    host, port = door.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 400")
    assert door.get("/health/live").status_code == 200


def test_the_access_log_names_the_route_and_neither_path_nor_query(
    door: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "infra.http.access"):
        door.get("/api/questions/ResidentCard", params={"resident_id": "li"}, headers={"X-Request-Id": "mine-2"})
        door.get("/problems/li")
        door.get("/resident/li")
        give_up = time.monotonic() + 5
        while len(caplog.records) < 3 and time.monotonic() < give_up:  # a line is written when its answer has gone
            time.sleep(0.005)
    lines = [each.getMessage() for each in caplog.records]
    assert [line.split()[:3] for line in lines] == [
        ["GET", "/api/questions/ResidentCard", "200"],
        ["GET", "/problems/{rule}", "404"],
        ["GET", "(no", "route)"],
    ]
    assert lines[0].endswith("mine-2")
    assert "li" not in " ".join(lines).split()


def exchanged(door: Served, request: str, seconds: float = 5.0) -> bytes:
    """Return what the server answers to these very bytes."""
    host, port = door.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(request.encode())
        raw.settimeout(seconds)
        return raw.recv(4096)


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: -1",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
    ],
)
def test_lengths_that_contradict_each_other_are_refused(door: Served, lengths: str) -> None:
    answer = exchanged(door, f"POST /api/sign-out HTTP/1.1\r\nHost: jiayi\r\n{lengths}\r\n\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_does_not_arrive_is_not_waited_for(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "BODY_SECONDS", 0.1)
    answer = exchanged(door, "POST /api/sign-out HTTP/1.1\r\nHost: jiayi\r\nContent-Length: 9\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"body-too-slow" in answer


def test_a_sender_who_goes_away_is_no_fault_of_the_program(door: Served, caplog: pytest.LogCaptureFixture) -> None:
    host, port = door.address.removeprefix("http://").split(":")
    with caplog.at_level(logging.INFO, "infra.http.problems"):
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(b"POST /api/sign-out HTTP/1.1\r\nHost: jiayi\r\nContent-Length: 9\r\n\r\n{")
        give_up = time.monotonic() + 5
        while not caplog.records and time.monotonic() < give_up:
            time.sleep(0.005)
    assert [each.levelname for each in caplog.records] == ["INFO"]


def test_a_request_that_is_refused_is_logged_with_its_rule_and_no_value(
    door: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "infra.http.problems"):
        door.get("/api/questions/ResidentCard", params={"nothing": "secret"}, headers={"X-Request-Id": "mine-5"})
    assert [each.getMessage() for each in caplog.records] == ["request mine-5 refused: unknown-field, 422"]


def test_https_is_asked_for_a_year_with_all_below_the_host(door: Served) -> None:
    def header(scheme: str) -> str | None:
        answer = get(app_of(ServedSystem(door.system, by_name)), f"{scheme}://jiayi/health/live")
        sent: str | None = answer.headers.get("strict-transport-security")
        return sent

    assert header("https") == "max-age=31536000; includeSubDomains"
    assert header("http") is None


def test_long_answers_are_compressed(door: Served) -> None:
    answer = door.get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["openapi"] == "3.1.0"


def test_health_tells_the_state_and_no_secret(door: Served) -> None:
    assert door.get("/health/live", account=None).json() == {"status": "live"}
    ready = door.get("/health/ready", account=None)
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ready",
        "position": door.events(),
        "rows_behind": 0,
        "last_planned_at": None,
    }
