"""Results of imports; their fields are the fields of their JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.decider import Scalar
from infra.edges.exit_codes import REFUSED, UNEQUAL
from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class RowFault(Result):
    """A fault in a file: `line` is None where the whole file is meant, `column` where the whole line is."""

    file: str
    line: int | None
    column: str | None
    rule: str
    detail: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class ImportSummary(Result):
    """The rows of an import and what became of them."""

    rows: int
    new_events: int
    known_rows: int
    left_out: int


@dataclass(frozen=True, slots=True)
class RuleCount(Result):
    """How many faults one rule found in all files."""

    rule: str
    faults: int


@dataclass(frozen=True, slots=True)
class ImportPreview(Result):
    """What an import would come to. `refused_rows` would be left out with `--keep-good`; without it, all would.

    `rough_homes` counts the residents in the files whose homes would be placed roughly.
    """

    rows: int
    would_be_events: int
    known_rows: int
    refused_rows: int
    rough_homes: int
    faults_by_rule: tuple[RuleCount, ...]


@dataclass(frozen=True, slots=True)
class ImportNote(Result):
    """A remark about a file or one of its rows: what the import detected or made regular."""

    file: str
    line: int | None
    column: str | None
    note: str
    detail: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class SuggestedMapping(Result):
    """A mapping of columns and words as TOML."""

    mapping: str


@dataclass(frozen=True, slots=True)
class ImportOutcome(Result):
    """What an import came to: its summary, None where nothing was imported, and the faults in its files.

    Of each rule `faults` holds the first ones, and `counts` how many there are. `preview` is that of a dry run.
    """

    summary: ImportSummary | None
    faults: tuple[RowFault, ...]
    notes: tuple[ImportNote, ...] = ()
    counts: tuple[RuleCount, ...] = ()
    preview: ImportPreview | None = None

    def documents(self) -> Iterable[object]:
        """Return the summary or the preview, if there is one, and the notes."""
        return (*(each for each in (self.summary, self.preview) if each is not None), *self.notes)

    def problem_documents(self) -> Iterable[object]:
        """Return the faults, and how many there are of the rules that found more."""
        longer = (RowFault("", None, None, count.rule, "", {"faults": count.faults}) for count in self.longer_counts)
        return (*self.faults, *longer)

    @property
    def longer_counts(self) -> tuple[RuleCount, ...]:
        """The counts of the rules that found more faults than are listed."""
        listed = Counter(fault.rule for fault in self.faults)
        return tuple(count for count in self.counts if count.faults > listed[count.rule])

    @property
    def exit_code(self) -> int:
        """Return 2 where nothing was imported, 1 where rows were left out or would be."""
        if self.summary is None and self.preview is None:
            return REFUSED
        return UNEQUAL if self.faults else 0


@dataclass(frozen=True, slots=True)
class FileColumn(Result):
    """A column of a kind of CSV files."""

    name: str
    required: bool
    format: str
    example: str


@dataclass(frozen=True, slots=True)
class ExportedFile(Result):
    """A file of a register, and how many rows it has."""

    file: str
    rows: int
