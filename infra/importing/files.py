"""Reads files into rows: encoding, header and cells; each fault names its line and column."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from domain.decider import Scalar
from infra.codec import BadInput
from infra.importing.cells import Cells
from infra.importing.kinds import KINDS, FileKind


@dataclass(frozen=True, slots=True)
class FileFault:
    """A fault in a file: `line` is None if it concerns the whole file, `column` if it concerns the whole line."""

    file: str
    line: int | None
    column: str | None
    rule: str
    values: dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row with its file and line, the cells that could be read, and the faults of the others."""

    kind: FileKind
    file: str
    line: int
    cells: Cells
    faults: tuple[FileFault, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A file's rows, or the faults of the file."""

    rows: list[FileRow] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)


def read_file(path: Path, encoding: str, kind_name: str | None) -> Sheet:
    """Read a file of one kind, by its header if the kind is not named. OSError if it cannot be read at all."""
    body = path.read_bytes()
    try:
        text = body.decode("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        return Sheet(faults=[FileFault(str(path), line, None, "bad-encoding", {"encoding": encoding})])
    except LookupError:
        return Sheet(faults=[FileFault(str(path), None, None, "encoding-unknown", {"encoding": encoding})])
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
        sheet.faults.append(FileFault(file, number, None, "csv-broken", {"detail": str(error)}))
    return sheet


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _kind_of(file: str, line: int, header: list[str], kind_name: str | None, sheet: Sheet) -> FileKind | None:
    """Return the named kind, or the one that fits the header; add the header's faults to the sheet."""
    if kind_name is None:
        fitting = [kind for kind in KINDS.values() if not _missing(kind, header)]
        fitting = fitting or [kind for kind in KINDS.values() if header[:1] == [kind.id_column]]
        if len(fitting) != 1:
            names = " ".join(header) or "nothing"
            sheet.faults.append(
                FileFault(file, line, None, "kind-unknown", {"header": names, "kinds": " ".join(KINDS)})
            )
            return None
        kind = fitting[0]
    else:
        kind = KINDS[kind_name]
    known = {column.name for column in kind.columns}
    for name in _missing(kind, header):
        sheet.faults.append(FileFault(file, line, name, "column-missing", {"kind": kind.name}))
    for index, name in enumerate(header):
        if name not in known:
            sheet.faults.append(FileFault(file, line, name or f"#{index + 1}", "column-unknown", {"kind": kind.name}))
        elif name in header[:index]:
            sheet.faults.append(FileFault(file, line, name, "column-twice", {"kind": kind.name}))
    return None if sheet.faults else kind


def _missing(kind: FileKind, header: Iterable[str]) -> list[str]:
    there = set(header)
    return [column.name for column in kind.columns if column.required and column.name not in there]


def _row(kind: FileKind, file: str, line: int, header: list[str], texts: list[str]) -> FileRow:
    if len(texts) != len(header):
        counts: dict[str, Scalar] = {"cells": len(texts), "columns": len(header)}
        about = {name: cell.strip() for name, cell in zip(header, texts, strict=False) if name == kind.id_column}
        return FileRow(kind, file, line, about, (FileFault(file, line, None, "cells-do-not-fit", counts),))
    text_of = {name: cell.strip() for name, cell in zip(header, texts, strict=True)}
    cells: Cells = {}
    faults: list[FileFault] = []
    for column in kind.columns:
        cell = text_of.get(column.name, "")
        if not cell:
            if column.required:
                faults.append(
                    FileFault(file, line, column.name, "missing-field", {"field": column.name, "detail": "empty"})
                )
            continue
        try:
            cells[column.name] = column.read(cell)
        except BadInput as bad:
            values: dict[str, Scalar] = {"field": column.name, "detail": bad.detail}
            faults.append(FileFault(file, line, column.name, bad.rule, values))
    return FileRow(kind, file, line, cells, tuple(faults))
