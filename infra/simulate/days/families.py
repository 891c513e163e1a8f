"""Simulates births, and surveys of residents' satisfaction."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.local_time import at_local
from domain.resident.commands import RecordBirth
from domain.survey import RecordSatisfaction, Score, SurveyQuestion
from domain.team.commands import FormTeam
from infra.simulate import figures
from infra.simulate.town import TimedCommand, Town, works_on
from projections.residents import pregnant_since


class Families:
    """Births and surveys."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._chance = town.chance("families")

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield births that are reported to the team, and answered surveys."""
        yield from self._births(day)
        for team in self._town.teams if works_on(day) else ():
            if self._chance.happens(figures.SURVEYS_PER_TEAM_DAY):
                yield from self._survey(team, day)

    def _births(self, day: date) -> Iterator[TimedCommand]:
        """Yield the births of residents who leave hospital today."""
        delivered_on = day - timedelta(days=figures.LYING_IN_DAYS)
        began_on = delivered_on - timedelta(days=figures.PREGNANCY_DAYS)
        for resident_id in pregnant_since(self._town.system.rows, began_on):
            birth = RecordBirth(resident_id=resident_id, delivered_on=delivered_on, discharged_on=day)
            yield at_local(day, 10 * 60), birth

    def _survey(self, team: FormTeam, day: date) -> Iterator[TimedCommand]:
        contract = self._chance.pick(self._town.signed(team, day))
        if contract is None:
            return
        questions: tuple[SurveyQuestion, ...] = get_args(SurveyQuestion)
        yield (
            at_local(day, 18 * 60),
            RecordSatisfaction(
                survey_id=self._town.number(f"S{team.team_id}"),
                resident_id=str(contract["resident_id"]),
                contract_id=str(contract["contract_id"]),
                answered_on=day,
                scores=tuple(
                    Score(question=question, score=self._chance.among(figures.LIKELY_SCORES)) for question in questions
                ),
            ),
        )
