"""A4 key groups."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
