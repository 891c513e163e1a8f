"""A5 how often people are seen."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
