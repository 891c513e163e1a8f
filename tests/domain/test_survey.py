from dataclasses import replace
from datetime import date

from domain.contract.events import ContractSigned
from domain.decider import Claim
from domain.survey import SURVEY, RecordSatisfaction, SatisfactionRecorded, Score, period_of
from domain.visit.events import VisitCompleted, VisitStarted
from tests.domain.builders import ASSIGNED, REQUESTED, SIGNED, TODAY, TOMORROW, YESTERDAY, at
from tests.rules import holds
from tests.spec import claimed, given

SCORES = (Score(question="access", score=4), Score(question="health-gain", score=5))
ANSWER = RecordSatisfaction(survey_id="q1", resident_id="wang", contract_id="c1", answered_on=TODAY, scores=SCORES)
ANSWERED = SatisfactionRecorded(
    survey_id="q1",
    resident_id="wang",
    contract_id="c1",
    team_id="team-1",
    visit_id=None,
    about="contract",
    answered_on=TODAY,
    period_from=date(2026, 1, 1),
    period_to=date(2026, 3, 31),
    scores=SCORES,
)
CONTRACT: dict[str, list[ContractSigned]] = {"contract": [SIGNED]}
OF_VISIT = replace(ANSWER, about="visit", visit_id="v1")
STARTED = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
COMPLETED = VisitCompleted(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id=None,
    family_bed_id=None,
    member_ids=("li",),
    entered_at=at(TODAY, 8),
    left_at=at(TODAY, 8, 25),
    findings=(),
)
MADE = [REQUESTED, ASSIGNED, STARTED, COMPLETED]


@holds("A9.6")
def test_a_signed_resident_says_what_she_thinks_of_her_team():
    given().when(ANSWER, **CONTRACT).then(ANSWERED)


def test_a_visit_that_was_made_is_judged_too():
    given().when(OF_VISIT, **CONTRACT, visit=MADE).then(replace(ANSWERED, about="visit", visit_id="v1"))


def test_the_same_paper_again_says_nothing_and_another_one_is_refused():
    given(ANSWERED).when(ANSWER, **CONTRACT).then_nothing()
    given(ANSWERED).when(replace(ANSWER, scores=SCORES[:1]), **CONTRACT).then_refused(
        "survey-already-recorded", survey="q1"
    )


@holds("A9.6")
def test_a_person_is_asked_once_in_a_period():
    assert claimed(SURVEY, ANSWERED) == [
        Claim(key="survey:wang", rule="answered-lately", since=date(2026, 1, 1), until=date(2026, 3, 31))
    ]
    assert period_of(date(2026, 12, 31), 3) == (date(2026, 10, 1), date(2026, 12, 31))
    assert period_of(date(2026, 2, 28), 12) == (date(2026, 1, 1), date(2026, 12, 31))
    assert period_of(date(2026, 4, 1), 1) == (date(2026, 4, 1), date(2026, 4, 30))


def test_nobody_answers_tomorrow_or_nothing_or_twice_or_beyond_the_scale():
    given().when(replace(ANSWER, answered_on=TOMORROW), **CONTRACT).then_refused("day-in-the-future")
    given().when(replace(ANSWER, scores=()), **CONTRACT).then_refused("survey-empty")
    twice = replace(ANSWER, scores=(SCORES[0], SCORES[0]))
    given().when(twice, **CONTRACT).then_refused("question-answered-twice", question="access")
    for score in (0, 6):
        beyond = replace(ANSWER, scores=(Score(question="cost", score=score),))
        given().when(beyond, **CONTRACT).then_refused("score-outside-scale", question="cost", score=score)


def test_only_who_is_signed_on_that_day_answers():
    given().when(ANSWER).then_refused("resident-not-signed", resident="wang")
    given().when(replace(ANSWER, answered_on=YESTERDAY), **CONTRACT).then_refused("resident-not-signed")
    given().when(replace(ANSWER, resident_id="chang"), **CONTRACT).then_refused("resident-not-signed")


def test_answers_about_a_visit_name_a_visit_that_was_made_to_her():
    given().when(replace(ANSWER, about="visit"), **CONTRACT).then_refused("survey-names-no-visit")
    given().when(replace(ANSWER, visit_id="v1"), **CONTRACT, visit=MADE).then_refused("survey-names-no-visit")
    given().when(OF_VISIT, **CONTRACT, visit=MADE[:3]).then_refused("survey-of-no-visit", visit="v1")
    of_chang = replace(REQUESTED, resident_id="chang")
    given().when(OF_VISIT, **CONTRACT, visit=[of_chang, *MADE[1:]]).then_refused("survey-of-no-visit")
