"""The log of reads: nothing is lost, the newest comes first, and a resident finds their own quickly."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.access.reads import Read, Reads, SqliteReads

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def read(number: int = 1, *residents: str) -> Read:
    return Read(
        at=NOON + timedelta(seconds=number),
        account_id=f"account-{number}",
        session_id="session-1",
        roles=("leader", "member"),
        purpose="treatment",
        what="TeamCaseload",
        resident_ids=residents or ("li", "wang"),
        request_id=f"request-{number}",
        outcome="shown",
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Reads]:
    opened = SqliteReads(tmp_path / "reads.db")
    yield opened
    opened.close()


def test_a_read_is_on_record_as_it_was(log: Reads) -> None:
    log.record(read())
    assert [replace(each, read_id=0) for each in log.newest()] == [read()]


def test_a_resident_finds_who_has_seen_their_record_the_newest_read_first(log: Reads) -> None:
    for number, residents in enumerate((("li",), ("wang",), ("li", "wang")), start=1):
        log.record(read(number, *residents))
    assert [each.account_id for each in log.of_resident("li")] == ["account-3", "account-1"]
    newest = log.of_resident("li", limit=1)
    assert [each.account_id for each in log.of_resident("li", before=newest[-1].read_id)] == ["account-1"]


def test_reads_of_many_threads_are_all_on_record_when_they_are_answered(log: Reads) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: log.record(read(number, f"r{number}")), range(200)))
    assert {each.account_id for each in log.newest(limit=1000)} == {f"account-{number}" for number in range(200)}


def test_a_read_that_cannot_be_written_is_refused_to_each_who_waits_for_it(log: Reads) -> None:
    log.close()
    refusals: list[BaseException] = []

    def attempt() -> None:
        try:
            log.record(read())
        except Exception as error:
            refusals.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refusals) == 4


def test_the_log_outlives_the_process(tmp_path: Path) -> None:
    first = SqliteReads(tmp_path / "reads.db")
    first.record(read())
    first.close()
    again = SqliteReads(tmp_path / "reads.db")
    assert len(again.newest()) == 1
    again.close()
