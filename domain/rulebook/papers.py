"""A10 documents and law."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
