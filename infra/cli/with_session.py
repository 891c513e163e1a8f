"""What every command is told: where the data is, what time it is, which language, and in which shape to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from infra.cli.declaring import output_options
from infra.edges.moments import moment
from infra.edges.phrases import phrase
from infra.settings import Language, Settings, from_environment

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.table import Table

    from infra.wiring import System
    from infra.words import Kind

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class TerminalSession:
    """One command's surroundings."""

    settings: Settings
    as_json: bool

    @property
    def language(self) -> Language:
        """The language of answers to people."""
        return self.settings.language

    def open(self, *, repeats: bool = False, asks: bool = False) -> System:
        """Open the system; the caller closes it. Who only `asks` is told if the rows are behind what is recorded.

        Refused if the clock was set before the last recorded event. Who may be told a command again (`repeats`) checks
        that later: a known command id has its first answer whatever the clock says.
        """
        from infra.wiring import open_system  # noqa: PLC0415 -- databases are opened when they are needed

        system = open_system(self.settings)
        try:
            if not repeats:
                system.check_clock(system.now())
            if asks and not system.current():
                click.echo(self.say("rows-behind"), err=True)
        except BaseException:
            system.close()
            raise
        return system

    def say(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        """Return the catalogue's words in this session's language."""
        return phrase(key, values or {}, self.language)

    def label(self, kind: Kind, code: object) -> str:
        """Return what people call a code of this kind."""
        from infra.words import label  # noqa: PLC0415 -- catalogues are read when something is said

        return "" if code is None else label(kind, code, self.language)

    def show(self, table: Table) -> None:
        """Print a table; where nobody sees it, wide enough that nothing is cut."""
        console().print(table)


Session = TerminalSession


def console() -> Console:
    """Return standard output for people."""
    from rich.console import Console  # noqa: PLC0415 -- tables are loaded when one is shown

    seen = Console(highlight=False, markup=False)
    return seen if seen.is_terminal else Console(highlight=False, markup=False, width=200)


def table(*columns: str, title: str | None = None) -> Table:
    """Return an empty table."""
    from rich import box  # noqa: PLC0415 -- tables are loaded when one is shown
    from rich.table import Table  # noqa: PLC0415 -- likewise

    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def progress() -> Progress:
    """Return a progress bar on standard error, silent where that is no terminal."""
    from rich.console import Console  # noqa: PLC0415 -- loaded when shown
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    seen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=seen, transient=True, disable=not seen.is_terminal)


@contextmanager
def steps(session: Session) -> Iterator[Callable[[str, int, int], None]]:
    """Give what is told how far each of several works is, by a key of the catalogue, and shows a bar for each."""
    with progress() as bar:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(session.say(what), total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield told


def with_session(*, json: bool = True) -> Callable[[F], F]:
    """Give a command the options that all have, and hand it a Session first. Without `json` it has one shape only."""

    def decorate(function: F) -> F:
        @wraps(function)
        def run(*args: Any, data: str | None, now: str | None, language: Language | None, **kwargs: Any) -> Any:
            before = output_options(click.get_current_context())  # options may stand before the command's name, too
            settings = _settings(
                before.data if data is None else data,
                before.now if now is None else now,
                language or before.chosen_language,
            )
            return function(Session(settings, kwargs.pop("as_json", False)), *args, **kwargs)

        for option in reversed(_options(json=json)):
            option(run)
        return run  # type: ignore[return-value]  # click calls it with what the options gave

    return decorate


def _settings(data: str | None, now: str | None, language: Language | None) -> Settings:
    settings = from_environment()
    if data is not None:
        settings = replace(settings, data=Path(data))
    if now is not None:
        settings = replace(settings, now=moment(now, "now"))
    return replace(settings, language=language) if language else settings


def _options(*, json: bool) -> list[Callable[[Any], Any]]:
    shape = click.option("--json", "as_json", is_flag=True, is_eager=True, callback=_note_shape, help="Answer in JSON.")
    return [
        click.option("--data", metavar="DIR", help="The embedded system's folder (default .jiayi)."),
        click.option("--now", metavar="TIME", help="Stand the clock still: RFC 3339, or local like 2026-03-02T07:00."),
        click.option("--language", type=click.Choice(["en", "zh"]), is_eager=True, callback=_note_language),
        *([shape] if json else []),
    ]


def _note_shape(ctx: click.Context, _: click.Parameter, told: bool) -> bool:
    output_options(ctx).as_json = told
    return told


def _note_language(ctx: click.Context, _: click.Parameter, told: Language | None) -> Language | None:
    if told:
        output_options(ctx).language = told
    return told
