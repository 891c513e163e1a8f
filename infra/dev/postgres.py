"""Runs a PostgreSQL cluster on a loopback port, without a Unix socket: the path of one has a length limit."""

import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from infra.dev import tools
from infra.dev.processes import ServiceNotReady, begin, is_running, run
from infra.dev.service import HOST, Service, last_fault
from infra.dev.tools import ProgressReporter

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

ROLE = DATABASE = "jiayi"
OWNER = "postgres"
"""The system's user that owns the cluster if we are root: PostgreSQL refuses to run as root."""

ANSWER_WITHIN = 3

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "80",
    "fsync": "on",
}


class Postgres(Service):
    """A cluster with the database `jiayi`; `address` is its URL. Text sorts by its bytes, as in SQLite."""

    name: ClassVar[str] = "postgres"
    ends_on: ClassVar[signal.Signals] = signal.SIGINT  # on SIGTERM it would wait until its last client leaves

    @property
    def address(self) -> str:
        """URL of the database."""
        return f"postgresql://{ROLE}@{HOST}:{self.port}/{DATABASE}"

    def provide(self, on_progress: ProgressReporter) -> None:
        """Find PostgreSQL and the user that it needs."""
        tools.postgres(on_progress)
        if tools.is_root():
            _home_of_owner()

    def answers(self) -> bool:
        """Return whether it answers a query."""
        import psycopg  # noqa: PLC0415 -- the client is loaded when a server is asked

        try:
            with self._connect("postgres") as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def erase(self) -> None:
        """Stop it and delete its data."""
        cluster = self._link.resolve()
        super().erase()
        shutil.rmtree(cluster, ignore_errors=True)
        self._link.unlink(missing_ok=True)

    @property
    def _link(self) -> Path:
        """A symbolic link in our folder to the cluster, which root keeps elsewhere."""
        return self.folder / self.name

    def _mark(self) -> str:
        return str(self._link.resolve())

    def _prepare(self) -> None:
        if not self._link.exists():
            self._link.unlink(missing_ok=True)  # it is dangling
            self._link.symlink_to(self._create())
        _claim_stale_lock(self._link / "postmaster.pid", self._mark())

    def _create(self) -> Path:
        """Create a cluster and return its path, relative if it is in our folder.

        If we are root it is in its owner's home, since root's own folders are closed to the owner.
        """
        owner = OWNER if tools.is_root() else None
        place = Path(tempfile.mkdtemp(prefix="postgres-", dir=_home_of_owner() if owner else self.folder))
        if owner:
            shutil.chown(place, owner, owner)
        how = ["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
        done = run([str(tools.postgres() / "initdb"), "--pgdata", str(place), *how], folder=Path("/"), user=owner)
        if done.returncode:
            shutil.rmtree(place, ignore_errors=True)
            raise ServiceNotReady(
                "dev-service-silent", service=self.name, detail=last_fault(done.stdout), log=str(self.log)
            )
        return place if owner else Path(place.name)

    def _begin(self) -> int:
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [str(tools.postgres() / "postgres"), "-D", self._mark(), "-p", str(self.port), *settings]
        return begin(command, log=self.log, folder=Path("/"), user=OWNER if tools.is_root() else None)

    def _complete(self) -> None:
        with self._connect("postgres") as connection:
            if connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
                connection.execute(f"create database {DATABASE}")

    def _may_begin_again(self, output: str) -> bool:
        still_used = "is still in use" in output  # children of a killed server are about to notice its end
        return still_used or super()._may_begin_again(output)

    def _connect(self, database: str) -> "Connection[TupleRow]":
        import psycopg  # noqa: PLC0415 -- likewise

        where = f"postgresql://{ROLE}@{HOST}:{self.port}/{database}"
        return psycopg.connect(where, connect_timeout=ANSWER_WITHIN, autocommit=True)


def _home_of_owner() -> Path:
    """Return a folder that the owner can reach and that survives a restart of the machine."""
    try:
        home = Path(pwd.getpwnam(OWNER).pw_dir)
    except KeyError as error:
        raise ServiceNotReady("dev-tool-missing", tool=f"the user {OWNER}", packages="postgresql") from error
    return home if home.is_dir() else Path("/var/tmp")  # noqa: S108 -- only as a parent of a folder made by mkdtemp


def _claim_stale_lock(lock: Path, mark: str) -> None:
    """Write our own pid into the lock file of a killed server.

    PostgreSQL checks only whether that pid is alive; by now it may be a zombie or another process. It disregards the
    pid of its own parent. The rest of the file stays: PostgreSQL reads there whether the killed server's children live.
    """
    try:
        pid, *rest = lock.read_text().splitlines()
    except (OSError, ValueError):
        return
    if not is_running(int(pid), mark):
        lock.write_text("\n".join([str(os.getpid()), *rest]) + "\n")
