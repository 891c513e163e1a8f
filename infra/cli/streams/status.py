"""How everybody stands, told in events, seconds and the domain's words."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from infra.cli.with_session import Session, with_session
from infra.edges.moments import shown
from infra.edges.problems import Problem
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.monitoring.health import (
        DeadLetterCounts,
        HealthProblem,
        LagDetails,
        PlanningHealth,
        ProgressMark,
        Status,
        TimerHealth,
    )
    from infra.wiring import System

PARTS = ("relay", "projector", "reactor", "timers", "planner")

NOT_FINE = 1
"""The exit code of `--check` where something is wrong or has waited too long."""

SECOND_LOOK_SECONDS = 2.0
KAFKA_WITHIN_SECONDS = 5.0

KINDS = {
    "institution": "of-institutions",
    "team": "of-teams",
    "resident": "of-residents",
    "contract": "of-contracts",
    "care_plan": "of-care-plans",
    "visit": "of-visits",
    "family_bed": "of-family-beds",
    "referral": "of-referrals",
    "roster": "of-rosters",
}
"""Events of which kind of aggregate, in words."""


@click.command()
@click.option("--check", is_flag=True, help="Exit code 1 if something is wrong or has waited for too long.")
@click.option(
    "--older-than", type=click.FloatRange(min=0), default=60.0, show_default=True, metavar="SECONDS", help="Too long."
)
@click.option("--part", type=click.Choice(PARTS), help="Check one part only: that it is there and moves.")
@with_session()
def status(session: Session, *, check: bool, older_than: float, part: str | None) -> int:
    """Say who is behind, by how much and since when, and what is wrong; of one moment."""
    with session.open() as system:
        found = _looked(session, system, older_than)
    fine = found.fine(older_than, part)
    if session.as_json:
        click.echo(to_json(told(session, found, fine=fine)))
    else:
        for line in lines(session, found):
            click.echo(line)
    return NOT_FINE if check and not fine else 0


def _looked(session: Session, system: "System", older_than: float) -> "Status":
    """Look; where something has waited for too long look again, as whoever moves only has much to do."""
    from infra.monitoring.collect import collect_embedded_status, collect_status  # noqa: PLC0415 -- likewise
    from infra.monitoring.health import stalled_parts  # noqa: PLC0415 -- databases are loaded when they are asked
    from infra.wiring import Distributed, Embedded  # noqa: PLC0415 -- likewise

    if isinstance(system, Embedded):
        return collect_embedded_status(system)
    assert isinstance(system, Distributed), "one of the two"
    partitions = session.settings.partitions
    found = collect_status(system.connections, session.settings.now, partitions)
    if found.longest_wait() > older_than:
        time.sleep(SECOND_LOOK_SECONDS)
        again = collect_status(system.connections, session.settings.now, partitions)
        found = again.also(list(stalled_parts(found, again, older_than)))
    return found.also(_of_kafka(session))


def _of_kafka(session: Session) -> "list[HealthProblem]":
    """Return what is wrong with Kafka, the topic's shape included."""
    from infra.monitoring.health import HealthProblem  # noqa: PLC0415 -- likewise
    from infra.processes.parts import topic_of  # noqa: PLC0415 -- Kafka's client is loaded when it is asked
    from streams.topics import TopicError, check_topic  # noqa: PLC0415 -- likewise

    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say, the one line says
    _, servers = session.settings.addresses()
    try:
        asyncio.run(check_topic(servers, topic_of(session.settings), KAFKA_WITHIN_SECONDS))
    except TopicError as error:
        return [HealthProblem(error.rule, error.values)]
    return []


def told(session: Session, found: "Status", *, fine: bool) -> dict[str, Any]:
    """Return a status as JSON: what is behind stands beside the watermark."""
    import msgspec  # noqa: PLC0415 -- loaded when something is told

    known: dict[str, Any] = msgspec.to_builtins(found)
    for mark in (*known["rows"], *known["reactions"], *([known["relay"]] if known["relay"] else ())):
        mark.update(mark.pop("behind"))
    known["troubles"] = [_problem(session, each).payload() for each in found.troubles]
    return {"system": "distributed" if found.relay else "embedded", "fine": fine, **known}


def _problem(session: Session, trouble: "HealthProblem") -> Problem:
    return Problem(rule=trouble.rule, detail=session.say(trouble.rule, trouble.values), values=trouble.values)


def lines(session: Session, found: "Status") -> list[str]:
    """Return a status for people."""
    return [
        session.say("status-idle" if found.idle else "status-busy", {"last": found.last}),
        *([_of_relay(session, found.relay.behind)] if found.relay else ()),
        *_of_rows(session, found.rows),
        *_of_marks(session, found.reactions),
        *_of_timers(session, found.timers),
        _of_days(session, found.team_days),
        *_of_letters(session, found.dead_letters),
        *_of_clock(session, found),
        *(f"! {_problem(session, each).detail}" for each in found.troubles),
    ]


def _of_relay(session: Session, behind: "LagDetails") -> str:
    if not behind.lag:
        return session.say("relay-at-the-end")
    return session.say("relay-behind", _waiting(session, [behind]))


def _of_rows(session: Session, marks: "Sequence[ProgressMark]") -> list[str]:
    """Return how many read models are up to date, and a line for those that are not and stand at the same places."""
    by_name: dict[str, list[ProgressMark]] = {}
    for mark in marks:
        by_name.setdefault(mark.projection, []).append(mark)
    if not by_name:
        return [session.say("nothing-sent")]
    late: dict[tuple[int, ...], list[str]] = {}
    for name, of in by_name.items():
        if any(mark.behind.lag for mark in of):
            late.setdefault(tuple(mark.watermark for mark in of), []).append(name)
    up_to_date = len(by_name) - sum(map(len, late.values()))
    head = session.say("rows-at-the-end", {"count": up_to_date, "all": len(by_name)})
    return [head, *(_late(session, ", ".join(names), by_name[names[0]]) for names in late.values())]


def _of_marks(session: Session, marks: "Sequence[ProgressMark]") -> list[str]:
    late = [mark for mark in marks if mark.behind.lag]
    return [_late(session, session.say("reactions"), late) if late else session.say("reactions-at-the-end")]


def _late(session: Session, who: str, marks: "Sequence[ProgressMark]") -> str:
    late = [mark for mark in marks if mark.behind.lag]
    partitions = ", ".join(str(mark.partition) for mark in late if mark.partition is not None) or "-"
    values = {"who": who, "partitions": partitions, **_waiting(session, [mark.behind for mark in late])}
    return session.say("who-is-behind", values)


def _waiting(session: Session, behind: "Sequence[LagDetails]") -> dict[str, str]:
    """Return the words for what waits: how many events, for how long, of which kinds."""
    count = sum(each.lag for each in behind)
    at_least = any(each.at_least for each in behind)
    ages = [each.age for each in behind if each.age is not None]
    known = {"count": count}
    kinds: dict[str, int] = {}
    for each in behind:
        for category, number in each.categories.items():
            kinds[category] = kinds.get(category, 0) + number
    return {
        "events": session.say(
            "at-least-events" if at_least else "one-event" if count == 1 else "so-many-events", known
        ),
        "age": duration(max(ages)) if ages and not at_least else session.say("unknown-age"),
        "kinds": _kinds(session, kinds),
    }


def _kinds(session: Session, kinds: Mapping[str, int]) -> str:
    ordered = sorted(kinds.items(), key=lambda each: -each[1])
    return ", ".join(session.say(KINDS.get(name, name), {"count": count}) for name, count in ordered)


def _of_timers(session: Session, timers: "TimerHealth") -> list[str]:
    due = session.say("timers-due", {"count": timers.due, "age": duration(timers.age or 0)})
    refused = {"count": sum(timers.refused.values()), "rules": counted(timers.refused.items())}
    return [
        due if timers.due else session.say("timers-none-due"),
        *([session.say("timers-refused", refused)] if timers.refused else ()),
    ]


def counted(numbers: Iterable[tuple[str, int]]) -> str:
    """Return codes with how many there are of each."""
    return ", ".join(f"{name} {number}" for name, number in numbers)


def _of_days(session: Session, days: "PlanningHealth") -> str:
    if not days.undone:
        return session.say("days-all-planned")
    wait = session.say("unknown-age") if days.longest_wait is None else duration(days.longest_wait)
    return session.say("days-undone", {"count": days.undone, "age": wait})


def _of_letters(session: Session, letters: "Sequence[DeadLetterCounts]") -> list[str]:
    return [
        session.say("letters-of", {"who": each.projection, "poison": each.poison, "parked": each.parked})
        for each in letters
    ] or [session.say("letters-none")]


def _of_clock(session: Session, found: "Status") -> list[str]:
    if not found.moved:
        return []
    return [session.say("clock-stands-planning" if found.plans else "clock-stands", {"at": shown(found.now)})]


def duration(seconds: float) -> str:
    """Return a length of time as people say it, in one unit."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
