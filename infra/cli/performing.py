"""Performing: a command's function is called in a session, and its result is written."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import click

from infra.cli import output
from infra.cli.access.session_file import account_kept
from infra.cli.session import Call, OnProgress, Session
from infra.edges.loading import load
from infra.edges.phrases import Translator
from infra.edges.reports import View
from infra.edges.results import Payload, Result
from infra.settings import Settings


def perform(
    function: Callable[..., Result],
    view_path: str | None,
    settings: Settings,
    arguments: Mapping[str, Any],
    *,
    as_json: bool,
    names_actor: bool = False,
    does: str = "",
) -> int:
    """Call a command's function and write its result; return the exit code."""
    words = Translator(settings.language)

    call = Call(does, arguments)

    def emit(hidden: Result) -> None:
        result = session.visible(hidden)
        view: View | None = None if as_json or view_path is None else load(view_path)
        output.write(
            result,
            as_json=as_json,
            view=None if result is not hidden and isinstance(result, Payload) else view,
            words=words,
        )

    def steps() -> AbstractContextManager[OnProgress]:
        bars: AbstractContextManager[OnProgress] = load("infra.cli.terminal:progress_bars")(words)
        return bars

    session = Session(
        settings,
        emit=emit,
        notify=partial(click.echo, err=True),
        narrate=partial(click.echo, nl=False, err=as_json),
        steps=steps,
        names_actor=names_actor,
        call=call,
    )
    if "actor" in arguments and not names_actor:
        arguments = {**arguments, "actor": account_kept(settings) or arguments["actor"]}
    try:
        result = function(session, **arguments)
        emit(result)
    finally:
        call.close()
    return result.exit_code
