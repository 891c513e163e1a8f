"""Words of the command line's own answers: the catalogue's, and the plain key where it has none."""

from collections.abc import Mapping
from typing import Any

from infra.settings import Language


def phrase(key: str, values: Mapping[str, Any], language: Language) -> str:
    """Return the catalogue's sentence or words for a rule, an event's stored name or another key."""
    from infra.words import catalogue  # noqa: PLC0415 -- catalogues are read when something is said

    known = catalogue.words(language)
    if (None, key) in known:
        return catalogue.say(key, values, language)
    for kind in ("tier", "status"):  # heads of columns are called as the codes in them
        if (kind, key) in known:
            return known[kind, key]
    words = key.replace("_", " ").replace("-", " ")
    told = ", ".join(f"{name} {catalogue.plain(value)}" for name, value in values.items())
    return f"{words}: {told}" if told else words
