"""The log of reads in PostgreSQL: nothing of many threads is lost, and a resident finds their own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from infra.access.reads import Read, open_postgres_reads


def read(number: int, *residents: str) -> Read:
    return Read(
        at=datetime(2026, 3, 2, 4, tzinfo=UTC) + timedelta(seconds=number),
        account_id=f"account-{number}",
        session_id=None,
        roles=("auditor",),
        purpose="complaint",
        what="TeamCaseload",
        resident_ids=residents,
        request_id=None,
        outcome="shown",
    )


def test_postgresql_keeps_the_same_log(database_url: str) -> None:
    log = open_postgres_reads(database_url)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: log.record(read(number, "li", f"r{number}")), range(20)))
    assert len(log.of_resident("li")) == 20
    assert [replace(each, read_id=0) for each in log.of_resident("r7")] == [read(7, "li", "r7")]
    log.close()
