"""A dry run that was read is published exactly so, or refused if the roster or the day has changed since.

The draft holds the problem and its roster, the revision that was the newest, and the leader's commands that go with it.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from domain.day_terms.commands import HoldDay, LimitMoves, PinVisit
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.roster.publication import check_revision
from domain.roster.state import roster_id_of
from infra.codec import command_from
from infra.command_handler import CommandRequest
from infra.planning.day_problem import problem_document
from infra.planning.day_terms import day_terms, roster_state
from infra.planning.leader.place_visit import day_by_hand
from infra.planning.leader.rules_by_hand import broken_rule, clock_of, roster_refused
from infra.planning.on_terms import Solved
from infra.planning.plan_day import Draft, PlannedDay, prepare, publish
from infra.planning.spread_week import look_ahead
from infra.store.recorded import StaleBasis, document_digest
from schedulers.check import costs
from schedulers.problem import Demand, Member, Problem

if TYPE_CHECKING:
    from infra.system import System

DRAFT_LASTS = timedelta(hours=12)
"""A dry run can be published for so long; its table is no archive."""

TOKEN_DIGITS = 12
TOKEN = re.compile(r"[0-9a-f]{8,64}", re.ASCII)

DAY_CHANGED = "day-changed"
"""The sentence of a refusal where the newest revision is the one that was read, but the day is another."""

CARRIED = {each.__name__: each for each in (HoldDay, LimitMoves, PinVisit)}
"""Commands that may go with a draft."""


@value
class DraftedDay:
    """A draft as it is kept. `terms` are the ids of the terms that lasted, `commands` pairs of name and data."""

    team_id: str
    day: str
    revision: int
    solved: Solved
    terms: tuple[str, ...]
    commands: tuple[tuple[str, dict[str, Any]], ...] = ()


@value
class KeptDraft:
    """A draft that can be published: its token, and the digest of its problem."""

    token: str
    problem_digest: str
    expires_at: datetime


def keep_draft(
    system: "System", planned: PlannedDay, commands: Sequence[HoldDay | LimitMoves | PinVisit] = ()
) -> KeptDraft | None:
    """Keep the roster of a dry run, and return how it is named; None if there was nothing to plan."""
    if planned.solved is None:
        return None
    now, team_day = system.now(), TeamDay(planned.team_id, planned.day)
    drafted = DraftedDay(
        team_id=planned.team_id,
        day=planned.day.isoformat(),
        revision=planned.read_revision,
        solved=planned.solved,
        terms=lasting_terms(system, team_day, now),
        commands=tuple((type(each).__name__, msgspec.to_builtins(each)) for each in commands),
    )
    digest = system.store.keep_draft(msgspec.json.encode(drafted), now + DRAFT_LASTS, now)
    return KeptDraft(
        token=digest[:TOKEN_DIGITS],
        problem_digest=document_digest(problem_document(planned.solved.problem)),
        expires_at=now + DRAFT_LASTS,
    )


def lasting_terms(system: "System", team_day: TeamDay, now: datetime) -> tuple[str, ...]:
    """Return the terms of a day that last at a moment, each as one text."""
    terms = day_terms(system.store, team_day).at(now)
    return tuple(sorted(msgspec.json.encode(each).decode() for each in terms))


def publish_draft(system: "System", token: str, actor: str) -> PlannedDay:
    """Publish the dry run of a token.

    Refused `draft-unknown` (it may have expired), `draft-ambiguous`, or `roster-changed` if another revision is the
    newest, or if the day is no more as it was read.
    """
    now = system.now()
    system.check_clock(now)
    drafted = read_draft(system, token, now)
    problem = drafted.solved.problem
    team_day = TeamDay(drafted.team_id, datetime.fromisoformat(drafted.day).date())
    prepare(system, team_day.day, team_day.team_id, dry_run=False)
    if any(change.startswith("-") for change in changes_of_day(problem, day_by_hand(system, team_day, now))):
        with ThreadPoolExecutor(1) as executor:
            look_ahead(system, executor, [team_day], now)  # what the dry run let fall due and spread in its copy
    for _ in range(2):
        position = system.store.requested_position(team_day)
        require_unchanged(system, drafted, team_day, now)
        commands = [command_from(CARRIED[name], data) for name, data in drafted.commands]
        requests = [
            CommandRequest(command=each, command_id=None, actor=actor, now=now, follows=True) for each in commands
        ]
        try:
            draft = Draft(team_day, position, problem=problem)
            return publish(system, draft, drafted.solved, now, drafted.revision, requests, actor=actor)
        except StaleBasis:
            continue  # something touched the day in this moment: it is compared once more
    raise Refused("stale-basis", team_id=team_day.team_id, day=team_day.day)


def read_draft(system: "System", token: str, now: datetime) -> DraftedDay:
    """Return the draft of a token. Refused `draft-unknown` or `draft-ambiguous`."""
    drafts = system.store.drafts(token, now) if TOKEN.fullmatch(token) else {}
    if not drafts:
        raise Refused("draft-unknown", token=token)
    if len(drafts) > 1:
        raise Refused("draft-ambiguous", token=token)
    (body,) = drafts.values()
    return msgspec.json.decode(body, type=DraftedDay)


def require_unchanged(system: "System", drafted: DraftedDay, team_day: TeamDay, now: datetime) -> None:
    """Refuse `roster-changed` with what differs, or the hard rule that the drafted roster breaks by now."""
    roster_id, roster = roster_id_of(*team_day), roster_state(system.store, team_day)
    check_revision(roster_id, roster, drafted.revision)
    today = day_by_hand(system, team_day, now)
    changes = changes_of_day(drafted.solved.problem, today)
    if lasting_terms(system, team_day, now) != drafted.terms:
        changes = (*changes, "roster terms")
    if changes:
        refusal = Refused(
            "roster-changed",
            roster=roster_id,
            read=drafted.revision,
            revision=roster.revision,
            difference="; ".join(changes),
        )
        refusal.sentence = DAY_CHANGED
        raise refusal
    answer = drafted.solved.roster
    broken = broken_rule(today, replace(answer, costs=costs(today, answer)))
    if broken is not None:
        raise roster_refused(roster_id, broken)


def changes_of_day(read: Problem, now: Problem) -> tuple[str, ...]:
    """Return what differs between a day as it was read and as it is: visits, members and their hours, the way they go.

    `+V9` is a new visit, `-V2` one that is gone, `V3` one that has changed.
    """
    before, after = {each.id: each for each in read.demands}, {each.id: each for each in now.demands}
    visits = [f"+{name}" for name in sorted(after.keys() - before.keys())]
    visits += [f"-{name}" for name in sorted(before.keys() - after.keys())]
    common = sorted(before.keys() & after.keys())
    visits += [name for name in common if substance(before[name]) != substance(after[name])]
    return (*visits, *changes_of_members(read.members, now.members))


def substance(demand: Demand) -> tuple[object, ...]:
    """Return what a visit asks for and where it stood, without what depends on the moment or on a term."""
    services = tuple((each.roles, each.seconds, each.named, each.preferred) for each in demand.services)
    return services, demand.sync, demand.gap, demand.closes, demand.priority, demand.previous


def changes_of_members(read: Sequence[Member], now: Sequence[Member]) -> list[str]:
    """Return the members whose hours differ, like `n1 08:00–12:00 → —`."""
    before, after = ({each.id: each.works for each in members} for members in (read, now))
    return [
        f"{name} {hours(before.get(name, ()))} → {hours(after.get(name, ()))}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name, ()) != after.get(name, ())
    ]


def hours(works: Sequence[tuple[int, int]]) -> str:
    """Return working hours as people read them."""
    return " ".join(f"{clock_of(begins)}–{clock_of(ends)}" for begins, ends in works) or "—"
