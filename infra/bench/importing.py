"""The import of a city's register, measured: seconds, memory, and how long a command beside it waits; then killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from domain.institution import OpenInstitution
from domain.resident.identity import check_digit
from infra.bench.figures import Figure, Goal
from infra.settings import Settings
from infra.store.sqlite import SqliteStore
from infra.wiring import open_system

NOW = "2026-03-02T07:00"
OF_A_TEAM = 1500
KINDS = ("institutions", "teams", "residents", "contracts")
GOAL_SECONDS, GOAL_KILOBYTES, GOAL_WAIT = 60.0, 300_000.0, 1000.0
GOAL_RESIDENTS = 200_000
"""The goals hold for so many residents."""

EVERY_SECONDS = 0.1
"""A command beside the import follows the one before after so long."""


def write_files(folder: Path, residents: int) -> list[Path]:
    """Write an institution, its teams, residents and their contracts."""
    folder.mkdir(parents=True)
    teams = max(1, residents // OF_A_TEAM)
    lines: dict[str, list[str]] = {
        "institutions": [
            "institution_id,name,kind,sector,tier,district,x,y",
            "i1,East,community-health,public,1,Nanshan,0,0",
        ],
        "teams": [
            "team_id,institution_id,base_x,base_y,member_id,role,weekdays,starts,ends,licence,registered_in,practising_since"
        ],
    }
    for team in range(teams):
        lines["teams"].append(f"t{team},i1,0,0,d{team},gp,1-5,08:00,17:00,general-practice,SZ,2015-07-01")
        lines["teams"].append(f"t{team},i1,0,0,n{team},nurse,1-5,08:00,17:00,,,")
    for kind, rows in lines.items():
        (folder / f"{kind}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with (
        (folder / "residents.csv").open("w", encoding="utf-8") as people,
        (folder / "contracts.csv").open("w", encoding="utf-8") as contracts,
    ):
        people.write(
            "resident_id,institution_id,evidence,resident_since,name,phone,identity_number,address,born_on,home_x,home_y\n"
        )
        contracts.write("contract_id,resident_id,team_id,signed_on,starts_on,agreement_read\n")
        for each in range(residents):
            born = f"{1930 + each % 80}-{each // 80 % 12 + 1:02}-{each // 960 % 28 + 1:02}"
            body = f"44{each // 26_880_000:01}305{born.replace('-', '')}{each // 26_880 % 999 + 1:03}"
            people.write(
                f"r{each},i1,household-registration,2010-05-01,居民,138{each:08},{body}{check_digit(body)},东街{each}号,"
                f"{born},{each % 3000},{each % 2000}\n"
            )
            contracts.write(f"c{each},r{each},t{each % teams},2026-03-01,2026-03-01,yes\n")
    return [folder / f"{kind}.csv" for kind in KINDS]


def measure(folder: Path, residents: int) -> list[Figure]:
    """Return the figures of one import with commands beside it, and of one that is killed and repeated."""
    files = write_files(folder / "files", residents)
    waits: list[float] = []
    with ConcurrentCommands(folder / "data", waits):
        seconds, kilobytes = run(files, folder / "data")
    goals = residents >= GOAL_RESIDENTS
    return [
        Figure(
            name="import-seconds",
            ours=seconds,
            unit="seconds",
            size=residents,
            goal=Goal(less_than=GOAL_SECONDS) if goals else None,
        ),
        Figure(name="import-memory", ours=kilobytes, unit="kilobytes", goal=Goal(less_than=GOAL_KILOBYTES)),
        Figure(
            name="import-longest-wait",
            ours=max(waits, default=0.0) * 1000,
            unit="milliseconds",
            size=len(waits),
            goal=Goal(less_than=GOAL_WAIT),
        ),
        killed(folder / "killed", seconds / 2 * 0.1, residents // 10),
    ]


def run(files: list[Path], data: Path) -> tuple[float, float]:
    """Import files in a process of its own; return its seconds, and its largest memory in kilobytes."""
    began = time.perf_counter()
    process = start(files, data)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    return time.perf_counter() - began, float(usage.ru_maxrss)


def start(files: list[Path], data: Path) -> "subprocess.Popen[bytes]":
    """Start an import."""
    words = ["import", *map(str, files), "--data", str(data), "--now", NOW, "--json"]
    program = "from infra.cli.main import main; main()"
    return subprocess.Popen([sys.executable, "-c", program, *words], stdout=subprocess.DEVNULL)  # noqa: S603 -- ours


def killed(folder: Path, after: float, residents: int) -> Figure:
    """Kill an import that has begun to store, repeat it, and return how many rows are missing or there twice."""
    files = write_files(folder / "files", residents)
    data = folder / "data"
    process = start(files, data)
    while process.poll() is None and registered(data) < residents // 3:
        time.sleep(0.05)
    time.sleep(min(after, 0.2))
    process.send_signal(signal.SIGKILL)
    process.wait()
    run(files, data)
    wrong = abs(registered(data) - residents) + abs(registered(data, "contract.signed.v1") - residents)
    return Figure(name="import-killed", ours=wrong, unit="rows", size=residents, goal=Goal(less_than=1))


def registered(data: Path, name: str = "resident.registered.v1") -> int:
    """Return how many residents are registered, or another event is there."""
    if not (data / "events.db").exists():
        return 0
    with SqliteStore(data / "events.db") as store, store.reading() as view:
        (count,) = view.cursor.execute("SELECT count(*) FROM stored_events WHERE topic = ?", (name,)).fetchone()
    return int(count)


class ConcurrentCommands:
    """Gives commands while an import runs, and measures how long each takes."""

    def __init__(self, data: Path, waits: list[float]) -> None:
        self._data = data
        self._waits = waits
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._give)

    def _give(self) -> None:
        now = datetime.fromisoformat(f"{NOW}+08:00").astimezone(UTC)
        with open_system(Settings(data=self._data, now=now)) as system:
            while not self._over.wait(EVERY_SECONDS):
                number = len(self._waits)
                command = OpenInstitution(
                    institution_id=f"clinic-{number}",
                    name="Beside",
                    kind="clinic",
                    sector="private",
                    tier=1,
                    district="E",
                )
                began = time.perf_counter()
                system.execute(command, actor="bench")
                self._waits.append(time.perf_counter() - began)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *failure: object) -> None:
        self._over.set()
        self._thread.join()
