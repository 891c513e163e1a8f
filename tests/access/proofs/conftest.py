"""Fixtures of signing in: an empty store, its access with cheap hashes, and accounts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree

import pytest
from argon2 import PasswordHasher

from infra.access.accounts import Access
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.access.proofs.people import Person, signed_in, started
from tests.small_town import SEVEN

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

OpenAccess = Callable[..., Access]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", now=SEVEN, key_file=tmp_path / "config" / "key")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with the accounts `nurse-li`, a member of `east`, and `worker`, a service."""
    folder = tmp_path_factory.mktemp("accounts")
    with Embedded(Settings(data=folder, now=SEVEN)) as system:
        started(system)
    return folder


@pytest.fixture
def system(settings: Settings, store: Path) -> Iterator[System]:
    """Yield a copy of the store."""
    copytree(store, settings.data)
    with Embedded(settings) as system:
        yield system


@pytest.fixture
def open_access(system: System) -> Iterator[OpenAccess]:
    """Return a function that opens access to the store, with or without the need of a second factor."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(
            Access.open(system, **{"second_factor": False, "hasher": CHEAP, **options})
        )


@pytest.fixture
def access(open_access: OpenAccess) -> Access:
    return open_access()


@pytest.fixture
def nurse(access: Access) -> Person:
    """Return `nurse-li` with a password of their own, signed in."""
    return signed_in(access)
