"""Every aggregate, listed once, and the look-ups made from the list."""

from inspect import Parameter, signature
from typing import Any

from domain.alliance import ALLIANCE
from domain.care_plan import CARE_PLAN
from domain.contract import CONTRACT
from domain.decider import Decider
from domain.event import stored_name
from domain.family_bed import FAMILY_BED
from domain.institution import INSTITUTION
from domain.referral import REFERRAL
from domain.resident import RESIDENT
from domain.roster import ROSTER
from domain.survey import SURVEY
from domain.team import TEAM
from domain.team_week import TEAM_WEEK
from domain.visit import VISIT

DECIDERS: tuple[Decider[Any, Any], ...] = (
    INSTITUTION,
    TEAM,
    RESIDENT,
    CONTRACT,
    CARE_PLAN,
    VISIT,
    FAMILY_BED,
    REFERRAL,
    ROSTER,
    TEAM_WEEK,
    SURVEY,
    ALLIANCE,
)

DECIDER_OF: dict[type, Decider[Any, Any]] = {command: d for d in DECIDERS for command in d.decisions}
"""The aggregate that decides a command."""

BY_CATEGORY: dict[str, Decider[Any, Any]] = {d.category: d for d in DECIDERS}

EVENT_TYPES: dict[str, type] = {stored_name(fact): fact for d in DECIDERS for fact in d.events}
"""The class of an event by the name under which it is stored."""

FACTS_OF: dict[type, tuple[str, ...]] = {
    command: tuple(p.name for p in signature(decision).parameters.values() if p.kind is Parameter.KEYWORD_ONLY)
    for d in DECIDERS
    for command, decision in d.decisions.items()
}
"""The facts that a command's decision wants: `now`, `pack`, an aggregate's category, several of one, or a count."""


def counted(fact: str) -> str:
    """Return of which category's aggregate a fact is a count: `team` of `team_contracts`; StopIteration if of none."""
    return next(category for category in BY_CATEGORY if fact.startswith(f"{category}_"))


def each_of(fact: str) -> str | None:
    """Return of which category a fact is several aggregates: `institution` of `institutions`; None if of none."""
    return next((category for category in BY_CATEGORY if fact == f"{category}s"), None)
