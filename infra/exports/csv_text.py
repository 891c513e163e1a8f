"""CSV that a spreadsheet program opens by a double click: UTF-8 with a byte order mark, quoted as in RFC 4180.

A spreadsheet program runs a cell that begins with one of `= + - @`, a tab or a carriage return as a formula, and reads
an identity number as a number of fifteen digits. Text of the first kind gets an apostrophe before it, text of digits
a tab: the first stays harmless, the second stays text. `unguarded` takes both away. Numbers stay as they are.
"""

import csv
import io

from infra.exports.export import Cell, Export, text_of

BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet program that the file is UTF-8."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, full-width signs included (OWASP, CSV injection)."""

APOSTROPHE, TAB = "'", "\t"

LEAST_DIGITS = 10
"""Text of so many digits is no amount: a phone has 11, an identity number 18."""


def csv_bytes(export: Export) -> bytes:
    """Return the file. The first line holds the names of the fields, as in JSON."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(export.columns)
    writer.writerows([guarded(cell) for cell in row] for row in export.rows)
    return text.getvalue().encode()


def guarded(cell: Cell) -> str:
    """Return a cell's text as a spreadsheet program may read it."""
    if not isinstance(cell, str):
        return text_of(cell)
    if cell.startswith((*FORMULA_SIGNS, APOSTROPHE)):
        return APOSTROPHE + cell
    return TAB + cell if _is_number_of_somebody(cell) else cell


def unguarded(text: str) -> str:
    """Return the text of a cell without its guard."""
    return text[1:] if text.startswith((APOSTROPHE, TAB)) else text


def _is_number_of_somebody(cell: str) -> bool:
    """Say whether a spreadsheet program would shorten this text: many digits, or a zero before others."""
    digits = cell.removesuffix("X").removesuffix("x")
    return digits.isdigit() and (len(digits) >= LEAST_DIGITS or (len(digits) > 1 and digits.startswith("0")))
