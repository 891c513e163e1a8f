"""Both services of one folder: `up` starts what is missing, `down` stops what is ours."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from domain.event import value
from infra.dev.kafka import Kafka
from infra.dev.postgres import Postgres
from infra.dev.service import Service
from infra.dev.tools import Told, quiet


@value
class Services:
    """The handles. Their addresses are known from the first start on, LookupError before."""

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
        """Both."""
        return (self.postgres, self.kafka)


def services_in(folder: Path) -> Services:
    """Return the handles of a folder's services, whether they run or not."""
    return Services(kafka=Kafka(folder), postgres=Postgres(folder))


def up(folder: Path, *, kafka: bool = True, postgres: bool = True, told: Told = quiet) -> Services:
    """Start those wanted that do not run, side by side; all answer when this returns. Unready says what is missing.

    It blocks for seconds: from an event loop, call it in a thread.
    """
    services = services_in(folder)
    wanted = [each for each, so in ((services.postgres, postgres), (services.kafka, kafka)) if so]
    for each in wanted:
        if each.pid is None:
            each.provide(told)  # one after the other: two apt would wait for each other
    _side_by_side([partial(each.start, told) for each in wanted])
    return services


def down(folder: Path) -> None:
    """Stop both in good order; their data stay."""
    _side_by_side([each.stop for each in services_in(folder).all()])


def erase(folder: Path) -> None:
    """Stop both and delete their data."""
    _side_by_side([each.erase for each in services_in(folder).all()])


def _side_by_side(work: Iterable[Callable[[], None]]) -> None:
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(each) for each in work]:
            done.result()
