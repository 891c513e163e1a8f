"""An Application of the `eventsourcing` library with our persistence modules has a file or schema of its own."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from infra.command_handler import execute
from infra.database.errors import UnfitStoreError
from infra.store.factory import open_log
from infra.store.recorded import StoredEvent
from tests.infra.store import cluster
from tests.infra.store.places import Kind
from tests.infra.store.wards import REGION, Clean, request


class Order(Aggregate):
    @event("Placed")
    def __init__(self, price: Decimal) -> None:
        self.price = price

    @event("Reduced")
    def reduce(self, by: Decimal) -> None:
        self.price -= by


class Orders(Application[uuid.UUID]):
    is_snapshotting_enabled = True


class Invoices(Application[uuid.UUID]):
    pass


def module(kind: Kind) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": f"infra.store.{kind}"}


@pytest.fixture
def where(kind: Kind, tmp_path: Path) -> Mapping[str, str]:
    """A file or schema that nobody has used."""
    if kind == "sqlite":
        return {"SQLITE_DBNAME": str(tmp_path / "some.db")}
    return {"DATABASE_URL": cluster.url(), "POSTGRES_SCHEMA": f"some_{uuid.uuid4().hex[:12]}"}


def test_an_application_keeps_aggregates_snapshots_and_its_log(kind: Kind, where: Mapping[str, str]) -> None:
    environment = {**module(kind), **where}
    with Orders(environment) as orders:
        order = Order(Decimal("12.50"))
        for _ in range(3):
            order.reduce(Decimal("1.25"))
        orders.save(order)
        orders.take_snapshot(order.id)
    with Orders(environment) as again:
        assert again.repository.get(order.id).price == Decimal("8.75")
        assert [each.id for each in again.notification_log.select(start=1, limit=10)] == [1, 2, 3, 4]
        assert again.snapshots is not None
        assert [each.originator_version for each in again.snapshots.get(order.id)] == [4]


def test_an_application_never_writes_to_jiayis_log(kind: Kind, where: Mapping[str, str]) -> None:
    with open_log(f"infra.store.{kind}", where) as log:
        execute(log, request(Clean(ward_id="w1", rooms=2)), region=REGION)
    with pytest.raises(UnfitStoreError, match="holds Jiayi's own log"):
        Orders({**module(kind), **where})
    with open_log(f"infra.store.{kind}", where) as log:
        assert [(each.id, each.originator_id) for each in log.select_notifications(None, 10)] == [
            (1, "ward-w1"),
            (2, "ward-w1"),
        ]


def test_jiayi_and_another_application_leave_an_applications_events_alone(kind: Kind, where: Mapping[str, str]) -> None:
    with Orders({**module(kind), **where}) as orders:
        orders.save(Order(Decimal(1)))
    with pytest.raises(UnfitStoreError, match="holds the events of the application 'Orders'"):
        open_log(f"infra.store.{kind}", where)
    with pytest.raises(UnfitStoreError, match="every application needs a file or schema of its own"):
        Invoices({**module(kind), **where})


def test_without_a_schema_an_application_has_one_under_its_name_and_jiayis_are_refused() -> None:
    name = f"away_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    environment = {**module("postgres"), "DATABASE_URL": cluster.url().rsplit("/", 1)[0] + f"/{name}"}
    with Orders(environment) as orders:
        orders.save(Order(Decimal(1)))
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM application_orders.stored_events").fetchone() == (1,)
    for schema in ("jiayi", "jiayi_rows"):
        with pytest.raises(OSError, match="Jiayi's own"):
            Orders({**environment, "POSTGRES_SCHEMA": schema})
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.parametrize("module_name", ["infra.store.sqlite", "infra.store.postgres"])
def test_a_module_without_a_place_says_which_key_is_missing(module_name: str) -> None:
    with pytest.raises(OSError, match=r"not found in environment with keys: ORDERS_"):
        Orders({"PERSISTENCE_MODULE": module_name})


def test_jiayis_log_gives_each_notification_its_metadata(kind: Kind, where: Mapping[str, str]) -> None:
    with open_log(f"infra.store.{kind}", where) as log:
        execute(log, request(Clean(ward_id="w1", rooms=1), "c1"), region=REGION)
        (notification,) = log.select_notifications(1, 10, topics=["test-ward.room-cleaned.v1"])
        assert isinstance(notification, StoredEvent)
        assert (notification.topic, notification.originator_version) == (notification.name, notification.version)
        assert notification.metadata.command_id == "c1"
