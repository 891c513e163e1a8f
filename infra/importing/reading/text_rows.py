"""Rows of a text file, one after the other: the separator is found out, and line breaks inside quotes are kept."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from infra.importing.reading.faults import UnreadableFile

SEPARATORS = (",", "\t", ";", "|", "，", "；")
SAMPLE_LINES = 20
LONGEST_CELL = 1 << 17
"""Signs of a cell; longer ones are no cell of a table, but a quote that nobody closed."""

LONGEST_LINE = 1 << 20
"""Signs of a line: a file that is one long line is no table."""

MOST_CELLS = 2000
"""Columns of a table."""


def separator_of(path: Path, encoding: str) -> str:
    """Return the separator that gives the first lines the most cells, in which they agree; a comma if none does."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in (file.readline(LONGEST_CELL) for _ in range(SAMPLE_LINES)) if line.strip()]
    best, most = SEPARATORS[0], (0, 0)
    for separator in SEPARATORS:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator) if any(row)]
        widest = max(counts, default=1)
        agreed = sum(count == widest for count in counts)
        if widest > 1 and (agreed, widest) > most:
            best, most = separator, (agreed, widest)
    return best


def text_rows(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the number of their first line, blank ones too. UnreadableFile where a quote stays open."""
    csv.field_size_limit(LONGEST_CELL)
    begins = 1
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_lines(path, file), delimiter=separator, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise UnreadableFile(str(path), "csv-broken", line=begins, detail=str(error)) from None
            if len(cells) > MOST_CELLS:
                raise UnreadableFile(str(path), "table-too-wide", line=begins, columns=len(cells), most=MOST_CELLS)
            yield begins, [sys.intern(cell) if len(cell) < 9 else cell for cell in cells]
            begins = reader.line_num + 1


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines, each held in memory; UnreadableFile where one is too long or no text."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(str(path), "line-too-long", line=number, most=LONGEST_LINE)
        if "\0" in line:
            raise UnreadableFile(str(path), "csv-broken", line=number, detail="a character that is no text")
        yield line.removeprefix("\ufeff") if number == 1 else line
