"""Mutated files: each is imported or refused in sentences, never half, and each refused line is named.

`python -m tests.infra.importing.fuzz --files 50000` prints what became of them. 500 of them stand in `make test`.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from infra.importing.batch import ImportOptions, import_files
from infra.importing.files import ReadOptions
from infra.importing.words.mapping import ColumnMapping
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from tests.infra.importing.clerk_files import HEAD, INSTITUTIONS, ROWS, TITLE, sheet_of, text, write_package, write_xlsx

SIGNS = "０１Ｘ,;\t\"'=\n\r\0\ufeff\ud7ff、；：王鐜é-+.E/年月日 5"
CELLS = [
    "",
    " ",
    "4.4E+17",
    "45616",
    "９",
    "=1+1",
    "'",
    '"',
    "合计",
    "户籍",
    "1952/2/30",
    "x" * 300,
    "-0",
    "1e400",
    "是否",
]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")


@dataclass(frozen=True)
class Mutant:
    """A file, and what was done to it."""

    what: str
    body: bytes


def rows_of(random: Random) -> list[list[str]]:
    """Return the register with cells, rows and columns changed."""
    table = [TITLE, HEAD, *ROWS] if random.random() < 0.3 else [HEAD, *ROWS]
    table = [list(row) for row in table]
    for _ in range(random.randrange(6)):
        row = random.choice(table)
        match random.randrange(7):
            case 0:
                row[random.randrange(len(row))] = random.choice(CELLS)
            case 1:
                place = random.randrange(len(row))
                cell = row[place]
                at = random.randrange(len(cell) + 1)
                row[place] = cell[:at] + random.choice(SIGNS) + cell[at + random.randrange(2) :]
            case 2:
                table.insert(random.randrange(len(table)), list(random.choice(table)))
            case 3:
                table.remove(row) if len(table) > 1 else None
            case 4:
                row.append(random.choice(CELLS))
            case 5:
                row.pop() if len(row) > 1 else None
            case _:
                random.shuffle(row)
    return table


def mutants(files: int, seed: int) -> Iterator[Mutant]:
    """Yield files that clerks might have, and files that nobody has."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutant"
        for _ in range(files):
            table = rows_of(random)
            if random.random() < 0.25:
                sheet = sheet_of([[cell.replace("\0", "") for cell in row] for row in table], ())
                if random.random() < 0.3:
                    at = random.randrange(len(sheet))
                    sheet = sheet[:at] + random.choice(SIGNS).replace("\0", "") + sheet[at + 1 :]
                    body = write_package(file, sheet).read_bytes()
                else:
                    clean = [["".join(s for s in cell if s >= " ") for cell in row] for row in table]
                    body = write_xlsx(file, clean).read_bytes()
                what = "sheet"
            else:
                body = text(table, random.choice(",,,;\t")).encode(random.choice(ENCODINGS), "replace")
                what = "text"
            if random.random() < 0.4:
                body, what = broken(body, random), f"{what}, bytes"
            yield Mutant(what, body)


def broken(body: bytes, random: Random) -> bytes:
    """Return bytes with some changed, taken away or put in."""
    for _ in range(random.randrange(1, 5)):
        if not body:
            return body
        at = random.randrange(len(body))
        match random.randrange(3):
            case 0:
                body = body[:at] + random.randbytes(1) + body[at + 1 :]
            case 1:
                body = body[:at] + body[at + random.randrange(1, 40) :]
            case _:
                body = body[:at] + random.randbytes(random.randrange(1, 4)) + body[at:]
    return body


def office(folder: Path) -> System:
    """Open a system with one institution."""
    system = open_system(Settings(data=folder / "data", now=datetime(2026, 3, 2, tzinfo=UTC), key_file=folder / "key"))
    file = folder / "institutions.csv"
    file.write_text(INSTITUTIONS, encoding="utf-8")
    assert import_files(system, [file], ImportOptions(actor="fuzz")).imported
    return system


def run(system: System, folder: Path, mutant: Mutant) -> str:
    """Import one file, and return what became of it; AssertionError where it was written in part or not told."""
    file = folder / "mutant.csv"
    file.write_bytes(mutant.body)
    read = ReadOptions(mapping=ColumnMapping(constants={"institution_id": "i1"}))
    before = system.store.last_position()
    outcome = import_files(system, [file], ImportOptions(actor="fuzz", read=read))
    after = system.store.last_position()
    if outcome.imported:
        assert not outcome.faults
        assert after - before == outcome.new_events
        return "imported" if outcome.new_events else "known"
    assert after == before, "a refused file left something behind"
    assert outcome.faults, "a refused file has a fault"
    assert all(fault.line is None or fault.line >= 1 for fault in outcome.faults)
    whole = [fault for fault in outcome.faults if fault.line is None]
    assert whole or all(fault.rule for fault in outcome.faults)
    return outcome.faults[0].rule


def main() -> None:
    """Run the fuzz and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system = office(folder)
        try:
            for number, mutant in enumerate(mutants(options.files, options.seed)):
                if number % 500 == 499:  # a new store now and then, so that good rows are new again
                    system.close()
                    folder = Path(name) / str(number)
                    folder.mkdir()
                    system = office(folder)
                try:
                    counts[run(system, folder, mutant)] += 1
                except BaseException:
                    Path("mutant.bin").write_bytes(mutant.body)
                    print(f"file {number} ({mutant.what}) stands in mutant.bin")  # noqa: T201 -- a program
                    raise
        finally:
            system.close()
    for what, count in counts.most_common():
        print(f"{count:7} {what}")  # noqa: T201 -- a program


if __name__ == "__main__":
    main()
