"""Registry of projections: each is listed once; look-ups are made from the list."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from domain.event import stored_name
from projections.access.adopted_packs import ADOPTED_PACKS
from projections.access.sign_offs import SIGN_OFFS
from projections.accounts import ACCOUNTS
from projections.alliances import ALLIANCES
from projections.care_tasks import CARE_TASKS
from projections.caseload import CASELOAD
from projections.changes import Change, Projection, Table
from projections.corrections.reinstatements import REINSTATEMENTS
from projections.coverage import COVERAGE
from projections.day_terms import DAY_TERMS
from projections.entitlements import ENTITLEMENTS
from projections.family_beds import FAMILY_BEDS
from projections.feeds.member_visits import MEMBER_VISITS
from projections.feeds.webhooks import WEBHOOKS
from projections.incompatibilities import KEPT_APART
from projections.institutions import INSTITUTIONS
from projections.money import MONEY
from projections.notices import NOTICES
from projections.questions import Answer, Question, Rows
from projections.referral_inbox import REFERRAL_INBOX
from projections.residents import RESIDENTS
from projections.resources.abilities import ABILITIES
from projections.resources.area import AREA
from projections.resources.green_channel import GREEN
from projections.roster_board import ROSTER_BOARD
from projections.stations import STATIONS
from projections.surveys import SURVEYS
from projections.team_days import TEAM_DAYS
from projections.team_weeks import TEAM_WEEKS
from projections.teams import TEAMS
from projections.timers import TIMERS
from projections.visit_days import VISIT_DAYS, VISIT_LENGTHS
from projections.visits import VISITS

PROJECTIONS: dict[str, Projection] = {
    projection.name: projection
    for projection in (
        INSTITUTIONS,
        AREA,
        ABILITIES,
        TEAMS,
        KEPT_APART,
        STATIONS,
        TEAM_DAYS,
        RESIDENTS,
        CASELOAD,
        ENTITLEMENTS,
        MONEY,
        CARE_TASKS,
        REINSTATEMENTS,
        VISITS,
        NOTICES,
        VISIT_DAYS,
        VISIT_LENGTHS,
        MEMBER_VISITS,
        WEBHOOKS,
        ROSTER_BOARD,
        DAY_TERMS,
        TEAM_WEEKS,
        FAMILY_BEDS,
        REFERRAL_INBOX,
        COVERAGE,
        ALLIANCES,
        GREEN,
        SURVEYS,
        TIMERS,
        ACCOUNTS,
        SIGN_OFFS,
        ADOPTED_PACKS,
    )
}

TABLES: dict[str, Table] = {table.name: table for each in PROJECTIONS.values() for table in each.tables}

QUESTIONS: dict[str, Question[Any]] = {
    question.name: question for each in PROJECTIONS.values() for question in each.questions
}

Handler = Callable[[Any], Iterator[Change]]


def handlers_of(projections: Iterable[Projection]) -> dict[str, tuple[tuple[str, Handler], ...]]:
    """Return projections and their handlers by the stored name of the events they follow."""
    by_name: dict[str, list[tuple[str, Handler]]] = {}
    for each in projections:
        for event in each.events:
            by_name.setdefault(stored_name(event), []).append((each.name, each.project))
    return {name: tuple(handlers) for name, handlers in by_name.items()}


HANDLERS = handlers_of(PROJECTIONS.values())
"""All of them; an event whose stored name is missing here need not be decoded."""


def answer(question: object, rows: Rows) -> Answer:
    """Return the answer to a question; KeyError if it is none of ours."""
    return QUESTIONS[type(question).__name__].answer(question, rows)
