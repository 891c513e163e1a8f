"""The system alive, its parts, and the simulated community."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, get_args

import click

from infra.cli.policy import known_pack
from infra.cli.roster.group import told_of
from infra.cli.roster.wording import told_proof, told_travel
from infra.cli.with_session import Session, steps, table, with_session
from infra.edges.moments import day
from infra.edges.problems import UsageError, problem_of
from infra.edges.results import to_json
from infra.processes.parts import Part

if TYPE_CHECKING:
    from infra.planning.plan_day import PlannedDay
    from infra.planning.published_roster import PublishedRoster
    from infra.simulate.outcomes import OutcomeFigure
    from infra.wiring import Distributed, System
    from schedulers.prove_published import PublishedProof

PARTS: tuple[Part, ...] = get_args(Part)


@click.command()
@click.argument("part", required=False, type=click.Choice(PARTS))
@click.option("--until-idle", is_flag=True, help="Do what is due up to --now, plan what was touched, and end.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes of a part; a planner's days."
)
@click.option("--slot", type=click.IntRange(min=0), default=0, help="Which of its part's workers this is.")
@click.option("--ends-with-input", is_flag=True, hidden=True, help="End when standard input does.")
@with_session()
def run(
    session: Session, part: Part | None, workers: int, slot: int, *, until_idle: bool, ends_with_input: bool
) -> int:
    """Keep the system alive until it is stopped: reactions, timers and the planner.

    With DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS it runs all parts, each in processes of its own, or only one PART.
    """
    if not session.settings.distributed:
        if part is not None:
            raise UsageError("part-needs-distributed", part=part)
        return _run_here(session, until_idle=until_idle)
    if part is not None and until_idle:
        raise click.UsageError("--until-idle is for the whole system")
    if part is not None and (workers == 1 or part == "planner"):
        return _run_part(session, part, slot, workers, ends_with_input=ends_with_input)
    from infra.logs import log_to_standard_error  # noqa: PLC0415 -- loaded where it is used

    log_to_standard_error()
    if part is None:
        return _run_all(session, workers, slot, until_idle=until_idle)
    return _keep([(part, slot + number, 1) for number in range(workers)])


def _run_here(session: Session, *, until_idle: bool) -> int:
    from infra.planning.prove_rosters import RosterProver  # noqa: PLC0415 -- likewise
    from infra.processes.embedded import run as run_system  # noqa: PLC0415 -- solvers are loaded when a day is planned
    from infra.processes.supervisor import stop_on_signal  # noqa: PLC0415 -- likewise

    stop = None if until_idle else stop_on_signal()
    with session.open() as system:
        proving = None if until_idle else RosterProver(system, partial(_tell_bound, session))
        told = partial(_tell, session)
        run_system(system, until_idle=until_idle, stop=stop, on_planned=told, proving=proving)
    return 0


def _run_part(session: Session, part: Part, slot: int, workers: int, *, ends_with_input: bool) -> int:
    from infra.processes.parts import WorkerSlot, run_part  # noqa: PLC0415 -- streams are loaded where they work
    from infra.processes.supervisor import end_with_input, stop_on_signal  # noqa: PLC0415 -- likewise
    from streams.topics import TopicError  # noqa: PLC0415 -- likewise

    stop = stop_on_signal()
    if ends_with_input:
        end_with_input()
    try:
        run_part(part, session.settings, WorkerSlot(slot=slot, workers=workers), stop)
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error
    return 0


def _run_all(session: Session, workers: int, slot: int, *, until_idle: bool) -> int:
    """Run every part. With --now the clock of all parts stands there, and touched days are planned as of then."""
    from infra.planning.plan_day import FULL, LIVE  # noqa: PLC0415 -- solvers are loaded when a day is planned

    _check_topic(session)
    with _opened(session) as system:
        if session.settings.now is not None:
            system.clock.set(session.settings.now, FULL if until_idle else LIVE)
        places = [(part, slot + number, 1) for part in ("projector", "reactor") for number in range(workers)]
        places += [("relay", slot, 1), ("timers", slot, 1), ("planner", slot, max(2, workers))]
        return _keep(places, idle_of=system if until_idle else None)  # type: ignore[arg-type]


def _check_topic(session: Session) -> None:
    """Refuse a topic that is not as it shall be before anything is started; a Kafka that is away is waited for."""
    from infra.distributed.topic import topic_of  # noqa: PLC0415 -- streams are loaded where they work
    from streams.topics import TopicError, check_topic  # noqa: PLC0415 -- likewise

    _, servers = session.settings.addresses()
    try:
        asyncio.run(check_topic(servers, topic_of(session.settings)))
    except TopicError as error:
        if error.rule != "kafka-unreachable":
            raise UsageError(error.rule, **error.values) from error


def _opened(session: Session) -> "System":
    """Open the system. A database that is away ends this process as it ends a part: who keeps it starts it again."""
    from infra.database.errors import StoreError, UnfitStoreError  # noqa: PLC0415 -- likewise
    from streams.exit_codes import AWAY  # noqa: PLC0415 -- streams are loaded where they work

    try:
        return session.open()
    except UnfitStoreError:
        raise
    except StoreError as error:
        problem = problem_of(error, session.language)
        assert problem is not None, "a store's error has its sentence"
        click.echo(to_json(problem.payload()) if session.as_json else problem.line(), err=True)
        raise SystemExit(AWAY) from error


def _keep(places: list[tuple[str, int, int]], *, idle_of: "Distributed | None" = None) -> int:
    from infra.database.errors import StoreError  # noqa: PLC0415 -- loaded where it is used
    from infra.processes.supervisor import stop_on_signal, supervise  # noqa: PLC0415 -- likewise

    words = [("run", part, "--slot", str(slot), "--workers", str(workers)) for part, slot, workers in places]
    system = idle_of

    def idle() -> bool:
        if system is None:
            return False
        try:
            return system.follower.progress(system.now()).idle
        except StoreError:  # the parts wait for it, too
            return False

    return supervise(words, stop_on_signal(), idle)


def _tell(session: Session, planned: "PlannedDay") -> None:
    if session.as_json:
        click.echo(to_json(told_of(planned)))
        return
    left = len(planned.roster.unplaced) if planned.roster else 0
    state = session.say("published" if planned.published else "unchanged")
    click.echo(f"{planned.team_id} {planned.day} {state}, {session.say('unplaced')} {left}")
    for line in told_travel(session, planned.travel_from, faults=True):
        click.echo(f"{planned.team_id} {planned.day} · {line}")


def _tell_bound(session: Session, found: "PublishedRoster", told: "PublishedProof") -> None:
    team_day = found.team_day
    if session.as_json:
        click.echo(to_json({**team_day._asdict(), "revision": found.revision, **asdict(told)}))
        return
    costs = {each.tier: each.cost for each in found.event.solution.costs}
    known = told_proof(session, told.proof, told.bound_tier, told.bound, costs.get(told.bound_tier or ""))
    click.echo(f"{team_day.team_id} {team_day.day} {session.say('revision')} {found.revision}: {known}")


@click.command()
@click.option("--teams", type=click.IntRange(min=1), required=True)
@click.option("--days", type=click.IntRange(min=1), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--from", "first_day", metavar="DAY", help="The first day (a fixed one if none is told).")
@click.option("--policy", "packs", metavar="PACK", multiple=True, help="Under this pack; several: side by side.")
@with_session()
def simulate(session: Session, teams: int, days: int, seed: int, first_day: str | None, packs: tuple[str, ...]) -> None:
    """Make a community through ordinary commands and let days pass, the same for the same seed.

    Several packs make as many communities, each in a folder named by its pack, and show their figures side by side.
    """
    begins = day(first_day, "from") if first_day else None
    for pack in packs:
        known_pack(pack)
    if len(packs) > 1:
        _compare(session, packs, (teams, days, seed), begins)
        return
    if packs:
        if session.settings.distributed:
            raise UsageError("policy-needs-embedded")
        session = replace(session, settings=replace(session.settings, policy=packs[0]))
    import msgspec  # noqa: PLC0415 -- solvers are loaded when days pass

    from infra.simulate import simulate as live  # noqa: PLC0415 -- likewise
    from infra.simulate.community import FIRST_DAY  # noqa: PLC0415 -- likewise
    from infra.simulate.outcomes import outcomes  # noqa: PLC0415 -- likewise

    with session.open() as system, steps(session) as told:
        made = live(system, teams, days, seed, begins or FIRST_DAY, told)
        found = outcomes(system.rows, made.first_day, made.last_day, teams)
    summary: dict[str, object] = msgspec.to_builtins(made)
    if session.as_json:
        click.echo(
            to_json({**summary, "outcomes": [{**msgspec.to_builtins(each), "fits": each.fits} for each in found]})
        )
        return
    for name, value in summary.items():
        click.echo(f"{session.say(name)}: {value}")
    _show_outcomes(session, found)


def _show_outcomes(session: Session, found: Sequence["OutcomeFigure"]) -> None:
    """Show what came of a simulated time beside the ranges."""
    rows = table(*(session.say(head) for head in ("figure", "ours", "range")))
    for each in found:
        share, unit = each.unit == "share", "" if each.unit == "share" else f" {session.say(each.unit)}"
        ours, least, most = (
            "–" if n is None else f"{n:.1%}" if share else f"{n:g}" for n in (each.figure, each.least, each.most)
        )
        rows.add_row(session.say(each.name), ours + unit, f"{least} – {most}")
    session.show(rows)


def _compare(session: Session, packs: tuple[str, ...], size: tuple[int, int, int], begins: date | None) -> None:
    """Show what each pack would have done."""
    from infra.simulate.community import FIRST_DAY  # noqa: PLC0415 -- solvers are loaded when days pass
    from infra.simulate.compare_packs import compare_packs  # noqa: PLC0415 -- likewise

    with steps(session) as told:
        figures = compare_packs(session.settings, packs, *size, begins or FIRST_DAY, told)
    if session.as_json:
        click.echo(to_json(figures))
        return
    names = list(dict.fromkeys(name for some in figures.values() for name in some))
    rows = table(session.say("figure"), *packs)
    for name in sorted(names, key=lambda name: (names.index(name.partition(".")[0]), name)):
        what, _, state = name.partition(".")
        called = f"  {session.label('care-task-status' if what == 'care_tasks' else 'status', state)}"
        counts = (f"{some.get(name, 0):,}" for some in figures.values())
        rows.add_row(called if state else session.say(what), *counts)
    for column in rows.columns[1:]:
        column.justify = "right"
    session.show(rows)
