"""The event store, measured."""

from domain.decider import Refused
from infra.bench.servers import servers
from infra.cli.bench.results import BenchFigures
from infra.cli.operations.readiness import needing_services
from infra.cli.session import Session

try:
    from infra.bench.store import measure, postgres, projection, tail
except ModuleNotFoundError as error:
    raise Refused("library-recorder-missing", module=error.name or "psycopg_pool") from error


@needing_services()
def store(session: Session, rounds: int, events: int, tail_events: int, database_url: str | None) -> BenchFigures:
    """Measure the event store against raw inserts and the library; check that six writers' events are all read."""
    figures, missed = [], []
    with servers(database_url, kafka=False) as running, session.steps() as on_progress:
        on_progress("measuring", 0, 4)
        figures += measure.measure(running.folder, rounds, events)
        on_progress("measuring", 1, 4)
        figures += postgres.measure(running.database_url, rounds, events)
        on_progress("measuring", 2, 4)
        figures.append(projection.measure(running.database_url, min(rounds, 3), events))
        on_progress("measuring", 3, 4)
        if tail_events:
            missed += tail.measure(running.folder, running.database_url, tail_events)
    return BenchFigures([*figures, *missed], failed=any(each.met is False for each in missed))
