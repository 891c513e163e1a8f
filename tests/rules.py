"""Which rule of the rulebook a test holds: `@holds("A1.3")` above the test."""

from collections.abc import Callable
from typing import TypeVar

from domain.rulebook import RULEBOOK

Test = TypeVar("Test", bound=Callable[..., object])

HELD: dict[str, list[str]] = {}
"""The tests that hold each rule, as far as their modules were imported."""


def holds(*numbers: str) -> Callable[[Test], Test]:
    """Say which rules a test holds; KeyError for a number that is not in the rulebook."""
    known = {rule.number for rule in RULEBOOK}
    if unknown := [number for number in numbers if number not in known]:
        raise KeyError(*unknown)

    def decorate(test: Test) -> Test:
        for number in numbers:
            HELD.setdefault(number, []).append(f"{test.__module__}.{test.__name__}")
        return test

    return decorate
