"""The `eventsourcing` library's factory over our stores, and how Jiayi opens its own log through it.

The library finds the factory by `PERSISTENCE_MODULE`: `infra.store.sqlite` or `infra.store.postgres`. An Application
of the library gets a file or schema of its own, under its name; Jiayi's own log is opened with a LogEnvironment only.
"""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from types import TracebackType
from typing import TypeVar

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from infra.store.application import AggregateTable, ApplicationRecording, ProcessRecording, TrackingTable
from infra.store.database import JIAYI, Database, Owner
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy

__all__ = ["EnvType", "Environment", "LogEnvironment", "StoreFactory", "open_log"]

Recorder = TypeVar("Recorder", bound="EventStore | AggregateTable | TrackingTable")


class LogEnvironment(Environment):
    """The environment of Jiayi's own log. The library gives its Applications a plain Environment, whatever the name."""


class StoreFactory(InfrastructureFactory[TrackingTable]):
    """Opens recorders on one file or schema. `owner` is the Application's name, or Jiayi itself."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.owner: Owner = JIAYI if isinstance(self.env, LogEnvironment) else self.env.name
        self._recorders = ExitStack()

    @abstractmethod
    def open_database(self) -> Database:
        """Open the file or schema."""

    @abstractmethod
    def open_log(self, policy: DebouncePolicy) -> EventStore:
        """Open Jiayi's own log."""

    @abstractmethod
    def open_application(self) -> ApplicationRecording:
        """Open an Application's events."""

    @abstractmethod
    def open_process(self) -> ProcessRecording:
        """Open an Application's events with tracking."""

    def aggregate_recorder(self, purpose: str = "events") -> AggregateTable:
        """Return a recorder of single streams, without a log: snapshots, say."""
        return self._kept(AggregateTable(self.open_database(), purpose, **self._options()))

    def application_recorder(self) -> EventStore:
        """Return the recorder of an Application's events, or Jiayi's own log."""
        if self.owner is JIAYI:
            return self._kept(self.open_log(self._debounce_policy()))
        return self._kept(self.open_application().with_ids(self._id_type()))

    def tracking_recorder(self, tracking_recorder_class: type[TrackingTable] | None = None) -> TrackingTable:
        """Return a recorder of positions in other applications' logs."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        chosen = tracking_recorder_class or (resolve_topic(topic) if topic else TrackingTable)
        return self._kept(chosen(self.open_database(), create_table=self._create_table()))

    def process_recorder(self) -> ProcessRecording:
        """Return the recorder of an Application's events with tracking in the same commit."""
        recorder = self._kept(self.open_process().with_ids(self._id_type()))
        if self._create_table():
            recorder.create_tracking()
        return recorder

    def close(self) -> None:
        """Close every recorder; safe to repeat."""
        self._recorders.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.close()

    def _kept(self, recorder: Recorder) -> Recorder:
        self._recorders.callback(recorder.close)
        return recorder

    def _options(self) -> dict[str, bool]:
        return {"create_table": self._create_table(), "uuid_ids": self._id_type() == "uuid"}

    def _create_table(self) -> bool:
        return strtobool(self.env.get("CREATE_TABLE", "yes") or "yes")

    def _id_type(self) -> str:
        kind = self.env.get("ORIGINATOR_ID_TYPE", "uuid").lower()
        if kind not in {"uuid", "text"}:
            raise OSError(f"Invalid ORIGINATOR_ID_TYPE '{kind}', must be 'uuid' or 'text'")
        return kind

    def _debounce_policy(self) -> DebouncePolicy:
        usual = DebouncePolicy()
        seconds = {
            "debounce": self.env.get("DEBOUNCE_SECONDS", str(usual.debounce.total_seconds())),
            "longest_wait": self.env.get("LONGEST_WAIT_SECONDS", str(usual.longest_wait.total_seconds())),
        }
        return DebouncePolicy(**{name: timedelta(seconds=float(value)) for name, value in seconds.items()})


def open_log(module: str, place: Mapping[str, str], policy: DebouncePolicy | None = None) -> EventStore:
    """Open Jiayi's own log through the factory of a persistence module; `place` says where it is.

    Raises StoreError if the place is not ours, newer than this program, or away.
    """
    chosen = policy or DebouncePolicy()
    environment = {
        "PERSISTENCE_MODULE": module,
        "DEBOUNCE_SECONDS": str(chosen.debounce.total_seconds()),
        "LONGEST_WAIT_SECONDS": str(chosen.longest_wait.total_seconds()),
        **place,
    }
    log = InfrastructureFactory.construct(LogEnvironment("jiayi", environment)).application_recorder()
    assert isinstance(log, EventStore), module
    return log
