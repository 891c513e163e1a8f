"""Simulates an alliance: a city hospital's experts, activities and training for its centres."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.alliance.commands import (
    ActivityKind,
    AdmitInstitution,
    FormAlliance,
    RecordActivity,
    RecordTraining,
    SendExpert,
    Trainee,
)
from domain.local_time import at_local
from domain.team.commands import FormTeam, Member, Shift
from infra.simulate import figures
from infra.simulate.town import TimedCommand, Town, works_on

ALLIANCE, LEADER = "A1", "H3"
MONDAY = 0
WORKING_DAYS = 21
"""Working days of a month."""

AFTERNOONS = tuple(Shift(weekday=day, starts=14 * 60, ends=17 * 60) for day in range(5))


def form_alliance(institutions: list[str]) -> list[object]:
    """Return the commands that form the alliance and admit its members."""
    formed = FormAlliance(alliance_id=ALLIANCE, name="市人民医院医联体", institution_id=LEADER)
    return [formed, *(AdmitInstitution(alliance_id=ALLIANCE, institution_id=each) for each in institutions)]


class Alliances:
    """Experts who are sent to centres, and their activities there."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._chance = town.chance("alliances")

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield the week's postings of experts, and today's clinics, operations, lectures and training."""
        if not works_on(day):
            return
        noon = at_local(day, 12 * 60 + 15)
        teams = {team.institution_id: team for team in self._town.teams}
        for institution_id, team in sorted(teams.items()):
            if day.weekday() == MONDAY and self._chance.happens(figures.EXPERTS_PER_MONTH / 4):
                yield noon, self._expert(institution_id, team, day + timedelta(days=1))
            for kind, per_month in figures.ACTIVITIES_PER_MONTH.items():
                if self._chance.happens(per_month / WORKING_DAYS):
                    yield noon, self._activity(institution_id, kind, day)
            if self._chance.happens(figures.TRAININGS_PER_MONTH / WORKING_DAYS):
                yield noon, self._training(institution_id, team, day)

    def _expert(self, institution_id: str, team: FormTeam, first: date) -> SendExpert:
        posting_id = self._town.number("P")
        expert = Member(member_id=f"X-{posting_id}", role="specialist", shifts=AFTERNOONS)
        return SendExpert(
            alliance_id=ALLIANCE,
            posting_id=posting_id,
            member=expert,
            institution_id=institution_id,
            from_day=first,
            to_day=first + timedelta(days=figures.EXPERT_DAYS - 1),
            team_id=team.team_id,
        )

    def _activity(self, institution_id: str, kind: ActivityKind, day: date) -> RecordActivity:
        activity_id = self._town.number("K")
        return RecordActivity(
            alliance_id=ALLIANCE,
            activity_id=activity_id,
            kind=kind,
            institution_id=institution_id,
            held_on=day,
            expert_ids=(f"X-{kind}-{self._chance.random.randint(1, 20)}",),
            people=1 if kind == "operation" else self._chance.random.randint(8, 60),
        )

    def _training(self, institution_id: str, team: FormTeam, day: date) -> RecordTraining:
        learner = self._chance.random.choice(team.members)
        return RecordTraining(
            alliance_id=ALLIANCE,
            training_id=self._town.number("L"),
            topic="chronic-disease-management",
            from_day=day,
            to_day=day,
            trainees=(Trainee(member_id=learner.member_id, institution_id=institution_id, hours=6),),
        )
