"""Marks the rules of the rulebook that a test proves: `@holds("A1.3")` above the test."""

from collections.abc import Callable
from typing import TypeVar

from domain.rulebook import RULEBOOK

Test = TypeVar("Test", bound=Callable[..., object])

HELD: dict[str, list[str]] = {}
"""The tests that prove each rule, by its number; filled as test modules are imported."""


def holds(*numbers: str) -> Callable[[Test], Test]:
    """Mark a test with the rules that it proves; KeyError for a number that is not in the rulebook."""
    known = {rule.number for rule in RULEBOOK}
    if unknown := [number for number in numbers if number not in known]:
        raise KeyError(*unknown)

    def decorate(test: Test) -> Test:
        for number in numbers:
            HELD.setdefault(number, []).append(f"{test.__module__}.{test.__name__}")
        return test

    return decorate
