"""A small town's days as commands, in steps: within one step each plan of care has one cause, so the order of
reactions changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from domain.care_plan.commands import FallDueCareTask
from domain.family_bed.commands import OpenBed
from domain.local_time import at_local
from domain.resident.commands import RecordDeparture
from domain.roster.commands import PublishRoster, RosterSlot, Solution, UnplacedVisit
from domain.visit.commands import CompleteVisit, MissVisit, StartVisit
from infra.bench.store.residents import with_key
from infra.command_handler import CommandRequest, execute
from infra.embedded.runner import ReactorProgress, Runner
from infra.reactions import RefusedReaction
from infra.rows.sqlite import SqliteRows
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore
from tests.small_town import MONDAY, SEVEN, bed, centre, closed, signed

REGION = "SZ"

SOLUTION = Solution(
    problem_digest="d", solver="search", seed=1, iterations=1, deterministic=0.1, costs=(), proof="unknown"
)

Step = tuple[datetime, Sequence[object]]
"""Commands that are all given at one moment."""


def steps(residents: Sequence[str]) -> list[Step]:
    """Sign residents, open their beds, let rounds fall due, plan them, make or miss them, close some beds; some die."""
    rounds = [f"bed-of-{each}.bed-round.1" for each in residents]
    nursing = [f"bed-of-{each}.bed-nursing.1" for each in residents]
    days: list[list[object]] = [
        [*centre(), *(each for resident in residents for each in signed(resident, ["hypertension"]))],
        [allowed(each) for resident in residents for each in bed(resident)],
        [
            FallDueCareTask(resident_id=resident, care_task_id=task)
            for resident, *tasks in zip(residents, rounds, nursing, strict=True)
            for task in tasks
        ],
        [roster(nursing, rounds)],
        [each for number, visit in enumerate(nursing) for each in made_or_missed(number, visit)],
        [each for resident in residents[::2] for each in closed(resident)],
        [RecordDeparture(resident_id=each, reason="died", last_day=MONDAY) for each in residents[1::4]],
    ]
    return [(SEVEN + timedelta(hours=number), commands) for number, commands in enumerate(days)]


def allowed(command: object) -> object:
    """Return the command; a bed is opened above the team's limit, too."""
    return replace(command, override_by="head") if isinstance(command, OpenBed) else command


def roster(placed: Sequence[str], unplaced: Sequence[str]) -> PublishRoster:
    """Return a roster in which a visit stands that nobody asked for: to assign it is refused."""
    starts = [at_local(MONDAY, 8 * 60 + 30) + timedelta(minutes=10 * number) for number in range(len(placed) + 1)]
    return PublishRoster(
        team_id="east",
        day=MONDAY,
        slots=tuple(
            RosterSlot(
                visit_id=visit,
                service=0,
                member_id="nurse-1",
                starts_at=at,
                ends_at=at + timedelta(minutes=10),
                travel_seconds=0,
            )
            for visit, at in zip([*placed, "nobody-asked"], starts, strict=True)
        ),
        unplaced=tuple(UnplacedVisit(visit_id=each, rule="window-cannot-be-met") for each in unplaced),
        solution=SOLUTION,
    )


def made_or_missed(number: int, visit: str) -> list[object]:
    if number % 3 == 0:
        return [MissVisit(visit_id=visit, reason="nobody-home")]
    minute = 7 * 60 + 10 * number  # one nurse is in one home at a time
    return [
        StartVisit(visit_id=visit, entered_at=at_local(MONDAY, minute)),
        CompleteVisit(visit_id=visit, left_at=at_local(MONDAY, minute + 10)),
    ]


def give_all(store: EventStore, step: Step) -> int:
    """Give the commands of a step one by one, and nothing that follows from them; return how many events that made."""
    now, commands = step
    requests = [
        CommandRequest(command, f"{now.isoformat()}-{number}", "test", now) for number, command in enumerate(commands)
    ]
    return sum(len(execute(store, each, region=REGION).events) for each in requests)


EventKey = tuple[str, int, str, bytes]
"""An event without its place in the log."""


@dataclass(frozen=True)
class ReactionOutcome:
    """What a log came to."""

    events: set[EventKey]
    refused: list[RefusedReaction]


def events_of(store: EventStore) -> set[EventKey]:
    return {(each.stream, each.version, each.name, each.state) for each in store.after(0, 1_000_000)}


def in_one_process(folder: Path, days: Sequence[Step]) -> ReactionOutcome:
    """Return what steps come to in the embedded system."""
    store, rows, work = (
        with_key(SqliteStore(folder / "one.db")),
        SqliteRows(folder / "rows.db"),
        ReactorProgress(folder / "work.db"),
    )
    with store, rows:
        runner = Runner(store, rows, work, region=REGION)
        for step in days:
            give_all(store, step)
            runner.follow(step[0])
        outcome = ReactionOutcome(events_of(store), work.refused())
    work.close()
    return outcome
