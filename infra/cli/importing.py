"""CSV files from the command line: every bad line is told, and nothing is imported of a batch that has one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.cli.problems import REFUSED, one_line, to_json
from infra.cli.session import Session, table, with_session

if TYPE_CHECKING:
    from infra.importing.batch import Outcome
    from infra.importing.files import Fault

LEFT_OUT = 1
"""The exit code where good rows were imported and bad ones left out."""

KINDS = ("institutions", "teams", "residents", "contracts", "beds", "visits")


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--as", "kind", type=click.Choice(KINDS), help="The kind of every file (else told by its header).")
@click.option("--encoding", default="utf-8", show_default=True, help="E.g. gb18030.")
@click.option("--keep-good", is_flag=True, help="Import the good rows and leave the bad ones out (exit code 1).")
@click.option("--schema", type=click.Choice(KINDS), help="Print the columns of a kind.")
@click.option("--actor", default="import", show_default=True, help="Who asks.")
@with_session()
def import_(
    session: Session,
    files: tuple[str, ...],
    kind: str | None,
    encoding: str,
    schema: str | None,
    actor: str,
    *,
    keep_good: bool,
) -> int:
    """Import CSV FILEs of institutions, teams, residents, contracts, beds and visits, all together or none."""
    from infra.importing.batch import import_sheets  # noqa: PLC0415 -- the domain is loaded when a file is read
    from infra.importing.files import read_file  # noqa: PLC0415 -- likewise

    if schema is not None:
        _show_columns(session, schema)
        return 0
    if not files:
        raise click.UsageError("Missing argument 'FILE...'.")
    sheets = [read_file(Path(file), encoding, kind) for file in files]
    with session.open() as system:
        outcome = import_sheets(system, sheets, keep_good=keep_good, actor=actor)
    for fault in outcome.faults:
        click.echo(_line(session, fault), err=True)
    if not outcome.imported:
        return REFUSED
    _summarise(session, outcome)
    return LEFT_OUT if outcome.faults else 0


def _line(session: Session, fault: "Fault") -> str:
    detail = one_line(session.say(fault.rule, fault.values))
    if session.as_json:
        place = {"file": fault.file, "line": fault.line, "column": fault.column}
        return to_json({**place, "rule": fault.rule, "detail": detail, "values": fault.values})
    place_words = [fault.file, *([str(fault.line)] if fault.line else []), *([fault.column] if fault.column else [])]
    return f"{':'.join(place_words)}: {detail} [{fault.rule}]"


def _summarise(session: Session, outcome: "Outcome") -> None:
    told = {
        "rows": outcome.rows,
        "new_events": outcome.new_events,
        "known_rows": outcome.known,
        "left_out": outcome.left_out,
    }
    click.echo(to_json(told) if session.as_json else session.say("import-summary", told))


def _show_columns(session: Session, name: str) -> None:
    from infra.importing.kinds import KINDS as FOUND  # noqa: PLC0415 -- the domain is loaded when it is asked

    columns = FOUND[name].columns
    if session.as_json:
        for column in columns:
            told = {"name": column.name, "required": column.required}
            click.echo(to_json({**told, "format": column.told, "example": column.example}))
        return
    rows = table(*(session.say(word) for word in ("column", "required", "format", "example")))
    for column in columns:
        rows.add_row(column.name, session.say("yes" if column.required else "no"), column.told, column.example)
    session.show(rows)
