"""Takes the rows of tables into the spool: each becomes an entry with its commands, or its faults are kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from domain.decider import Scalar
from infra.codec import BadInput
from infra.edges.commands import COMMANDS
from infra.edges.parsing import parse_command
from infra.importing.file_kind import CommandInput
from infra.importing.files import FileFault, FileNote, FileRow, TableFile
from infra.importing.homes import Homes
from infra.importing.kinds import KINDS
from infra.importing.made_ids import MadeIds
from infra.importing.reading.faults import UnreadableFile
from infra.importing.spool import Key, Spool, Step

STAGES = {"institutions": 0, "teams": 1}
"""What stands before the rows about residents."""

EVERY = 1000
"""Rows between two looks at the progress."""

FIRST_NOTES = 20
"""The most notes of one rule that are shown one by one."""


class Intake:
    """Takes in the tables of one import."""

    KINDS = tuple(KINDS)

    def __init__(
        self,
        spool: Spool,
        today: date,
        homes: Homes,
        made_id: MadeIds,
        require_admitted: Callable[[object], None],
        on_progress: Callable[[str, int, int | None], None],
    ) -> None:
        self._spool = spool
        self._today = today
        self._homes = homes
        self._made_id = made_id
        self._require_admitted = require_admitted
        self._on_progress = on_progress
        self.rough_homes: Counter[str] = Counter()
        self.notes: list[FileNote] = []
        self._without_place = self._rough_before = self._unknown_before = 0

    def take(self, table: TableFile) -> int:
        """Take the rows of a table, and return how many it has."""
        rows = 0
        groups: dict[str, list[FileRow]] = {}
        notes: Counter[str] = Counter()
        try:
            for row in table.rows():
                rows += 1
                if rows % EVERY == 0:
                    self._on_progress("import-reading", rows, None)
                self._tell(row.notes, notes)
                self._complete(row)
                identity = str(row.cells.get(row.kind.id_column, ""))
                if row.kind.grouped and identity:
                    groups.setdefault(identity, []).append(row)
                else:
                    self._add(identity, [row])
        except UnreadableFile as unreadable:
            self._spool.fault(unreadable.fault)
        for identity, group in groups.items():
            self._add(identity, group)
        self._warn(table.file)
        return rows

    def _warn(self, file: str) -> None:
        """Tell how many institutions and homes of a file have no place of their own."""
        rough = sum(count for located, count in self.rough_homes.items() if located != "unknown") - self._rough_before
        for rule, count in (
            ("institutions-without-place", self._without_place),
            ("homes-placed-roughly", rough),
            ("homes-without-place", self.rough_homes["unknown"] - self._unknown_before),
        ):
            if count:
                self.notes.append(FileNote(file, None, None, rule, {"count": count}))
        self._rough_before += rough
        self._unknown_before = self.rough_homes["unknown"]
        self._without_place = 0

    def _tell(self, notes: Sequence[FileNote], shown: Counter[str]) -> None:
        for note in notes:
            shown[note.rule] += 1
            if shown[note.rule] <= FIRST_NOTES:
                self.notes.append(note)

    def _complete(self, row: FileRow) -> None:
        """Add an id and a place where the file has none."""
        kind, cells = row.kind, row.cells
        if kind.made_from and kind.id_column not in cells and not row.faults:
            cells[kind.id_column] = self._made_id(kind, cells)
        if kind.name == "institutions":
            self._without_place += "x" not in cells or "y" not in cells
            self._homes.of_file(str(cells.get("institution_id", "")), cells.get("x"), cells.get("y"))
        elif kind.name == "teams":
            self._homes.of_file(str(cells.get("institution_id", "")), cells.get("base_x"), cells.get("base_y"))
        elif kind.name == "residents" and not row.faults:
            located = self._homes.place(cells)
            if located != "home":
                self.rough_homes[located] += 1

    def _add(self, identity: str, rows: Sequence[FileRow]) -> None:
        kind, first = rows[0].kind, rows[0]
        key = (kind.category, identity)
        faults = [fault for row in rows for fault in row.faults]
        commands = () if faults else self._commands(rows, faults)
        if faults:
            for fault in faults:
                self._spool.fault(fault)
            bad = next((row for row in rows if row.faults), first)
            if identity:
                self._spool.spoil(key, bad.file, bad.line)
            return
        for command in commands:
            self._require_admitted(command)
        parents: dict[Key, None] = dict.fromkeys(
            (category, str(row.cells[name]))
            for row in rows
            for name, category in kind.parents.items()
            if name in row.cells
        )
        root = identity if kind.name in {*STAGES, "residents"} else str(first.cells.get("resident_id", identity))
        team = str(first.cells.get("team_id", "")) if kind.name in {"contracts", "histories"} else ""
        marks = [Step(kind.taken_over(row.cells), row.line) for row in rows] if kind.taken_over else ()
        self._spool.add(
            STAGES.get(kind.name, 2), root, team, self.KINDS.index(kind.name), key,
            (first.file, first.line, len(rows)), tuple(parents), commands, marks,
        )  # fmt: skip

    def _commands(self, rows: Sequence[FileRow], faults: list[FileFault]) -> tuple[Any, ...]:
        kind = rows[0].kind
        inputs: list[CommandInput] = []
        try:
            inputs = list(kind.commands([row.cells for row in rows], self._today))
            return tuple(_command(name, data) for name, data in inputs)
        except BadInput as error:
            index, _, column = error.field.partition(".") if error.field[:1].isdigit() else ("0", "", error.field)
            row = rows[int(index)]
            values: dict[str, Scalar] = {"field": column, "detail": error.detail}
            faults.append(FileFault(row.file, row.line, column or None, error.rule, values))
            return ()


def _command(name: str, data: dict[str, Any]) -> object:
    """Return a command of cells that were read: ids and days are checked already; BadInput names what is wrong."""
    try:
        return msgspec.convert(data, COMMANDS[name].command)
    except msgspec.ValidationError:
        return parse_command(name, data)
