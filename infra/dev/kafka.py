"""Runs Apache Kafka as one process, broker and controller, from libraries that Maven fetches."""

import asyncio
import base64
import logging
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import ClassVar

from infra.dev import tools
from infra.dev.processes import ServiceNotReady, begin, run
from infra.dev.service import HOST, Service, last_fault
from infra.dev.tools import ProgressReporter, quiet
from infra.settings import cache_folder

VERSION = "4.3.0"
POM = Path(__file__).with_name("pom.xml")

ANSWER_WITHIN_MS = 3000

SILENT = logging.NullHandler()
"""Drops the client's warnings about a broker that is still starting, unless the program has its own handler."""

MEMORY = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
LOGGING = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
# The X's are a date pattern: the offset from UTC as +08:00.
LOGGING += ["-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX"]

PROPERTIES_FILE = "server.properties"
# A killed broker may rejoin only when its former session has ended: after 9 s by default, here after 3 s.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=logs
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


class Kafka(Service):
    """A single node; `address` is the list of bootstrap servers."""

    name: ClassVar[str] = "kafka"
    ports: ClassVar[int] = 2

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"

    def provide(self, on_progress: ProgressReporter) -> None:
        """Find Java; fetch Kafka once."""
        tools.java(on_progress)
        libraries(on_progress)

    def answers(self) -> bool:
        """Return whether the broker is in its own metadata and every partition has a leader."""
        logging.getLogger("aiokafka").addHandler(SILENT)
        return asyncio.run(_is_whole(self.address))

    @property
    def _home(self) -> Path:
        """Kafka's working folder: its paths are relative, so no character of the outer path can confuse it."""
        return self.folder / self.name

    def _mark(self) -> str:
        return f"-Djiayi.dev={self.folder} "

    def _java(self, *arguments: str) -> list[str]:
        return [str(tools.java()), *MEMORY, *LOGGING, self._mark().strip(), "-cp", f"{libraries()}/*", *arguments]

    def _prepare(self) -> None:
        self._home.mkdir(exist_ok=True)
        port, controller = self._known_ports()
        (self._home / PROPERTIES_FILE).write_text(PROPERTIES.format(host=HOST, port=port, controller=controller))
        logs = self._home / "logs"
        if not (logs / "meta.properties").exists():  # written last: without it a formatting was cut short
            shutil.rmtree(logs, ignore_errors=True)
            self._format()

    def _format(self) -> None:
        arguments = ["format", "--cluster-id", cluster_id(), "--config", PROPERTIES_FILE]
        done = run(self._java("kafka.tools.StorageTool", *arguments), folder=self._home)
        if done.returncode:
            raise ServiceNotReady(
                "dev-service-silent", service=self.name, detail=last_fault(done.stdout), log=str(self.log)
            )

    def _begin(self) -> int:
        return begin(self._java("kafka.Kafka", PROPERTIES_FILE), log=self.log, folder=self._home)


def libraries(on_progress: ProgressReporter = quiet) -> Path:
    """Return the folder of Kafka's libraries, fetched once for all folders of this user."""
    home = cache_folder() / f"kafka-{VERSION}"
    if not home.exists():
        mvn = tools.maven(on_progress)
        on_progress("dev-fetching", what=f"Apache Kafka {VERSION}")
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
            _fetch(mvn, Path(scratch) / "kafka", home)
    return home


def _fetch(mvn: Path, scratch: Path, home: Path) -> None:
    """Fetch into a scratch folder and rename it, so that `home` is complete or absent."""
    what = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-Dkafka.version={VERSION}"]
    command = [str(mvn), "--batch-mode", "--quiet", "--file", str(POM), *what, f"-DoutputDirectory={scratch}"]
    done = run(command, folder=scratch.parent)
    if done.returncode:
        fault = next((line for line in done.stdout.splitlines() if "ERROR" in line), "it said nothing")
        raise ServiceNotReady("dev-kafka-not-fetched", version=VERSION, detail=fault)
    try:
        scratch.rename(home)
    except OSError:
        if not home.exists():  # else another process was faster, and its libraries are as good
            raise


def cluster_id() -> str:
    """Return a random id in Kafka's form; one that begins with `-` would be read as an option."""
    while (cluster := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return cluster


async def _is_whole(address: str) -> bool:
    # The client is loaded when a broker is asked; it ships no types.
    from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]  # noqa: PLC0415
    from aiokafka.errors import KafkaError  # type: ignore[import-untyped]  # noqa: PLC0415

    client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=ANSWER_WITHIN_MS)
    try:
        await client.start()
        cluster = await client.describe_cluster()
        topics = await client.describe_topics()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()
    partitions = [partition for topic in topics for partition in topic["partitions"]]
    return bool(cluster["brokers"]) and all(partition["leader"] >= 0 for partition in partitions)
