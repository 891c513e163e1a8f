"""A mutant: one line of Jiayi changed for the worse, with the test that must fail then."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Mutant(NamedTuple):
    """A change of one line.

    `before` stands exactly once in `file`; where it needs the line above to do so, that line stays as it is. `test` is
    the id of a test, as pytest writes it.
    """

    file: str
    before: str
    after: str
    test: str
    why: str

    @property
    def line(self) -> str:
        """The part of the line that is changed."""
        return self.before.splitlines()[-1].strip()

    def change(self, text: str) -> str:
        """Return the file's text with the change; ValueError unless `before` stands in it exactly once."""
        if (times := text.count(self.before)) != 1:
            raise ValueError(f"{self.file}: {self.before!r} stands there {times} times")
        return text.replace(self.before, self.after)


def in_file(file: str, test_file: str, *changes: tuple[str, str, str, str]) -> Iterable[Mutant]:
    """Yield the mutants of a file that one file of tests kills, each as (before, after, test, why)."""
    for before, after, test, why in changes:
        yield Mutant(file, before, after, f"{test_file}::{test}", why)
