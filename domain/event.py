"""Decorators of the domain's immutable classes: events with the names they are stored under, commands, and values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

_STORED_NAMES: dict[type, str] = {}
_COMMANDS: set[type] = set()


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(stored_as: str) -> Callable[[type[T]], type[T]]:
    """Make a class an event stored under `stored_as`; ValueError if another class has that name.

    The stored name outlives the class and its module. It is never changed and never reused, so a class may be
    renamed or moved while yesterday's bytes still load.
    """

    def decorate(cls: type[T]) -> type[T]:
        event_class = value(cls)
        if stored_as in _STORED_NAMES.values():
            raise ValueError(f"two events are stored as {stored_as}")
        _STORED_NAMES[event_class] = stored_as
        return event_class

    return decorate


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(cls: type[T]) -> type[T]:
    """Make a class a command: a value that some aggregate must decide, or `domain.registry` does not import."""
    command_class = value(cls)
    _COMMANDS.add(command_class)
    return command_class


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class a plain immutable value: a state, or a part of a command or event."""
    frozen: type[T] = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    return frozen


def stored_name(event_class: type) -> str:
    """Return the name under which events of this class are stored; KeyError if it is no event."""
    return _STORED_NAMES[event_class]


def is_event(cls: type) -> bool:
    """Return whether a class is an event."""
    return cls in _STORED_NAMES


def is_command(cls: type) -> bool:
    """Return whether a class is a command."""
    return cls in _COMMANDS


def known_events() -> frozenset[type]:
    """Return every event class imported so far."""
    return frozenset(_STORED_NAMES)


def known_commands() -> frozenset[type]:
    """Return every command class imported so far."""
    return frozenset(_COMMANDS)
