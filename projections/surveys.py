"""Surveys: mean scores that residents give their team, and the index of their sense of gain (获得感).

The index of a team for a period, 0 to 100, is

    index = 100 × mean over people of ( mean over the questions of gain that the person answered of (score − 1) / 4 )

The questions of gain are `access`, `continuity`, `cost` and `health-gain` [GK]. Each person counts once, by the newest
answers of the period. Below `least_answers` people (a number of the policy pack) there is no index: a few answers say
little, and would say who gave them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import fmean
from typing import Any

from domain.event import value
from domain.policy_pack import in_force
from domain.survey import GAIN, LEAST_SCORE, MOST_SCORE, SatisfactionRecorded
from projections.changes import Change, Projection, Table, as_json
from projections.questions import Question, Row, Rows, Scalar, ask_where

SURVEYS_V1 = Table(
    "surveys_v1",
    "survey_id",
    {
        "resident_id": "text",
        "contract_id": "text",
        "team_id": "text",
        "visit_id": "text",
        "about": "text",
        "answered_on": "text",
        "period_from": "text",
        "scores": "text",
    },
    indexes=(("team_id", "answered_on"),),
)
"""`scores` is a JSON object of scores by question."""


def project(event: SatisfactionRecorded) -> Iterator[Change]:
    """Keep each paper."""
    yield SURVEYS_V1.put(
        event.survey_id,
        resident_id=event.resident_id,
        contract_id=event.contract_id,
        team_id=event.team_id,
        visit_id=event.visit_id,
        about=event.about,
        answered_on=event.answered_on.isoformat(),
        period_from=event.period_from.isoformat(),
        scores=as_json({each.question: each.score for each in event.scores}),
    )


@value
class SenseOfGain:
    """Ask what residents answered between two days, both included, of one team or of all, under a region's pack."""

    from_day: date
    to_day: date
    team_id: str | None = None
    region: str = "SZ"


def sense_of_gain(question: SenseOfGain, rows: Rows) -> list[Row]:
    """Return a line per team: `people`, mean `scores` by question, and the `index`, None below the least answers."""
    parameters: dict[str, Scalar] = {"team_id": question.team_id} if question.team_id else {}
    answers = ask_where(
        rows,
        "SELECT team_id, resident_id, scores FROM surveys_v1",
        ("answered_on BETWEEN :from_day AND :to_day", "team_id = :team_id" if question.team_id else ""),
        "ORDER BY answered_on, survey_id",
        from_day=question.from_day.isoformat(),
        to_day=question.to_day.isoformat(),
        **parameters,
    )
    newest: dict[str, dict[Scalar, Any]] = defaultdict(dict)
    for row in answers:
        newest[str(row["team_id"])][row["resident_id"]] = json.loads(str(row["scores"]))
    least = in_force(question.region, question.to_day).least_answers
    return [of_team(team_id, list(people.values()), least) for team_id, people in sorted(newest.items())]


def of_team(team_id: str, papers: list[dict[str, int]], least: int) -> Row:
    """Return the line of one team."""
    by_question: dict[str, list[int]] = defaultdict(list)
    for paper in papers:
        for question, score in paper.items():
            by_question[question].append(score)
    gains = [gain for paper in papers if (gain := gain_of(paper)) is not None]
    return {
        "team_id": team_id,
        "people": len(papers),
        "scores": {name: round(fmean(scores), 2) for name, scores in sorted(by_question.items())},
        "index": round(100 * fmean(gains), 1) if len(gains) >= least else None,
    }


def gain_of(paper: dict[str, int]) -> float | None:
    """Return one person's sense of gain from 0 to 1; None without answers to its questions."""
    answered = [(paper[each] - LEAST_SCORE) / (MOST_SCORE - LEAST_SCORE) for each in GAIN if each in paper]
    return fmean(answered) if answered else None


SURVEYS = Projection(
    name="surveys",
    tables=(SURVEYS_V1,),
    events=(SatisfactionRecorded,),
    project=project,
    questions=(
        Question(
            asks=SenseOfGain,
            answer=sense_of_gain,
            example=SenseOfGain(from_day=date(2026, 1, 1), to_day=date(2026, 3, 31), team_id="team-east"),
        ),
    ),
)
