"""Measures the API under load beside a bare endpoint, and live lines: memory, and the time until all have heard."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import orjson

from domain.institution import OpenInstitution
from domain.local_time import at_local
from infra.bench.figures import Figure, Goal, quantile
from infra.bench.http.load import Sending, close, hear, listen, request, send_at_rate
from infra.bench.http.processes import serving
from infra.settings import Settings
from infra.simulate.commands import execute_at_moments
from infra.simulate.community import FIRST_DAY
from infra.simulate.people.residents import ResidentGenerator, form_team
from infra.wiring import Embedded

COMMANDS_EVERY = 4
"""One request in so many is a command."""

UPDATES = 30
PAUSE_SECONDS = 0.1

BARE_SHARE = 4
"""The bare endpoint is measured for this part of the time, before and after."""

MORE_THAN_BARE_MS, TIMES_BARE = 10.0, 2.0
"""A question's slowest hundredth may take twice that of the bare endpoint, and so many milliseconds more."""

COMMAND_MS = 50.0
LIVE_MS = 100.0


def make_community(folder: Path, residents: int) -> list[str]:
    """Found an institution with one team and so many registered residents in a folder; return the residents."""
    opened = OpenInstitution(
        institution_id="I001", name="社康", kind="community-health", sector="public", tier=1, district="Futian"
    )
    team, generator = form_team(1, "I001"), ResidentGenerator(1, FIRST_DAY)
    registered = [generator.next(team)[0] for _ in range(residents)]
    now = at_local(FIRST_DAY, 6 * 60)
    with Embedded(Settings(data=folder)) as system:
        system.clock.set(now)
        execute_at_moments(system, [(now, command) for command in (opened, team, *registered)])
    return [each.resident_id for each in registered]


def measure(folder: Path, rate: int, seconds: float, lines: int, residents: int) -> list[Figure]:
    """Return the figures of so many requests a second, and of so many live lines, in a team of so many residents."""
    mixture = Mixture(make_community(folder, residents))
    with serving(None) as (_, bare_port), serving(folder) as (process, port):
        asyncio.run(_warmed_up(bare_port, port, mixture))
        bare = asyncio.run(send_at_rate(bare_port, lambda _: BARE, rate, seconds / BARE_SHARE))["bare"]
        ours = asyncio.run(send_at_rate(port, mixture.sending, rate, seconds))
        bare += asyncio.run(send_at_rate(bare_port, lambda _: BARE, rate, seconds / BARE_SHARE))["bare"]
        without = resident_kib(process.pid)
        took, with_lines = asyncio.run(_live(process.pid, port, lines, mixture))
    return [
        *_compared(QUESTIONS, ours["question"], bare, TIMES_BARE * quantile(bare, 0.99) + MORE_THAN_BARE_MS, rate),
        *_compared(COMMANDS, ours["command"], bare, COMMAND_MS, rate),
        Figure(
            name="http-live-p95",
            ours=quantile(took, 0.95),
            unit="milliseconds",
            goal=Goal(less_than=LIVE_MS),
            size=lines,
        ),
        Figure(name="http-live-p50", ours=quantile(took, 0.5), unit="milliseconds", size=lines),
        Figure(name="http-live-memory", ours=(with_lines - without) / lines, unit="kilobytes", size=lines),
    ]


SHARES = (0.5, 0.95, 0.99)
QUESTIONS = ("http-questions-p50", "http-questions-p95", "http-questions-p99")
COMMANDS = ("http-commands-p50", "http-commands-p95", "http-commands-p99")


def _compared(names: tuple[str, ...], ours: list[float], bare: list[float], goal: float, rate: int) -> Iterator[Figure]:
    """Yield the quantiles of a kind of request beside those of the bare endpoint; the last one has the goal."""
    for name, share in zip(names, SHARES, strict=True):
        mine, limit = quantile(ours, share), quantile(bare, share)
        yield Figure(
            name=name,
            ours=mine,
            unit="milliseconds",
            limit_name="bare-endpoint",
            limit=limit,
            ratio=limit / mine,
            goal=Goal(less_than=goal) if share == SHARES[-1] else None,
            size=rate,
        )


class Mixture:
    """Questions about a team and its residents, and between them commands about residents."""

    def __init__(self, residents: list[str]) -> None:
        self._residents = residents
        self._commands = 0

    def sending(self, number: int) -> Sending:
        """Return the request of a number."""
        if number % COMMANDS_EVERY == 0:
            return self.command()
        resident_id = self._residents[number * 7919 % len(self._residents)]
        paths = (
            f"/api/questions/ResidentCard?resident_id={resident_id}",
            "/api/questions/TeamMembers?team_id=T0001",
            f"/api/questions/VisitsOn?team_id=T0001&day={FIRST_DAY.isoformat()}",
        )
        return request("question", "GET", paths[number % len(paths)])

    def command(self) -> Sending:
        """Return the next command: a resident chooses the channel of notices."""
        self._commands += 1
        turn, place = divmod(self._commands, len(self._residents))
        channel = ("message", "call")[turn % 2]
        body = orjson.dumps({"resident_id": self._residents[place], "channel": channel})
        key = f"Idempotency-Key: bench-{self._commands}"
        return request("command", "POST", "/api/commands/ChooseChannel", body, key)


BARE = request("bare", "GET", "/bare")


async def _warmed_up(bare_port: int, port: int, mixture: Mixture) -> None:
    await send_at_rate(bare_port, lambda _: BARE, 50, 1)
    await send_at_rate(port, mixture.sending, 50, 2)


async def _live(pid: int, port: int, lines: int, mixture: Mixture) -> tuple[list[float], int]:
    opened = await listen(port, lines)
    took = await hear(port, opened, [mixture.command() for _ in range(UPDATES)], PAUSE_SECONDS)
    memory = resident_kib(pid)
    await close(opened)
    return took, memory


def resident_kib(pid: int) -> int:
    """Return the memory that a process holds, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
