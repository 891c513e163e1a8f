"""Problems: what an edge answers instead of a result, as a sentence for people and as an object for programs."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from domain.decider import Refused, Scalar
from domain.event import value
from infra.codec import BadInput, CorruptEvent
from infra.database.errors import NewerStoreError, StoreError
from infra.edges.loading import load
from infra.edges.personal import field_name, without_numbers, without_persons, without_quoted
from infra.edges.phrases import phrase
from infra.edges.results import Result
from infra.settings import Language
from infra.store.recorded import Conflict


class UsageError(Exception):
    """An option or an input of an edge is unusable. `rule` is in kebab case; `values` fill its sentence.

    The value `field`, if present, names the option or the field.
    """

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


class ServiceAway(Exception):  # noqa: N818 -- a state of the world, not a fault
    """A service is away that will come back; its cause says which. A supervisor starts the process again."""


class OptionsError(Exception):
    """Options or arguments that do not go together; the message says which."""


@value
class Problem(Result):
    """A problem in both shapes: `detail` is the sentence in the reader's language.

    `number` is that of the rulebook's rule that refused, e.g. A1.3; None where none did.
    """

    rule: str
    detail: str
    values: Mapping[str, Scalar]
    field: str | None = None
    number: str | None = None

    def line(self) -> str:
        """Return one line for people."""
        number = f" ({self.number})" if self.number else ""
        return f"jiayi: {self.detail}{number} [{self.rule}]"

    def payload(self) -> dict[str, object]:
        """Return the JSON object for programs; `field` is left out where there is none."""
        payload: dict[str, object] = {"rule": self.rule, "detail": self.detail, "values": dict(self.values)}
        return {**payload, "field": self.field} if self.field else payload

    def documents(self) -> tuple[object, ...]:
        """Return the JSON object."""
        return (self.payload(),)


def problem_of(error: BaseException, language: Language) -> Problem | None:
    """Return the problem behind an error that is an answer; None if the program itself is at fault."""
    match error:
        case Refused():
            number = load("domain.rulebook:rule_of_refusal")(error.rule)
            values = without_persons(error.values)
            return replace(_problem(error.sentence, values, language), rule=error.rule, number=number)
        case UsageError():
            field = error.values.get("field")
            shown = {k: without_numbers(v) if isinstance(v, str) else v for k, v in error.values.items()}
            return _problem(error.rule, shown, language, None if field is None else without_numbers(str(field)))
        case BadInput():
            path = field_name(error.field)
            values = {"field": path or "input", "detail": without_numbers(error.detail)}
            return _problem(error.rule, values, language, path or None)
        case OptionsError():
            return wrong_options(str(error))
        case CorruptEvent():
            return _problem("event-corrupt", {"event": error.name, "detail": error.detail}, language)
        case Conflict():
            return _problem("conflict", {"stream": error.stream}, language)
        case NewerStoreError():
            return _problem("store-newer-than-program", {"detail": str(error)}, language)
        case StoreError() | sqlite3.Error():
            return _problem("store-failed", {"detail": str(error)}, language)
        case OSError():
            values = {"file": str(error.filename or "?"), "detail": error.strerror or str(error)}
            return _problem("file-unusable", values, language)
    return None


def wrong_options(message: str) -> Problem:
    """Return the problem of options that cannot be read or do not go together."""
    return Problem(rule="usage", detail=one_line(without_quoted(message)), values={})


def _problem(rule: str, values: Mapping[str, Scalar], language: Language, field: str | None = None) -> Problem:
    said = dict(values)
    if isinstance(detail := values.get("detail"), str):
        said["detail"] = load("infra.words.details:detail_in")(language, detail)
    return Problem(rule=rule, detail=one_line(phrase(rule, said, language)), values=values, field=field)


def one_line(text: str) -> str:
    """Return the text without line breaks."""
    return " ".join(text.split())
