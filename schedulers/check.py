"""The gate of every roster: all hard rules, and the costs told, counted again from problem and roster alone."""

from dataclasses import dataclass

from schedulers.problem import Problem, Roster
from schedulers.rules import HARD, HARD_RULES, SOFT, Sheet, rule_name
from schedulers.tiers import TIERS, Tier

COSTS_AS_TOLD = "costs-as-told"

CHECKED_RULES = (*HARD_RULES, COSTS_AS_TOLD)
"""Every rule name a violation can carry."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken hard rule (kebab case) and where."""

    rule: str
    detail: str


class RosterRejected(Exception):  # noqa: N818 -- the gate's answer
    """A roster that breaks hard rules was kept from being published."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__("; ".join(f"{each.rule} ({each.detail})" for each in violations))
        self.violations = violations


def costs(problem: Problem, roster: Roster) -> tuple[int, ...]:
    """The roster's cost in each tier."""
    sheet = Sheet(problem, roster)
    return tuple(SOFT[tier](sheet) for tier in Tier)


def check(problem: Problem, roster: Roster) -> tuple[Violation, ...]:
    """Every violation; none for a roster that may be published."""
    sheet = Sheet(problem, roster)
    broken = [Violation(rule_name(rule), detail) for rule in HARD for detail in rule(sheet)]
    if any(each.rule == "every-demand-answered" for each in broken):
        return tuple(broken)
    told = dict(zip(TIERS, roster.costs, strict=False))
    for tier, cost in zip(TIERS, costs(problem, roster), strict=True):
        if told.get(tier) != cost:
            broken.append(Violation(COSTS_AS_TOLD, f"{tier}: told {told.get(tier)}, is {cost}"))
    return tuple(broken)
