"""A11 what a roster keeps."""

from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = ()
