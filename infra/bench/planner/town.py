"""Teams with a planned day, and the changes that keep coming to it; the clock runs, but from the day's morning on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.contract.commands import SignContract
from domain.decider import Refused
from domain.institution import OpenInstitution
from domain.local_time import at_local
from domain.team.commands import FormTeam, RecordAbsence, Role, WithdrawAbsence
from domain.visit.commands import CancelVisit, Need, RequestVisit
from infra.command_handler import CommandRequest
from infra.distributed.clock import ClockReading
from infra.simulate.people.residents import ResidentGenerator, form_team
from infra.wiring import System
from schedulers.problem import Budget

DAY = date(2026, 3, 10)
"""A Tuesday: people work, and the day before it can be planned already."""

MORNING = at_local(DAY, 6 * 60)
HOMES = 16
"""ResidentGenerator of a team to whom somebody goes; a day of the simulated community has 4 to 32 visits."""

ROLES: tuple[Role, ...] = ("nurse", "nurse", "gp", "nurse")
"""Who is wanted by one visit after the other."""

OPENING = OpenInstitution(
    institution_id="I001", name="社区健康服务中心1", kind="community-health", sector="public", tier=1, district="Futian"
)

TOGETHER = 1000
"""Commands of one commit while there are no days to plan yet."""


@dataclass
class RunningClock:
    """The machine's clock, so much ahead (or behind)."""

    ahead: timedelta

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        return ClockReading(now=datetime.now(UTC) + self.ahead)

    def set(self, now: datetime, budget: Budget | None = None) -> None:  # noqa: ARG002 -- nobody else is told
        """Go on from `now`."""
        self.ahead = now - datetime.now(UTC)

    def release(self) -> None:
        """Let the machine tell the time again."""
        self.ahead = timedelta(0)


@dataclass
class Visits:
    """One team's day as changes come to it: it has as many visits after each round of six as before."""

    team: FormTeam
    number: int = 0

    def home(self, number: int) -> str:
        """Return the number of one of the team's homes."""
        return f"{self.team.team_id}-{number % HOMES:02d}"

    def ask(self) -> RequestVisit:
        """Ask for one more visit on the day."""
        self.number += 1
        home, role = self.home(self.number), ROLES[self.number % len(ROLES)]
        return RequestVisit(
            visit_id=f"V{self.team.team_id}-{self.number:05d}",
            resident_id=f"R{home}",
            team_id=self.team.team_id,
            contract_id=f"C{home}",
            purpose="home-call",
            needs=(Need(roles=(role,), minutes=15),),
            window_from=DAY,
            window_to=DAY,
        )

    def away(self, member_id: str, starts_at: datetime, ends_at: datetime) -> RecordAbsence:
        """Let a member be away for a while."""
        return RecordAbsence(
            team_id=self.team.team_id,
            absence_id=self._absence_id,
            member_id=member_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason="ill",
        )

    def back(self) -> WithdrawAbsence:
        """Let whoever was away last be there after all."""
        return WithdrawAbsence(team_id=self.team.team_id, absence_id=self._absence_id)

    @property
    def _absence_id(self) -> str:
        return f"A{self.team.team_id}-{self.number:05d}"

    def changes(self) -> Iterator[object]:
        """Yield changes without end: visits asked for and called off, a nurse away for half an hour, and back."""
        nurses = [member.member_id for member in self.team.members if member.role == "nurse"]
        while True:
            first = self.ask()
            yield first
            yield CancelVisit(visit_id=first.visit_id, reason="resident-asked")
            second = self.ask()
            starts_at = MORNING + timedelta(hours=3 + self.number % 3)
            yield self.away(nurses[self.number // 2 % len(nurses)], starts_at, starts_at + timedelta(minutes=30))
            yield second
            yield self.back()
            yield CancelVisit(visit_id=second.visit_id, reason="resident-asked")


def found(system: System, teams: int) -> list[Visits]:
    """Make teams with homes, and a visit asked for by each of these on the day."""
    formed = [Visits(form_team(number, "I001")) for number in range(1, teams + 1)]
    commands: list[object] = [OPENING]
    for town in formed:
        commands += [town.team, *_homes(town), *(town.ask() for _ in range(HOMES))]
    for first in range(0, len(commands), TOGETHER):
        now = system.now()
        asked = [asked_for(command, now) for command in commands[first : first + TOGETHER]]
        wrong = next((each for each in system.execute_all(asked) if isinstance(each, Refused)), None)
        if wrong is not None:
            raise wrong
    return formed


def _homes(town: Visits) -> Iterator[object]:
    """Yield residents around the team's base, and their contracts."""
    residents = ResidentGenerator(1, DAY)
    for number in range(HOMES):
        registered, _ = residents.next(town.team)
        home, signed_on = town.home(number), DAY - timedelta(days=30)
        yield replace(registered, resident_id=f"R{home}")
        yield SignContract(
            contract_id=f"C{home}",
            resident_id=f"R{home}",
            team_id=town.team.team_id,
            signed_on=signed_on,
            starts_on=signed_on,
            agreement_read=True,
        )


def asked_for(command: object, now: datetime) -> CommandRequest:
    """Return a command as somebody of the bench gives it."""
    return CommandRequest(command=command, command_id=None, actor="bench", now=now)
