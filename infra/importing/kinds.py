"""The kinds of files: their columns, and the commands that their rows become."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from domain.contract.commands import SignedAt, Signer
from domain.family_bed.commands import BedKind, Payment
from domain.institution import InstitutionKind, Sector
from domain.key_groups import KeyGroup
from domain.resident.commands import CoordinateSystem, Evidence, Located, Paper, Relation
from domain.team.commands import LicenceKind, Role, TravelMode
from domain.visit.commands import Sync
from infra.codec import BadInput
from infra.importing import cells
from infra.importing.cells import Cells, Column, words_of

if TYPE_CHECKING:
    from infra.words.catalogue import Kind

CommandInput = tuple[str, dict[str, Any]]
"""A command's name and data."""

DAY = "day like 2026-03-02"
CLOCK = "time like 09:30"
HOME = "metres on the city's grid; without: a rough place"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file. `commands` takes the rows of one id (only teams have several) and the day of the import.

    `parents` names the columns that hold ids of other aggregates, with their categories.
    """

    name: str
    category: str
    columns: tuple[Column, ...]
    commands: Callable[[Sequence[Cells], date], Iterator[CommandInput]]
    parents: Mapping[str, str]
    grouped: bool = False
    made_from: tuple[str, ...] = ()
    """The columns from which an id is made where the file has none; empty: it must have one."""

    @property
    def id_column(self) -> str:
        """The column of the id."""
        return self.columns[0].name


def _id(name: str, example: str, *, required: bool = True) -> Column:
    return Column(name, "id", example, cells.identity, required, form="id")


def _word(name: str, literal: Any, example: str, *, required: bool = True, label: "Kind | None" = None) -> Column:
    codes = get_args(literal)
    return Column(name, words_of(literal), example, cells.one_of(literal), required, "word", label, codes)


def _yes_no(name: str, example: str, *, required: bool = True) -> Column:
    return Column(name, "yes or no", example, cells.yes_no, required, form="yes-no")


def _clock(name: str, example: str, *, required: bool = True) -> Column:
    return Column(name, CLOCK, example, cells.clock, required, form="clock")


def _day(name: str, example: str, *, required: bool = True) -> Column:
    return Column(name, DAY, example, cells.day, required, form="day")


def _whole(name: str, example: str, *, required: bool = True) -> Column:
    return Column(name, "whole number", example, cells.whole, required, form="whole")


def _some(row: Cells, *names: str) -> dict[str, Any]:
    """Return those of the named columns that the row has."""
    return {name: row[name] for name in names if name in row}


def _institution(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    (row,) = rows
    yield "OpenInstitution", _some(row, "institution_id", "name", "kind", "sector", "tier", "district", "x", "y")
    if {"population", "counted_on", "groups"} & row.keys():
        yield "RecordCensus", {"groups": [], **_some(row, "institution_id", "counted_on", "population", "groups")}


def _team(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    first = rows[0]
    members: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(rows):
        _agree(first, row, index, "institution_id", "base_x", "base_y")
        about = {**_some(row, "member_id", "role", "qualifications", "travels_by"), **_licences(row, index)}
        member = members.setdefault(row["member_id"], {**about, "shifts": []})
        _agree(member, {**row, **about}, index, "role", "qualifications", "travels_by", "licences")
        hours = _some(row, "starts", "ends", "break_starts", "break_ends")
        member["shifts"] += [{"weekday": weekday, **hours} for weekday in row["weekdays"]]
    yield (
        "FormTeam",
        {**_some(first, "team_id", "institution_id", "base_x", "base_y"), "members": list(members.values())},
    )


def _licences(row: Cells, index: int) -> dict[str, Any]:
    """Return the licence in a row; empty if the row has none."""
    licence = _some(row, "licence", "registered_in", "practising_since", "licence_until")
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
    about = _some(row, "resident_id", "institution_id", "evidence", "resident_since", "evidence_until", "homebound")
    personal = _some(row, "name", "phone", "identity_number", "paper", "address", "born_on")
    home = _some(row, "home_x", "home_y", "place", "coordinates", "located")
    yield "RegisterResident", {**about, "personal": {**personal, **home}}
    if {"household_id", "relation"} & row.keys():
        household = _some(row, "resident_id", "household_id", "relation")
        yield "JoinHousehold", {"since": row["resident_since"], **household}
    since = row.get("groups_since", today.isoformat())
    for group in row.get("groups", ()):
        yield "TagKeyGroup", {"resident_id": row["resident_id"], "group": group, "since": since}


def _contract(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    yield "SignContract", dict(rows[0])


def _bed(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    (row,) = rows
    yield "ApplyForBed", _some(row, "family_bed_id", "resident_id", "team_id", "kind", "indications")
    if "assessed_on" in row:
        yield "AssessBed", _some(row, "family_bed_id", "assessed_on", "assessor_id", "condition_fits", "dwelling_fits")
    if "agreed_on" in row:
        agreed = _some(row, "family_bed_id", "agreed_on", "text_version", "copies", "payment", "insurer_approval_id")
        yield "AgreeBed", {**agreed, "criteria_told": True, "risks_told": True}
    if "opened_on" in row:
        names = ("family_bed_id", "team_id", "opened_on", "doctor_id", "nurse_id", "days", "diagnoses", "bed_number")
        yield "OpenBed", {"diagnoses": [], **_some(row, *names)}


def _visit(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    yield "RequestVisit", dict(rows[0])


KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind(
            "institutions",
            "institution",
            (
                _id("institution_id", "i1"),
                Column("name", "text", "East Street", cells.text),
                _word("kind", InstitutionKind, "community-health", label="institution-kind"),
                _word("sector", Sector, "public"),
                Column("tier", "1 community, 2 or 3 hospital", "1", cells.whole, form="whole"),
                Column("district", "text", "Nanshan", cells.text),
                _whole("x", "0", required=False),
                _whole("y", "0", required=False),
                _day("counted_on", "2026-01-01", required=False),
                _whole("population", "30000", required=False),
                Column("groups", "people by key group", "elder=3200;child=1500", cells.counts, required=False),
            ),
            _institution,
            {},
        ),
        FileKind(
            "teams",
            "team",
            (
                _id("team_id", "t1"),
                _id("institution_id", "i1"),
                Column("base_x", "metres on the city's grid", "0", cells.whole, form="whole"),
                Column("base_y", "metres on the city's grid", "0", cells.whole, form="whole"),
                _id("member_id", "dr-chen"),
                _word("role", Role, "gp", label="role"),
                Column("weekdays", "1 Monday to 7 Sunday; other hours: another row", "1-5", cells.weekdays),
                _clock("starts", "08:00"),
                _clock("ends", "17:00"),
                _clock("break_starts", "12:00", required=False),
                _clock("break_ends", "13:00", required=False),
                Column("qualifications", "codes parted by ;", "wound-care", cells.many(cells.text), required=False),
                _word("travels_by", TravelMode, "e-bike", required=False, label="travel-mode"),
                _word("licence", LicenceKind, "general-practice", required=False, label="licence"),
                Column("registered_in", "city's code", "SZ", cells.text, required=False),
                _day("practising_since", "2015-07-01", required=False),
                _day("licence_until", "2030-06-30", required=False),
            ),
            _team,
            {"institution_id": "institution"},
            grouped=True,
        ),
        FileKind(
            "residents",
            "resident",
            (
                _id("resident_id", "r1"),
                _id("institution_id", "i1"),
                _word("evidence", Evidence, "household-registration", label="evidence"),
                _day("resident_since", "2010-05-01"),
                Column("name", "text", "王芳", cells.text),
                Column("phone", "text", "13800000001", cells.text, form="phone"),
                Column("identity_number", "text", "440300195001010026", cells.text, form="identity-number"),
                Column("address", "text", "东街3号", cells.lines, form="lines"),
                _day("born_on", "1950-01-01"),
                Column("home_x", HOME, "700", cells.whole, required=False, form="whole"),
                Column("home_y", HOME, "400", cells.whole, required=False, form="whole"),
                _yes_no("homebound", "no", required=False),
                _word("paper", Paper, "identity-card", required=False, label="paper"),
                _day("evidence_until", "2031-02-01", required=False),
                Column("place", "code of the community", "440305001", cells.text, required=False),
                _word("coordinates", CoordinateSystem, "city-grid", required=False),
                _word("located", Located, "home", required=False),
                _id("household_id", "lane-3-no-5", required=False),
                _word("relation", Relation, "head", required=False, label="relation"),
                Column(
                    "groups",
                    f"parted by ; {words_of(KeyGroup)}",
                    "elder;hypertension",
                    cells.many(cells.one_of(KeyGroup)),
                    required=False,
                    form="words",
                    label="key-group",
                    codes=get_args(KeyGroup),
                ),
                _day("groups_since", "2020-01-01", required=False),
            ),
            _resident,
            {"institution_id": "institution"},
            made_from=("institution_id", "paper", "identity_number"),
        ),
        FileKind(
            "contracts",
            "contract",
            (
                _id("contract_id", "c1"),
                _id("resident_id", "r1"),
                _id("team_id", "t1"),
                _day("signed_on", "2026-03-01"),
                _day("starts_on", "2026-03-01"),
                _whole("term_months", "12", required=False),
                Column("package", "code", "basic", cells.text, required=False),
                _word("signed_by", Signer, "resident", required=False, label="signer"),
                _word("signed_at", SignedAt, "desk", required=False, label="signed-at"),
                _yes_no("agreement_read", "yes"),
                _id("doctor_id", "dr-chen", required=False),
                _id("nurse_id", "nurse-li", required=False),
            ),
            _contract,
            {"resident_id": "resident", "team_id": "team"},
            made_from=("resident_id", "signed_on"),
        ),
        FileKind(
            "beds",
            "family_bed",
            (
                _id("family_bed_id", "b1"),
                _id("resident_id", "r1"),
                _id("team_id", "t1"),
                _word("kind", BedKind, "treatment", label="bed-kind"),
                Column("indications", "codes parted by ;", "stroke-rehabilitation", cells.many(cells.text)),
                _day("assessed_on", "2026-03-01", required=False),
                _id("assessor_id", "dr-chen", required=False),
                _yes_no("condition_fits", "yes", required=False),
                _yes_no("dwelling_fits", "yes", required=False),
                _day("agreed_on", "2026-03-01", required=False),
                Column("text_version", "text", "2026-1", cells.text, required=False),
                _whole("copies", "3", required=False),
                _word("payment", Payment, "self", required=False, label="payment"),
                _id("insurer_approval_id", "a1", required=False),
                _day("opened_on", "2026-03-02", required=False),
                _id("doctor_id", "dr-chen", required=False),
                _id("nurse_id", "nurse-li", required=False),
                _whole("days", "90", required=False),
                Column(
                    "diagnoses",
                    "codes by axis, parted by ;",
                    "biological=I69.3;psychological=none;social=Z74.2",
                    cells.diagnoses,
                    required=False,
                ),
                _id("bed_number", "12", required=False),
            ),
            _bed,
            {"resident_id": "resident", "team_id": "team"},
        ),
        FileKind(
            "visits",
            "visit",
            (
                _id("visit_id", "v1"),
                _id("resident_id", "r1"),
                _id("team_id", "t1"),
                _id("contract_id", "c1", required=False),
                _id("family_bed_id", "b1", required=False),
                Column("purpose", "code", "home-call", cells.text),
                Column("needs", "roles and minutes, parted by ;", "gp 20;rehab/nurse 30", cells.needs, required=False),
                _word("sync", Sync, "simultaneous", required=False, label="sync"),
                Column("least_gap", "minutes", "0", cells.whole, required=False, form="whole"),
                Column("most_gap", "minutes", "0", cells.whole, required=False, form="whole"),
                _day("window_from", "2026-03-02"),
                _day("window_to", "2026-03-06"),
                _clock("opens_at", "09:00", required=False),
                _clock("closes_at", "11:30", required=False),
                Column("priority", "1 to 9, 9 most pressing", "5", cells.whole, required=False, form="whole"),
                _yes_no("first", "no", required=False),
                _yes_no("infectious", "no", required=False),
                _word("applicant", Signer, "resident", required=False, label="signer"),
                _id("assessor_id", "dr-chen", required=False),
            ),
            _visit,
            {"resident_id": "resident", "team_id": "team", "contract_id": "contract", "family_bed_id": "family_bed"},
        ),
    )
}
"""Kinds by name, in the order in which they are imported."""
