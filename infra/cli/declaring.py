"""Declarations: what click knows of a command. The function that does it is named, and loaded when the command runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from infra.edges.loading import load

if TYPE_CHECKING:
    from infra.settings import Language, Settings


@dataclass
class OutputOptions:
    """How this run answers: known from the first option on, so that a problem with a later one is reported right."""

    as_json: bool = False
    data: str | None = None
    now: str | None = None
    chosen_language: "Language | None" = None

    @property
    def language(self) -> "Language":
        """The chosen language, else that of the environment."""
        of_environment: Callable[[], Language] = load("infra.settings:language_of")
        return self.chosen_language or of_environment()


def output_options(ctx: click.Context) -> OutputOptions:
    """Return how this run answers."""
    return ctx.find_root().ensure_object(OutputOptions)


def command(
    name: str,
    does: str,
    help: str,  # noqa: A002 -- click's name for it
    *params: click.Parameter,
    view: str | None = None,
    json: bool = True,
    schema: str | None = None,
    session: bool = True,
    constants: Mapping[str, Any] | None = None,
) -> click.Command:
    """Declare a command that is done by the function at `does` (`module:name`).

    The function is called with a Session and the parameters, and returns a Result; the function at `view` makes the
    report of it for people. At `schema` is the class of one JSON document, whose JSON Schema the command prints.
    Without `session` the command has none of the shared options. `constants` are arguments that no option gives.
    """
    shared = _shared_options(json=json) if session else _json_option() if json else []
    if schema:
        shared.append(_schema_option(schema))
    run = partial(_run if session else _run_alone, does, view, constants or {})
    return click.Command(name, callback=run, help=help, params=[*params, *shared])


def group(name: str, help: str, *commands: click.Command) -> click.Group:  # noqa: A002 -- click's name for it
    """Declare a group of commands, listed in this order."""
    made = _OrderedGroup(name, help=help)
    for each in commands:
        made.add_command(each)
    return made


class _OrderedGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(self.commands)


def _run(
    does: str,
    view: str | None,
    constants: Mapping[str, Any],
    /,
    *,
    data: str | None,
    now: str | None,
    language: "Language | None",
    as_json: bool = False,
    **arguments: Any,
) -> int:
    """Run a command in a session."""
    context = click.get_current_context()
    options = output_options(context)  # options may stand before the command's name, too
    settings = _settings(
        options.data if data is None else data,
        options.now if now is None else now,
        language or options.chosen_language,
    )
    names_actor = context.get_parameter_source("actor") is ParameterSource.COMMANDLINE
    return _perform(does, view, settings, {**arguments, **constants}, as_json=as_json, names_actor=names_actor)


def _run_alone(
    does: str, view: str | None, constants: Mapping[str, Any], /, *, as_json: bool = False, **arguments: Any
) -> int:
    """Run a command that needs no system: it has only the language of the run."""
    options = output_options(click.get_current_context())
    return _perform(
        does,
        view,
        load("infra.settings:Settings")(language=options.language),
        {**arguments, **constants},
        as_json=as_json,
    )


def _perform(
    does: str,
    view: str | None,
    settings: "Settings",
    arguments: Mapping[str, Any],
    *,
    as_json: bool,
    names_actor: bool = False,
) -> int:
    perform: Callable[..., int] = load("infra.cli.performing:perform")
    return perform(load(does), view, settings, arguments, as_json=as_json, names_actor=names_actor, does=does)


def _settings(data: str | None, now: str | None, language: "Language | None") -> "Settings":
    settings: Settings = load("infra.settings:from_environment")()
    if data is not None:
        settings = replace(settings, data=Path(data))
    if now is not None:
        settings = replace(settings, now=load("infra.edges.moments:moment")(now, "now"))
    return replace(settings, language=language) if language else settings


def _shared_options(*, json: bool) -> list[click.Parameter]:
    return [
        click.Option(["--data"], metavar="DIR", help="The embedded system's folder (default .jiayi)."),
        click.Option(["--now"], metavar="TIME", help="Set the clock: RFC 3339, or local like 2026-03-02T07:00."),
        click.Option(["--language"], type=click.Choice(["en", "zh"]), is_eager=True, callback=_note_language),
        *(_json_option() if json else []),
    ]


def _json_option() -> list[click.Parameter]:
    return [
        click.Option(["--json", "as_json"], is_flag=True, is_eager=True, callback=_note_json, help="Answer in JSON.")
    ]


def _note_json(ctx: click.Context, _: click.Parameter, as_json: bool) -> bool:
    output_options(ctx).as_json = as_json
    return as_json


def _note_language(ctx: click.Context, _: click.Parameter, language: "Language | None") -> "Language | None":
    if language:
        output_options(ctx).chosen_language = language
    return language


def _schema_option(path: str) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(load("infra.cli.schemas:schema_text")(load(path)))
            ctx.exit()

    return click.Option(
        ["--schema"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Print the JSON Schema of what --json prints, and end.",
    )
