"""Updates: rows about known residents. The import names the columns that differ and corrects them by events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from domain.resident import RESIDENT
from domain.resident.commands import (
    CorrectPersonalDetails,
    Personal,
    RecordMobility,
    RegisterResident,
    ShowEvidence,
)
from domain.resident.state import Resident
from infra.importing.reading.faults import FileNote
from infra.importing.spool import PLAIN, Entry
from infra.system import System

PERSONAL = tuple(Personal.__dataclass_fields__)
OF_THE_HOME = ("home_x", "home_y", "place", "coordinates", "located")
MOST_NOTES = 1000


class Updates:
    """Turns registrations of known residents into corrections."""

    def __init__(self, system: System, today: date) -> None:
        self._system = system
        self._today = today

    def of(self, entries: Sequence[Entry], notes: list[FileNote]) -> list[Entry]:
        """Return the entries with corrections in place of registrations, and add what differs to the notes."""
        return [self._of(entry, notes) for entry in entries]

    def _of(self, entry: Entry, notes: list[FileNote]) -> Entry:
        first = entry.commands[0] if entry.commands else None
        if not isinstance(first, RegisterResident):
            return entry
        resident = self._resident(first.resident_id)
        if resident.registered is None or resident.personal is None:
            return entry
        corrections = corrections_of(first, resident, self._today)
        differs = differences(first, resident)
        commands = (*corrections, *entry.commands[1:])
        if differs and len(notes) < MOST_NOTES:
            notes.append(FileNote(entry.file, entry.line, None, "row-differs", {"columns": " ".join(differs)}))
        return replace(entry, commands=commands, steps=(PLAIN,) * len(commands))

    def _resident(self, resident_id: str) -> Resident:
        state = RESIDENT.initial
        for stored in self._system.store.read(RESIDENT.stream(resident_id)):
            happened: Any = stored.event
            state = RESIDENT.evolve(state, happened)
        return state


def corrected(row: Personal, known: Personal) -> Personal:
    """Return the details of a row, with what only the record has: a known home where the row's is rough, a family."""
    if row.located != "home":
        row = replace(row, **{name: getattr(known, name) for name in OF_THE_HOME})
    return replace(row, family_name=known.family_name, family_phone=known.family_phone)


def differences(row: RegisterResident, resident: Resident) -> list[str]:
    """Return the names of the columns in which a row differs from the record."""
    assert resident.personal is not None
    personal = corrected(row.personal, resident.personal)
    differs = [name for name in PERSONAL if getattr(personal, name) != getattr(resident.personal, name)]
    if row.homebound != resident.homebound:
        differs.append("homebound")
    shown = resident.evidence[-1]
    if (row.evidence, row.resident_since, row.evidence_until) != (
        shown.evidence, shown.resident_since, shown.valid_until,
    ):  # fmt: skip
        differs.append("evidence")
    return differs


def corrections_of(row: RegisterResident, resident: Resident, today: date) -> list[object]:
    """Return the commands that make the record say what a row says."""
    assert resident.personal is not None
    differs = differences(row, resident)
    commands: list[object] = []
    if "evidence" in differs:
        commands.append(
            ShowEvidence(
                resident_id=row.resident_id,
                evidence=row.evidence,
                resident_since=row.resident_since,
                shown_on=today,
                valid_until=row.evidence_until,
            )
        )
    if "homebound" in differs:
        commands.append(RecordMobility(resident_id=row.resident_id, homebound=row.homebound, since=today))
    if {*differs} - {"evidence", "homebound"}:
        personal = corrected(row.personal, resident.personal)
        commands.append(CorrectPersonalDetails(resident_id=row.resident_id, personal=personal))
    return commands
