"""Every aggregate, listed once, and the look-ups made from the list.

The import fails with `IncompleteDomain` if a command or event class is wired nowhere, or an aggregate is not listed.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from domain.account import ACCOUNT
from domain.alliance import ALLIANCE
from domain.care_plan import CARE_PLAN
from domain.contract import CONTRACT
from domain.day_terms import DAY_TERMS
from domain.decider import Decider, Decision, Exists, IncompleteDomain
from domain.event import known_commands, known_events, stored_name
from domain.family_bed import FAMILY_BED
from domain.institution import INSTITUTION
from domain.notice import NOTICE
from domain.policy import POLICY
from domain.referral import REFERRAL
from domain.resident import RESIDENT
from domain.roster import ROSTER
from domain.survey import SURVEY
from domain.team import TEAM
from domain.team_week import TEAM_WEEK
from domain.visit import VISIT
from domain.webhook import WEBHOOK

AnyDecider = Decider[Any, Any, Any]

DECIDERS: tuple[AnyDecider, ...] = (
    INSTITUTION,
    TEAM,
    RESIDENT,
    CONTRACT,
    CARE_PLAN,
    VISIT,
    NOTICE,
    FAMILY_BED,
    REFERRAL,
    ROSTER,
    DAY_TERMS,
    TEAM_WEEK,
    SURVEY,
    ALLIANCE,
    ACCOUNT,
    WEBHOOK,
    POLICY,
)


def check_complete(
    deciders: Collection[AnyDecider], commands: Collection[type], events: Collection[type], folder: Path
) -> None:
    """Refuse a command that nobody decides, an event of no union, and an aggregate of the folder that is not listed."""
    for cls in sorted({*commands} - {cls for each in deciders for cls in each.commands}, key=lambda cls: cls.__name__):
        raise IncompleteDomain(f"Nobody decides {cls.__name__}.")
    for cls in sorted({*events} - {cls for each in deciders for cls in each.events}, key=lambda cls: cls.__name__):
        raise IncompleteDomain(f"{cls.__name__} is an event of no aggregate.")
    listed = {each.category for each in deciders}
    for name in sorted(aggregates_in(folder) - listed):
        raise IncompleteDomain(f"The registry does not list the aggregate {name}.")


def check_named(deciders: Collection[AnyDecider]) -> None:
    """Refuse an input that names an aggregate that is not listed, or parts of one whose state knows no parts."""
    initial = {each.category: each.initial for each in deciders}
    for source in (source.input for each in deciders for line in each.decisions for source in line.sources):
        if isinstance(source, Exists):
            if source.category not in initial:
                raise IncompleteDomain(f"There is no aggregate {source.category}.")
            if source.part is not None and not hasattr(initial[source.category], "knows"):
                raise IncompleteDomain(f"The state of {source.category} knows no parts.")


def aggregates_in(folder: Path) -> set[str]:
    """Return the aggregates of a folder: its modules and packages with a table of decisions."""
    return {
        path.parent.name if path.name == "__init__.py" else path.stem
        for path in (*folder.glob("*.py"), *folder.glob("*/__init__.py"))
        if "\nDECISIONS = (" in path.read_text(encoding="utf-8")
    }


check_complete(DECIDERS, known_commands(), known_events(), Path(__file__).parent)
check_named(DECIDERS)

BY_CATEGORY: dict[str, AnyDecider] = {each.category: each for each in DECIDERS}

DECIDER_OF: dict[type, AnyDecider] = {command: each for each in DECIDERS for command in each.commands}
"""The aggregate that decides a command."""

DECISION_OF: dict[type, Decision[Any, Any, Any]] = {
    decision.command: decision for each in DECIDERS for decision in each.decisions
}
"""The decision of a command, with its inputs."""

EVENT_TYPES: dict[str, type] = {stored_name(event): event for each in DECIDERS for event in each.events}
"""The class of an event by the name under which it is stored."""
