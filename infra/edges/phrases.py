"""Words of an edge's answers, from the catalogues, in one language; the plain key where a catalogue has none."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.settings import Language
from infra.words import catalogue
from infra.words.catalogue import Kind


@dataclass(frozen=True, slots=True)
class Translator:
    """The words of one language: sentences by key, labels of codes by kind."""

    language: Language

    def say(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """Return the sentence or words of a key, filled with values."""
        return phrase(key, values or {}, self.language)

    def label(self, kind: Kind, code: object) -> str:
        """Return what people call a code of this kind; nothing for no code."""
        return "" if code is None else catalogue.label(kind, code, self.language)

    def headings(self, *keys: str) -> tuple[str, ...]:
        """Return the headings of a table's columns."""
        return tuple(map(self.say, keys))


def phrase(key: str, values: Mapping[str, object], language: Language) -> str:
    """Return the catalogue's sentence or words for a rule, an event's stored name or another key."""
    known = catalogue.words(language)
    if (None, key) in known:
        return catalogue.say(key, values, language)
    for kind in ("tier", "status"):  # a heading is called as the codes in its column
        if (kind, key) in known:
            return known[kind, key]
    words = key.replace("_", " ").replace("-", " ")
    filled = ", ".join(f"{name} {catalogue.plain(value)}" for name, value in values.items())
    return f"{words}: {filled}" if filled else words
