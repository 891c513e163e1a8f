"""What is said to people: the catalogue's words, and the plain key where it has none."""

from collections.abc import Mapping
from typing import Any

from infra.settings import Language


def phrase(key: str, values: Mapping[str, Any], language: Language) -> str:
    """Return the catalogue's sentence or label for a rule, an event's stored name or another key."""
    try:
        from infra.words import say  # noqa: PLC0415 -- catalogues are read when something is said
    except ImportError:
        return _bare(key, values)
    try:
        return str(say(key, values, language))
    except KeyError:
        return _bare(key, values)


def _bare(key: str, values: Mapping[str, Any]) -> str:
    words = key.removesuffix(".v1").replace(".", " ").replace("_", " ").replace("-", " ")
    told = ", ".join(f"{name} {value}" for name, value in values.items())
    return f"{words}: {told}" if told else words
