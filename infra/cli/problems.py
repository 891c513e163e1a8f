"""What went wrong, as one line: for people a sentence with its rule, for programs an object."""

from collections.abc import Mapping
from typing import Any

import click
import orjson

from domain.decider import Refused, Scalar
from domain.event import value
from infra.cli.phrases import phrase
from infra.settings import Language

REFUSED = 2
"""The exit code of a refusal."""


class Unfit(Exception):  # noqa: N818 -- an answer to whoever asked, not an error of the program
    """Something given to the command line cannot be used. `rule` is in kebab case, `values` fill its sentence.

    The value `field`, if there is one, names the option or the field.
    """

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


@value
class Problem:
    """A problem in both shapes: `detail` is the sentence in the asker's language."""

    rule: str
    detail: str
    values: Mapping[str, Scalar]
    field: str | None = None

    def line(self) -> str:
        """Return one line for people."""
        return f"jiayi: {self.detail} [{self.rule}]"

    def told(self) -> dict[str, Any]:
        """Return the JSON object for programs."""
        told: dict[str, Any] = {"rule": self.rule, "detail": self.detail, "values": dict(self.values)}
        return {**told, "field": self.field} if self.field else told


def problem_of(error: BaseException, language: Language) -> Problem | None:
    """Return the problem behind an error that is an answer; None if the program itself is at fault."""
    import sqlite3  # noqa: PLC0415 -- a first `--help` needs no database

    from infra.codec import BadInput, CorruptEvent  # noqa: PLC0415 -- likewise, nor the domain
    from infra.store.recorded import Conflict, NewerStoreError, StoreError  # noqa: PLC0415 -- likewise

    match error:
        case Refused() | Unfit():
            named = error.values.get("field") if isinstance(error, Unfit) else None
            return _problem(error.rule, error.values, language, None if named is None else str(named))
        case BadInput():
            values: dict[str, Scalar] = {"field": error.field or "input", "detail": error.detail}
            return _problem(error.rule, values, language, error.field or None)
        case click.UsageError():
            return Problem(rule="usage", detail=one_line(error.format_message()), values={})
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


def _problem(rule: str, values: Mapping[str, Scalar], language: Language, field: str | None = None) -> Problem:
    return Problem(rule=rule, detail=one_line(phrase(rule, values, language)), values=values, field=field)


def one_line(text: str) -> str:
    """Return the text without line breaks."""
    return " ".join(text.split())


def to_json(told: object) -> str:
    """Return compact JSON; dates as ISO 8601, moments in UTC with `Z`."""
    return orjson.dumps(told, default=_plain, option=orjson.OPT_UTC_Z).decode()


def _plain(told: object) -> object:
    if isinstance(told, frozenset | set):
        return sorted(told)
    raise TypeError(type(told).__name__)
