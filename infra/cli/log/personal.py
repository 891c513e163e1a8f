"""Personal values of events, sealed where they are not asked for."""

from typing import Any

SEALED = "sealed"


def seal(data: Any) -> Any:
    """Return plain data with every personal value sealed, at any depth."""
    if isinstance(data, dict):
        return {name: SEALED if name == "personal" else seal(each) for name, each in data.items()}
    return [seal(each) for each in data] if isinstance(data, list) else data
