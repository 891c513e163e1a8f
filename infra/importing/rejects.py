"""Writes the refused rows of a table into a file that can be corrected and imported again.

It has the columns of the table and, in front, one with the reasons, which an import leaves out.
"""

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.exports.csv_text import BYTE_ORDER_MARK, guarded
from infra.exports.files import OWNER_ONLY
from infra.importing.files import FileFault, TableFile
from infra.importing.spool import Spool


@dataclass(frozen=True, slots=True)
class Reasons:
    """The heading of the column of reasons, and the sentence of a fault."""

    heading: str
    reason: Callable[[FileFault], str]


def write_rejects(tables: Sequence[TableFile], spool: Spool, file: Path, reasons: Reasons) -> list[Path]:
    """Write the refused rows of each table, and return the files: one, or one for each table that has any. OSError."""
    refused = [(table, lines) for table in tables if (lines := spool.refused_lines(table.file))]
    written: list[Path] = []
    for table, lines in refused:
        kind = table.header.kind.name if table.header else "rows"
        place = file if len(refused) == 1 else file.with_name(f"{file.stem}.{kind}{file.suffix}")
        while place in written:
            place = place.with_name(f"{place.stem}-2{place.suffix}")
        _write(table, lines, spool, place, reasons)
        written.append(place)
    return written


def _write(table: TableFile, lines: Sequence[int], spool: Spool, file: Path, reasons: Reasons) -> None:
    assert table.header is not None
    wanted = iter([*lines, 0])
    line = next(wanted)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        out.write(BYTE_ORDER_MARK)
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([reasons.heading, *table.header.cells])
        for number, cells in table.lines():
            if number != line:
                continue
            shown = "; ".join(reasons.reason(fault) for fault in spool.faults_of(table.file, number))
            writer.writerow([shown, *(guarded(str(cell)) for cell in cells)])
            line = next(wanted)
