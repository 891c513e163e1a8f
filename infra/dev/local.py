"""Starts and stops both services of one folder."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from domain.event import value
from infra.dev.kafka import Kafka
from infra.dev.postgres import Postgres
from infra.dev.service import Service
from infra.dev.tools import ProgressReporter, quiet


@value
class Services:
    """The handles of both services. Their addresses raise LookupError before the first start."""

    kafka: Kafka
    postgres: Postgres

    @property
    def database_url(self) -> str:
        """URL for psycopg."""
        return self.postgres.address

    @property
    def bootstrap_servers(self) -> str:
        """Host and port for a Kafka client."""
        return self.kafka.address

    def all(self) -> tuple[Service, ...]:
        """Return both services."""
        return (self.postgres, self.kafka)


def services_in(folder: Path) -> Services:
    """Return the handles of a folder's services, whether they run or not."""
    return Services(kafka=Kafka(folder), postgres=Postgres(folder))


def up(folder: Path, *, kafka: bool = True, postgres: bool = True, on_progress: ProgressReporter = quiet) -> Services:
    """Start the wanted services that do not run, in parallel, and wait until they answer.

    ServiceNotReady if one cannot start. This blocks for seconds: from an event loop, call it in a thread.
    """
    services = services_in(folder)
    wanted = [each for each, so in ((services.postgres, postgres), (services.kafka, kafka)) if so]
    for each in wanted:
        if each.pid is None:
            each.provide(on_progress)  # one after the other: two apt would wait for each other
    _in_parallel([partial(each.start, on_progress) for each in wanted])
    return services


def down(folder: Path) -> None:
    """Stop both services in good order; their data stay."""
    _in_parallel([each.stop for each in services_in(folder).all()])


def erase(folder: Path) -> None:
    """Stop both services and delete their data."""
    _in_parallel([each.erase for each in services_in(folder).all()])


def _in_parallel(work: Iterable[Callable[[], None]]) -> None:
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(each) for each in work]:
            done.result()
