"""The read models rebuilt from the events, or compared with a rebuild."""

from collections.abc import Callable, Iterable, Sequence

from domain.decider import Refused
from infra.cli.log.results import CheckedRows, RebuiltRows, RowDifference
from infra.cli.session import Session
from infra.edges.loading import load
from infra.rows.rebuild import Difference
from infra.system import System
from projections.registry import PROJECTIONS


def rebuild(session: Session, name: str | None, source: str, *, only_check: bool) -> RebuiltRows:
    """Rebuild the rows of one read model, or of all, or compare them with a rebuild."""
    if name is not None and name not in PROJECTIONS:
        raise Refused("projection-unknown", projection=name)
    if source == "kafka":
        session.settings.addresses()  # refused where there is no Kafka
    with session.open() as system, session.working("reading-events") as on_progress:
        differences: Sequence[Difference] = ()
        if source == "kafka":
            rebuild_from: Callable[..., Sequence[Difference]] = load("infra.cli.log.rebuild_from_topic:rebuild_rows")
            differences = rebuild_from(system, name, on_progress, only_check=only_check)
        elif only_check:
            differences = system.check_rows(name, on_progress)
        else:
            system.rebuild_rows(name, on_progress)
        rows, position = _count(system, _tables(name)), system.rows.position
    result = CheckedRows if only_check else RebuiltRows
    return result(rows, position, tuple(RowDifference(d.table, d.key, d.what, d.columns) for d in differences))


def _tables(name: str | None) -> set[str]:
    chosen = PROJECTIONS.values() if name is None else [PROJECTIONS[name]]
    return {table.name for each in chosen for table in each.tables}


def _count(system: System, tables: Iterable[str]) -> int:
    counts = (system.rows.ask(f"SELECT count(*) AS n FROM {table}") for table in tables)  # noqa: S608 -- our own names
    return sum(int(count[0]["n"] or 0) for count in counts)
