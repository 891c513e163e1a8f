"""Relay and projection, measured."""

from infra.bench.servers import servers
from infra.bench.streams import measure
from infra.cli.bench.results import BenchFigures
from infra.cli.operations.readiness import needing_services
from infra.cli.session import Session


@needing_services()
def streams(
    session: Session,
    rounds: int,
    events: int,
    seconds: float,
    database_url: str | None,
    bootstrap_servers: str | None,
) -> BenchFigures:
    """Measure relay and projection, and the delay from an event to its rows."""
    with servers(database_url, bootstrap_servers) as running, session.steps() as on_progress:
        return BenchFigures(measure.measure(running, rounds, events, seconds, on_progress))
