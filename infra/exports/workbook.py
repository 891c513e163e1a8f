"""Spreadsheets (xlsx): a sheet with the answer, and one that says where it comes from.

Text is written as text, so no cell is a formula and an identity number keeps its eighteen digits.
"""

import io

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.decider import Refused
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.results import to_json
from infra.exports.export import Cell, Export, text_of, widths

MOST_ROWS = 1_048_575
"""Lines of a sheet below its heading."""

MOST_SIGNS = 32_767
"""Signs of a cell."""

MOST_EXACT = 2**53
"""A spreadsheet's number is exact up to this."""

A4 = 9
"""The number of the paper size."""


def xlsx_bytes(export: Export, words: Translator) -> bytes:
    """Return the file, headings in the reader's language.

    Refused `export-too-long` or `export-cell-too-long` where a sheet cannot hold the answer: a CSV file can.
    """
    _check_size(export)
    file = io.BytesIO()
    book: Workbook = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": True})
    book.set_properties({"title": export.question, "author": export.made_by, "created": export.made_at})
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    _write_answer(book.add_worksheet(export.question[:31]), export, words, bold, text)
    _write_origin(book.add_worksheet(words.say("export-origin")), export, words, bold, text)
    book.close()
    return file.getvalue()


def _check_size(export: Export) -> None:
    if len(export.rows) > MOST_ROWS:
        raise Refused("export-too-long", rows=len(export.rows), most=MOST_ROWS)
    for row in export.rows:
        for name, cell in zip(export.columns, row, strict=True):
            if isinstance(cell, str) and len(cell) > MOST_SIGNS:
                raise Refused("export-cell-too-long", column=name, most=MOST_SIGNS)


def _write_answer(sheet: Worksheet, export: Export, words: Translator, bold: CellFormat, text: CellFormat) -> None:
    headings = [words.label("column", name) for name in export.columns]
    for column, width in enumerate(widths(export, headings)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{export.question} · {words.say(export.store_time)} · {shown(export.made_at)}&R&P / &N")
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for line, row in enumerate(export.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, line, column, cell, text)


def _write_cell(sheet: Worksheet, line: int, column: int, cell: Cell, text: CellFormat) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(line, column, cell)
        case float() | int() if abs(cell) <= MOST_EXACT:
            sheet.write_number(line, column, cell)
        case _:
            sheet.write_string(line, column, text_of(cell), text)


def _write_origin(sheet: Worksheet, export: Export, words: Translator, bold: CellFormat, text: CellFormat) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    origin = {
        "export-question": export.question,
        "export-parameters": to_json(export.parameters),
        "export-rows": str(len(export.rows)),
        "export-made-at": shown(export.made_at),
        "export-made-by": export.made_by,
        "export-store-time": words.say(export.store_time),
    }
    for line, (key, content) in enumerate(origin.items()):
        sheet.write_string(line, 0, words.say(key), bold)
        sheet.write_string(line, 1, content, text)
