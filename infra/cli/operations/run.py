"""The system kept running: here, or as parts in processes of their own."""

import asyncio
from dataclasses import asdict

from infra.cli.operations.results import ProofOnTheWay
from infra.cli.roster.plan import planned_team_day
from infra.cli.roster.results import ProvedRoster
from infra.cli.roster.stored import cost_of
from infra.cli.session import Session
from infra.database.errors import StoreError, UnfitStoreError
from infra.distributed.topic import topic_of
from infra.distributed_system import Distributed
from infra.edges.problems import OptionsError, ServiceAway, UsageError
from infra.edges.results import Exit
from infra.feeds.webhooks.dispatcher import has_unsent
from infra.logs import log_to_standard_error
from infra.planning.plan_day import FULL, LIVE, PlannedDay
from infra.planning.prove_rosters import RosterProver
from infra.planning.published_roster import PublishedRoster
from infra.processes.embedded import run as run_embedded
from infra.processes.parts import Part, WorkerSlot, run_part
from infra.processes.supervisor import end_with_input, stop_on_signal, supervise
from schedulers.prove_published import PublishedProof
from streams.topics import TopicError, check_topic


def run(
    session: Session, part: Part | None, workers: int, slot: int, *, until_idle: bool, ends_with_input: bool
) -> Exit:
    """Run the embedded system, all parts of the distributed one, or one part."""
    if not session.settings.distributed:
        if part is not None:
            raise UsageError("part-needs-distributed", part=part)
        return _run_here(session, until_idle=until_idle)
    if part is not None and until_idle:
        raise OptionsError("--until-idle is for the whole system")
    if part is not None and (workers == 1 or part == "planner"):
        return _run_part(session, part, slot, workers, ends_with_input=ends_with_input)
    log_to_standard_error()
    if part is None:
        return _run_all(session, workers, slot, until_idle=until_idle)
    return _supervise([(part, slot + number, 1) for number in range(workers)])


def _run_here(session: Session, *, until_idle: bool) -> Exit:
    stop = None if until_idle else stop_on_signal()

    def on_planned(planned: PlannedDay) -> None:
        session.emit(planned_team_day(planned, session.settings.packs))

    def on_proved(roster: PublishedRoster, bounded: PublishedProof) -> None:
        proof = ProvedRoster(**roster.team_day._asdict(), revision=roster.revision, **asdict(bounded))
        session.emit(ProofOnTheWay(proof, cost_of(roster, bounded.bound_tier)))

    with session.open() as system:
        proving = None if until_idle else RosterProver(system, on_proved)
        run_embedded(system, until_idle=until_idle, stop=stop, on_planned=on_planned, proving=proving)
    return Exit()


def _run_part(session: Session, part: Part, slot: int, workers: int, *, ends_with_input: bool) -> Exit:
    stop = stop_on_signal()
    if ends_with_input:
        end_with_input()
    _opened(session).close()
    try:
        run_part(part, session.settings, WorkerSlot(slot=slot, workers=workers), stop)
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error
    return Exit()


def _run_all(session: Session, workers: int, slot: int, *, until_idle: bool) -> Exit:
    """Run every part. With --now the clock of all parts is set, and touched days are planned as of then."""
    _check_topic(session)
    with _opened(session) as system:
        if session.settings.now is not None:
            system.clock.set(session.settings.now, FULL if until_idle else LIVE)
        places = [(part, slot + number, 1) for part in ("projector", "reactor") for number in range(workers)]
        places += [("relay", slot, 1), ("timers", slot, 1), ("webhooks", slot, 1), ("planner", slot, max(2, workers))]
        return _supervise(places, idle_of=system if until_idle else None)


def _check_topic(session: Session) -> None:
    """Refuse a topic of another shape before any part starts. The parts wait for a Kafka that is away."""
    _, servers = session.settings.addresses()
    try:
        asyncio.run(check_topic(servers, topic_of(session.settings)))
    except TopicError as error:
        if error.rule != "kafka-unreachable":
            raise UsageError(error.rule, **error.values) from error


def _opened(session: Session) -> Distributed:
    """Open the system. A database that is away ends this process as it ends a part: its supervisor starts it again."""
    try:
        system = Distributed(session.settings)
        try:
            session.admit(system)
            system.check_clock(system.now())
        except BaseException:
            system.close()
            raise
        return system
    except UnfitStoreError:
        raise
    except StoreError as error:
        raise ServiceAway from error


def _supervise(places: list[tuple[str, int, int]], *, idle_of: Distributed | None = None) -> Exit:
    words = [("run", part, "--slot", str(slot), "--workers", str(workers)) for part, slot, workers in places]

    def idle() -> bool:
        if idle_of is None:
            return False
        try:
            progress = idle_of.follower.progress(idle_of.due_until(idle_of.now()))
            return progress.idle and not has_unsent(idle_of)
        except StoreError:  # the parts wait for it, too
            return False

    return Exit(supervise(words, stop_on_signal(), idle))
