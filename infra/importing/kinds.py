"""The kinds of files: their columns, and the commands that their rows become."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, get_args

from domain.consent import ConsentKind
from domain.contract.commands import SignedAt, Signer
from domain.family_bed.commands import BedKind, Payment
from domain.institution import InstitutionKind, Sector
from domain.key_groups import KeyGroup
from domain.resident.commands import CoordinateSystem, DocumentKind, Evidence, Located, Paper, Relation
from domain.team.commands import LicenceKind, Role, TravelMode
from domain.visit.commands import Sync
from infra.codec import BadInput
from infra.importing import cells
from infra.importing.cells import Cells, Column, words_of
from infra.importing.file_kind import (
    HOME,
    CommandInput,
    FileKind,
    clock_column,
    day_column,
    id_column,
    some,
    whole_column,
    word_column,
    yes_no_column,
)
from infra.importing.histories import HISTORIES


def _institution(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    (row,) = rows
    yield "OpenInstitution", some(row, "institution_id", "name", "kind", "sector", "tier", "district", "x", "y")
    if {"population", "counted_on", "groups"} & row.keys():
        yield "RecordCensus", {"groups": [], **some(row, "institution_id", "counted_on", "population", "groups")}


def _team(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    first = rows[0]
    members: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(rows):
        _agree(first, row, index, "institution_id", "base_x", "base_y", "formed_on")
        about = {**some(row, "member_id", "role", "qualifications", "travels_by"), **_licences(row, index)}
        member = members.setdefault(row["member_id"], {**about, "shifts": []})
        _agree(member, {**row, **about}, index, "role", "qualifications", "travels_by", "licences")
        hours = some(row, "starts", "ends", "break_starts", "break_ends")
        member["shifts"] += [{"weekday": weekday, **hours} for weekday in row["weekdays"]]
    yield (
        "FormTeam",
        {
            **some(first, "team_id", "institution_id", "base_x", "base_y", "formed_on"),
            "members": list(members.values()),
        },
    )


def _licences(row: Cells, index: int) -> dict[str, Any]:
    """Return the licence in a row; empty if the row has none."""
    licence = some(row, "licence", "registered_in", "practising_since", "licence_until")
    if not licence:
        return {}
    for name in ("licence", "registered_in", "practising_since"):
        if name not in licence:
            raise BadInput(f"{index}.{name}", "missing-field", "a licence is of a kind, of a city, and since a day")
    renamed = {"licence": "kind", "licence_until": "valid_until"}
    return {"licences": [{renamed.get(name, name): value for name, value in licence.items()}]}


def _agree(first: Cells, row: Cells, index: int, *names: str) -> None:
    for name in names:
        if first.get(name) != row.get(name):
            raise BadInput(f"{index}.{name}", "rows-contradict", "another value in the row before")


def _resident(rows: Sequence[Cells], today: date) -> Iterator[CommandInput]:
    (row,) = rows
    about = some(row, "resident_id", "institution_id", "evidence", "resident_since", "evidence_until", "homebound")
    about |= some(row, "guardian_id", "birth_order")
    personal = some(row, "name", "phone", "paper", "address", "born_on")
    personal["identity_number"] = row.get("identity_number", "")  # a newborn has none yet
    home = some(row, "home_x", "home_y", "place", "coordinates", "located")
    yield "RegisterResident", {**about, "personal": {**personal, **home}}
    yield from _document(row)
    if {"household_id", "relation"} & row.keys():
        household = some(row, "resident_id", "household_id", "relation")
        yield "JoinHousehold", {"since": row["resident_since"], **household}
    since = row.get("groups_since", today.isoformat())
    for group, own_since in row.get("groups", ()):
        yield "TagKeyGroup", {"resident_id": row["resident_id"], "group": group, "since": own_since or since}
    for kind, given_on in row.get("consents", ()):
        yield "GiveConsent", {"resident_id": row["resident_id"], "kind": kind, "given_on": given_on}


def _document(row: Cells) -> Iterator[CommandInput]:
    """Yield the document behind the evidence; nothing if the row has none."""
    document = some(row, "document_kind", "document_number", "document_issued_on", "copy_digest")
    if not document:
        return
    if "document_shown_on" not in row:
        raise BadInput("0.document_shown_on", "missing-field", "a document was shown on a day")
    about = some(row, "resident_id", "evidence", "resident_since")
    until = {"valid_until": row["evidence_until"]} if "evidence_until" in row else {}
    yield "ShowEvidence", {**about, **until, **document, "shown_on": row["document_shown_on"]}


def _contract(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    yield "SignContract", dict(rows[0])


def _bed(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    (row,) = rows
    yield "ApplyForBed", some(row, "family_bed_id", "resident_id", "team_id", "kind", "indications")
    if "assessed_on" in row:
        yield "AssessBed", some(row, "family_bed_id", "assessed_on", "assessor_id", "condition_fits", "dwelling_fits")
    if "agreed_on" in row:
        agreed = some(row, "family_bed_id", "agreed_on", "text_version", "copies", "payment", "insurer_approval_id")
        yield "AgreeBed", {**agreed, "criteria_told": True, "risks_told": True}
    if "opened_on" in row:
        names = ("family_bed_id", "team_id", "opened_on", "doctor_id", "nurse_id", "days", "diagnoses", "bed_number")
        yield "OpenBed", {"diagnoses": [], **some(row, *names)}


def _visit(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    yield "RequestVisit", dict(rows[0])


KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind(
            "institutions",
            "institution",
            (
                id_column("institution_id", "i1"),
                Column("name", "text", "East Street", cells.text),
                word_column("kind", InstitutionKind, "community-health", label="institution-kind"),
                word_column("sector", Sector, "public"),
                Column("tier", "1 community, 2 or 3 hospital", "1", cells.whole, form="whole"),
                Column("district", "text", "Nanshan", cells.text),
                whole_column("x", "0", required=False),
                whole_column("y", "0", required=False),
                day_column("counted_on", "2026-01-01", required=False),
                whole_column("population", "30000", required=False),
                Column("groups", "people by key group", "elder=3200;child=1500", cells.counts, required=False),
            ),
            _institution,
            {},
        ),
        FileKind(
            "teams",
            "team",
            (
                id_column("team_id", "t1"),
                id_column("institution_id", "i1"),
                Column("base_x", "metres on the city's grid", "0", cells.whole, form="whole"),
                Column("base_y", "metres on the city's grid", "0", cells.whole, form="whole"),
                id_column("member_id", "dr-chen"),
                word_column("role", Role, "gp", label="role"),
                Column("weekdays", "1 Monday to 7 Sunday; other hours: another row", "1-5", cells.weekdays),
                clock_column("starts", "08:00"),
                clock_column("ends", "17:00"),
                clock_column("break_starts", "12:00", required=False),
                clock_column("break_ends", "13:00", required=False),
                Column("qualifications", "codes parted by ;", "wound-care", cells.many(cells.text), required=False),
                word_column("travels_by", TravelMode, "e-bike", required=False, label="travel-mode"),
                word_column("licence", LicenceKind, "general-practice", required=False, label="licence"),
                Column("registered_in", "city's code", "SZ", cells.text, required=False),
                day_column("practising_since", "2015-07-01", required=False),
                day_column("licence_until", "2030-06-30", required=False),
                day_column("formed_on", "2019-05-01", required=False),
            ),
            _team,
            {"institution_id": "institution"},
            grouped=True,
        ),
        FileKind(
            "residents",
            "resident",
            (
                id_column("resident_id", "r1"),
                id_column("institution_id", "i1"),
                word_column("evidence", Evidence, "household-registration", label="evidence"),
                day_column("resident_since", "2010-05-01"),
                Column("name", "text", "王芳", cells.text),
                Column("phone", "text", "13800000001", cells.text, form="phone"),
                Column(
                    "identity_number",
                    "text",
                    "440300195001010026",
                    cells.text,
                    required=False,
                    form="identity-number",
                ),
                Column("address", "text", "东街3号", cells.lines, form="lines"),
                day_column("born_on", "1950-01-01"),
                Column("home_x", HOME, "700", cells.whole, required=False, form="whole"),
                Column("home_y", HOME, "400", cells.whole, required=False, form="whole"),
                yes_no_column("homebound", "no", required=False),
                word_column("paper", Paper, "identity-card", required=False, label="paper"),
                day_column("evidence_until", "2031-02-01", required=False),
                word_column("document_kind", DocumentKind, "household-booklet", required=False, label="document"),
                Column("document_number", "number of the document", "SZ-2024-0117", cells.text, required=False),
                day_column("document_issued_on", "2021-02-01", required=False),
                day_column("document_shown_on", "2026-02-01", required=False),
                Column("copy_digest", "SHA-256 of a copy", "0" * 64, cells.digest, required=False),
                Column("place", "code of the community", "440305001", cells.text, required=False),
                word_column("coordinates", CoordinateSystem, "city-grid", required=False),
                word_column("located", Located, "home", required=False),
                id_column("guardian_id", "r2", required=False),
                whole_column("birth_order", "1", required=False),
                id_column("household_id", "lane-3-no-5", required=False),
                word_column("relation", Relation, "head", required=False, label="relation"),
                Column(
                    "groups",
                    f"parted by ; each perhaps with =DAY; {words_of(KeyGroup)}",
                    "elder;hypertension",
                    cells.key_groups,
                    required=False,
                    form="words",
                    label="key-group",
                    codes=get_args(KeyGroup),
                ),
                day_column("groups_since", "2020-01-01", required=False),
                Column(
                    "consents",
                    f"parted by ; each with =DAY; {words_of(ConsentKind)}",
                    "health-data=2026-03-01",
                    cells.consents,
                    required=False,
                    form="words",
                    label="consent",
                    codes=get_args(ConsentKind),
                ),
            ),
            _resident,
            {"institution_id": "institution"},
            made_from=("institution_id", "paper", "identity_number"),
        ),
        FileKind(
            "contracts",
            "contract",
            (
                id_column("contract_id", "c1"),
                id_column("resident_id", "r1"),
                id_column("team_id", "t1"),
                day_column("signed_on", "2026-03-01"),
                day_column("starts_on", "2026-03-01"),
                whole_column("term_months", "12", required=False),
                Column("package", "code", "basic", cells.text, required=False),
                word_column("signed_by", Signer, "resident", required=False, label="signer"),
                word_column("signed_at", SignedAt, "desk", required=False, label="signed-at"),
                yes_no_column("agreement_read", "yes"),
                id_column("doctor_id", "dr-chen", required=False),
                id_column("nurse_id", "nurse-li", required=False),
                Column("late_reason", "text", "found in the archive", cells.text, required=False),
                id_column("allowed_by", "head", required=False),
            ),
            _contract,
            {"resident_id": "resident", "team_id": "team"},
            made_from=("resident_id", "signed_on"),
        ),
        HISTORIES,
        FileKind(
            "beds",
            "family_bed",
            (
                id_column("family_bed_id", "b1"),
                id_column("resident_id", "r1"),
                id_column("team_id", "t1"),
                word_column("kind", BedKind, "treatment", label="bed-kind"),
                Column("indications", "codes parted by ;", "stroke-rehabilitation", cells.many(cells.text)),
                day_column("assessed_on", "2026-03-01", required=False),
                id_column("assessor_id", "dr-chen", required=False),
                yes_no_column("condition_fits", "yes", required=False),
                yes_no_column("dwelling_fits", "yes", required=False),
                day_column("agreed_on", "2026-03-01", required=False),
                Column("text_version", "text", "2026-1", cells.text, required=False),
                whole_column("copies", "3", required=False),
                word_column("payment", Payment, "self", required=False, label="payment"),
                id_column("insurer_approval_id", "a1", required=False),
                day_column("opened_on", "2026-03-02", required=False),
                id_column("doctor_id", "dr-chen", required=False),
                id_column("nurse_id", "nurse-li", required=False),
                whole_column("days", "90", required=False),
                Column(
                    "diagnoses",
                    "codes by axis, parted by ;",
                    "biological=I69.3;psychological=none;social=Z74.2",
                    cells.diagnoses,
                    required=False,
                ),
                id_column("bed_number", "12", required=False),
            ),
            _bed,
            {"resident_id": "resident", "team_id": "team"},
        ),
        FileKind(
            "visits",
            "visit",
            (
                id_column("visit_id", "v1"),
                id_column("resident_id", "r1"),
                id_column("team_id", "t1"),
                id_column("contract_id", "c1", required=False),
                id_column("family_bed_id", "b1", required=False),
                Column("purpose", "code", "home-call", cells.text),
                Column("needs", "roles and minutes, parted by ;", "gp 20;rehab/nurse 30", cells.needs, required=False),
                word_column("sync", Sync, "simultaneous", required=False, label="sync"),
                Column("least_gap", "minutes", "0", cells.whole, required=False, form="whole"),
                Column("most_gap", "minutes", "0", cells.whole, required=False, form="whole"),
                day_column("window_from", "2026-03-02"),
                day_column("window_to", "2026-03-06"),
                clock_column("opens_at", "09:00", required=False),
                clock_column("closes_at", "11:30", required=False),
                Column("priority", "1 to 9, 9 most pressing", "5", cells.whole, required=False, form="whole"),
                yes_no_column("first", "no", required=False),
                yes_no_column("infectious", "no", required=False),
                word_column("applicant", Signer, "resident", required=False, label="signer"),
                id_column("assessor_id", "dr-chen", required=False),
            ),
            _visit,
            {"resident_id": "resident", "team_id": "team", "contract_id": "contract", "family_bed_id": "family_bed"},
        ),
    )
}
"""Kinds by name, in the order in which they are imported."""
