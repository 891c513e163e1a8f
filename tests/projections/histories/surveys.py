"""Surveys."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from domain.survey import SatisfactionRecorded, Score
from tests.domain import builders as b
from tests.projections.histories.cutting import cut


def survey(luck: Random, survey_id: str, person: str) -> Iterator[tuple[str, object]]:
    paper = SatisfactionRecorded(
        survey_id=survey_id,
        resident_id=person,
        contract_id=f"c-{person}",
        team_id="team-1",
        visit_id=None,
        about="contract",
        answered_on=b.TODAY + timedelta(days=luck.randint(0, 20)),
        period_from=date(2026, 1, 1),
        period_to=date(2026, 3, 31),
        scores=(Score(question="access", score=luck.randint(1, 5)), Score(question="cost", score=luck.randint(1, 5))),
    )
    return cut(luck, f"survey-{survey_id}", [paper], least=0)
