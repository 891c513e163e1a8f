"""What is wrong with a file, and what was found out about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.decider import Scalar


@dataclass(frozen=True, slots=True)
class FileFault:
    """A fault in a file: `line` is None if it concerns the whole file, `column` if it concerns the whole line.

    No part of it ever holds what stands in a cell.
    """

    file: str
    line: int | None
    column: str | None
    rule: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class FileNote:
    """A remark about a file that is no fault: what the import detected or made regular."""

    file: str
    line: int | None
    column: str | None
    rule: str
    values: Mapping[str, Scalar] = field(default_factory=dict)


class UnreadableFile(Exception):  # noqa: N818 -- an answer to the sender, not an error of the program
    """A file that is no table at all."""

    def __init__(self, file: str, rule: str, *, line: int | None = None, **values: Scalar) -> None:
        super().__init__(f"{file}: {rule}")
        self.fault = FileFault(file, line, None, rule, values)


class NumberCell(str):
    """The text of a cell that a spreadsheet holds as a number: it has fifteen digits at most."""

    __slots__ = ()
