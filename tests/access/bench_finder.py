"""Figures of the finder: `python -m tests.access.bench_finder [RESIDENTS]`, 100,000 residents by default.

It prints how long a name takes among the residents of a team and among all, how long the first search by phone takes
among as many new residents, and how long the next one.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from infra.bench.store.residents import OPENING, CommandSource
from infra.finder.search import search
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded

PHONE = "13812345678"

SURNAMES, SECOND = "王李张刘陈", "秀建桂德玉"

SOME = 1500
"""Residents of a team."""


def milliseconds(act: Callable[[], object], times: int) -> float:
    """Return the mean time of a call."""
    begun = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - begun) * 1000 / times


def rows_of_residents(system: Embedded, residents: int) -> None:
    """Write the rows of residents, the first of them under contracts of a team, without their events."""
    with system.rows._file.writing() as cursor:
        cursor.executemany(
            "INSERT INTO residents_v1 (resident_id, institution_id, name, phone, address) VALUES (?, 'i1', ?, ?, ?)",
            [
                (
                    f"row-{n}",
                    f"{SURNAMES[n % 5]}{SECOND[n // 5 % 5]}{chr(0x4E00 + n % 5000)}",
                    "",
                    f"福华路{n}号",
                )
                for n in range(residents)
            ],
        )
        cursor.executemany(
            "INSERT INTO caseload_v1 (contract_id, resident_id, team_id, ends_on) VALUES (?, ?, 'east', '2099-12-31')",
            [(f"contract-{n}", f"row-{n}") for n in range(SOME)],
        )


def registered(system: System, residents: int) -> None:
    """Register residents, in commits of 3,000 events."""
    source = CommandSource()
    system.execute_all([OPENING])
    for first in range(0, residents, 1000):
        system.execute_all(source.more(min(1000, residents - first)))


def main(residents: int) -> None:
    """Fill a system and print the figures."""
    with tempfile.TemporaryDirectory() as folder, Embedded(Settings(data=Path(folder) / "data")) as system:
        system.store.begins = lambda: "simulated"
        registered(system, residents // 5)
        first, then = (milliseconds(lambda: search(system, None, PHONE), times) for times in (1, 20))
        print(f"first search by phone, {residents // 5} residents: {first:.0f} ms, the next one {then:.1f} ms")  # noqa: T201
        rows_of_residents(system, residents - residents // 5)
        for text in ("王秀一", "李建", "福华路 张", "不存在"):
            of_team = milliseconds(lambda: search(system, None, text, team_id="east"), 10)  # noqa: B023
            of_all = milliseconds(lambda: search(system, None, text), 3)  # noqa: B023
            print(f"{text}: among {SOME} residents {of_team:.0f} ms, among {residents} {of_all:.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
