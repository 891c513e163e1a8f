"""Files from the command line: every bad row is reported, and a batch that has one is not imported."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from domain.decider import Refused
from infra.cli.importing.results import (
    FileColumn,
    ImportNote,
    ImportOutcome,
    ImportPreview,
    ImportSummary,
    RowFault,
    RuleCount,
    SuggestedMapping,
)
from infra.cli.records.known_person import NAMED, introduce
from infra.cli.session import Session
from infra.edges.personal import without_persons
from infra.edges.phrases import Translator
from infra.edges.problems import OptionsError, UsageError, one_line
from infra.edges.results import Listing
from infra.importing.batch import BatchOutcome, ImportOptions
from infra.importing.batch import import_files as import_batch
from infra.importing.files import FileFault, FileNote, ReadOptions, TableFile
from infra.importing.homes import AddressTable, read_addresses
from infra.importing.kinds import KINDS
from infra.importing.reading.faults import UnreadableFile
from infra.importing.rejects import Reasons, write_rejects
from infra.importing.spool import Spool
from infra.importing.suggest import suggest
from infra.importing.words.mapping import ColumnMapping, read_mapping, with_constants

SUGGESTION = {"head": "mapping-head", "left-out": "mapping-left-out", "missing": "mapping-missing"}
"""The sentences of a suggested mapping."""

BYTES_OF_MB = 1_000_000

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
"""The id of a member or an account: never a name, which an event must not hold."""


def import_files(
    session: Session,
    files: tuple[str, ...],
    kind: str | None,
    encoding: str | None,
    mapping: str | None,
    constants: tuple[str, ...],
    addresses: str | None,
    schema: str | None,
    actor: str,
    word_of: str | None,
    rejects: str | None,
    *,
    suggests: bool,
    dry_run: bool,
    update: bool,
    keep_good: bool,
) -> ImportOutcome | Listing[FileColumn] | SuggestedMapping:
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
    read = ReadOptions(encoding, kind, _mapping(mapping, constants), session.settings.import_mb * BYTES_OF_MB)
    if suggests:
        return _suggestion(session, Path(files[0]), read)
    options = ImportOptions(
        actor=actor,
        word_of=word_of,
        keep_good=keep_good,
        dry_run=dry_run,
        update=update,
        read=read,
        addresses=_addresses(addresses),
    )
    words = session.words

    def on_rejects(tables: Sequence[TableFile], spool: Spool) -> None:
        if rejects is not None:
            reasons = Reasons(words.say("import-reason"), lambda fault: _row_fault(words, fault).detail)
            write_rejects(tables, spool, Path(rejects), reasons)

    with session.open() as system, session.steps() as on_progress:
        paths = [Path(file) for file in files]
        outcome = import_batch(system, paths, options, on_progress=on_progress, on_rejects=on_rejects)
        outcome.faults = [_introduced(fault, partial(session.ask, system)) for fault in outcome.faults]
    return _outcome(words, outcome)


def _introduced(fault: FileFault, ask: Callable[[object], object]) -> FileFault:
    """Return a fault that names who is registered already, as far as they may be seen."""
    refused = Refused(fault.rule, **fault.values)
    introduce(refused, ask)
    return fault if refused.sentence == fault.rule else replace(fault, values=refused.values)


def _mapping(file: str | None, constants: tuple[str, ...]) -> ColumnMapping:
    mapping = ColumnMapping() if file is None else read_mapping(Path(file))
    return with_constants(mapping, constants)


def _addresses(file: str | None) -> AddressTable | None:
    if file is None:
        return None
    try:
        return read_addresses(Path(file))
    except UnreadableFile as unreadable:
        raise _usage(unreadable) from None


def _usage(unreadable: UnreadableFile) -> UsageError:
    fault = unreadable.fault
    return UsageError(fault.rule, **{"field": "file", "file": fault.file, "line": fault.line or 1, **fault.values})


def _suggestion(session: Session, file: Path, read: ReadOptions) -> SuggestedMapping:
    words = session.words
    notes = {key: words.say(sentence) for key, sentence in SUGGESTION.items()}
    try:
        text = suggest(file, read, notes)
    except UnreadableFile as unreadable:
        raise _usage(unreadable) from None
    if text is None:
        raise UsageError("kind-unknown", header="?", kinds=" ".join(KINDS))
    return SuggestedMapping(text)


def _outcome(words: Translator, outcome: BatchOutcome) -> ImportOutcome:
    faults = tuple(_row_fault(words, fault) for fault in outcome.faults)
    notes = tuple(_note(words, note) for note in outcome.notes)
    counts = tuple(RuleCount(rule, rows) for rule, rows in outcome.fault_counts.items())
    result = ImportOutcome(None, faults, notes, counts)
    if outcome.judged_only:
        preview = ImportPreview(
            outcome.rows, outcome.new_events, outcome.known, outcome.left_out, outcome.rough_homes, counts
        )
        return replace(result, preview=preview)
    if not outcome.imported:
        return result
    summary = ImportSummary(outcome.rows, outcome.new_events, outcome.known, outcome.left_out)
    return replace(result, summary=summary)


def _row_fault(words: Translator, fault: FileFault) -> RowFault:
    values = without_persons(fault.values) if fault.line and fault.rule != "builds-on-bad-row" else fault.values
    sentence = NAMED[fault.rule][1] if fault.rule in NAMED and "name" in values else fault.rule
    detail = one_line(words.say(sentence, values))
    return RowFault(fault.file, fault.line, fault.column, fault.rule, detail, values)


def _note(words: Translator, note: FileNote) -> ImportNote:
    detail = one_line(words.say(note.rule, note.values))
    return ImportNote(note.file, note.line, note.column, note.rule, detail, note.values)
