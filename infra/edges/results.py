"""Results: what a command or a question returns to an edge, and the one renderer that makes JSON of it.

A result is a frozen dataclass. Its fields are the fields of its JSON; it knows no terminal and no page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

T = TypeVar("T")


class Result:
    """The base of all results: one JSON document, exit code 0."""

    __slots__ = ()

    def documents(self) -> Iterable[object]:
        """Return the JSON documents; an edge that writes lines writes one a line."""
        return (self,)

    def problem_documents(self) -> Iterable[object]:
        """Return the JSON documents that go to standard error."""
        return ()

    @property
    def exit_code(self) -> int:
        """Return the exit code of a command line that ends with this result."""
        return 0


@dataclass(frozen=True, slots=True)
class Listing(Result, Generic[T]):
    """Many results of one kind, a JSON document each."""

    items: tuple[T, ...]

    def documents(self) -> Iterable[object]:
        """Return the items."""
        return self.items


@dataclass(frozen=True, slots=True)
class Exit(Result):
    """The end of a command that has written all it has to say, or has nothing to say."""

    code: int = 0

    def documents(self) -> Iterable[object]:
        """Return nothing."""
        return ()

    @property
    def exit_code(self) -> int:
        """Return the code."""
        return self.code


@dataclass(frozen=True, slots=True)
class Payload(Result):
    """A result that is plain data already: a question's answer, a JSON Schema, fields that only the input names."""

    value: object

    def documents(self) -> Iterable[object]:
        """Return the data."""
        return (self.value,)


@dataclass(frozen=True, slots=True)
class Text(Result):
    """Lines that are the same for people and programs: names, commands for a shell."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportedAnswer(Result):
    """An answer was written to a file; `rows` counts the lines below the heading."""

    file: str
    question: str
    rows: int


def to_json(document: object) -> str:
    """Return compact JSON; dates as ISO 8601, moments in UTC with `Z`, sets sorted."""
    return orjson.dumps(document, default=_plain, option=orjson.OPT_UTC_Z).decode()


def render_json(result: Result) -> str:
    """Return a result as JSON, one document a line; empty if there is nothing to say."""
    return "\n".join(result.lines if isinstance(result, Text) else map(to_json, result.documents()))


def _plain(document: object) -> object:
    if isinstance(document, frozenset | set):
        return sorted(document)
    if isinstance(document, Result):
        (inner,) = document.documents()
        return inner
    raise TypeError(type(document).__name__)
