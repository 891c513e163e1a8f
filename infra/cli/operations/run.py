"""The embedded system kept running; the parts of the distributed one are loaded where they run."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from infra.cli.operations.results import ProofOnTheWay
from infra.cli.roster.plan import planned_team_day
from infra.cli.roster.results import ProvedRoster
from infra.cli.roster.stored import cost_of
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.edges.results import Exit
from infra.planning.plan_day import PlannedDay
from infra.planning.prove_rosters import RosterProver
from infra.planning.published_roster import PublishedRoster
from infra.processes.embedded import run as run_embedded
from infra.processes.supervisor import stop_on_signal
from schedulers.prove_published import PublishedProof

if TYPE_CHECKING:
    from infra.processes.parts import Part


def run(
    session: Session, part: "Part | None", workers: int, slot: int, *, until_idle: bool, ends_with_input: bool
) -> Exit:
    """Run the embedded system, all parts of the distributed one, or one part."""
    if not session.settings.distributed:
        if part is not None:
            raise UsageError("part-needs-distributed", part=part)
        return _run_here(session, until_idle=until_idle)
    from infra.cli.operations.run_parts import run_parts  # noqa: PLC0415 -- PostgreSQL and Kafka are loaded here

    return run_parts(session, part, workers, slot, until_idle=until_idle, ends_with_input=ends_with_input)


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
