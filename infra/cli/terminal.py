"""What a terminal shows: tables, and progress as bars on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from infra.edges.phrases import Translator
from infra.edges.reports import Table

if TYPE_CHECKING:
    from infra.cli.session import OnProgress

UNSEEN_WIDTH: Final = 200
"""Columns where the output is no terminal: wide enough that nothing is cut."""


def show_table(table: Table) -> None:
    """Print a table."""
    shown = RichTable(*table.headings, title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number in table.numeric:
        shown.columns[number].justify = "right"
    for cells in table.rows:
        shown.add_row(*cells)
    console().print(shown)


def console() -> Console:
    """Return standard output for people."""
    terminal = Console(highlight=False, markup=False)
    return terminal if terminal.is_terminal else Console(highlight=False, markup=False, width=UNSEEN_WIDTH)


@contextmanager
def progress_bars(words: Translator) -> "Iterator[OnProgress]":
    """Show a bar for each work on standard error; silent where that is no terminal."""
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bars:

        @cache
        def bar(key: str) -> TaskID:
            return bars.add_task(words.say(key), total=None)

        def on_progress(key: str, done: int, total: int | None) -> None:
            bars.update(bar(key), completed=done, total=total)

        yield on_progress
