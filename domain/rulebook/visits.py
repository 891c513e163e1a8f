"""A6 home visits."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
