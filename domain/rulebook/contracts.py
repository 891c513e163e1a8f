"""A1 contracts."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
