"""A9 packages, money and quality."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
