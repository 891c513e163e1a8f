"""Groups of commands whose declarations are loaded when they are needed."""

from collections.abc import Mapping
from typing import Any

import click

from infra.edges.loading import load


class LazyGroup(click.Group):
    """A group that loads the declaration of a command when it is invoked or asked for its help."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        """Take the table: each command's `module:name` and its line in the group's help."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Load the declaration of one command."""
        if cmd_name not in self.table:
            return None
        command: click.Command = load(self.table[cmd_name][0])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """Write the commands' lines without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])
