"""The page about security claims no requirement without a test that exists, and has the numbers of the code."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.access import passwords, second_factor, throttle
from infra.access.bearer import ALGORITHMS, LEEWAY
from infra.access.key_file import KEY_BYTES
from infra.access.sessions import TOKEN_BYTES
from infra.docs.reading import ROOT
from infra.http.app import api_routes
from infra.http.server.draining import server_config
from infra.settings import Settings
from infra.wiring import Embedded
from projections.accounts import Accounts
from projections.registry import QUESTIONS, answer
from tests.http.served import serving

PAGE = ROOT / "docs" / "security.md"

LEVEL_2 = (
    "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 "
    "4.1.1-3 4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 "
    "6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2 "
    "10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1 "
    "12.1.1-3 12.2.1-2 12.3.1-4 13.1.1-1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 "
    "15.3.1-7 16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3"
)
"""The requirements of levels 1 and 2 of ASVS 5.0.0, by section, from the first to the last; chapter 17 left out."""

ROOMS = ("domain", "projections", "schedulers", "streams", "infra")


def expected() -> list[str]:
    return [
        f"v5.0.0-{section}.{number}"
        for section, first, last in re.findall(r"(\d+\.\d+)\.(\d+)-(\d+)", LEVEL_2)
        for number in range(int(first), int(last) + 1)
    ]


def lines() -> Iterator[tuple[list[str], str]]:
    """Yield the requirements of each line of the table, and how they are kept."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| v5.0.0-"):
            ids, _, how = (part.strip() for part in line.strip("| ").split(" | "))
            yield ids.split(", "), how


@cache
def named_tests(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@cache
def program() -> tuple[tuple[str, str], ...]:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    return tuple((file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


def files_with(pattern: str) -> set[str]:
    """Return the files of the program in which a pattern stands."""
    return {file for file, text in program() if re.search(pattern, text)}


def test_each_requirement_of_level_2_has_one_line() -> None:
    named = [each for ids, _ in lines() for each in ids]
    assert len(named) == len(set(named))
    assert set(named) == set(expected())


def test_no_requirement_is_claimed_without_a_test_that_exists() -> None:
    for ids, how in lines():
        if how.startswith("Tests: "):
            named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", how)
            assert named, ids
            assert how == "Tests: " + ", ".join(f"`{file}::{name}`" for file, name in named), ids
            for file, name in named:
                assert name in named_tests(file), f"{ids}: {file} has no {name}"
        else:
            assert re.match(r"Not (met|here): .", how), ids


def test_the_page_has_the_numbers_of_the_code() -> None:
    text = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
    settings = Settings()
    for sentence in (
        f"has {passwords.LEAST_LETTERS} to {passwords.MOST_LETTERS} letters of any kind",
        f"The {len(passwords.common_passwords()):,} passwords that people choose most",
        f"(`{'`, `'.join(passwords.OWN_WORDS)}`)",
        f"ends after {passwords.TEMPORARY_DAYS} days",
        f"{second_factor.DIGITS} digits, {second_factor.STEP_SECONDS} seconds",
        f"{second_factor.RECOVERY_CODES} recovery codes of {8 * second_factor.RECOVERY_BYTES} random bits",
        f"| {throttle.BY_BOTH.amount} in {throttle.BY_BOTH.get_expiry() // 60} minutes |",
        f"| {throttle.BY_ACCOUNT.amount} in an hour |",
        f"| {throttle.BY_ADDRESS.amount} in {throttle.BY_ADDRESS.get_expiry() // 60} minutes |",
        f"after {settings.session_idle_minutes} minutes without a request and after {settings.session_hours} hours",
        f"The token is {8 * TOKEN_BYTES} random bits",
        f"One random key of {8 * KEY_BYTES} bits",
        f"signed with {', '.join(ALGORITHMS[:-1])} or {ALGORITHMS[-1]}",
        f"{LEEWAY} seconds aside",
        "There is no other way",
    ):
        assert sentence in text, sentence


def test_no_shell_is_started() -> None:
    assert files_with(r"\bshell=|\bos\.(system|popen)\(") == set()


def test_no_code_is_made_from_data() -> None:
    assert files_with(r"(?<![.\w])(eval|exec)\(") == set()


def test_nothing_is_unpickled() -> None:
    assert files_with(r"\b(pickle|marshal|shelve)\b|yaml\.load\(") == set()


def test_a_value_is_never_a_part_of_a_statement(tmp_path: Path) -> None:
    hostile = "' OR 1=1; DROP TABLE accounts_v1; --"
    with Embedded(Settings(data=tmp_path)) as system:
        for question in QUESTIONS.values():
            texts = {
                f.name: hostile for f in fields(question.example) if isinstance(getattr(question.example, f.name), str)
            }
            answer(replace(question.example, **texts), system.rows)
        assert answer(Accounts(), system.rows) == []


def test_every_connection_stands_in_the_page() -> None:
    opening = (
        r"^\s*import httpx|\burlopen\(|http\.client|create_connection\(|open_connection\(|AIOKafka\w+\(|faust\.App\)|"
    )
    opening += r"psycopg\.(connect|AsyncConnection\.connect)\("
    opened = {file for file in files_with(f"(?m){opening}") if not file.startswith(("infra/dev/", "infra/bench/"))}
    page = PAGE.read_text(encoding="utf-8").partition("## Connections")[2].partition("\n## ")[0]
    assert opened == set(re.findall(r"`([\w/]+\.py)`", page))


def test_certificates_are_checked_and_nothing_turns_that_off() -> None:
    assert files_with(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified|ssl=False") == set()


def test_cryptography_comes_from_libraries() -> None:
    assert files_with(r"\b(md5|sha1)\(|\bimport crypt\b|\bDES\b|\bECB\b") == set()
    assert not {file for file in files_with(r"import random|from random") if file.startswith("infra/access/")}


def test_what_changes_something_is_no_get() -> None:
    assert {route.method for route in api_routes() if not route.reads} <= {"POST", "DELETE"}
    assert all(route.method == "POST" for route in api_routes() if route.path.startswith("/api/commands"))
    assert all(route.method == "POST" for route in api_routes() if "sign" in route.path or "password" in route.path)


def test_headers_of_proxies_are_not_believed() -> None:
    config: Any = server_config(lambda: None)
    assert not config.proxy_headers
    texts = [file.read_text(encoding="utf-8").lower() for file in (ROOT / "infra" / "http").rglob("*.py")]
    assert not any("x-forwarded" in text or "x-real-ip" in text for text in texts)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Yield a client of an empty store that is served."""
    with (
        Embedded(Settings(data=tmp_path_factory.mktemp("empty"))) as system,
        serving(system) as address,
        httpx.Client(base_url=address) as client,
    ):
        yield client


FIXED = sorted({route.path for route in api_routes() if "{" not in route.path} - {"/api/live"})


def test_a_new_store_has_no_account(tmp_path: Path) -> None:
    with Embedded(Settings(data=tmp_path)) as system:
        assert answer(Accounts(), system.rows) == []


def test_no_route_redirects(client: httpx.Client) -> None:
    for path in (*FIXED, "/", "/api/", "/api/me/"):
        assert client.get(path, follow_redirects=False).status_code // 100 != 3, path


def test_no_folder_is_listed_and_no_request_is_echoed(client: httpx.Client) -> None:
    for path in ("/api/", "/docs/", "/../", "/infra/", "/.git/config"):
        assert client.get(path).status_code == 404, path
    for path in FIXED:
        echoed = client.request("TRACE", path, headers={"X-Secret": "seen"})
        assert (echoed.status_code, "seen" in echoed.text) == (405, False), path


def test_every_answer_names_its_media_type(client: httpx.Client) -> None:
    for path in FIXED:
        kind = client.get(path).headers["content-type"]
        assert kind.startswith(("application/", "text/html; charset=utf-8")), path
