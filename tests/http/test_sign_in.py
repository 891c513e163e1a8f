"""Signing in over HTTP: the cookie, half sessions, proofs of one's own, and what administrators do for others."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.requests import Request
from starlette.responses import Response

from domain.account.commands import GrantRole, OpenAccount
from infra.access.accounts import Access
from infra.access.principal import Grant, Principal
from infra.command_handler import CommandRequest, execute
from infra.http import request_limit
from infra.http.request_limit import RequestLimit
from infra.http.sign_in.cookies import HOST_ONLY, PLAIN, authenticate_with, drop_cookie, set_cookie, token_of
from infra.http.sign_in.routes import ROUTES
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.access.proofs.issuer import small_issuer
from tests.access.proofs.people import AUDIENCE, OTHER, PASSWORD, code, link, record
from tests.http.served import serving
from tests.small_town import SEVEN, centre, run_commands

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Door:
    """A served system with accounts, and a browser in front of it."""

    system: System
    access: Access
    address: str
    browser: httpx.Client

    def post(self, path: str, **content: Any) -> httpx.Response:
        return self.browser.post(path, json=content)

    def sign_in(self, login: str, password: str, **more: Any) -> httpx.Response:
        return self.post("/api/sign-in", login=login, password=password, **more)

    def first_password(self, login: str) -> str:
        return self.access.set_first_password(login, "system", datetime.now(UTC))

    def enter(self, login: str, password: str = PASSWORD) -> None:
        """Sign in for the first time and change the password."""
        first = self.first_password(login)
        assert self.sign_in(login, first).status_code == 200
        assert self.post("/api/password", password=first, new_password=password).status_code == 200


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    settings = Settings(data=tmp_path / "data", now=SEVEN, key_file=tmp_path / "key")
    with Embedded(settings) as system:
        run_commands(system, *centre())
        record(
            system,
            OpenAccount(account_id="nurse-li", member_id="nurse-1", reason="new-duty"),
            GrantRole(account_id="nurse-li", role="member", scope="team", scope_id="east", reason="new-duty"),
            OpenAccount(account_id="boss", reason="set-up"),
            GrantRole(account_id="boss", role="administrator", reason="set-up"),
        )
        with (
            Access.open(system, second_factor=False, hasher=CHEAP) as access,
            serving(system, authenticate_with(access), access) as address,
            httpx.Client(base_url=address, timeout=20) as browser,
        ):
            yield Door(system, access, address, browser)


def rule_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["rule"]


def test_without_a_session_nobody_is_anybody(door: Door) -> None:
    assert rule_of(door.browser.get("/api/me")) == (401, "not-signed-in")
    assert rule_of(door.browser.get("/api/questions/Accounts")) == (401, "not-signed-in")
    assert rule_of(door.sign_in("nurse-li", PASSWORD)) == (401, "sign-in-refused")
    assert "set-cookie" not in door.sign_in("nurse-li", PASSWORD).headers


def test_routes_that_look_at_the_session_themselves_refuse_nobody_as_well(door: Door) -> None:
    bodies: dict[str, dict[str, str]] = {
        "/api/password": {"password": PASSWORD, "new_password": OTHER},
        "/api/second-factor": {"password": PASSWORD},
        "/api/second-factor/confirm": {"code": "123456"},
    }
    looking = {each.path for each in ROUTES if not each.authenticates}
    assert looking == {*bodies, "/api/sign-in", "/api/sign-out", "/api/me"}
    for path, content in bodies.items():
        assert rule_of(door.post(path, **content)) == (401, "not-signed-in")


def test_a_first_password_opens_half_a_session_that_only_changes_it(door: Door) -> None:
    first = door.first_password("nurse-li")
    half = door.sign_in("nurse-li", first).json()
    assert (half["account_id"], half["must_change_password"]) == ("nurse-li", True)
    assert rule_of(door.browser.get("/api/sessions")) == (403, "password-temporary")
    assert door.browser.get("/api/me").json()["must_change_password"]
    assert rule_of(door.post("/api/password", password=first, new_password="short")) == (422, "password-too-short")
    before = door.browser.cookies[PLAIN]
    whole = door.post("/api/password", password=first, new_password=PASSWORD).json()
    assert not whole["must_change_password"]
    assert door.browser.cookies[PLAIN] != before
    assert door.browser.get("/api/me").json()["grants"] == [{"role": "member", "scope": "team", "scope_id": "east"}]
    assert door.browser.get("/api/sessions").status_code == 200


def test_a_new_sign_in_ends_the_session_that_it_brings(door: Door) -> None:
    door.enter("nurse-li")
    before = door.browser.cookies[PLAIN]
    assert door.sign_in("nurse-li", PASSWORD).status_code == 200
    assert door.browser.cookies[PLAIN] != before
    with httpx.Client(base_url=door.address, headers={"Authorization": f"Bearer {before}"}) as other:
        assert rule_of(other.get("/api/me")) == (401, "not-signed-in")


def test_who_signs_out_leaves_nothing_in_the_browser(door: Door) -> None:
    door.enter("nurse-li")
    token = door.browser.cookies[PLAIN]
    answer = door.post("/api/sign-out")
    assert (answer.json(), answer.headers["clear-site-data"]) == ({"ended": 1}, '"cache", "cookies", "storage"')
    assert PLAIN not in door.browser.cookies
    door.browser.cookies.set(PLAIN, token)
    assert rule_of(door.browser.get("/api/me")) == (401, "not-signed-in")
    assert door.post("/api/sign-out").json() == {"ended": 0}


def test_a_second_factor_is_added_and_asked_for(door: Door) -> None:
    door.enter("nurse-li")
    assert rule_of(door.post("/api/second-factor", password=OTHER)) == (403, "password-wrong")
    begun = door.post("/api/second-factor", password=PASSWORD)
    assert begun.headers["cache-control"] == "no-store"
    assert rule_of(door.post("/api/second-factor/confirm", code="000000")) == (403, "code-wrong")
    entered = code(door_enrolment(begun.json()), datetime.now(UTC))
    codes = door.post("/api/second-factor/confirm", code=entered).json()["recovery_codes"]
    assert len(codes) == 10
    assert rule_of(door.sign_in("nurse-li", PASSWORD)) == (401, "code-needed")
    assert rule_of(door.sign_in("nurse-li", PASSWORD, code=entered)) == (401, "sign-in-refused")
    assert door.sign_in("nurse-li", PASSWORD, code=codes[0]).json()["methods"] == ["pwd", "rec"]


def door_enrolment(shown: dict[str, str]) -> Any:
    from infra.access.second_factor import Enrolment

    return Enrolment(seed=shown["seed"], uri=shown["uri"])


def test_own_sessions_are_listed_and_ended_with_the_password(door: Door) -> None:
    door.enter("nurse-li")
    with httpx.Client(base_url=door.address) as phone:
        assert phone.post("/api/sign-in", json={"login": "nurse-li", "password": PASSWORD}).status_code == 200
        listed = door.browser.get("/api/sessions").json()["sessions"]
        assert sorted(each["current"] for each in listed) == [False, True]
        assert rule_of(door.post("/api/sessions/end", password=OTHER)) == (403, "password-wrong")
        assert door.post("/api/sessions/end", password=PASSWORD).json() == {"ended": 1}
        assert rule_of(phone.get("/api/me")) == (401, "not-signed-in")
    (own,) = door.browser.get("/api/sessions").json()["sessions"]
    ended = door.post("/api/sessions/end", password=PASSWORD, session_id=own["session_id"])
    assert ended.json() == {"ended": 1}
    assert rule_of(door.browser.get("/api/me")) == (401, "not-signed-in")


def test_an_administrator_gives_first_passwords_ends_sessions_and_removes_lost_factors(door: Door) -> None:
    with httpx.Client(base_url=door.address) as nurse:
        first = door.first_password("nurse-li")
        assert nurse.post("/api/sign-in", json={"login": "nurse-li", "password": first}).status_code == 200
        assert rule_of(nurse.post("/api/accounts/boss/first-password")) == (403, "password-temporary")
        changed = {"password": first, "new_password": PASSWORD}
        assert nurse.post("/api/password", json=changed).status_code == 200
        for path in ("first-password", "sessions/end", "second-factor/remove"):
            assert rule_of(nurse.post(f"/api/accounts/boss/{path}", json={})) == (403, "role-not-allowed")
        door.enter("boss", OTHER)
        assert rule_of(door.post("/api/accounts/boss/first-password")) == (409, "access-for-oneself")
        assert rule_of(door.post("/api/accounts/nobody/first-password")) == (409, "account-unknown")
        assert door.post("/api/accounts/nurse-li/sessions/end").json() == {"ended": 1}
        assert rule_of(nurse.get("/api/me")) == (401, "not-signed-in")
        assert door.post("/api/accounts/nurse-li/second-factor/remove", reason="request").json() == {"ended": 0}
        renewed = door.post("/api/accounts/nurse-li/first-password").json()
        login = {"login": "nurse-li", "password": renewed["password"]}
        assert nurse.post("/api/sign-in", json=login).json()["must_change_password"]


def test_an_administrator_of_a_district_gives_no_proofs_to_accounts_beyond_it(door: Door) -> None:
    record(
        door.system,
        OpenAccount(account_id="boss-of-one", reason="set-up"),
        GrantRole(account_id="boss-of-one", role="administrator", scope="district", scope_id="Futian", reason="set-up"),
    )
    door.enter("boss-of-one")
    for path in ("first-password", "sessions/end", "second-factor/remove"):
        assert rule_of(door.post(f"/api/accounts/boss/{path}")) == (403, "outside-scope")
    assert door.post("/api/accounts/nurse-li/sessions/end").json() == {"ended": 0}


def test_an_account_that_was_opened_a_moment_ago_is_waited_for(door: Door) -> None:
    door.enter("boss")
    opened = OpenAccount(account_id="new-nurse", reason="new-duty")
    execute(door.system.store, CommandRequest(command=opened, command_id=None, actor="boss", now=SEVEN), region="SZ")
    follows = threading.Timer(0.2, lambda: door.system.follower.follow(SEVEN))
    follows.start()
    assert door.post("/api/accounts/new-nurse/first-password").status_code == 200
    follows.join()


def test_an_account_asks_no_more_than_so_often_and_others_go_on(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(door.system.settings, requests_a_minute=2)
    monkeypatch.setattr(door.system, "settings", settings)
    with (
        serving(door.system, authenticate_with(door.access), door.access) as address,
        httpx.Client(base_url=address) as nurse,
    ):
        first = door.first_password("nurse-li")
        nurse.post("/api/sign-in", json={"login": "nurse-li", "password": first})
        nurse.post("/api/password", json={"password": first, "new_password": PASSWORD})
        answers = [nurse.get("/api/questions/Teams") for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert (rule_of(answers[-1]), answers[-1].headers["retry-after"]) == ((429, "too-many-requests"), "60")
        door.enter("boss")
        boss = {PLAIN: door.browser.cookies[PLAIN]}
        assert httpx.get(f"{address}/api/questions/Teams", cookies=boss).status_code == 200


def test_an_account_has_few_live_lines_at_once(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limit, "MOST_LINES", 1)
    door.enter("nurse-li")
    with door.browser.stream("GET", "/api/live") as line:
        heard = line.iter_bytes()  # the line is open as long as somebody reads it
        assert next(heard).startswith(b"retry")
        with door.browser.stream("GET", "/api/live") as another:
            assert another.status_code == 429


def test_a_service_asks_as_often_as_it_needs() -> None:
    limit = RequestLimit(1)
    for _ in range(3):
        limit.count(Principal(account_id="worker", grants=(Grant(role="service"),)))


def test_too_many_attempts_wait_and_say_how_long(door: Door) -> None:
    answers = [door.sign_in("nurse-li", OTHER) for _ in range(6)]
    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert 290 <= int(answers[-1].headers["retry-after"]) <= 300


def test_a_page_of_another_site_cannot_sign_in_or_out(door: Door) -> None:
    for path in ("/api/sign-in", "/api/sign-out", "/api/password"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}):
            assert rule_of(door.browser.post(path, json={}, headers=headers)) == (403, "cross-site-refused")
    form = door.browser.post("/api/sign-in", data={"login": "nurse-li", "password": PASSWORD})
    assert rule_of(form) == (415, "body-not-json")


def test_a_body_that_cannot_be_read_is_refused_without_what_stands_in_it(door: Door) -> None:
    answers = [
        door.browser.post("/api/sign-in", json={"login": "nurse-li", "passwort": PASSWORD}),
        door.browser.post("/api/sign-in", json={"login": ["x"], "password": PASSWORD}),
        door.browser.post("/api/sign-in", json={"login": "nurse-li", "password": [PASSWORD]}),
        door.browser.post(
            "/api/sign-in", content=f'{{"password": "{PASSWORD}', headers={"Content-Type": "application/json"}
        ),
        door.browser.post("/api/sign-in", json={"login": "nurse-li", "password": PASSWORD * 1000}),
    ]
    assert [each.status_code for each in answers] == [422, 422, 422, 400, 413]
    assert not any(PASSWORD in each.text for each in answers)


def request_of(scheme: str, *headers: tuple[bytes, bytes]) -> Request:
    scope = {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "server": ("host", 443)}
    return Request({**scope, "headers": list(headers)})


def test_on_https_the_cookie_belongs_to_this_host_alone() -> None:
    answer = Response()
    set_cookie(answer, request_of("https"), "token")
    (cookie,) = answer.headers.getlist("set-cookie")
    assert cookie == f"{HOST_ONLY}=token; HttpOnly; Path=/; SameSite=lax; Secure"
    plain = Response()
    set_cookie(plain, request_of("http"), "token")
    assert plain.headers["set-cookie"] == f"{PLAIN}=token; HttpOnly; Path=/; SameSite=lax"
    dropped = Response()
    drop_cookie(dropped, request_of("https"))
    assert dropped.headers["set-cookie"].startswith(f'{HOST_ONLY}=""; ')
    assert "Max-Age=0" in dropped.headers["set-cookie"]


def test_a_cookie_for_http_does_not_count_on_https_and_a_header_goes_first() -> None:
    assert token_of(request_of("https", (b"cookie", f"{PLAIN}=token".encode()))) is None
    cookie = (b"cookie", f"{HOST_ONLY}=token".encode())
    assert token_of(request_of("https", cookie)) == "token"
    assert token_of(request_of("https", cookie, (b"authorization", b"Bearer other"))) == "other"
    assert token_of(request_of("https", cookie, (b"authorization", b"Basic abc"))) is None


def test_a_service_sends_its_token_as_a_header(door: Door) -> None:
    record(
        door.system,
        OpenAccount(account_id="worker", reason="set-up"),
        GrantRole(account_id="worker", role="service", reason="set-up"),
    )
    token = door.access.open_service_session("worker", datetime.now(UTC), days=1).token
    with httpx.Client(base_url=door.address, headers={"Authorization": f"Bearer {token}"}) as worker:
        assert worker.get("/api/me").json()["account_id"] == "worker"


def test_a_token_of_an_issuer_stands_for_its_account(tmp_path: Path) -> None:
    with small_issuer() as issuer:
        settings = Settings(
            data=tmp_path / "data", now=SEVEN, key_file=tmp_path / "key", issuer=issuer.address, audience=AUDIENCE
        )
        with Embedded(settings) as system:
            record(
                system,
                OpenAccount(account_id="nurse-li", member_id="nurse-1", reason="new-duty"),
                GrantRole(account_id="nurse-li", role="member", scope="team", scope_id="east", reason="new-duty"),
            )
            link(system, issuer.address)
            with (
                Access.open(system, second_factor=True, hasher=CHEAP) as access,
                serving(system, authenticate_with(access), access) as address,
            ):
                now = int(datetime.now(UTC).timestamp())
                token = issuer.token(iat=now, exp=now + 300)
                for path in ("/api/me", "/api/sessions"):
                    answer = httpx.get(f"{address}{path}", headers={"Authorization": f"Bearer {token}"})
                    assert answer.status_code == 200
                stale = issuer.token(iat=now - 900, exp=now - 600)
                answer = httpx.get(f"{address}/api/sessions", headers={"Authorization": f"Bearer {stale}"})
                assert rule_of(answer) == (401, "token-refused")


def test_no_answer_of_signing_in_is_kept_by_a_cache_and_no_secret_is_logged(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="infra")
    door.enter("nurse-li")
    tokens = [door.browser.cookies[PLAIN]]
    answers = [
        door.sign_in("nurse-li", OTHER),
        door.browser.get("/api/me"),
        door.browser.get("/api/sessions"),
        door.post("/api/second-factor", password=PASSWORD),
        door.sign_in("nurse-li", PASSWORD),
    ]
    tokens.append(door.browser.cookies[PLAIN])
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
    assert "/api/sign-in" in caplog.text
    assert not any(secret in caplog.text for secret in (PASSWORD, OTHER, *tokens))


def test_every_route_of_signing_in_is_described(door: Door) -> None:
    door.enter("nurse-li")
    paths = door.browser.get("/api/openapi.json").json()["paths"]
    assert {each.path for each in ROUTES} <= paths.keys()
