"""A local Kafka and PostgreSQL: standard output is for the shell, notices go to standard error."""

from pathlib import Path

from domain.decider import Scalar
from infra.cli.operations.readiness import needing_services
from infra.cli.operations.results import ServiceState, ServiceStates
from infra.cli.session import Session
from infra.dev import local
from infra.edges.results import Exit, Text


@needing_services()
def up(session: Session, folder: Path) -> Text:
    """Start what is missing; return the settings as commands for a shell."""

    def on_step(key: str, /, **values: Scalar) -> None:
        session.notify(session.words.say(key, values))

    services = local.up(folder, on_progress=on_step)
    return Text(
        (
            f"export DATABASE_URL={services.database_url}",
            f"export KAFKA_BOOTSTRAP_SERVERS={services.bootstrap_servers}",
        )
    )


@needing_services()
def down(session: Session, folder: Path, *, erase: bool) -> Exit:  # noqa: ARG001 -- needs no system
    """Stop both; with `erase` delete their data."""
    (local.erase if erase else local.down)(folder)
    return Exit()


def status(session: Session, folder: Path) -> ServiceStates:  # noqa: ARG001 -- needs no system
    """Return the state of each service."""
    states = []
    for each in local.services_in(folder).all():
        state = each.state()
        address = None if state == "stopped" else each.address
        states.append(ServiceState(each.name, state, each.pid, address, str(each.log)))
    return ServiceStates(states)
