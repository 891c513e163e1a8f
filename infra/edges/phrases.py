"""Words of an edge's answers, from the catalogues, in one language; the plain key where a catalogue has none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.edges.loading import load
from infra.settings import Language

if TYPE_CHECKING:
    from infra.words.catalogue import Kind

Catalogue = Mapping[tuple[str | None, str], str]
"""Words by kind (None for sentences) and key."""


@dataclass(frozen=True, slots=True)
class Translator:
    """The words of one language: sentences by key, labels of codes by kind."""

    language: Language

    def say(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """Return the sentence or words of a key, filled with values."""
        return phrase(key, values or {}, self.language)

    def why(self, rule: str, holiday: str | None = None, values: Mapping[str, object] | None = None) -> str:
        """Return the sentence of the reason of something left out; a day off has the name of its holiday if known."""
        if rule == "national-day-off" and holiday is not None:
            return self.say("national-day-off-named", {**(values or {}), "holiday": holiday})
        return self.say(rule, values)

    def label(self, kind: "Kind", code: object) -> str:
        """Return what people call a code of this kind; nothing for no code."""
        if code is None:
            return ""
        label: str = load("infra.words.catalogue:label")(kind, code, self.language)
        return label

    def listed(self, names: Sequence[str]) -> str:
        """Return names as people list them: n1, n2 and n3."""
        *before, last = names
        comma = "、" if self.language == "zh" else ", "
        return self.say("names-and", {"names": comma.join(before), "last": last}) if before else last

    def clauses(self, parts: Sequence[str]) -> str:
        """Return parts of one sentence one after the other."""
        return ("，" if self.language == "zh" else ", ").join(parts)

    def with_note(self, name: str, note: str) -> str:
        """Return a name with a note in brackets."""
        return f"{name}（{note}）" if self.language == "zh" else f"{name} ({note})"

    def headings(self, *keys: str) -> tuple[str, ...]:
        """Return the headings of a table's columns."""
        return tuple(map(self.say, keys))


def phrase(key: str, values: Mapping[str, object], language: Language) -> str:
    """Return the catalogue's sentence or words for a rule, an event's stored name or another key."""
    catalogue: Catalogue = load("infra.words.catalogue:words")(language)  # read when something is said, not before
    if (None, key) in catalogue:
        sentence: str = load("infra.words.catalogue:say")(key, values, language)
        return sentence
    for kind in ("tier", "status"):  # a heading is called as the codes in its column
        if (kind, key) in catalogue:
            return catalogue[kind, key]
    words = key.replace("_", " ").replace("-", " ")
    plain: Callable[[object], str] = load("infra.words.catalogue:plain")
    filled = ", ".join(f"{name} {plain(value)}" for name, value in values.items())
    return f"{words}: {filled}" if filled else words
