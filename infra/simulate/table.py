"""Writes the table of the simulation's numbers in the docs."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from infra.simulate.figures import NUMBERS, DocumentedNumber

TABLE = Path(__file__).parents[2] / "docs" / "simulation.md"

INTRODUCTION = """# The numbers of a simulated community

`jiayi simulate` makes a community from these numbers and a seed; the same seed makes the same community. None of its
people exists. A few numbers were measured in a city, the others are assumptions: they make plausible days and prove
nothing about any city. `python -m infra.simulate.table` writes this table.

| number | value | source |
|---|---|---|
"""


def table(numbers: Iterable[DocumentedNumber]) -> Iterator[str]:
    """Yield the lines of the table."""
    for each in numbers:
        source = f"measured: {each.source}" if each.source else "assumed"
        yield f"| {each.what} | {plain(each.number)} | {source} |\n"


def plain(number: object) -> str:
    """Return a number for people."""
    if isinstance(number, Mapping):
        return ", ".join(f"{name} {plain(share)}" for name, share in number.items())
    return f"{number:,}" if isinstance(number, int) else str(number)


def page() -> str:
    """Return the page."""
    return INTRODUCTION + "".join(table(NUMBERS))


if __name__ == "__main__":
    TABLE.write_text(page(), encoding="utf-8")
