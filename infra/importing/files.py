"""Reads files into rows: encoding, separator, header and cells are found out; each fault names its line and column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.decider import Scalar
from infra.codec import BadInput
from infra.importing.cells import Cells, Column
from infra.importing.file_kind import FileKind
from infra.importing.headers import Header, find_header
from infra.importing.reading.decoding import encoding_of
from infra.importing.reading.faults import FileFault, FileNote, NumberCell, UnreadableFile
from infra.importing.reading.layout import Layout
from infra.importing.reading.text_rows import separator_of, text_rows
from infra.importing.reading.workbook import check_workbook, is_workbook, workbook_rows
from infra.importing.words.mapping import ColumnMapping
from infra.importing.words.regular import Regular, regular

__all__ = ["FileFault", "FileNote", "FileRow", "ReadOptions", "Sheet", "TableFile", "open_table", "read_file"]

LARGEST_FILE = 1_000_000_000
"""Bytes of a file, unless the settings say another number."""

NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "gb18030": "GB18030"}
SEPARATORS = {"\t": "tab"}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read: what is None is found out."""

    encoding: str | None = None
    kind: str | None = None
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    largest: int = LARGEST_FILE


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row with its file and line, the cells that could be read, the faults of the others, and notes."""

    kind: FileKind
    file: str
    line: int
    cells: Cells
    faults: tuple[FileFault, ...] = ()
    notes: tuple[FileNote, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A file's rows, or the faults of the file."""

    rows: list[FileRow] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)


class TableFile:
    """A file that was opened: its kind and header, and its rows, which are read when they are asked for."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        """Open a file. UnreadableFile if it is no table, OSError if it cannot be read."""
        self.file = str(path)
        self.faults: list[FileFault] = []
        self.notes: list[FileNote] = []
        self.header: Header | None = None
        self._path = path
        self._options = options
        size = path.stat().st_size
        if size > options.largest:
            raise UnreadableFile(self.file, "file-too-large", size=size, most=options.largest)
        self._open()
        self.layout = Layout()
        self._find_header()

    def _open(self) -> None:
        with self._path.open("rb") as file:
            self._is_workbook = is_workbook(file.read(8))
        if self._is_workbook:
            check_workbook(self._path)
            sheet = {"sheet": workbook_rows(self._path)[0]}
            self._notes_of_form("read-as-sheet", sheet)
            return
        self._encoding = encoding_of(self._path, self._options.encoding)
        self._separator = separator_of(self._path, self._encoding)
        shown = {
            "encoding": NAMES.get(self._encoding, self._encoding.upper()),
            "separator": SEPARATORS.get(self._separator, self._separator),
        }
        if self._encoding != "utf-8" or self._separator != ",":
            self._notes_of_form("read-as-text", shown)

    def _notes_of_form(self, rule: str, values: dict[str, str]) -> None:
        self.notes.append(FileNote(self.file, None, None, rule, dict(values)))

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the file's lines from the first on, as often as it is asked."""
        if self._is_workbook:
            return workbook_rows(self._path)[1]
        return text_rows(self._path, self._encoding, self._separator)

    def _find_header(self) -> None:
        reading = find_header(self.file, self.lines(), self._options.kind, self._options.mapping)
        self.faults += reading.faults
        self.notes += reading.notes
        self.header = reading.header

    def rows(self) -> Iterator[FileRow]:
        """Yield the rows below the header. UnreadableFile where the file breaks; its notes are complete at the end."""
        if self.header is None or self.faults:
            return
        read = _RowReader(self.file, self.header, self._options.mapping)
        self.layout = Layout(self.header.cells, self.header.titles)
        for line, cells in self.layout.rows(self.lines(), after=self.header.line):
            yield read(line, cells)
        self.notes += [
            FileNote(self.file, None, None, rule, {"lines": len(lines), "first": lines[0]})
            for rule, lines in self.layout.left_out.items()
        ]


def open_table(path: Path, options: ReadOptions) -> TableFile:
    """Open a file. UnreadableFile if it is no table, OSError if it cannot be read at all."""
    return TableFile(path, options)


def read_file(path: Path, encoding: str | None, kind_name: str | None) -> Sheet:
    """Read a whole file of one kind, by its header if the kind is not named. OSError if it cannot be read at all."""
    sheet = Sheet()
    try:
        table = open_table(path, ReadOptions(encoding=encoding, kind=kind_name))
        sheet.faults += table.faults
        sheet.rows += table.rows()
    except UnreadableFile as unreadable:
        sheet.faults.append(unreadable.fault)
    return sheet


class _RowReader:
    """Reads the cells of one table's rows."""

    def __init__(self, file: str, header: Header, mapping: ColumnMapping) -> None:
        self._file = file
        self._header = header
        self._kind = header.kind
        self._regular = Regular(header.kind, mapping.words)
        self._constants = {
            name: text for name, text in mapping.constants.items() if name in {c.name for c in header.kind.columns}
        }
        made = header.kind.id_column if header.kind.made_from else ""
        columns = sorted(header.kind.columns, key=lambda column: column.form == "identity-number")  # needs the birthday
        self._columns = [(column, column.required and column.name != made) for column in columns]

    def __call__(self, line: int, texts: Sequence[str]) -> FileRow:
        width = len(self._header.columns)
        texts = self._fitted(texts, width)
        if len(texts) != width:
            counts: dict[str, Scalar] = {"cells": len(texts), "columns": width}
            about = {
                name: cell.strip()
                for name, cell in zip(self._header.columns, texts, strict=False)
                if name == self._kind.id_column
            }
            return FileRow(
                self._kind, self._file, line, about, (FileFault(self._file, line, None, "cells-do-not-fit", counts),)
            )
        written = dict(self._constants)
        written.update(
            (name, text) for name, text in zip(self._header.columns, texts, strict=True) if name and text.strip()
        )
        return self._read(line, written)

    @staticmethod
    def _fitted(texts: Sequence[str], width: int) -> Sequence[str]:
        """Return cells without blank ones behind the last column."""
        while len(texts) > width and not texts[-1].strip():
            texts = texts[:-1]
        return texts

    def _read(self, line: int, written: dict[str, str]) -> FileRow:
        cells: Cells = {}
        faults: list[FileFault] = []
        notes: list[FileNote] = []
        for column, is_required in self._columns:
            text = written.get(column.name, "")
            made = regular(self._regular, column, text, isinstance(text, NumberCell), cells) if text else None
            if made is None or not made.text:
                if is_required:
                    values: dict[str, Scalar] = {"field": column.name, "detail": "empty"}
                    faults.append(FileFault(self._file, line, column.name, "missing-field", values))
                continue
            if made.rule:
                about: dict[str, Scalar] = {"field": column.name, **made.values}
                if made.is_fault:
                    faults.append(FileFault(self._file, line, column.name, made.rule, about))
                    continue
                notes.append(FileNote(self._file, line, column.name, made.rule, about))
            self._read_cell(line, column, made.text, cells, faults)
        return FileRow(self._kind, self._file, line, cells, tuple(faults), tuple(notes))

    def _read_cell(self, line: int, column: Column, text: str, cells: Cells, faults: list[FileFault]) -> None:
        try:
            cells[column.name] = column.read(text)
        except BadInput as bad:
            values: dict[str, Scalar] = {"field": column.name, "detail": bad.detail}
            faults.append(FileFault(self._file, line, column.name, bad.rule, values))
