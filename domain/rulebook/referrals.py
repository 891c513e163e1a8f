"""A8 referrals and alliances."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
