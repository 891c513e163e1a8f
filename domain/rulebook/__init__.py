"""Every rule of the field, chapter by chapter, each with its source and the decisions that keep it."""

from domain.rulebook import beds, care, contracts, groups, packages, papers, referrals, rosters, teams, visits
from domain.rulebook.rule import Rule

__all__ = ["RULEBOOK", "Rule", "rules_of"]

RULEBOOK: tuple[Rule, ...] = (
    *contracts.RULES,
    *teams.RULES,
    *groups.RULES,
    *care.RULES,
    *visits.RULES,
    *beds.RULES,
    *referrals.RULES,
    *packages.RULES,
    *papers.RULES,
    *rosters.RULES,
)

_NUMBERS: dict[type, tuple[str, ...]] = {
    fact: tuple(rule.number for rule in RULEBOOK if fact in rule.events) for each in RULEBOOK for fact in each.events
}


def rules_of(fact: type) -> tuple[str, ...]:
    """Return the numbers of the rules whose decisions an event records."""
    return _NUMBERS.get(fact, ())
