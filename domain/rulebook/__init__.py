"""Every rule of the field, chapter by chapter, each with its source and the decisions that keep it."""

from domain.rulebook import beds, care, contracts, groups, packages, papers, referrals, rosters, teams, visits
from domain.rulebook.rule import Rule

__all__ = ["RULEBOOK", "Rule"]

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
