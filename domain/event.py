"""How a fact is written down: an immutable class and the name it is stored under."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

_STORED_NAMES: dict[type, str] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(stored_as: str) -> Callable[[type[T]], type[T]]:
    """Make a class a fact stored under `stored_as`.

    The stored name outlives the class and its module: it is never changed and never reused, so a class may be
    renamed or moved while yesterday's bytes still load.
    """

    def decorate(cls: type[T]) -> type[T]:
        fact: type[T] = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        if stored_as in _STORED_NAMES.values():
            raise ValueError(f"two events are stored as {stored_as}")
        _STORED_NAMES[fact] = stored_as
        return fact

    return decorate


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class a plain immutable value: a command, a state, or a part of an event."""
    frozen: type[T] = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    return frozen


def stored_name(fact: type) -> str:
    """Return the name under which events of this class are stored; KeyError if it is no event."""
    return _STORED_NAMES[fact]
