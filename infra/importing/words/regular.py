"""Makes a cell regular by the form of its column, and says what became of an identity number."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.decider import Scalar
from infra.importing.cells import Cells, Column
from infra.importing.file_kind import FileKind
from infra.importing.words import normalise
from infra.importing.words.vocabulary import YES_NO, words_of_column

IDENTITY_RULES = {
    "rounded": ("identity-number-rounded", True),
    "exponent": ("identity-number-rounded", True),
    "old": ("identity-number-old", True),
    "converted": ("identity-number-converted", False),
    "unwrapped": ("identity-number-unwrapped", False),
}
"""What is said of an identity number that is not as it was written, and whether that is a fault."""


@dataclass(frozen=True, slots=True)
class RegularCell:
    """The text that is read; `rule` says what became of it, and whether that is a fault."""

    text: str
    rule: str = ""
    is_fault: bool = False
    values: Mapping[str, Scalar] = field(default_factory=dict)


class Regular:
    """The words of one table: those of its mapping before those that are known."""

    def __init__(self, kind: FileKind, words: Mapping[str, Mapping[str, str]]) -> None:
        self._kind = kind
        self._own = {
            name: {normalise.folded(word).casefold().replace(" ", ""): code for word, code in table.items()}
            for name, table in words.items()
        }
        self._known: dict[str, Mapping[str, str]] = {}

    def words(self, column: Column) -> Mapping[str, str]:
        """Return the codes of a column by word."""
        known = self._known.get(column.name)
        if known is None:
            known = self._known[column.name] = {
                **words_of_column(self._kind.name, column.name),
                **self._own.get(column.name, {}),
            }
        return known


def regular(table: Regular, column: Column, text: str, is_number: bool, before: Cells) -> RegularCell:
    """Return a cell made regular; `before` holds the row's cells of the columns before."""
    match column.form:
        case "day":
            return RegularCell(normalise.day(text))
        case "phone":
            return _phone(text)
        case "identity-number":
            return _identity_number(text, is_number, before)
        case "word":
            written = text if text in column.codes else normalise.words(text, table.words(column))
            return RegularCell(written)
        case "words":
            return RegularCell(normalise.word_list(text, table.words(column)))
        case "yes-no":
            written = normalise.folded(text)
            return RegularCell(YES_NO.get(written.casefold(), written))
        case "whole":
            return RegularCell(normalise.whole(text))
        case "id" | "clock":
            return RegularCell(normalise.folded(text))
    return RegularCell(normalise.plain(text))


def _phone(text: str) -> RegularCell:
    written = normalise.phone(text)
    if "E+" in written.upper() and written[:1].isdigit():
        return RegularCell(written, "phone-rounded", is_fault=True)
    return RegularCell(written)


def _identity_number(text: str, is_number: bool, before: Cells) -> RegularCell:
    if before.get("paper", "identity-card") != "identity-card":
        return RegularCell(normalise.folded(text))
    born_on = before.get("born_on")
    number = normalise.identity_number(text, is_number=is_number, born_on=born_on)
    if rule := IDENTITY_RULES.get(number.state):
        return RegularCell(number.text, *rule, {"kept": number.kept} if number.kept else {})
    return RegularCell(number.text)
