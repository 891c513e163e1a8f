"""Imports files in one commit: rows become entries, entries become commands; all of them are stored, or none.

An entry is the unit that is stored or refused as one: a row, or the rows of one team.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.contract.commands import ExpireContract
from domain.decider import Refused, Scalar
from domain.local_time import local_day
from infra.codec import BadInput
from infra.command_handler import Answer, CommandRequest
from infra.edges.parsing import parse_command
from infra.importing.files import FileFault, FileRow, Sheet
from infra.importing.kinds import KINDS
from infra.system import System

Key = tuple[str, str]
"""A category and an id."""

NEVER = ExpireContract(contract_id="")
"""A command that is always refused, since no id is empty: with it a batch is decided and stores nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Commands that are stored or refused together, their rows, and the ids on which they depend."""

    key: Key
    rows: tuple[FileRow, ...]
    commands: tuple[object, ...]
    parents: frozenset[Key]


@dataclass(slots=True)
class BatchOutcome:
    """The counts and faults of an import. `new_events` and `known` are 0 if nothing was imported."""

    rows: int = 0
    new_events: int = 0
    known: int = 0
    left_out: int = 0
    imported: bool = False
    faults: list[FileFault] = field(default_factory=list)


def import_sheets(
    system: System, sheets: Sequence[Sheet], *, keep_good: bool, actor: str, word_of: str | None = None
) -> BatchOutcome:
    """Import all sheets in one commit, or none of them; with `keep_good`, all entries without a fault.

    `word_of` is the id of the person whose word the files are, where it is not the actor's. Raises Refused
    `now-before-last-event`, StoreError.
    """
    now = system.now()
    system.check_clock(now)
    rows = [row for sheet in sheets for row in sheet.rows]
    outcome = BatchOutcome(rows=len(rows), faults=[fault for sheet in sheets for fault in sheet.faults])
    bad: dict[Key, FileRow] = {}
    entries = _entries(rows, local_day(now), outcome.faults, bad)
    while True:
        judge_only = bool(outcome.faults) and not keep_good
        verdicts = _run(system, entries, actor, word_of, judge_only=judge_only)
        refused = _refusals(entries, verdicts, bad)
        outcome.faults += refused.values()
        if not refused:
            break
        entries = [entry for index, entry in enumerate(entries) if index not in refused]
        if not keep_good:
            break
    if keep_good or not outcome.faults:
        _count(outcome, entries, verdicts)
    outcome.faults.sort(key=_place)
    return outcome


def _entries(rows: Sequence[FileRow], today: date, faults: list[FileFault], bad: dict[Key, FileRow]) -> list[Entry]:
    """Return the rows' entries in the order of kinds; add faults, and the ids of bad rows, to the arguments."""
    entries: list[Entry] = []
    for kind in KINDS.values():
        for key, group in _groups([row for row in rows if row.kind is kind]):
            own = [fault for row in group for fault in row.faults]
            entry = None if own else _entry(key, group, today, own)
            faults += own
            if entry is not None:
                entries.append(entry)
            else:
                bad.setdefault(key, next((row for row in group if row.faults), group[0]))
    return entries


def _groups(rows: Iterable[FileRow]) -> list[tuple[Key, list[FileRow]]]:
    """Return rows by their key: one by one, or together if their kind groups them; a row without id stays alone."""
    groups: list[tuple[Key, list[FileRow]]] = []
    open_groups: dict[Key, list[FileRow]] = {}
    for row in rows:
        key = (row.kind.category, str(row.cells.get(row.kind.id_column, "")))
        if row.kind.grouped and key[1] and key in open_groups:
            open_groups[key].append(row)
            continue
        groups.append((key, [row]))
        open_groups[key] = groups[-1][1]
    return groups


def _entry(key: Key, rows: Sequence[FileRow], today: date, faults: list[FileFault]) -> Entry | None:
    kind = rows[0].kind
    try:
        inputs = list(kind.commands([row.cells for row in rows], today))
        commands = tuple(parse_command(name, data) for name, data in inputs)
    except BadInput as error:
        index, _, column = error.field.partition(".") if error.field[:1].isdigit() else ("0", "", error.field)
        row = rows[int(index)]
        values: dict[str, Scalar] = {"field": column, "detail": error.detail}
        faults.append(FileFault(row.file, row.line, column or None, error.rule, values))
        return None
    parents = {
        (category, str(row.cells[name])) for row in rows for name, category in kind.parents.items() if name in row.cells
    }
    return Entry(key, tuple(rows), commands, frozenset(parents))


def _run(
    system: System, entries: Sequence[Entry], actor: str, word_of: str | None, *, judge_only: bool
) -> list[list[Answer | Refused]]:
    """Return the verdicts of each entry; nothing is stored if one is refused, or if `judge_only`."""
    if not entries:
        return []
    now = system.now()
    commands = [command for entry in entries for command in entry.commands]
    for command in commands:
        system.require_admitted(command)
    if judge_only:
        commands.append(NEVER)
    requests = [
        CommandRequest(command=command, command_id=None, actor=actor, now=now, word_of=word_of) for command in commands
    ]
    verdicts = iter(system.execute_all(requests, keep_good=False))
    return [[next(verdicts) for _ in entry.commands] for entry in entries]


def _refusals(
    entries: Sequence[Entry], verdicts: Sequence[Sequence[Answer | Refused]], bad: dict[Key, FileRow]
) -> dict[int, FileFault]:
    """Return the first refusal of each refused entry by its index; an entry that depends on a bad one says so."""
    faults: dict[int, FileFault] = {}
    for index, (entry, answers) in enumerate(zip(entries, verdicts, strict=True)):
        refusals = (each for each in answers if isinstance(each, Refused) and each.rule != "rolled-back-with-batch")
        refused = next(refusals, None)
        if refused is None:
            continue
        row = entry.rows[0]
        parent = next((bad[key] for key in sorted(entry.parents) if key in bad), None)
        rule, values = refused.rule, dict(refused.values)
        if parent is not None:
            rule, values = "builds-on-bad-row", {"file": parent.file, "line": parent.line}
        faults[index] = FileFault(row.file, row.line, None, rule, values)
        bad.setdefault(entry.key, row)
    return faults


def _count(outcome: BatchOutcome, entries: Sequence[Entry], verdicts: Sequence[Sequence[Answer | Refused]]) -> None:
    outcome.imported = bool(entries) or not outcome.faults
    standing = 0
    for entry, answers in zip(entries, verdicts, strict=True):
        events = sum(len(answer.events) for answer in answers if isinstance(answer, Answer))
        outcome.new_events += events
        outcome.known += 0 if events else len(entry.rows)
        standing += len(entry.rows)
    outcome.left_out = outcome.rows - standing


def _place(fault: FileFault) -> tuple[str, int]:
    return fault.file, fault.line or 0
