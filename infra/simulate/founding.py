"""Builds a simulated community: institutions, teams, residents, contracts and an alliance."""

from datetime import date, timedelta
from random import Random

from domain.contract.commands import SignContract
from domain.institution import GroupCount, OpenInstitution, RecordCensus
from domain.local_time import at_local
from domain.team.commands import FormTeam
from infra.simulate import figures
from infra.simulate.commands import execute_at_moments
from infra.simulate.days.alliances import form_alliance
from infra.simulate.people.residents import ResidentGenerator, consents, form_team
from infra.simulate.town import OnProgress
from infra.system import System

CHUNK = 1000
"""Commands of one commit."""


class CommunityBuilder:
    """Builds the community of the first morning, before the simulated days begin."""

    def __init__(self, system: System, teams: int, seed: int, first_day: date, on_progress: OnProgress | None) -> None:
        self._system = system
        self._teams = teams
        self._seed = seed
        self._first_day = first_day
        self._now = at_local(first_day, 6 * 60)
        self._on_progress = on_progress
        self._random = Random(f"{seed}:founding")  # noqa: S311 -- a simulation, not a secret
        self._consenting = Random(f"{seed}:consents")  # noqa: S311 -- a simulation, not a secret

    def build(self) -> list[FormTeam]:
        """Open institutions, form teams and an alliance, and sign contracts with residents; return the teams."""
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
        self._execute([*opened, *formed, *form_alliance([f"I{number:03d}" for number in range(1, institutions + 1)])])
        self._sign_contracts(formed)
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

    def _sign_contracts(self, formed: list[FormTeam]) -> None:
        residents = ResidentGenerator(self._seed, self._first_day)
        total, done, waiting = len(formed) * figures.RESIDENTS_PER_TEAM, 0, []
        for number in range(total):
            team = formed[number % len(formed)]
            registered, tags = residents.next(team)
            drawn = self._first_day - timedelta(days=self._random.randint(0, 364))
            signed_on = max(drawn, registered.personal.born_on)
            waiting += [
                registered,
                *tags,
                *consents(
                    registered, tags, signed_on, hears_of_visits=self._consenting.random() < figures.NOTICES_SHARE
                ),
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
                self._execute(waiting)
                done, waiting = number + 1, []
                if self._on_progress is not None:
                    self._on_progress("residents", done, total)

    def _execute(self, commands: list[object]) -> None:
        execute_at_moments(self._system, [(self._now, command) for command in commands])
