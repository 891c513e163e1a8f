"""Rows rebuilt from Kafka's topic, or compared with such a rebuild."""

import logging
from collections.abc import Sequence

from infra.edges.problems import UsageError
from infra.processes.parts import topic_of
from infra.rows.model import Progress
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Difference
from infra.rows.rebuild_from_topic import check_against_kafka, rebuild_from_kafka
from infra.wiring import System
from streams.topics import TopicError


def rebuild_rows(system: System, name: str | None, on_progress: Progress, *, only_check: bool) -> Sequence[Difference]:
    """Rebuild rows from the topic, or return where they differ. UsageError: no Kafka, or no topic."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its messages say what the one line says
    assert isinstance(system.rows, PostgresRows), "the distributed system's"
    _, servers = system.settings.addresses()
    topic = topic_of(system.settings)
    try:
        if only_check:
            return check_against_kafka(
                system.rows, bootstrap_servers=servers, topic=topic, name=name, progress=on_progress
            )
        rebuild_from_kafka(system.rows, bootstrap_servers=servers, topic=topic, name=name, progress=on_progress)
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error
    return ()
