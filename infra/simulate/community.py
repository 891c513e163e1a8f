"""A community from its first day: institutions, teams, residents, contracts and beds, then one day after the other."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from domain.contract.commands import SignContract
from domain.decider import Refused
from domain.event import value
from domain.institution import GroupCount, OpenInstitution, RecordCensus
from domain.local_time import at_local
from domain.team.commands import FormTeam
from infra.planning.solver_pool import pool
from infra.simulate import figures
from infra.simulate.days.day import Days
from infra.simulate.give import give
from infra.simulate.people.alliances import founded
from infra.simulate.people.residents import Residents, form_team
from infra.wiring import System
from projections.caseload import CASELOAD_V1
from projections.counts import count_rows
from projections.residents import RESIDENTS_V1
from projections.roster_board import ROSTERS_V1
from projections.visits import VISITS_V1

FIRST_DAY = date(2026, 3, 6)
"""The first simulated day if none is told: a Friday, so that a fortnight ends on a working day."""

CHUNK = 1000

Progress = Callable[[str, int, int], None]


@value
class Summary:
    """What a simulation made."""

    teams: int
    residents: int
    contracts: int
    first_day: date
    last_day: date
    events: int
    rosters: int
    visits_done: int


def simulate(
    system: System,
    teams: int,
    days: int,
    seed: int,
    first_day: date = FIRST_DAY,
    progress: Progress | None = None,
    *,
    weeks: bool = True,
) -> Summary:
    """Make a community and let it live for `days` days. The last one is left at seven in the morning, unplanned.

    Without `weeks` none is spread before its days are planned; planners elsewhere spread them in any case.

    Refused `store-not-empty`, `number-too-small`.
    """
    if min(teams, days) < 1:
        raise Refused("number-too-small", teams=teams, days=days)
    if system.store.last_position():
        raise Refused("store-not-empty", events=system.store.last_position())
    community = Founding(system, teams, seed, first_day, progress)
    founded = community.found()
    with pool() as executor:
        life = Days(system, executor, founded, Residents(seed, first_day, prefix="N"), seed, weeks=weeks)
        for number in range(days):
            day = first_day + timedelta(days=number)
            life.live(day, days_left=days - 1 - number)
            if progress is not None:
                progress("days", number + 1, days)
    return Summary(
        teams=teams,
        residents=count_rows(system.rows, RESIDENTS_V1),
        contracts=count_rows(system.rows, CASELOAD_V1),
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        events=system.store.last_position(),
        rosters=count_rows(system.rows, ROSTERS_V1),
        visits_done=count_rows(system.rows, VISITS_V1, status="completed"),
    )


class Founding:
    """The first morning: what was there before the simulated days begin."""

    def __init__(self, system: System, teams: int, seed: int, first_day: date, progress: Progress | None) -> None:
        self._system = system
        self._teams = teams
        self._seed = seed
        self._first_day = first_day
        self._now = at_local(first_day, 6 * 60)
        self._progress = progress
        self._random = Random(f"{seed}:founding")  # noqa: S311 -- a simulation, not a secret

    def found(self) -> list[FormTeam]:
        """Open institutions, form teams, and let their residents sign."""
        self._system.clock.set(self._now)
        institutions = -(-self._teams // figures.TEAMS_PER_INSTITUTION)
        opened: list[object] = [
            OpenInstitution(
                institution_id=f"H{tier}",
                name=name,
                kind="hospital",
                sector="public",
                tier=tier,
                district="Futian",
            )
            for tier, name in ((2, "区人民医院"), (3, "市人民医院"))
        ]
        for number in range(1, institutions + 1):
            opened += self._institution(number)
        formed = [
            form_team(number, f"I{1 + (number - 1) // figures.TEAMS_PER_INSTITUTION:03d}")
            for number in range(1, self._teams + 1)
        ]
        self._give([*opened, *formed, *founded([f"I{number:03d}" for number in range(1, institutions + 1)])])
        self._let_sign(formed)
        return formed

    def _institution(self, number: int) -> list[object]:
        institution_id = f"I{number:03d}"
        teams = min(figures.TEAMS_PER_INSTITUTION, self._teams - (number - 1) * figures.TEAMS_PER_INSTITUTION)
        signed = teams * figures.RESIDENTS_PER_TEAM
        population = figures.PEOPLE_PER_INSTITUTION * teams // figures.TEAMS_PER_INSTITUTION
        shares = dict(figures.GROUP_SHARES)
        elders = shares["elder"]
        shares["hypertension"] = elders * figures.ELDER_HYPERTENSION + (1 - elders) * shares["hypertension"]
        shares["diabetes"] = elders * figures.ELDER_DIABETES + (1 - elders) * shares["diabetes"]
        groups = tuple(
            GroupCount(group=group, people=round(signed * share / figures.GROUP_COVERED))
            for group, share in sorted(shares.items())
        )
        base = form_team(1 + (number - 1) * figures.TEAMS_PER_INSTITUTION, institution_id)
        return [
            OpenInstitution(
                institution_id=institution_id,
                name=f"社区健康服务中心{number}",
                kind="community-health",
                sector="public",
                tier=1,
                district="Futian",
                x=base.base_x,
                y=base.base_y,
            ),
            RecordCensus(
                institution_id=institution_id, counted_on=self._first_day, population=population, groups=groups
            ),
        ]

    def _let_sign(self, formed: list[FormTeam]) -> None:
        residents = Residents(self._seed, self._first_day)
        total, done, waiting = len(formed) * figures.RESIDENTS_PER_TEAM, 0, []
        for number in range(total):
            team = formed[number % len(formed)]
            registered, tags = residents.next(team)
            signed_on = self._first_day - timedelta(days=self._random.randint(0, 364))
            waiting += [
                registered,
                *tags,
                SignContract(
                    contract_id=f"C{number + 1:06d}",
                    resident_id=registered.resident_id,
                    team_id=team.team_id,
                    signed_on=signed_on,
                    starts_on=signed_on,
                    agreement_read=True,
                    signed_at=self._random.choice(("desk", "desk", "resident-app", "doctor-app")),
                ),
            ]
            if len(waiting) >= CHUNK or number == total - 1:
                self._give(waiting)
                done, waiting = number + 1, []
                if self._progress is not None:
                    self._progress("residents", done, total)

    def _give(self, commands: list[object]) -> None:
        give(self._system, [(self._now, command) for command in commands])
