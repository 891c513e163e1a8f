"""Writes the register in the columns in which it is imported: institutions, teams, residents, histories of contracts.

Each row comes from the log itself. A file imported into an empty system answers the questions about what it holds as
this one does.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from domain.contract import events as contract
from domain.institution import INSTITUTION, Institution
from domain.local_time import local_day
from domain.resident import RESIDENT
from domain.resident.state import Resident
from domain.team.events import TeamFormed
from infra.exports.csv_text import BYTE_ORDER_MARK, guarded
from infra.exports.files import write_private
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore

PAGE = 2000
KINDS = ("institutions", "teams", "residents", "histories")

Row = dict[str, object]


def write_register(store: EventStore, folder: Path, columns_of: dict[str, list[str]]) -> dict[str, int]:
    """Write a file for each kind into a folder, and return how many rows each has. OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for kind, rows in rows_of(store).items():
        text = io.StringIO()
        text.write(BYTE_ORDER_MARK)
        writer = csv.DictWriter(text, columns_of[kind], restval="", lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: guarded(_text(value)) for name, value in row.items() if value is not None})
        write_private(folder / f"{kind}.csv", text.getvalue().encode())
        counts[kind] = len(rows)
    return counts


def rows_of(store: EventStore) -> dict[str, list[Row]]:
    """Return the rows of each kind."""
    institutions: dict[str, Institution] = {}
    residents: dict[str, Resident] = {}
    rows: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for stored in _events(store):
        event: Any = stored.event
        match event:
            case TeamFormed():
                rows["teams"] += _team(event)
            case _ if type(event) in INSTITUTION.events:
                identity = event.institution_id
                institutions[identity] = INSTITUTION.evolve(institutions.get(identity, INSTITUTION.initial), event)
            case _ if type(event) in RESIDENT.events:
                identity = event.resident_id
                residents[identity] = RESIDENT.evolve(residents.get(identity, RESIDENT.initial), event)
            case _:
                rows["histories"] += _step(event, _done_on(stored))
    rows["institutions"] = [row for each in institutions.values() for row in _institution(each)]
    rows["residents"] = [row for each in residents.values() for row in _resident(each)]
    return rows


def _events(store: EventStore) -> Iterator[StoredEvent]:
    position = 0
    while page := store.after(position, PAGE):
        position = page[-1].position
        for stored in page:
            if stored.stream.startswith(("institution-", "team-", "resident-", "contract-")):
                yield stored


def _institution(institution: Institution) -> Iterator[Row]:
    opened = institution.opened
    if opened is None:
        return
    row = _of(opened, "institution_id", "name", "kind", "sector", "tier", "district", "x", "y")
    if (census := institution.census) is not None:
        groups = ";".join(f"{each.group}={each.people}" for each in census.groups)
        row |= {"counted_on": census.counted_on, "population": census.population, "groups": groups}
    yield row


def _team(formed: TeamFormed) -> Iterator[Row]:
    for member in formed.members:
        licence = member.licences[0] if member.licences else None
        for shift in member.shifts:
            yield {
                **{
                    name: getattr(formed, name)
                    for name in ("team_id", "institution_id", "base_x", "base_y", "formed_on")
                },
                "member_id": member.member_id,
                "role": member.role,
                "weekdays": shift.weekday + 1,
                "starts": _clock(shift.starts),
                "ends": _clock(shift.ends),
                "break_starts": _clock(shift.break_starts),
                "break_ends": _clock(shift.break_ends),
                "qualifications": ";".join(member.qualifications),
                "travels_by": member.travels_by,
                "licence": licence.kind if licence else None,
                "registered_in": licence.registered_in if licence else None,
                "practising_since": licence.practising_since if licence else None,
                "licence_until": licence.valid_until if licence else None,
            }


def _resident(resident: Resident) -> Iterator[Row]:
    registered, personal = resident.registered, resident.personal
    if registered is None or personal is None:
        return
    shown = resident.evidence[-1]
    household = resident.household
    yield {
        "resident_id": registered.resident_id,
        "institution_id": registered.institution_id,
        "evidence": shown.evidence,
        "resident_since": shown.resident_since,
        "evidence_until": shown.valid_until,
        "homebound": resident.homebound,
        **{
            name: getattr(personal, name)
            for name in (
                *("name", "phone", "identity_number", "address", "born_on", "home_x", "home_y"),
                *("paper", "place", "coordinates", "located"),
            )
        },
        "guardian_id": registered.guardian_id,
        "birth_order": registered.birth_order,
        "household_id": household.household_id if household else None,
        "relation": household.relation if household else None,
        "groups": ";".join(f"{tag.group}={tag.since}" for tag in sorted(resident.tags, key=lambda tag: tag.group)),
        "consents": ";".join(
            f"{each.kind}={each.given_on}" for each in sorted(resident.consents, key=lambda c: c.kind)
        ),
    }


def _done_on(stored: StoredEvent) -> date:
    """Return the day on which a step was done, that of the older history if it was taken over."""
    metadata = stored.metadata
    return metadata.taken_over.day if metadata.taken_over else local_day(metadata.recorded_at)


def _step(event: Any, done_on: date) -> Iterator[Row]:
    match event:
        case contract.ContractSigned():
            yield {
                **_of(event, "contract_id", "resident_id", "team_id", "starts_on", "package", "signed_by", "signed_at"),
                **_of(event, "doctor_id", "nurse_id"),
                "step": "signed",
                "done_on": event.signed_on,
                "term_months": _months(event.starts_on, event.ends_on),
            }
        case contract.ContractRenewed():
            yield {
                **_of(event, "contract_id", "package", "signed_by", "signed_at"),
                "step": "renewed",
                "done_on": event.signed_on,
                "term_months": _months(event.starts_on, event.ends_on),
            }
        case contract.ContractTransferred():
            about = _of(event, "contract_id", "team_id", "reason", "signed_by", "signed_at")
            yield {**about, "step": "transferred", "done_on": event.from_day}
        case contract.ContractTerminated():
            about = _of(event, "contract_id", "reason", "last_day", "since")
            yield {**about, "step": "ended", "done_on": done_on}


def _of(event: object, *names: str) -> Row:
    return {name: getattr(event, name) for name in names}


def _months(starts_on: date, ends_on: date) -> int:
    """Return the months of a term, whose last day is the eve of a day like its first."""
    return round((ends_on - starts_on).days / 30.44)


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
