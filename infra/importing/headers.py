"""Finds the header of a table, and the kind of file that it belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from infra.importing.file_kind import FileKind
from infra.importing.kinds import KINDS
from infra.importing.reading.faults import FileFault, FileNote
from infra.importing.words.mapping import ColumnMapping
from infra.importing.words.normalise import plain
from infra.importing.words.vocabulary import LEFT_OUT, header_key, headers_of

LOOKED_AT = 20
"""Lines among which a header stands: titles and remarks may stand above it."""

LEAST_KNOWN = 2
"""Names of columns by which a line is known as a header."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: its line and cells, and the name of each column, empty where one is left out."""

    kind: FileKind
    line: int
    cells: tuple[str, ...]
    columns: tuple[str, ...]
    titles: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class HeaderReading:
    """A header, or the faults that it has; `names` are its cells with their columns, None where none is known."""

    header: Header | None = None
    kind: FileKind | None = None
    names: dict[str, str | None] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)


def find_header(
    file: str, lines: Iterator[tuple[int, list[str]]], kind_name: str | None, mapping: ColumnMapping
) -> HeaderReading:
    """Return the header of a table: the first line that is one, else the first line, with what is wrong with it."""
    kind_name = kind_name or mapping.kind
    kinds = list(KINDS.values()) if kind_name is None else [KINDS[kind_name]]
    first: tuple[int, list[str]] | None = None
    above: list[tuple[str, ...]] = []
    for count, (number, cells) in enumerate(lines):
        if count > LOOKED_AT:
            break
        if not any(cell.strip() for cell in cells):
            continue
        first = first or (number, cells)
        if max(_known(kind, cells, mapping) for kind in kinds) >= min(LEAST_KNOWN, len(cells)):
            return _judged(file, number, cells, kinds, mapping, above)
        above.append(tuple(cells))
    number, cells = first or (1, [])
    return _judged(file, number, cells, kinds, mapping, [])


def _judged(
    file: str,
    line: int,
    cells: Sequence[str],
    kinds: Sequence[FileKind],
    mapping: ColumnMapping,
    titles: Sequence[tuple[str, ...]],
) -> HeaderReading:
    cells = list(cells)
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    reading = HeaderReading()
    kind = kinds[0] if len(kinds) == 1 else _fitting(cells, mapping)
    if kind is None:
        names = " ".join(cell for cell in cells if any(header_key(cell) in headers_of(each.name) for each in kinds))
        values = {"header": names or "?", "kinds": " ".join(KINDS)}
        reading.faults.append(FileFault(file, line, None, "kind-unknown", values))
        return reading
    reading.kind = kind
    columns = [_column(kind, cell, mapping) for cell in cells]
    reading.names = {plain(cell): column for cell, column in zip(cells, columns, strict=True)}
    reading.missing = missing(kind, columns, mapping)
    for name in reading.missing:
        reading.faults.append(FileFault(file, line, name, "column-missing", {"kind": kind.name, "column": name}))
    is_header = sum(bool(column) for column in columns) * 2 >= len(columns)
    for index, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        shown = cell.strip() if is_header and cell.strip() else f"#{index + 1}"
        if column is None:
            reading.faults.append(FileFault(file, line, shown, "column-unknown", {"kind": kind.name}))
        elif column and column in columns[:index]:
            reading.faults.append(FileFault(file, line, shown, "column-twice", {"kind": kind.name}))
        elif not column:
            reading.notes.append(FileNote(file, line, shown, "column-left-out"))
        elif column != plain(cell):
            reading.notes.append(FileNote(file, line, shown, "column-read-as", {"column": column}))
    reading.header = Header(kind, line, tuple(cells), tuple(column or "" for column in columns), tuple(titles))
    return reading


def _fitting(cells: Sequence[str], mapping: ColumnMapping) -> FileKind | None:
    """Return the kind that a header fits: no column is missing, else the most are known."""
    columns = {kind.name: [_column(kind, cell, mapping) for cell in cells] for kind in KINDS.values()}
    whole = [kind for kind in KINDS.values() if not missing(kind, columns[kind.name], mapping)]
    counts = {kind.name: sum(map(bool, columns[kind.name])) for kind in KINDS.values()}
    if whole:
        most = max(counts[kind.name] for kind in whole)
        best = [kind for kind in whole if counts[kind.name] == most]
        return best[0] if len(best) == 1 else None
    named = [kind for kind in KINDS.values() if columns[kind.name][:1] == [kind.id_column]]
    if len(named) == 1:
        return named[0]
    most = max(counts.values(), default=0)
    best = [kind for kind in KINDS.values() if counts[kind.name] == most]
    return best[0] if most * 2 >= len(cells) and most >= LEAST_KNOWN and len(best) == 1 else None


def _column(kind: FileKind, cell: str, mapping: ColumnMapping) -> str | None:
    """Return the column of a header, empty if it is left out, None if it is unknown."""
    key = header_key(cell)
    if key in mapping.columns:
        return mapping.columns[key]
    known = {column.name for column in kind.columns}
    if cell.strip() in known:
        return cell.strip()
    return headers_of(kind.name).get(key, "" if key in LEFT_OUT else None)


def _known(kind: FileKind, cells: Sequence[str], mapping: ColumnMapping) -> int:
    return sum(bool(_column(kind, cell, mapping)) for cell in cells if cell.strip())


def missing(kind: FileKind, columns: Sequence[str | None], mapping: ColumnMapping) -> list[str]:
    """Return the columns that a kind needs and neither a header nor the constants have."""
    there = {*columns, *mapping.constants}
    made = kind.id_column if kind.made_from else ""
    return [column.name for column in kind.columns if column.required and column.name not in {*there, made}]
