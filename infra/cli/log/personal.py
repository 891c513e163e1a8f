"""Personal values of events, sealed where they are not asked for."""

from typing import Any

SEALED = "sealed"

PERSONAL = frozenset({"personal", "personal_before"})
"""Fields of events and states that hold personal values."""


def seal(data: Any) -> Any:
    """Return plain data with every personal value sealed, at any depth."""
    if isinstance(data, dict):
        return {name: SEALED if name in PERSONAL else seal(each) for name, each in data.items()}
    return [seal(each) for each in data] if isinstance(data, list) else data
