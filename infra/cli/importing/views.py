"""Imports as people read them."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from infra.cli.importing.results import ExportedFile, FileColumn, ImportNote, ImportOutcome, RowFault, SuggestedMapping
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.edges.results import Listing

FIRST_LINES = 20
"""Faults of one rule that people read one by one."""

GATHERED = {"column-read-as": "columns-read-as", "column-left-out": "columns-left-out"}
"""Notes about the columns of a file that stand in one line, by the key of that line."""


def imported(outcome: ImportOutcome | Listing[FileColumn] | SuggestedMapping, words: Translator) -> Iterator[Block]:
    """Show what an import came to, the columns of a kind of files, or a mapping."""
    match outcome:
        case Listing():
            table = Table(words.headings("column", "required", "format", "example"))
            for column in outcome.items:
                table.add(column.name, words.say("yes" if column.required else "no"), column.format, column.example)
            yield table
        case SuggestedMapping():
            yield outcome.mapping
        case ImportOutcome():
            yield from _outcome(outcome, words)


def _outcome(outcome: ImportOutcome, words: Translator) -> Iterator[Block]:
    yield from _notes(outcome.notes, words)
    shown: Counter[str] = Counter()
    for fault in outcome.faults:
        shown[fault.rule] += 1
        if shown[fault.rule] <= FIRST_LINES:
            yield Notice(_fault(fault))
    if outcome.longer_counts or max(shown.values(), default=0) > FIRST_LINES:
        for count in outcome.counts:
            yield Notice(words.say("import-faults", {"faults": count.faults, "rule": count.rule}))
    if (preview := outcome.preview) is not None:
        values = {"rows": preview.rows, "new_events": preview.would_be_events, "known_rows": preview.known_rows}
        yield words.say("import-preview", {**values, "refused": preview.refused_rows, "rough": preview.rough_homes})
        for count in preview.faults_by_rule:
            yield words.say("import-faults", {"faults": count.faults, "rule": count.rule})
    if (summary := outcome.summary) is not None:
        values = {"rows": summary.rows, "new_events": summary.new_events, "known_rows": summary.known_rows}
        yield words.say("import-summary", {**values, "left_out": summary.left_out})


def _notes(notes: tuple[ImportNote, ...], words: Translator) -> Iterator[Block]:
    for (file, rule), group in groupby(notes, lambda note: (note.file, note.note)):
        if rule not in GATHERED:
            yield from (Notice(f"{_place(note.file, note.line, note.column)}: {note.detail}") for note in group)
            continue
        columns = ", ".join(
            f"{note.column} → {note.values['column']}" if "column" in note.values else str(note.column)
            for note in group
        )
        yield Notice(f"{file}: {words.say(GATHERED[rule], {'columns': columns})}")


def _fault(fault: RowFault) -> str:
    return f"{_place(fault.file, fault.line, fault.column)}: {fault.detail} [{fault.rule}]"


def _place(file: str, line: int | None, column: str | None) -> str:
    return ":".join([file, *([str(line)] if line else []), *([column] if column else [])])


def exported(files: Listing[ExportedFile], words: Translator) -> Iterator[Block]:
    """Show the files that were written."""
    table = Table(words.headings("file", "rows"))
    for each in files.items:
        table.add(each.file, str(each.rows))
    yield table
