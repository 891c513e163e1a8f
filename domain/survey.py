"""A survey: a resident's opinion of a contract, a visit or a team, in scores, once per person and period.

Scores are codes from 1 (not at all) to 5 (very much). There is no free text: it would be personal.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from domain.contract import CONTRACT
from domain.contract.state import Contract
from domain.decider import Claim, Decider, Refused, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW, PACK, one
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack
from domain.visit import VISIT
from domain.visit.state import Visit

SurveyQuestion = Literal["access", "attitude", "skill", "explanation", "continuity", "cost", "health-gain"]
"""Ease of access, kindness, skill, explanations, continuity of the team, cost, benefit for health. The list is [GK].
"""

GAIN: tuple[SurveyQuestion, ...] = ("access", "continuity", "cost", "health-gain")
"""The questions of the sense of gain: the benefit of a contract for a resident, without kindness and skill [GK]."""

About = Literal["contract", "visit", "team"]

LEAST_SCORE, MOST_SCORE = 1, 5

# Commands


@value
class Score:
    """The answer to one question, 1 to 5."""

    question: SurveyQuestion
    score: int


@command
class RecordSatisfaction:
    """Record a resident's answers; `visit_id` where they are about one visit."""

    survey_id: str
    resident_id: str
    contract_id: str
    visit_id: str | None = None
    about: About = "contract"
    answered_on: date
    scores: tuple[Score, ...]


SurveyCommand = RecordSatisfaction

# Events: the stored shapes; changing one is a new version


@event("survey.satisfaction_recorded.v1")
class SatisfactionRecorded:
    """A signed resident answered about their team of that day, in the period of these two days."""

    survey_id: str
    resident_id: str
    contract_id: str
    team_id: str
    visit_id: str | None
    about: About
    answered_on: date
    period_from: date
    period_to: date
    scores: tuple[Score, ...]


SurveyEvent = SatisfactionRecorded

# State


@value
class Survey:
    """The state of a survey: its answers."""

    recorded: SatisfactionRecorded | None = None


def evolve(survey: Survey, event: SurveyEvent) -> Survey:  # noqa: ARG001 -- the signature every aggregate shares
    """Return the state after an event."""
    return Survey(recorded=event)


def claims(survey: Survey, event: SurveyEvent) -> Iterable[Claim]:  # noqa: ARG001 -- the signature every aggregate shares
    """Claim the person for the period: a second survey in it is refused, at any desk."""
    yield Claim(
        key=f"survey:{event.resident_id}", rule="answered-lately", since=event.period_from, until=event.period_to
    )


# Decisions


def record(
    command: RecordSatisfaction,
    survey: Survey,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    visit: Visit,
) -> list[SurveyEvent]:
    """Record the answers of a resident who was signed on that day, about a visit only if it took place (A9.6)."""
    if survey.recorded is not None:
        if same_paper(command, survey.recorded):
            return []
        raise Refused("survey-already-recorded", survey=command.survey_id)
    check_scores(command)
    team_id = contract.team_on(command.answered_on)
    if team_id is None or contract.resident_id != command.resident_id or not contract.covers(command.answered_on):
        raise Refused("resident-not-signed", resident=command.resident_id, day=command.answered_on)
    if command.answered_on > local_day(now):
        raise Refused("day-in-the-future", day=command.answered_on)
    check_visit(command, visit)
    first, last = period_of(command.answered_on, pack.survey_months)
    return [
        SatisfactionRecorded(
            survey_id=command.survey_id,
            resident_id=command.resident_id,
            contract_id=command.contract_id,
            team_id=team_id,
            visit_id=command.visit_id,
            about=command.about,
            answered_on=command.answered_on,
            period_from=first,
            period_to=last,
            scores=command.scores,
        )
    ]


def check_scores(command: RecordSatisfaction) -> None:
    """Refuse a survey without answers, a question answered twice, and a score outside the scale."""
    if not command.scores:
        raise Refused("survey-empty", survey=command.survey_id)
    questions = [each.question for each in command.scores]
    for each in command.scores:
        if questions.count(each.question) > 1:
            raise Refused("question-answered-twice", question=each.question)
        if not LEAST_SCORE <= each.score <= MOST_SCORE:
            raise Refused("score-outside-scale", question=each.question, score=each.score)


def check_visit(command: RecordSatisfaction, visit: Visit) -> None:
    """Refuse answers about a visit that is not named, not completed, or of another resident."""
    if (command.about == "visit") != (command.visit_id is not None):
        raise Refused("survey-names-no-visit", survey=command.survey_id)
    if command.visit_id is None:
        return
    made = visit.status == "completed" and visit.requested is not None
    if not made or visit.requested is None or visit.requested.resident_id != command.resident_id:
        raise Refused("survey-of-no-visit", visit=command.visit_id)


def period_of(day: date, months: int) -> tuple[date, date]:
    """Return the first and last day of the calendar period of `months` months that contains a day."""
    first = date(day.year, day.month - (day.month - 1) % months, 1)
    return first, months_later(first, months) - timedelta(days=1)


def same_paper(command: RecordSatisfaction, recorded: SatisfactionRecorded) -> bool:
    """Return whether a command equals the recorded answers."""
    return (
        recorded.resident_id == command.resident_id
        and recorded.contract_id == command.contract_id
        and recorded.visit_id == command.visit_id
        and recorded.answered_on == command.answered_on
        and recorded.scores == command.scores
    )


DECISIONS = (decision(RecordSatisfaction, record, now=NOW, pack=PACK, contract=one(CONTRACT), visit=one(VISIT)),)

SURVEY: Decider[Survey, SurveyEvent, SurveyCommand] = Decider(
    category="survey",
    initial=Survey(),
    evolve=evolve,
    commands=members_of(SurveyCommand),
    events=members_of(SurveyEvent),
    decisions=DECISIONS,
    identify=lambda command: command.survey_id,
    claims=claims,
)
