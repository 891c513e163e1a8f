"""CSV files from the command line: every bad row is reported, and a batch that has one is not imported."""

import re
from pathlib import Path

from infra.cli.records.results import FileColumn, ImportOutcome, ImportSummary, RowFault
from infra.cli.session import Session
from infra.edges.phrases import Translator
from infra.edges.problems import OptionsError, UsageError, one_line
from infra.edges.results import Listing
from infra.importing.batch import import_sheets
from infra.importing.files import FileFault, read_file
from infra.importing.kinds import KINDS

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
"""The id of a member or an account: never a name, which an event must not hold."""


def import_files(
    session: Session,
    files: tuple[str, ...],
    kind: str | None,
    encoding: str,
    schema: str | None,
    actor: str,
    word_of: str | None,
    *,
    keep_good: bool,
) -> ImportOutcome | Listing[FileColumn]:
    """Import files together or not at all; with `keep_good` their good rows. With `schema` tell a kind's columns."""
    if schema is not None:
        return Listing(
            tuple(
                FileColumn(column.name, column.required, column.description, column.example)
                for column in KINDS[schema].columns
            )
        )
    if not files:
        raise OptionsError("Missing argument 'FILE...'.")
    if word_of is not None and not ID.fullmatch(word_of):
        raise UsageError("bad-value", field="on_word_of", detail="an id is expected, as nurse-li, and no name")
    sheets = [read_file(Path(file), encoding, kind) for file in files]
    with session.open() as system:
        outcome = import_sheets(system, sheets, keep_good=keep_good, actor=actor, word_of=word_of)
    faults = tuple(_row_fault(session.words, fault) for fault in outcome.faults)
    if not outcome.imported:
        return ImportOutcome(None, faults)
    return ImportOutcome(ImportSummary(outcome.rows, outcome.new_events, outcome.known, outcome.left_out), faults)


def _row_fault(words: Translator, fault: FileFault) -> RowFault:
    detail = one_line(words.say(fault.rule, fault.values))
    return RowFault(fault.file, fault.line, fault.column, fault.rule, detail, fault.values)
