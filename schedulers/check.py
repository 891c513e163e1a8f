"""The gate of every roster: checks all hard rules and counts its costs again, from problem and roster alone."""

from dataclasses import dataclass

from schedulers.problem import Problem, Roster
from schedulers.rules import HARD, HARD_RULES, SOFT, RosterIndex, rule_name
from schedulers.tiers import TIERS, Tier

WRONG_COSTS = "costs-as-told"

CHECKED_RULES = (*HARD_RULES, WRONG_COSTS)
"""Every rule name that a violation can have."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken hard rule (kebab case) and where."""

    rule: str
    detail: str


class RosterRejected(Exception):  # noqa: N818 -- the gate's answer
    """A roster breaks hard rules and must not be published."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__("; ".join(f"{each.rule} ({each.detail})" for each in violations))
        self.violations = violations


def costs(problem: Problem, roster: Roster) -> tuple[int, ...]:
    """Return the roster's cost in each tier."""
    index = RosterIndex(problem, roster)
    return tuple(SOFT[tier](index) for tier in Tier)


def check(problem: Problem, roster: Roster) -> tuple[Violation, ...]:
    """Return every violation; none if the roster may be published."""
    index = RosterIndex(problem, roster)
    broken = [Violation(rule_name(rule), detail) for rule in HARD for detail in rule(index)]
    if any(each.rule == "every-demand-answered" for each in broken):
        return tuple(broken)
    if roster.order != problem.order:
        broken.append(Violation(WRONG_COSTS, f"tiers: stated {', '.join(roster.order)}"))
    stated = dict(zip(TIERS, roster.costs, strict=False))
    for tier, cost in zip(TIERS, costs(problem, roster), strict=True):
        if stated.get(tier) != cost:
            broken.append(Violation(WRONG_COSTS, f"{tier}: stated {stated.get(tier)}, counted {cost}"))
    return tuple(broken)
