"""Figures of the log of reads: `python -m tests.access.bench_reads [ROWS]`, ten million rows by default.

It prints the cost of one read on record for few and many residents, from one thread and from sixteen, and the time in
which a resident learns who has seen their record.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.access.reads import Read, SqliteReads

RESIDENTS = 150_000
EACH = 50
START = datetime(2026, 1, 1, tzinfo=UTC)


def read(number: int, residents: int) -> Read:
    """Return a read of some residents, spread over all."""
    first = number * 7919
    return Read(
        at=START + timedelta(seconds=number),
        account_id=f"account-{number % 400}",
        session_id=None,
        roles=("leader",),
        purpose="treatment",
        what="TeamCaseload",
        resident_ids=tuple(sorted({f"r{(first + each) % RESIDENTS:06}" for each in range(residents)})),
        request_id=f"request-{number}",
        outcome="shown",
    )


def milliseconds(act: Callable[[int], object], times: int) -> float:
    """Return the mean time of a call."""
    begun = time.perf_counter()
    for number in range(times):
        act(number)
    return (time.perf_counter() - begun) * 1000 / times


def main(rows: int) -> None:
    """Fill a log and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        log = SqliteReads(Path(folder) / "reads.db")
        begun = time.perf_counter()
        for first in range(0, rows // EACH, 2000):
            log._write([read(number, EACH) for number in range(first, min(first + 2000, rows // EACH))])
        print(f"filled with {rows} rows in {time.perf_counter() - begun:.0f} s")  # noqa: T201
        for residents in (1, 20, 1500):
            once = milliseconds(lambda number: log.record(read(10**7 + number, residents)), 50)  # noqa: B023
            print(f"a read of {residents} residents on record: {once:.2f} ms")  # noqa: T201
        with ThreadPoolExecutor(16) as threads:
            begun = time.perf_counter()
            list(threads.map(lambda number: log.record(read(2 * 10**7 + number, 20)), range(800)))
            each = (time.perf_counter() - begun) * 1000 / 800
        print(f"a read of 20 residents, 16 threads at once: {each:.2f} ms")  # noqa: T201
        answered = milliseconds(lambda number: log.of_resident(f"r{number * 101 % RESIDENTS:06}", limit=1000), 50)
        print(f"who has seen a record: {answered:.2f} ms")  # noqa: T201
        log.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10**7)
