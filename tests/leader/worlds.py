"""Small worlds for the leader's day: one institution, the team t1 with the doctor dr and nurses, residents r1, r2, ...

Everybody works Monday to Friday from 8 to 17 with a break from 12 to 13. Visits are requested for Tuesday 2026-03-10.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

from click.testing import CliRunner, Result

from domain.contract.commands import SignContract
from domain.decider import TeamDay
from domain.institution import OpenInstitution
from domain.local_time import LOCAL, at_local
from domain.resident.commands import Personal, RegisterResident
from domain.roster.events import RosterAnswer
from domain.team.commands import FormTeam, Licence, LicenceKind, Member, Role, Shift
from domain.visit.commands import Need, RequestVisit
from infra.cli.main import cli
from infra.planning.plan_day import FULL, newest_answer, plan_day
from infra.planning.published_roster import read_published
from infra.settings import Settings
from infra.wiring import Embedded
from schedulers.problem import Budget, Problem

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
EVENING = at_local(MONDAY, 20 * 60)
SETTING_UP = at_local(date(2026, 3, 1), 8 * 60)

WEEK = tuple(Shift(weekday=day, starts=480, ends=1020, break_starts=720, break_ends=780) for day in range(5))
LICENCES: dict[Role, LicenceKind] = {"gp": "general-practice", "nurse": "nursing", "rehab": "therapy"}
HOMES = ((500, 300), (800, -200), (-400, 600), (300, 300), (900, 900), (-700, 500), (905, 900), (-300, -200))


def at(time: str, day: date = TUESDAY) -> datetime:
    """Return a moment of a day, from a local time like 08:05."""
    hours, minutes = time.split(":")
    return at_local(day, int(hours) * 60 + int(minutes))


def member(member_id: str, role: Role, shifts: Sequence[Shift] = WEEK) -> Member:
    """Return a member who goes by e-bike; a nurse has every qualification for a home."""
    return Member(
        member_id=member_id,
        role=role,
        shifts=tuple(shifts),
        travels_by="e-bike",
        qualifications=("visiting", "wound-care", "catheter-care") if role == "nurse" else (),
        licences=(Licence(kind=LICENCES[role], registered_in="SZ", practising_since=date(2010, 7, 1)),),
    )


DOCTOR, N1, N2 = member("dr", "gp"), member("n1", "nurse"), member("n2", "nurse")


@contextmanager
def in_this_process(workers: int = 1) -> Iterator[Executor]:
    """Open a pool that solves in threads: no process has to start."""
    with ThreadPoolExecutor(workers) as executor:
        yield executor


def identity_number(number: int) -> str:
    """Return a well-formed identity number of somebody who was born on 1940-01-01."""
    body = f"44030019400101{number:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


class World:
    """An embedded system with a clock that a test moves."""

    def __init__(self, folder: Path, members: Sequence[Member] = (DOCTOR, N1, N2), now: datetime = SETTING_UP) -> None:
        self.folder, self.moment = folder, now
        self.team_id = "t1"
        self.give(
            OpenInstitution(
                institution_id="i1", name="East", kind="community-health", sector="public", tier=1, district="Nanshan"
            ),
            FormTeam(team_id="t1", institution_id="i1", base_x=0, base_y=0, members=tuple(members)),
        )

    @contextmanager
    def open(self, now: datetime | None = None) -> Iterator[Embedded]:
        """Open the system as of now."""
        self.moment = now or self.moment
        with Embedded(Settings(data=self.folder, now=self.moment)) as system:
            yield system

    def copied(self, folder: Path) -> "World":
        """Return the same world in another folder, for a test that changes it."""
        other = copy(self)
        other.folder = Path(copytree(self.folder, folder / "copied"))
        return other

    def give(self, *commands: object, now: datetime | None = None, actor: str = "leader") -> None:
        """Run commands one after the other and all that follows from them; a refusal fails the test."""
        with self.open(now) as system:
            for command in commands:
                system.execute(command, actor=actor)

    def resident(self, number: int, x: int, y: int, nurse_id: str | None = None) -> None:
        """Register resident r<number> at a place in metres, and sign the contract c<number>."""
        self.give(
            RegisterResident(
                resident_id=f"r{number}",
                institution_id="i1",
                evidence="household-registration",
                resident_since=date(2010, 5, 1),
                homebound=True,
                personal=Personal(
                    name=f"Resident {number}",
                    phone=f"1380000{number:04d}",
                    identity_number=identity_number(number),
                    address=f"Lane {number}",
                    born_on=date(1940, 1, 1),
                    home_x=x,
                    home_y=y,
                ),
            ),
            SignContract(
                contract_id=f"c{number}",
                resident_id=f"r{number}",
                team_id="t1",
                signed_on=self.moment.date(),
                starts_on=self.moment.date(),
                agreement_read=True,
                nurse_id=nurse_id,
            ),
        )

    def residents(self, count: int, nurses: Callable[[int], str | None] = lambda _: None) -> None:
        """Register the first residents at their homes."""
        for number, (x, y) in enumerate(HOMES[:count], start=1):
            self.resident(number, x, y, nurses(number))

    def visit(
        self,
        visit_id: str,
        resident: int,
        *,
        role: Role = "nurse",
        minutes: int = 30,
        day: date = TUESDAY,
        last: date | None = None,
        needs: Sequence[Need] = (),
        now: datetime | None = None,
        **more: Any,
    ) -> None:
        """Request a visit on a day, or from that day to the last one."""
        self.give(
            RequestVisit(
                visit_id=visit_id,
                resident_id=f"r{resident}",
                team_id="t1",
                contract_id=f"c{resident}",
                purpose="home-call",
                needs=tuple(needs) or (Need(roles=(role,), minutes=minutes),),
                window_from=day,
                window_to=last or day,
                **more,
            ),
            now=now,
        )

    def plan(self, day: date = TUESDAY, now: datetime = EVENING, budget: Budget = FULL) -> RosterAnswer:
        """Plan a day and return what is published."""
        with self.open(now) as system:
            plan_day(system, day, team_id="t1", budget=budget, solvers=in_this_process)
        return self.published(day)

    def problem(self, day: date = TUESDAY) -> Problem:
        """Return the stored problem of the newest published roster."""
        with self.open() as system:
            return read_published(system.store, TeamDay("t1", day)).problem()

    def command_line(self, *words: str, now: str | None = None) -> Result:
        """Give a command by its words, as of now or a local moment like 2026-03-10T08:05."""
        moment = now or self.moment.astimezone(LOCAL).isoformat()
        return CliRunner().invoke(cli, [*words, "--data", str(self.folder), "--now", moment])

    def published(self, day: date = TUESDAY) -> RosterAnswer:
        """Return the newest published roster."""
        with self.open() as system:
            answer = newest_answer(system.store, TeamDay("t1", day))
        assert answer is not None
        return answer


def overrun(folder: Path) -> World:
    """Return one nurse, and a visit to each of three residents."""
    return _visits_to_three(World(folder, (DOCTOR, N1)))


def three_visits(folder: Path) -> World:
    """Return two nurses, and a visit to each of three residents."""
    return _visits_to_three(World(folder))


def _visits_to_three(world: World) -> World:
    world.residents(3)
    for number in (1, 2, 3):
        world.visit(f"V{number}", number)
    return world


def began_early(folder: Path) -> World:
    """Return one nurse, and a visit from 14 to 15."""
    world = World(folder, (DOCTOR, N1))
    world.residents(3)
    world.visit("V1", 1, opens_at=840, closes_at=900)
    return world


def urgent(folder: Path) -> World:
    """Return one nurse, and two visits with wide windows."""
    world = World(folder, (DOCTOR, N1))
    world.residents(3)
    for visit_id, number in (("A", 1), ("B", 2)):
        world.visit(visit_id, number, opens_at=480, closes_at=1000)
    return world


def balance(folder: Path) -> World:
    """Return two nurses and eight visits that either can make."""
    world = World(folder)
    world.residents(8)
    for number in range(1, 9):
        world.visit(f"V{number}", number)
    return world


def nobody_works(folder: Path) -> World:
    """Return visits on a Friday, a make-up working Saturday, a Sunday, and the first day of the Lunar Year of 2026."""
    world = World(folder, now=at_local(date(2026, 2, 2), 8 * 60))
    world.residents(3)
    for visit_id, number, day in (("V1", 1, 13), ("V2", 2, 14), ("V3", 3, 17), ("V4", 1, 15)):
        world.visit(visit_id, number, day=date(2026, 2, day))
    return world


def double(folder: Path) -> World:
    """Return a visit by a nurse and then, 20 to 60 minutes after the nurse's start, a doctor."""
    world = World(folder)
    world.residents(1)
    needs = (Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20))
    world.visit("A", 1, needs=needs, sync="sequential", least_gap=20, most_gap=60)
    return world


def named(folder: Path) -> World:
    """Return eight visits of 40 minutes; contracts and visits name n1 and n2 in turn."""
    world = World(folder)

    def nurse(number: int) -> str:
        return "n1" if number % 2 else "n2"

    world.residents(8, nurse)
    for number in range(1, 9):
        world.visit(f"V{number}", number, needs=(Need(roles=("nurse",), minutes=40, named_id=nurse(number)),))
    return world


def sixty(folder: Path) -> World:
    """Return two nurses and sixty visits, more than they can make."""
    world = World(folder)
    for number in range(1, 61):
        world.resident(number, (number * 7919) % 5001 - 2500, (number * 104729) % 5001 - 2500)
        world.visit(f"V{number}", number, minutes=20 + number % 4 * 10, priority=4 + number % 4)
    return world


def no_rest(folder: Path) -> World:
    """Return one nurse who works from 7 to 19 without a break, and 22 visits."""
    long = tuple(Shift(weekday=day, starts=420, ends=1140) for day in range(5))
    world = World(folder, (DOCTOR, member("n1", "nurse", long)))
    world.residents(8)
    for number in range(1, 23):
        world.visit(f"V{number}", number % 8 + 1)
    return world


def one_address(folder: Path) -> World:
    """Return one nurse, two visits to one home, one of them before 10, and a visit elsewhere."""
    world = World(folder, (DOCTOR, N1))
    world.residents(3)
    world.visit("V1", 1, minutes=15)
    world.visit("V2", 2)
    world.visit("V3", 1, minutes=15, opens_at=480, closes_at=600)
    return world
