"""Suggests how the columns and words of a file are read, as a mapping that a person can edit."""

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from infra.importing.files import ReadOptions, TableFile, open_table
from infra.importing.headers import find_header
from infra.importing.kinds import KINDS
from infra.importing.reading.layout import Layout
from infra.importing.words.mapping import suggestion
from infra.importing.words.normalise import folded, word_list, words
from infra.importing.words.regular import Regular

ROWS, WORDS = 2000, 20
"""Rows that are looked at, and unknown words of a column that are listed."""

LONGEST_WORD = 12
_MANY_DIGITS = re.compile(r"\d{5}")


def suggest(path: Path, options: ReadOptions, notes: Mapping[str, str]) -> str | None:
    """Return a mapping as TOML, None where no kind fits the header. UnreadableFile, OSError."""
    table = open_table(path, options)
    reading = find_header(table.file, table.lines(), options.kind, options.mapping)
    if reading.kind is None or reading.header is None:
        return None
    return suggestion(reading.kind.name, reading.names, _unknown_words(table, options), reading.missing, notes)


def _unknown_words(table: TableFile, options: ReadOptions) -> dict[str, list[str]]:
    """Return short words of cells that are no codes, by column."""
    assert table.header is not None
    kind = KINDS[table.header.kind.name]
    known = Regular(kind, options.mapping.words)
    unknown: dict[str, dict[str, None]] = {}
    layout = Layout(table.header.cells, table.header.titles)
    of_words = {column.name: column for column in kind.columns if column.codes}
    for _, cells in islice(layout.rows(table.lines(), after=table.header.line), ROWS):
        for name, cell in zip(table.header.columns, cells, strict=False):
            column = of_words.get(name)
            if column is None or not cell.strip():
                continue
            table_of = known.words(column)
            codes = word_list(cell, table_of).split(";") if column.form == "words" else [words(cell, table_of)]
            for code in codes:
                if code not in column.codes and len(code) <= LONGEST_WORD and not _MANY_DIGITS.search(code):
                    unknown.setdefault(name, {})[folded(code)] = None
    return {name: list(listed)[:WORDS] for name, listed in unknown.items()}
