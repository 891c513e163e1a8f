"""Every projection, listed once, and the look-ups made from the list."""

from collections.abc import Callable, Iterator
from typing import Any

from domain.event import stored_name
from projections.asking import Answer, Question, Rows
from projections.care_tasks import CARE_TASKS
from projections.caseload import CASELOAD
from projections.changes import Change, Projection, Table
from projections.coverage import COVERAGE
from projections.family_beds import FAMILY_BEDS
from projections.institutions import INSTITUTIONS
from projections.referral_inbox import REFERRAL_INBOX
from projections.residents import RESIDENTS
from projections.roster_board import ROSTER_BOARD
from projections.teams import TEAMS
from projections.timers import TIMERS
from projections.visits import VISITS

PROJECTIONS: dict[str, Projection] = {
    projection.name: projection
    for projection in (
        INSTITUTIONS,
        TEAMS,
        RESIDENTS,
        CASELOAD,
        CARE_TASKS,
        VISITS,
        ROSTER_BOARD,
        FAMILY_BEDS,
        REFERRAL_INBOX,
        COVERAGE,
        TIMERS,
    )
}

TABLES: dict[str, Table] = {table.name: table for each in PROJECTIONS.values() for table in each.tables}

QUESTIONS: dict[str, Question[Any]] = {
    question.name: question for each in PROJECTIONS.values() for question in each.questions
}

Handler = Callable[[Any], Iterator[Change]]

HANDLERS: dict[str, tuple[tuple[str, Handler], ...]] = {
    name: tuple(
        (each.name, each.project)
        for each in PROJECTIONS.values()
        if name in {stored_name(followed) for followed in each.events}
    )
    for name in {stored_name(fact) for each in PROJECTIONS.values() for fact in each.events}
}
"""Projections and their handlers by the stored name of the events they follow; others need not be decoded."""


def answer(question: object, rows: Rows) -> Answer:
    """Return the answer to a question; KeyError if it is none of ours."""
    return QUESTIONS[type(question).__name__].answer(question, rows)
