"""Files to rows: bytes, encoding, header and cells; what cannot be read is told with its line and column."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from domain.decider import Scalar
from infra.codec import BadInput
from infra.importing.cells import Cells
from infra.importing.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: `line` is None where the whole file is meant, `column` where the whole line is."""

    file: str
    line: int | None
    column: str | None
    rule: str
    values: dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, what could be read of it, and what could not."""

    kind: Kind
    file: str
    line: int
    cells: Cells
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A file's rows, or what is wrong with the file."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_file(path: Path, encoding: str, kind_name: str | None) -> Sheet:
    """Read a file of one kind, by its header if the kind is not named. OSError if it cannot be read at all."""
    body = path.read_bytes()
    try:
        text = body.decode("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        return Sheet(faults=[Fault(str(path), line, None, "bad-encoding", {"encoding": encoding})])
    except LookupError:
        return Sheet(faults=[Fault(str(path), None, None, "encoding-unknown", {"encoding": encoding})])
    return _read_lines(str(path), text.removeprefix("\ufeff"), kind_name)


def _read_lines(file: str, text: str, kind_name: str | None) -> Sheet:
    sheet = Sheet()
    lines = _lines(text)
    number = 1
    try:
        number, header = next(lines, (1, []))
        kind = _kind_of(file, number, [name.strip() for name in header], kind_name, sheet)
        if kind is None:
            return sheet
        for number, cells in lines:
            sheet.rows.append(_row(kind, file, number, [name.strip() for name in header], cells))
    except csv.Error as error:
        sheet.faults.append(Fault(file, number, None, "csv-broken", {"detail": str(error)}))
    return sheet


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not blank, each with the number of the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _kind_of(file: str, line: int, header: list[str], kind_name: str | None, sheet: Sheet) -> Kind | None:
    """Return the kind that was named or that the header fits; note what is wrong with the header."""
    if kind_name is None:
        fitting = [kind for kind in KINDS.values() if not _missing(kind, header)]
        fitting = fitting or [kind for kind in KINDS.values() if header[:1] == [kind.id_column]]
        if len(fitting) != 1:
            told = " ".join(header) or "nothing"
            sheet.faults.append(Fault(file, line, None, "kind-unknown", {"header": told, "kinds": " ".join(KINDS)}))
            return None
        kind = fitting[0]
    else:
        kind = KINDS[kind_name]
    known = {column.name for column in kind.columns}
    for name in _missing(kind, header):
        sheet.faults.append(Fault(file, line, name, "column-missing", {"kind": kind.name}))
    for index, name in enumerate(header):
        if name not in known:
            sheet.faults.append(Fault(file, line, name or f"#{index + 1}", "column-unknown", {"kind": kind.name}))
        elif name in header[:index]:
            sheet.faults.append(Fault(file, line, name, "column-twice", {"kind": kind.name}))
    return None if sheet.faults else kind


def _missing(kind: Kind, header: Iterable[str]) -> list[str]:
    there = set(header)
    return [column.name for column in kind.columns if column.required and column.name not in there]


def _row(kind: Kind, file: str, line: int, header: list[str], given: list[str]) -> Row:
    if len(given) != len(header):
        counts: dict[str, Scalar] = {"cells": len(given), "columns": len(header)}
        about = {name: cell.strip() for name, cell in zip(header, given, strict=False) if name == kind.id_column}
        return Row(kind, file, line, about, (Fault(file, line, None, "cells-do-not-fit", counts),))
    told = {name: cell.strip() for name, cell in zip(header, given, strict=True)}
    cells: Cells = {}
    faults: list[Fault] = []
    for column in kind.columns:
        cell = told.get(column.name, "")
        if not cell:
            if column.required:
                faults.append(
                    Fault(file, line, column.name, "missing-field", {"field": column.name, "detail": "empty"})
                )
            continue
        try:
            cells[column.name] = column.read(cell)
        except BadInput as bad:
            values: dict[str, Scalar] = {"field": column.name, "detail": bad.detail}
            faults.append(Fault(file, line, column.name, bad.rule, values))
    return Row(kind, file, line, cells, tuple(faults))
