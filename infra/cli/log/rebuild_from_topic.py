"""Rows rebuilt from Kafka's topic, or compared with such a rebuild."""

import logging
from collections.abc import Sequence

from infra.edges.problems import UsageError
from infra.rows.model import Progress
from infra.rows.rebuild import Difference
from infra.system import System
from streams.topics import TopicError


def rebuild_rows(system: System, name: str | None, on_progress: Progress, *, only_check: bool) -> Sequence[Difference]:
    """Rebuild rows from the topic, or return where they differ. UsageError: no Kafka, or no topic."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its messages say what the one line says
    try:
        if only_check:
            return system.check_against_topic(name, on_progress)
        system.rebuild_from_topic(name, on_progress)
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error
    return ()
