"""The system's health at one moment."""

import asyncio
import logging
import time

from infra.cli.session import Session
from infra.cli.streams.results import HealthReport
from infra.edges.phrases import Translator
from infra.edges.problems import Problem
from infra.monitoring.collect import collect_embedded_status, collect_status
from infra.monitoring.health import HealthProblem, Status, stalled_parts
from infra.processes.parts import topic_of
from infra.wiring import Distributed, Embedded, System
from streams.topics import TopicError, check_topic

SECOND_LOOK_SECONDS = 2.0
KAFKA_WITHIN_SECONDS = 5.0


def status(session: Session, *, check: bool, older_than: float, part: str | None) -> HealthReport:
    """Return the system's health, and whether it is fine: nothing is wrong, and nothing has waited for too long."""
    with session.open() as system:
        current = _collected(session, system, older_than)
    problems = [_problem(each, session.words) for each in current.troubles]
    return HealthReport(current, current.fine(older_than, part), problems, checked=check)


def _collected(session: Session, system: System, older_than: float) -> Status:
    """Collect the health; where something has waited for too long collect it again, to tell stalled from busy."""
    if isinstance(system, Embedded):
        return collect_embedded_status(system)
    assert isinstance(system, Distributed), "one of the two"
    partitions = session.settings.partitions
    first = collect_status(system.connections, session.settings.now, partitions)
    if first.longest_wait() > older_than:
        time.sleep(SECOND_LOOK_SECONDS)
        again = collect_status(system.connections, session.settings.now, partitions)
        first = again.also(list(stalled_parts(first, again, older_than)))
    return first.also(_problems_of_kafka(session))


def _problems_of_kafka(session: Session) -> list[HealthProblem]:
    """Return what is wrong with Kafka, the topic's shape included."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its messages say what the one line says
    _, servers = session.settings.addresses()
    try:
        asyncio.run(check_topic(servers, topic_of(session.settings), KAFKA_WITHIN_SECONDS))
    except TopicError as error:
        return [HealthProblem(error.rule, error.values)]
    return []


def _problem(problem: HealthProblem, words: Translator) -> Problem:
    return Problem(rule=problem.rule, detail=words.say(problem.rule, problem.values), values=problem.values)
