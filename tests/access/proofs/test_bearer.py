"""Bearer tokens of a real issuer on this machine: which are accepted, and how keys rotate."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from domain.account.commands import UnlinkIdentity
from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.bearer import Issuer
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.access.proofs.conftest import CHEAP
from tests.access.proofs.issuer import SmallIssuer, small_issuer
from tests.access.proofs.people import AUDIENCE, NOW, disable, later, link, record


@pytest.fixture
def issuer() -> Iterator[SmallIssuer]:
    with small_issuer() as issuer:
        yield issuer


@pytest.fixture
def served(settings: Settings, store: Path, issuer: SmallIssuer) -> Iterator[System]:
    copytree(store, settings.data)
    with Embedded(replace(settings, issuer=issuer.address, audience=AUDIENCE)) as system:
        link(system, issuer.address)
        link(system, issuer.address, "worker", "robot")
        yield system


@pytest.fixture
def door(served: System) -> Iterator[Access]:
    with Access.open(served, second_factor=True, hasher=CHEAP) as access:
        yield access


def account_of(door: Access, token: str, **time: float) -> str:
    return door.principal_of_bearer(token, later(**time)).account_id


def refused(door: Access, token: str, rule: str = "token-refused", **time: float) -> None:
    with pytest.raises(Refused, match=rule):
        door.principal_of_bearer(token, later(**time))


def test_a_token_of_the_issuer_stands_for_the_account_of_its_subject(door: Access, issuer: SmallIssuer) -> None:
    principal = door.principal_of_bearer(issuer.token(), NOW)
    assert (principal.account_id, principal.member_id, principal.session_id) == ("nurse-li", "nurse-1", "t-1")
    assert principal.methods == ("pwd", "mfa")
    assert principal.roles == {"member"}


def test_a_token_of_somebody_unknown_unlinked_or_disabled_is_refused(
    door: Access, issuer: SmallIssuer, served: System
) -> None:
    refused(door, issuer.token(sub="nobody"))
    disable(served)
    refused(door, issuer.token())
    record(served, UnlinkIdentity(account_id="worker", issuer=issuer.address, reason="end-of-duty"))
    refused(door, issuer.token(sub="robot"))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": None},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"iat": None},
        {"exp": int(later(seconds=-61).timestamp())},
        {"nbf": int(later(seconds=61).timestamp())},
        {"iat": int(later(seconds=61).timestamp())},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_a_token_for_another_place_or_time_is_refused(
    door: Access, issuer: SmallIssuer, claims: dict[str, Any]
) -> None:
    refused(door, issuer.token(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["another", AUDIENCE]},
        {"exp": int(later(seconds=-59).timestamp())},
        {"nbf": int(later(seconds=59).timestamp())},
    ],
    ids=str,
)
def test_clocks_may_differ_by_a_minute_and_a_token_may_have_two_audiences(
    door: Access, issuer: SmallIssuer, claims: dict[str, Any]
) -> None:
    assert account_of(door, issuer.token(**claims)) == "nurse-li"


def test_an_id_token_is_no_access_token(door: Access, issuer: SmallIssuer) -> None:
    for kind in ("JWT", None, "id+jwt"):
        refused(door, issuer.token(header={"typ": kind} if kind else {"typ": ""}))


def unsigned(issuer: SmallIssuer) -> str:
    head, body, _ = issuer.token().split(".")
    packed = json.loads(base64.urlsafe_b64decode(head + "=="))
    none = base64.urlsafe_b64encode(json.dumps({**packed, "alg": "none"}).encode()).decode().rstrip("=")
    return f"{none}.{body}."


def test_only_the_algorithms_of_the_list_count_and_only_the_issuers_keys(door: Access, issuer: SmallIssuer) -> None:
    kid = issuer.keys[-1].kid
    stranger = ECKey.generate_key("P-256", {"kid": str(kid)})
    refused(door, issuer.token(key=stranger))
    refused(door, issuer.token(header={"jwk": stranger.as_dict(private=False)}, key=stranger))
    refused(door, issuer.token(header={"jku": "http://127.0.0.1:1/keys"}, key=stranger))
    refused(door, issuer.token(header={"alg": "HS256"}, key=OctKey.import_key("secret " * 8)))
    refused(door, unsigned(issuer))
    head, body, signature = issuer.token().split(".")
    refused(door, f"{head}.{body[:-4]}AAAA.{signature}")
    for garbage in ("", "a.b.c", "x" * 9000, "..", "é"):
        refused(door, garbage)


def test_keys_of_rsa_are_taken_too(door: Access, issuer: SmallIssuer) -> None:
    issuer.keys.append(RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}))
    for algorithm in ("RS256", "PS256"):
        assert account_of(door, issuer.token(header={"alg": algorithm})) == "nurse-li"
    refused(door, issuer.token(header={"alg": "ES256", "kid": "key-0"}, key=issuer.keys[0], sub="nobody"))


def test_a_new_key_is_fetched_once_a_minute_at_most(door: Access, issuer: SmallIssuer) -> None:
    assert account_of(door, issuer.token()) == "nurse-li"
    for _ in range(5):
        assert account_of(door, issuer.token()) == "nurse-li"
    assert issuer.requests.count("/keys") == 1
    for number in range(5):
        refused(door, issuer.token(header={"kid": f"unknown-{number}"}), seconds=number)
    assert issuer.requests.count("/keys") == 1
    issuer.rotate()
    assert account_of(door, issuer.token(), seconds=61) == "nurse-li"
    assert issuer.requests.count("/keys") == 2


def test_keys_are_used_for_a_day_while_the_issuer_is_away(door: Access, issuer: SmallIssuer) -> None:
    assert account_of(door, issuer.token()) == "nurse-li"
    issuer.away = True
    long = issuer.token(exp=int(later(days=2).timestamp()))
    assert account_of(door, long, hours=23) == "nurse-li"
    refused(door, long, "issuer-away", hours=25)
    issuer.away = False
    refused(door, long, "issuer-away", hours=25, seconds=59)
    assert account_of(door, long, hours=25, seconds=60) == "nurse-li"


def test_an_issuer_that_names_itself_otherwise_or_redirects_is_not_believed(door: Access, issuer: SmallIssuer) -> None:
    issuer.named = "https://other.example"
    refused(door, issuer.token(), "issuer-away")
    issuer.named, issuer.redirect = issuer.address, f"{issuer.address}/elsewhere"
    refused(door, issuer.token(), "issuer-away", minutes=2)


@pytest.mark.parametrize("address", ["http://sign-in.example", "ftp://127.0.0.1", "sign-in.example", "http://[::"])
def test_an_issuer_elsewhere_is_asked_over_https_only(address: str) -> None:
    with pytest.raises(Refused, match="issuer-insecure"):
        Issuer(address, AUDIENCE)


def test_a_person_needs_more_than_a_password_and_a_service_does_not(door: Access, issuer: SmallIssuer) -> None:
    refused(door, issuer.token(amr=["pwd"]), "second-factor-missing")
    refused(door, issuer.token(amr=None, acr="2"), "second-factor-missing")
    assert door.principal_of_bearer(issuer.token(sub="robot", amr=None), NOW).roles == {"service"}


def test_where_levels_are_named_the_level_decides(settings: Settings, store: Path, issuer: SmallIssuer) -> None:
    copytree(store, settings.data)
    named = replace(settings, issuer=issuer.address, audience=AUDIENCE, accepted_acr=("silver", "gold"))
    with Embedded(named) as system:
        link(system, issuer.address)
        with Access.open(system, second_factor=True, hasher=CHEAP) as door:
            assert account_of(door, issuer.token(acr="gold")) == "nurse-li"
            refused(door, issuer.token(acr="bronze"), "second-factor-missing")
            refused(door, issuer.token(), "second-factor-missing")


def test_without_an_issuer_no_token_is_accepted(access: Access, issuer: SmallIssuer) -> None:
    refused(access, issuer.token())
