"""Exports as files: in which format, and written whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.exports.csv_text import csv_bytes
from infra.exports.export import Export, Format

OWNER_ONLY = 0o600
"""A file may hold names and phones: nobody but its owner reads it."""


def format_of(file: Path) -> Format:
    """Return the format of a file by its ending; UsageError `export-format`."""
    match file.suffix.lower():
        case ".csv":
            return "csv"
        case ".xlsx":
            return "xlsx"
    raise UsageError("export-format", file=file.name)


def body_of(export: Export, ending: Format, words: Translator) -> bytes:
    """Return an export in a format."""
    if ending == "csv":
        return csv_bytes(export)
    from infra.exports.workbook import xlsx_bytes  # noqa: PLC0415 -- xlsxwriter is loaded where it writes

    return xlsx_bytes(export, words)


def write(export: Export, file: Path, ending: Format, words: Translator) -> None:
    """Write an export to a file that only its owner reads; an older file there is replaced. OSError."""
    write_private(file, body_of(export, ending, words))


def write_private(file: Path, body: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all; an older file there is replaced. OSError."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as stream:
            stream.write(body)
        partial.replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            partial.unlink()
        raise
