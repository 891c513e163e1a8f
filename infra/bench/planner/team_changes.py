"""Teams with a planned day, and an endless stream of changes to it; the clock runs from the morning of the day on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.contract.commands import SignContract
from domain.decider import Refused
from domain.institution import OpenInstitution
from domain.local_time import at_local
from domain.team.commands import FormTeam, RecordAbsence, Role, WithdrawAbsence
from domain.visit.commands import CancelVisit, Need, RequestVisit
from infra.clock import ClockReading
from infra.command_handler import CommandRequest
from infra.simulate.people.residents import ResidentGenerator, form_team
from infra.system import System
from schedulers.problem import Budget

DAY = date(2026, 3, 10)
"""A Tuesday: a working day that can be planned the day before."""

MORNING = at_local(DAY, 6 * 60)
HOMES = 16
"""Visited residents of a team; a day of the simulated community has 4 to 32 visits."""

ROLES: tuple[Role, ...] = ("nurse", "nurse", "gp", "nurse")
"""The role of one visit after the other."""

OPENING = OpenInstitution(
    institution_id="I001", name="社区健康服务中心1", kind="community-health", sector="public", tier=1, district="Futian"
)

CHUNK = 1000
"""Commands of one commit before there are days to plan."""


@dataclass
class RunningClock:
    """The machine's clock with an offset."""

    ahead: timedelta

    @property
    def stands(self) -> bool:
        """Tell that the time is not the machine's."""
        return True

    def read(self) -> ClockReading:
        """Return the current time in UTC."""
        return ClockReading(now=datetime.now(UTC) + self.ahead)

    def real(self) -> datetime:
        """Return what the machine's clock says."""
        return datetime.now(UTC)

    def set(self, now: datetime, budget: Budget | None = None) -> None:  # noqa: ARG002 -- no other process is informed
        """Continue from `now`."""
        self.ahead = now - datetime.now(UTC)

    def release(self) -> None:
        """Return to the machine's time."""
        self.ahead = timedelta(0)


@dataclass
class TeamDayChanges:
    """Changes to one team's day: after each round of six it has as many visits as before."""

    team: FormTeam
    number: int = 0

    def home(self, number: int) -> str:
        """Return the id of one of the team's homes."""
        return f"{self.team.team_id}-{number % HOMES:02d}"

    def request_visit(self) -> RequestVisit:
        """Return a request for one more visit on the day."""
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

    def record_absence(self, member_id: str, starts_at: datetime, ends_at: datetime) -> RecordAbsence:
        """Return a member's absence."""
        return RecordAbsence(
            team_id=self.team.team_id,
            absence_id=self._absence_id,
            member_id=member_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason="ill",
        )

    def withdraw_absence(self) -> WithdrawAbsence:
        """Return the withdrawal of the last absence."""
        return WithdrawAbsence(team_id=self.team.team_id, absence_id=self._absence_id)

    @property
    def _absence_id(self) -> str:
        return f"A{self.team.team_id}-{self.number:05d}"

    def changes(self) -> Iterator[object]:
        """Yield changes without end: visits requested and cancelled, a nurse absent for half an hour, and back."""
        nurses = [member.member_id for member in self.team.members if member.role == "nurse"]
        while True:
            first = self.request_visit()
            yield first
            yield CancelVisit(visit_id=first.visit_id, reason="resident-asked")
            second = self.request_visit()
            starts_at = MORNING + timedelta(hours=3 + self.number % 3)
            yield self.record_absence(
                nurses[self.number // 2 % len(nurses)], starts_at, starts_at + timedelta(minutes=30)
            )
            yield second
            yield self.withdraw_absence()
            yield CancelVisit(visit_id=second.visit_id, reason="resident-asked")


def create_teams(system: System, teams: int) -> list[TeamDayChanges]:
    """Create teams with homes, and a requested visit for each home on the day."""
    formed = [TeamDayChanges(form_team(number, "I001")) for number in range(1, teams + 1)]
    commands: list[object] = [OPENING]
    residents = ResidentGenerator(1, DAY)
    for town in formed:
        commands += [town.team, *_homes(town, residents), *(town.request_visit() for _ in range(HOMES))]
    for first in range(0, len(commands), CHUNK):
        now = system.now()
        requests = [request_of(command, now) for command in commands[first : first + CHUNK]]
        refused = next((each for each in system.execute_all(requests) if isinstance(each, Refused)), None)
        if refused is not None:
            raise refused
    return formed


def _homes(town: TeamDayChanges, residents: ResidentGenerator) -> Iterator[object]:
    """Yield residents around the team's base, and their contracts."""
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


def request_of(command: object, now: datetime) -> CommandRequest:
    """Return the request of a command by the benchmark."""
    return CommandRequest(command=command, command_id=None, actor="bench", now=now)
