"""A7 family beds."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
