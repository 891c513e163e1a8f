"""Rows of a spreadsheet (.xlsx): what it would unpack to is measured before anything is unpacked.

A small file may unpack to terabytes, name one cell in the last of 16,384 columns, or define entities that grow. So each
part is read once in blocks, counted and searched, before python-calamine, which holds a whole sheet, may open it.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from infra.importing.reading.faults import NumberCell, UnreadableFile
from infra.importing.reading.text_rows import MOST_CELLS

MOST_PARTS = 2000
MOST_UNPACKED = 400_000_000
"""Bytes of all parts together."""

MOST_AREA = 8_000_000
"""Cells of the rectangle that holds all of a sheet: 32 bytes each stand in memory."""

BLOCK = 1 << 16
OVERLAP = 64
"""What a pattern may need of the block before."""

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An old .xls, or a .xlsx that a password encrypts: both are compound files."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_REFERENCE = re.compile(rb"<(?:\w+:)?c\s[^>]{0,40}?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!ENTITY".encode("utf-16-le"))

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
"""What a package that is no package raises, depending on which byte is wrong."""

Rows = Iterator[tuple[int, list[str]]]


def is_workbook(head: bytes) -> bool:
    """Say whether a file that begins so is a spreadsheet, or wants to be one."""
    return head.startswith((b"PK\x03\x04", OLD_WORKBOOK))


def check_workbook(path: Path) -> None:
    """Refuse a workbook that is old, encrypted, broken or unpacks to too much; bounded memory."""
    with path.open("rb") as file:
        head = file.read(len(OLD_WORKBOOK))
        if head == OLD_WORKBOOK:
            encrypted = any(_ENCRYPTED in block for block in iter(lambda: file.read(BLOCK), b""))
            raise UnreadableFile(str(path), "workbook-encrypted" if encrypted else "workbook-old")
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(path, package)
    except BROKEN:
        raise UnreadableFile(str(path), "workbook-broken") from None


def _check_parts(path: Path, package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise UnreadableFile(str(path), "workbook-too-large", parts=len(parts), most=MOST_PARTS)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(str(path), "workbook-too-large", most=MOST_UNPACKED)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(str(path), "workbook-encrypted")
    unpacked = 0
    for part in parts:
        rows = columns = 0
        before = b""
        with package.open(part) as stream:
            while block := stream.read(BLOCK):
                unpacked += len(block)
                if unpacked > MOST_UNPACKED:  # whatever the directory says
                    raise UnreadableFile(str(path), "workbook-too-large", most=MOST_UNPACKED)
                text = before + block
                if part.filename.endswith((".xml", ".rels")) and any(each in text for each in _FORBIDDEN):
                    raise UnreadableFile(str(path), "workbook-with-entities")
                if part.filename.startswith("xl/worksheets/"):
                    rows, columns = _extent(text, rows, columns)
                    if columns > MOST_CELLS:
                        raise UnreadableFile(str(path), "table-too-wide", columns=columns, most=MOST_CELLS)
                    if rows * columns > MOST_AREA:
                        raise UnreadableFile(str(path), "workbook-too-large", cells=rows * columns, most=MOST_AREA)
                before = text[-OVERLAP:]


def _extent(text: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits in _REFERENCE.findall(text):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        rows, columns = max(rows, int(digits)), max(columns, column)
    return rows, columns


def workbook_rows(path: Path) -> tuple[str, Rows]:
    """Return the name of the first sheet that holds something, and its rows with their numbers."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- loaded where a spreadsheet is read

    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                return name, _rows(path, sheet.iter_rows())
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile(str(path), "workbook-broken") from None
    raise UnreadableFile(str(path), "workbook-empty")


def _rows(path: Path, rows: Iterator[Sequence[object]]) -> Rows:
    before = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception:  # whatever the library makes of a broken cell
            raise UnreadableFile(str(path), "workbook-broken", line=before or None) from None
        before += 1
        yield before, [text_of(cell) for cell in cells]


def text_of(cell: object) -> str:
    """Return the text of a cell: a day as 2026-03-02, a number without an exponent, with its fifteen digits."""
    match cell:
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case datetime():
            at_midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            return f"{cell:%Y-%m-%d}" if at_midnight else f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case int() | float():
            return NumberCell(_number(float(cell)))
    return ""


def _number(number: float) -> str:
    if number != number or number in {float("inf"), float("-inf")}:
        return ""
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
