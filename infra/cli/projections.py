"""The read models made anew from the events, or compared with rows made anew."""

import logging
from collections.abc import Iterable

import click

from domain.decider import Refused
from infra.cli.problems import Unfit, to_json
from infra.cli.session import Session, progress, with_session
from infra.rows.model import Progress
from infra.rows.rebuild import Difference
from infra.rows.rebuild import check as check_rows
from infra.rows.rebuild import rebuild as rebuild_rows
from infra.wiring import System
from projections.registry import PROJECTIONS

DIFFERENT = 1
"""The exit code of rows that are not what the events say."""


@click.group()
def projections() -> None:
    """Rebuild or check the read models."""


@projections.command()
@click.argument("name", required=False)
@click.option("--check", "only_check", is_flag=True, help="Build beside and compare row by row; change nothing.")
@click.option("--from", "source", type=click.Choice(["store", "kafka"]), default="store", show_default=True)
@with_session()
def rebuild(session: Session, name: str | None, source: str, *, only_check: bool) -> int:
    """Make the rows of one read model, or of all, anew from the events: those of the store, or of Kafka's topic."""
    if name is not None and name not in PROJECTIONS:
        raise Refused("projection-unknown", projection=name)
    if source == "kafka":
        session.settings.addresses()  # refused where there is no Kafka
    with session.open() as system, progress() as bar:
        task = bar.add_task(session.say("reading-events"), total=None)

        def told(position: int, last: int) -> None:
            bar.update(task, completed=position, total=last)

        if source == "kafka":
            found = _from_kafka(system, name, told, only_check=only_check)
        elif only_check:
            found = check_rows(system.store, system.rows, name, told)
        else:
            found = []
            rebuild_rows(system.store, system.rows, name, told)
        rows, position = _count(system, _tables(name)), system.rows.position
    return _tell(session, found, rows, position, only_check=only_check)


def _from_kafka(system: System, name: str | None, told: Progress, *, only_check: bool) -> list[Difference]:
    from infra.processes.parts import topic_of  # noqa: PLC0415 -- Kafka's client is loaded when it is asked
    from infra.rows.postgres import PostgresRows  # noqa: PLC0415 -- likewise
    from infra.rows.rebuild_from_topic import check_against_kafka, rebuild_from_kafka  # noqa: PLC0415 -- likewise
    from streams.topics import TopicError  # noqa: PLC0415 -- likewise

    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say, the one line says
    assert isinstance(system.rows, PostgresRows), "the distributed system's"
    _, servers = system.settings.addresses()
    topic = topic_of(system.settings)
    try:
        if only_check:
            return check_against_kafka(system.rows, bootstrap_servers=servers, topic=topic, name=name, progress=told)
        rebuild_from_kafka(system.rows, bootstrap_servers=servers, topic=topic, name=name, progress=told)
    except TopicError as error:
        raise Unfit(error.rule, **error.values) from error
    return []


def _tables(name: str | None) -> set[str]:
    chosen = PROJECTIONS.values() if name is None else [PROJECTIONS[name]]
    return {table.name for each in chosen for table in each.tables}


def _count(system: System, tables: Iterable[str]) -> int:
    counts = (system.rows.ask(f"SELECT count(*) AS n FROM {table}") for table in tables)  # noqa: S608 -- our own names
    return sum(int(count[0]["n"] or 0) for count in counts)


def _tell(session: Session, found: list[Difference], rows: int, position: int, *, only_check: bool) -> int:
    if session.as_json:
        told = [{"table": d.table, "key": d.key, "what": d.what, "columns": list(d.columns)} for d in found]
        click.echo(to_json({"rows": rows, "position": position, "differences": told}))
        return DIFFERENT if found else 0
    for each in found:
        click.echo(f"{each.table} {each.key}: {session.say(each.what)} {' '.join(each.columns)}".rstrip())
    key = "rows-rebuilt" if not only_check else "rows-differ" if found else "rows-equal"
    click.echo(session.say(key, {"rows": rows, "position": position, "differences": len(found)}))
    return DIFFERENT if found else 0
