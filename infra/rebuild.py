"""Rows made anew from the log, beside those in use: compared with them, or put in their place in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.read_model import Log, Progress, ReadModel, SqliteRows, catch_up
from projections.changes import Table


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says. Values are not told: rows hold names and addresses."""

    table: str
    key: str
    what: Literal["missing", "left-over", "differs"]
    columns: tuple[str, ...] = ()


def check(log: Log, rows: ReadModel | Path, progress: Progress | None = None) -> list[Difference]:
    """Return where the rows in use differ from rows made anew up to the same positions; `[]` if nowhere.

    The rows in use, opened here if only their path is given, are looked at as of one moment; the projector may go on.
    """
    if isinstance(rows, Path):
        with SqliteRows(rows) as opened:
            return check(log, opened, progress)
    with rows.reading() as view, rows.beside(rows.projections) as fresh:
        catch_up(log, fresh, progress=progress, until=view.positions())
        with fresh.reading() as anew:
            return [
                difference
                for table in rows.tables.values()
                for difference in differences(table, view.rows_of(table), anew.rows_of(table))
            ]


def rebuild(log: Log, rows: ReadModel, name: str | None = None, progress: Progress | None = None) -> int:
    """Make one projection's rows, or all, anew from the log and switch; return the position they are at.

    Readers see the old rows until the switch and the new ones after it. KeyError if there is no such projection.
    """
    chosen = dict(rows.projections) if name is None else {name: rows.projections[name]}
    with rows.beside(chosen) as fresh:
        catch_up(log, fresh, progress=progress)
        rows.switch(fresh, lambda: catch_up(log, fresh))
        return fresh.position


def differences(
    table: Table, live: Iterator[Sequence[object]], anew: Iterator[Sequence[object]]
) -> Iterator[Difference]:
    """Yield how two runs of rows differ; both begin with the key and are sorted by it."""
    columns = tuple(table.columns)
    one, other = next(live, None), next(anew, None)
    while one is not None or other is not None:
        if other is None or (one is not None and str(one[0]) < str(other[0])):
            assert one is not None
            yield Difference(table.name, str(one[0]), "left-over")
            one = next(live, None)
        elif one is None or str(other[0]) < str(one[0]):
            yield Difference(table.name, str(other[0]), "missing")
            other = next(anew, None)
        else:
            unlike = tuple(name for name, here, there in zip(columns, one[1:], other[1:], strict=True) if here != there)
            if unlike:
                yield Difference(table.name, str(one[0]), "differs", unlike)
            one, other = next(live, None), next(anew, None)
