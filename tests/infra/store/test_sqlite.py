"""What is peculiar to a store in a SQLite file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.database.errors import NewerStoreError, StoreError, UnfitStoreError
from infra.store.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path) as opened:
        yield opened


def test_a_file_of_a_newer_layout_is_not_touched(path: Path) -> None:
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=7")
    connection.close()
    with pytest.raises(NewerStoreError, match=r"has layout 7; this program knows layouts up to 1"):
        SqliteStore(path)


def test_events_of_another_program_are_not_touched(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE stored_events (id)")
    connection.close()
    with pytest.raises(UnfitStoreError, match="did not write"):
        SqliteStore(path)


def test_what_is_no_database_is_told_so(path: Path) -> None:
    path.write_text("a diary" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(path)


def test_commits_survive_a_power_cut_and_readers_work_beside_the_writer(store: SqliteStore) -> None:
    with store._database.writing() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.last_position() == 0
