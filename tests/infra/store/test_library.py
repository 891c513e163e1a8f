"""The recorder tests that the `eventsourcing` library ships, run against both persistence modules.

Of `eventsourcing.tests.persistence` these do not apply: TranscoderTestCase (the library's own encoding of events, which
no recorder sees), and InfrastructureFactoryTestCase's tests of mapper, compressor and cipher run, but prove the library
itself. Performance tests of the library run as they are and assert nothing.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.tests import persistence as shipped
from eventsourcing.utils import Environment

from infra.store.application import AggregateTable, TrackingTable
from infra.store.postgres import PostgresApplicationRecorder, PostgresFactory, PostgresProcessRecorder
from infra.store.sqlite import SqliteApplicationRecorder, SqliteFactory, SqliteProcessRecorder
from tests.infra.store import places


class OwnTracking(TrackingTable):
    """A user's subclass."""


class OnDatabase:
    """A new file or schema for each test, opened by the library's `construct`."""

    module = ""
    env: Environment
    opened: InfrastructureFactory[Any]

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        kind: places.Kind = "sqlite" if self.module.endswith("sqlite") else "postgres"
        for place in places.place(kind, tmp_path):
            where = {"DATABASE_URL": place.url or "", "POSTGRES_SCHEMA": place.schema}
            where["SQLITE_DBNAME"] = str(tmp_path / f"{uuid.uuid4().hex}.db")
            self.env = Environment("town", {"PERSISTENCE_MODULE": self.module, **where})
            self.opened = InfrastructureFactory.construct(self.env)
            yield
            self.opened.close()


class OnSqlite(OnDatabase):
    module = "infra.store.sqlite"


class OnPostgres(OnDatabase):
    module = "infra.store.postgres"


class Aggregates(OnDatabase):
    def create_recorder(self) -> Any:
        return self.opened.aggregate_recorder()


class Applications(OnDatabase):
    def create_recorder(self) -> Any:
        return self.opened.application_recorder()


class Logs(OnDatabase):
    def create_recorder(self) -> Any:
        return self.opened.application_recorder()


class Trackings(OnDatabase):
    def create_recorder(self) -> Any:
        return self.opened.tracking_recorder()


class Processes(OnDatabase):
    def create_recorder(self) -> Any:
        return self.opened.process_recorder()


class Factories(OnDatabase):
    def expected_aggregate_recorder_class(self) -> type[AggregateTable]:
        return AggregateTable

    def expected_tracking_recorder_class(self) -> type[TrackingTable]:
        return TrackingTable

    def tracking_recorder_subclass(self) -> type[TrackingTable]:
        return OwnTracking


class TestAggregateRecorderOnSqlite(OnSqlite, Aggregates, shipped.AggregateRecorderTestCase): ...


class TestAggregateRecorderOnPostgres(OnPostgres, Aggregates, shipped.AggregateRecorderTestCase): ...


class TestApplicationRecorderOnSqlite(OnSqlite, Applications, shipped.ApplicationRecorderTestCase[Any]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderOnPostgres(OnPostgres, Applications, shipped.ApplicationRecorderTestCase[Any]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingOnSqlite(OnSqlite, Logs, shipped.NonInterleavingNotificationIDsBaseCase): ...


class TestNonInterleavingOnPostgres(OnPostgres, Logs, shipped.NonInterleavingNotificationIDsBaseCase): ...


class TestTrackingRecorderOnSqlite(OnSqlite, Trackings, shipped.TrackingRecorderTestCase): ...


class TestTrackingRecorderOnPostgres(OnPostgres, Trackings, shipped.TrackingRecorderTestCase): ...


class TestProcessRecorderOnSqlite(OnSqlite, Processes, shipped.ProcessRecorderTestCase): ...


class TestProcessRecorderOnPostgres(OnPostgres, Processes, shipped.ProcessRecorderTestCase): ...


class TestFactoryOnSqlite(OnSqlite, Factories, shipped.InfrastructureFactoryTestCase[Any]):
    def expected_factory_class(self) -> type[SqliteFactory]:
        return SqliteFactory

    def expected_application_recorder_class(self) -> type[SqliteApplicationRecorder]:
        return SqliteApplicationRecorder

    def expected_process_recorder_class(self) -> type[SqliteProcessRecorder]:
        return SqliteProcessRecorder


class TestFactoryOnPostgres(OnPostgres, Factories, shipped.InfrastructureFactoryTestCase[Any]):
    def expected_factory_class(self) -> type[PostgresFactory]:
        return PostgresFactory

    def expected_application_recorder_class(self) -> type[PostgresApplicationRecorder]:
        return PostgresApplicationRecorder

    def expected_process_recorder_class(self) -> type[PostgresProcessRecorder]:
        return PostgresProcessRecorder
