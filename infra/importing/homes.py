"""Where a resident lives if the file does not say: the home's place, or a rough one that is marked.

In turn: the file's own coordinates; the address table of the institution, by address and then by community; the place
of the institution; the base of one of its teams.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.institution import INSTITUTION
from domain.resident.commands import Located
from infra.importing.cells import Cells
from infra.importing.reading.decoding import encoding_of
from infra.importing.reading.faults import UnreadableFile
from infra.importing.reading.text_rows import separator_of, text_rows
from infra.importing.reading.workbook import check_workbook, is_workbook, workbook_rows
from infra.importing.words.normalise import folded, whole
from infra.importing.words.vocabulary import header_key
from infra.store.store import EventStore

Place = tuple[int, int]

HEADERS: Mapping[str, frozenset[str]] = {
    "address": frozenset({"address", "地址", "住址", "现住址"}),
    "place": frozenset({"place", "社区编码", "社区代码", "小区", "社区"}),
    "x": frozenset({"x", "homex", "横坐标"}),
    "y": frozenset({"y", "homey", "纵坐标"}),
}
"""The columns of an address table: a line has an address, or the code of a community, and a place in metres."""


@dataclass(slots=True)
class AddressTable:
    """Places by address and by the code of a community."""

    homes: dict[str, Place] = field(default_factory=dict)
    communities: dict[str, Place] = field(default_factory=dict)


def read_addresses(path: Path) -> AddressTable:
    """Read an address table. UnreadableFile where it is none; OSError."""
    lines = _lines(path)
    number, header = next(lines, (1, []))
    keys = [header_key(cell) for cell in header]
    at = {name: next((index for index, key in enumerate(keys) if key in known), -1) for name, known in HEADERS.items()}
    if min(at["x"], at["y"]) < 0 or max(at["address"], at["place"]) < 0:
        raise UnreadableFile(str(path), "address-table-unreadable", line=number)
    table = AddressTable()
    for number, cells in lines:
        cell = {name: cells[index].strip() if 0 <= index < len(cells) else "" for name, index in at.items()}
        if not any(cell.values()):
            continue
        try:
            place = int(whole(cell["x"])), int(whole(cell["y"]))
        except ValueError:
            raise UnreadableFile(str(path), "address-table-unreadable", line=number) from None
        if cell["address"]:
            table.homes[comparable(cell["address"])] = place
        elif cell["place"]:
            table.communities[folded(cell["place"])] = place
    return table


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:
        is_book = is_workbook(file.read(8))
    if is_book:
        check_workbook(path)
        return workbook_rows(path)[1]
    encoding = encoding_of(path, None)
    return text_rows(path, encoding, separator_of(path, encoding))


def comparable(address: str) -> str:
    """Return an address as two are compared: ASCII where it can be, without blanks."""
    return "".join(folded(address).casefold().split())


class Homes:
    """Finds the places of homes for one import."""

    def __init__(self, store: EventStore, table: AddressTable | None) -> None:
        self._store = store
        self._table = table or AddressTable()
        self._centres: dict[str, Place | None] = {}

    def of_file(self, institution_id: str, x: object, y: object) -> None:
        """Remember the place of an institution or a team's base, as a file of the same import has it."""
        if isinstance(x, int) and isinstance(y, int):
            self._centres.setdefault(institution_id, (x, y))

    def place(self, cells: Cells) -> Located:
        """Add the place of a home to the cells that have none; return what the place is."""
        if "home_x" in cells and "home_y" in cells:
            given: Located = cells.get("located", "home")
            return given
        x, y, located = self._located(cells)
        cells.update(home_x=x, home_y=y)
        if located != "home":
            cells["located"] = located
        return located

    def _located(self, cells: Cells) -> tuple[int, int, Located]:
        if home := self._table.homes.get(comparable(str(cells.get("address", "")))):
            return *home, "home"
        if community := self._table.communities.get(str(cells.get("place", ""))):
            return *community, "community"
        institution_id = str(cells.get("institution_id", ""))
        if institution_id not in self._centres:
            self._centres[institution_id] = self._recorded(institution_id)
        centre = self._centres[institution_id]
        return (*centre, "institution") if centre else (0, 0, "unknown")

    def _recorded(self, institution_id: str) -> Place | None:
        institution = INSTITUTION.initial
        for stored in self._store.read(INSTITUTION.stream(institution_id)):
            happened: Any = stored.event
            institution = INSTITUTION.evolve(institution, happened)
        return institution.place
