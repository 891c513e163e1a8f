"""A2 teams and their load, A3 sizes and targets."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
