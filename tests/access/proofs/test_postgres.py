"""The same access over PostgreSQL: two processes share sessions, codes and attempts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.database import open_access_database
from infra.access.key_file import open_keys
from infra.settings import Settings
from infra.system import System
from tests.access.proofs.conftest import CHEAP
from tests.access.proofs.people import ADDRESS, NOW, OTHER, PASSWORD, code, later, signed_in, with_factor


@pytest.fixture
def pair(system: System, settings: Settings, database_url: str) -> Iterator[tuple[Access, Access]]:
    """Yield access as two processes have it: events and rows embedded, secrets in one PostgreSQL."""
    shared = replace(settings, database_url=database_url, bootstrap_servers="127.0.0.1:1")
    opened = [
        Access(system, open_access_database(shared), open_keys(shared), second_factor=False, hasher=CHEAP)
        for _ in range(2)
    ]
    yield cast(tuple[Access, Access], tuple(opened))
    for each in opened:
        each.close()


def test_sessions_codes_and_attempts_are_shared(pair: tuple[Access, Access]) -> None:
    one, other = pair
    nurse = with_factor(one, signed_in(one))
    assert nurse.enrolment is not None
    assert other.principal_of_token(nurse.token, NOW) == one.principal_of_token(nurse.token, NOW)
    entered = code(nurse.enrolment, later(minutes=1))
    other.sign_in("nurse-li", PASSWORD, entered, ADDRESS, later(minutes=1))
    with pytest.raises(Refused, match="sign-in-refused"):
        one.sign_in("nurse-li", PASSWORD, entered, ADDRESS, later(minutes=1))
    one.sign_in("nurse-li", PASSWORD, nurse.recovery_codes[0], ADDRESS, later(minutes=1))
    rules = []
    for each in range(6):
        with pytest.raises(Refused) as refused:
            pair[each % 2].sign_in("nurse-li", OTHER, None, ADDRESS, later(minutes=2))
        rules.append(refused.value.rule)
    assert rules == ["sign-in-refused"] * 5 + ["too-many-attempts"]
    assert len(one.sessions.of_account("nurse-li", later(minutes=2))) == 3
    assert other.sessions.end("nurse-li") == 3
    assert one.principal_of_token(nurse.token, NOW) is None
    one.remove_factor("nurse-li", "admin", "request")
    assert not other.factors.has("nurse-li")
