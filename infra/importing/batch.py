"""Imports files: rows become entries, entries become commands.

An entry is the unit that is stored or refused as one: a row, or the rows of one team. A small import is one commit. A
large one is judged first, as if all of it were recorded, and nothing is stored where a row is refused; then it is
stored in chunks that leave others room. A killed import is finished by importing the same files again: known rows are
quiet.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from domain.decider import Refused, Scalar
from domain.institution import INSTITUTION
from domain.local_time import local_day
from domain.team import TEAM
from infra.command_handler import Answer, CommandRequest, Judge
from infra.importing.files import FileFault, FileNote, ReadOptions, TableFile, open_table
from infra.importing.homes import AddressTable, Homes
from infra.importing.intake import Intake
from infra.importing.judging import judging
from infra.importing.made_ids import MadeIds
from infra.importing.reading.faults import UnreadableFile
from infra.importing.spool import Entry, Spool
from infra.importing.update import Updates
from infra.reactions import derived_id
from infra.states import State
from infra.system import System

CHUNK = 200
"""Entries of one commit of a large import: it holds the write lock for less than a tenth of a second."""

PAUSE_SECONDS = 0.005
"""The importer waits so long between two commits, so that others get the lock."""

SMALL = 1000
"""An import of so many entries is one commit."""

FIRST_LINES = 100
"""The most faults of one rule that are shown one by one."""

LOCAL_CLAIMS = ("active-contract:", "package:", "named_contracts:")
"""Claims that only rows about the same resident could meet, or that refuse nobody."""

OnProgress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are imported. `word_of` is the person whose word they are, where that is not the actor."""

    actor: str
    word_of: str | None = None
    keep_good: bool = False
    dry_run: bool = False
    update: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)
    addresses: AddressTable | None = None


@dataclass(slots=True)
class BatchOutcome:
    """The counts and faults of an import. `new_events` and `known` are 0 if nothing was imported.

    `faults` holds the first faults of each rule, `fault_counts` how many each found; `rough_homes` counts the residents
    of new rows who were placed roughly.
    """

    rows: int = 0
    new_events: int = 0
    known: int = 0
    left_out: int = 0
    imported: bool = False
    judged_only: bool = False
    rough_homes: int = 0
    faults: list[FileFault] = field(default_factory=list)
    fault_counts: dict[str, int] = field(default_factory=dict)
    notes: list[FileNote] = field(default_factory=list)


def import_files(
    system: System,
    paths: Sequence[Path],
    options: ImportOptions,
    *,
    on_progress: OnProgress = lambda *_: None,
    on_rejects: Callable[[Sequence[TableFile], Spool], None] = lambda *_: None,
) -> BatchOutcome:
    """Import files together. `on_rejects` is called at the end with the tables and the faults of their rows.

    Raises Refused `now-before-last-event`, StoreError, OSError if a file cannot be read at all.
    """
    now = system.now()
    system.check_clock(now)
    with Spool() as spool:
        outcome = BatchOutcome()
        homes = Homes(system.store, options.addresses)
        tables = _tables(paths, options.read, spool, outcome)
        intake = Intake(spool, local_day(now), homes, MadeIds(system.settings), system.require_admitted, on_progress)
        for table in tables:
            outcome.rows += intake.take(table)
            outcome.notes += table.notes
        outcome.notes += intake.notes
        outcome.rough_homes = sum(intake.rough_homes.values())
        spool.order()
        _Batch(system, spool, options, now, outcome, on_progress).run()
        outcome.fault_counts = spool.counts()
        outcome.faults = list(spool.faults(FIRST_LINES))
        on_rejects(tables, spool)
        return outcome


def _tables(paths: Iterable[Path], options: ReadOptions, spool: Spool, outcome: BatchOutcome) -> list[TableFile]:
    """Open the files, parents before children."""
    tables: list[TableFile] = []
    for path in paths:
        try:
            table = open_table(path, options)
        except UnreadableFile as unreadable:
            spool.fault(unreadable.fault)
            continue
        if table.faults or table.header is None:
            for fault in table.faults:
                spool.fault(fault)
            outcome.notes += table.notes
        else:
            tables.append(table)
    order = {name: place for place, name in enumerate(Intake.KINDS)}
    return sorted(tables, key=lambda table: order[table.header.kind.name] if table.header else 0)


class _Batch:
    """One import, whose entries are spooled."""

    def __init__(
        self,
        system: System,
        spool: Spool,
        options: ImportOptions,
        now: datetime,
        outcome: BatchOutcome,
        on_progress: OnProgress,
    ) -> None:
        self._system = system
        self._spool = spool
        self._options = options
        self._now = now
        self._correlation_id = derived_id("import", options.actor, now.isoformat())
        self._outcome = outcome
        self._on_progress = on_progress
        self._updates = Updates(system, local_day(now)) if options.update else None
        self._done = 0

    def run(self) -> None:
        """Judge and store the entries."""
        options, outcome = self._options, self._outcome
        has_faults = bool(self._spool.counts())
        if options.dry_run or (has_faults and not options.keep_good) or not self._spool.entries:
            self._judge()
            outcome.judged_only = options.dry_run
            outcome.imported = not has_faults and not self._spool.entries and not options.dry_run
        elif self._spool.entries <= SMALL:
            self._store_at_once()
        else:
            if not options.keep_good:
                self._judge()
                if self._spool.counts():
                    self._forget_counts()
                    return
                self._forget_counts()
            self._store_in_chunks()
        if not (outcome.imported or options.dry_run):
            self._forget_counts()

    def _forget_counts(self) -> None:
        self._outcome.new_events = self._outcome.known = self._outcome.left_out = 0

    # Judging

    def _judge(self) -> None:
        """Judge all entries as if they were recorded one after the other."""
        known: dict[str, State] = {}
        with self._working("import-judging"):
            for chunk in self._spool.chunks(CHUNK):
                versions = {stream: version for stream, (_, version) in known.items()}
                with judging(self._system.store, self._spool, versions) as transaction:
                    judge = Judge(self._system.store, transaction, region=self._system.region, known=known)
                    for entry in self._updated(chunk):
                        verdicts = [judge(request) for request in self._requests(entry)]
                        if not self._refused(entry, verdicts):
                            self._count(entry, verdicts)
                    claims = transaction.claimed()
                    known = judge.states_of(INSTITUTION, TEAM)
                self._spool.keep_claims({k: v for k, v in claims.items() if not k.startswith(LOCAL_CLAIMS)})
                self._advance("import-judging", len(chunk))
        self._count_left_out()

    # Storing

    def _store_at_once(self) -> None:
        """Store all entries in one commit, or none; with `keep_good` those that are not refused."""
        entries = [entry for chunk in self._spool.chunks(SMALL) for entry in self._updated(chunk)]
        self._store(entries, keep_good=self._options.keep_good)

    def _store_in_chunks(self) -> None:
        with self._working("import-storing"):
            for chunk in self._spool.chunks(CHUNK):
                self._store(self._updated(chunk), keep_good=True)
                self._system.store.states.clear()
                self._advance("import-storing", len(chunk))
                time.sleep(PAUSE_SECONDS)

    def _store(self, entries: Sequence[Entry], *, keep_good: bool) -> None:
        """Store entries in one commit; without refused ones, and with `keep_good` the others."""
        entries = list(entries)
        while entries:
            requests = [request for entry in entries for request in self._requests(entry)]
            verdicts = iter(self._system.execute_all(requests, keep_good=False))
            answers = [[next(verdicts) for _ in entry.commands] for entry in entries]
            good = [entry for entry, answer in zip(entries, answers, strict=True) if not self._refused(entry, answer)]
            if len(good) == len(entries):
                for entry, answer in zip(entries, answers, strict=True):
                    self._count(entry, answer)
                self._outcome.imported = True
                break
            if not keep_good:
                break
            entries = good
        self._count_left_out()

    # Both

    def _updated(self, chunk: Sequence[Entry]) -> Sequence[Entry]:
        """Return entries as commands that correct what is known, where that was asked for."""
        return chunk if self._updates is None else self._updates.of(chunk, self._outcome.notes)

    def _requests(self, entry: Entry) -> list[CommandRequest]:
        options = self._options
        return [
            CommandRequest(
                command=command,
                command_id=None,
                actor=options.actor,
                now=self._now,
                correlation_id=self._correlation_id,
                word_of=options.word_of,
                taken_over=step.taken_over,
            )
            for command, step in zip(entry.commands, entry.steps, strict=True)
        ]

    def _refused(self, entry: Entry, verdicts: Sequence[Answer | Refused]) -> bool:
        """Say whether an entry is refused, and keep its first refusal; one that depends on a bad row says so."""
        refusals = (
            (each, step)
            for each, step in zip(verdicts, entry.steps, strict=True)
            if isinstance(each, Refused) and each.rule != "rolled-back-with-batch"
        )
        refused, step = next(refusals, (None, None))
        if refused is None or step is None:
            return False
        rule, values = refused.rule, dict(refused.values)
        if parent := self._spool.spoiled(entry.parents):
            rule, values = "builds-on-bad-row", {"file": parent[0], "line": parent[1]}
        about: dict[str, Scalar] = values
        self._spool.fault(FileFault(entry.file, step.line or entry.line, None, rule, about))
        self._spool.spoil(entry.key, entry.file, entry.line)
        return True

    def _count(self, entry: Entry, verdicts: Sequence[Answer | Refused]) -> None:
        events = sum(len(answer.events) for answer in verdicts if isinstance(answer, Answer))
        self._outcome.new_events += events
        self._outcome.known += 0 if events else entry.rows
        self._done += entry.rows

    def _count_left_out(self) -> None:
        self._outcome.left_out = self._outcome.rows - self._done

    @contextmanager
    def _working(self, key: str) -> Iterator[None]:
        self._progress = 0
        self._done = 0
        self._on_progress(key, 0, self._spool.entries)
        yield

    def _advance(self, key: str, entries: int) -> None:
        self._progress += entries
        self._on_progress(key, self._progress, self._spool.entries)
