"""The one command handler: read, fold, decide, append, as if the write lock were held from the first read on.

There is one writer at a time anyway, since ids follow the order of commits. The store guarantees that every state a
decision read, of other aggregates too, still holds when its events are written.

The inputs that a decision declares (`domain.inputs`) are read here: the moment, the actor, the policy pack in force in
the region on that local day, states of other aggregates, and counts of claims.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from domain import registry
from domain.decider import (
    Actor,
    Claim,
    Count,
    Decider,
    Decision,
    Each,
    Exists,
    Held,
    Now,
    One,
    Pack,
    Refused,
    Same,
    TeamDay,
    Unseated,
    no_claims,
    no_team_days,
)
from domain.local_time import at_local, local_day
from domain.policy_pack import PolicyPack, in_force
from infra.codec import digest_of
from infra.states import State, States
from infra.store.database import ExpectedReads
from infra.store.recorded import Answer, Append, TakenOver
from infra.store.store import EventStore
from infra.store.transaction import Transaction

__all__ = ["Answer", "CommandRequest", "execute", "execute_all"]

CLOCK_SKEW = timedelta(seconds=30)
"""A command may be stamped this much before the newest event: it waited for the lock, or two clocks differ."""


class CommandRequest(msgspec.Struct, frozen=True):
    """A command with its id, actor and moment. `now` is aware; `publishes` pairs a team-day with its as-of position.

    `taken_over`: the command is a step of a history, judged by the day and the pack of that step, and recorded now.
    `follows`: an event caused the command; its moment is the newest event's if that is later than `now`. `objection`
    is raised if the domain has none of its own: what the checker of rosters has against a command by hand. `if_version`
    is the version that the command's stream must have, Refused `stale-version` otherwise.
    """

    command: object
    command_id: str | None
    actor: str
    now: datetime
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    word_of: str | None = None
    taken_over: TakenOver | None = None
    documents: tuple[bytes, ...] = ()
    publishes: tuple[TeamDay, int] | None = None
    follows: bool = False
    objection: Refused | None = None
    if_version: int | None = None


@lru_cache(maxsize=1024)
def _pack(region: str, day: date) -> PolicyPack:
    return in_force(region, day)


def execute(store: EventStore, request: CommandRequest, *, region: str) -> Answer:
    """Run one command in one commit and return its answer, the first one if its id was seen before.

    Raises Refused (StaleBasis too), CorruptEvent or StoreError; then nothing was written.
    """

    def work(transaction: Transaction) -> tuple[Answer, States]:
        transaction.expect(lambda: _expected_reads(store, [request]))
        states = States(transaction, store)
        return _execute_within(transaction, states, request, region), states

    answer, states = store.decided(work)
    states.remember()
    return answer


def rehearse(
    store: EventStore, requests: Sequence[CommandRequest], *, region: str
) -> list[tuple[object, ...] | Refused]:
    """Return the events that each command would append now, or its refusal; nothing is written."""

    def work(transaction: Transaction) -> list[tuple[object, ...] | Refused]:
        states, last = States(transaction, store), transaction.last_recorded_at()
        verdicts: list[tuple[object, ...] | Refused] = []
        for each in requests:
            try:
                verdicts.append(_decide(each, b"", region, last, states)[0].events)
            except Refused as refused:
                verdicts.append(refused)
        return verdicts

    return store.decided(work)


Verdicts = list[tuple[object, ...] | Refused]
"""The events of commands, or their refusals."""


def rehearse_in_turn(
    store: EventStore,
    groups: Sequence[Sequence[CommandRequest]],
    following: Callable[[object], Sequence[object]],
    *,
    region: str,
) -> list[Verdicts]:
    """Return the verdicts of groups of commands, each command decided after those before it; nothing is written.

    `following` returns the commands that follow from an event: they are decided behind those of the group, in turn,
    and their verdicts stand behind those of the group.
    """

    def work(transaction: Transaction) -> list[Verdicts]:
        states, last = States(transaction, store), transaction.last_recorded_at()
        return [decided(states, last, list(group)) for group in groups]

    def decided(states: States, last: datetime | None, pending: list[CommandRequest]) -> Verdicts:
        verdicts: Verdicts = []
        for each in pending:  # grows as commands follow
            try:
                append, state = _decide(each, b"", region, last, states)
            except Refused as refused:
                verdicts.append(refused)
                continue
            states.keep(append.stream, (state, append.version + len(append.events)))
            verdicts.append(append.events)
            pending += [
                CommandRequest(command=command, command_id=None, actor=each.actor, now=each.now, follows=True)
                for event in append.events
                for command in following(event)
            ]
        return verdicts

    return store.decided(work)


class _Undone(Exception):  # noqa: N818 -- a signal to roll back, never seen outside
    """One command of an all-or-nothing batch was refused."""

    def __init__(self, verdicts: list[Answer | Refused]) -> None:
        super().__init__()
        self.verdicts = verdicts


def execute_all(
    store: EventStore, requests: Sequence[CommandRequest], *, region: str, keep_good: bool = True
) -> list[Answer | Refused]:
    """Run many commands in one commit, each seeing the events of those before it; one verdict for each.

    A refused command leaves nothing. Without `keep_good` one refusal rolls everything back, and the commands that had
    no fault of their own get `rolled-back-with-batch`. An error other than Refused rolls everything back and is raised.
    """

    def work(transaction: Transaction) -> tuple[list[Answer | Refused], States]:
        transaction.expect(lambda: _expected_reads(store, requests))
        verdicts: list[Answer | Refused] = []
        states = States(transaction, store)
        for each in requests:
            try:
                verdicts.append(_execute_within(transaction, states, each, region))
            except Refused as refused:
                verdicts.append(refused)
        if not keep_good and any(isinstance(verdict, Refused) for verdict in verdicts):
            raise _Undone(verdicts)
        return verdicts, states

    try:
        verdicts, states = store.decided(work)
    except _Undone as undone:
        return [v if isinstance(v, Refused) else Refused("rolled-back-with-batch") for v in undone.verdicts]
    states.remember()
    return verdicts


def _expected_reads(store: EventStore, requests: Sequence[CommandRequest]) -> ExpectedReads:
    """Return the streams and command ids that deciding these commands reads in any case."""
    streams: dict[str, int] = {}
    for each in requests:
        command_class: Any = type(each.command)
        decider = registry.DECIDER_OF[command_class]
        named: list[tuple[Decider[Any, Any, Any], str | None]] = [(decider, decider.identify(each.command))]
        for _, declared, owner in registry.DECISION_OF[command_class].sources:
            if owner == "command" and isinstance(declared, One):
                named.append((declared.decider, getattr(each.command, declared.attribute)))
            elif isinstance(declared, Each):
                named += [(declared.decider, identity) for identity in getattr(each.command, declared.attribute)]
        for decider, identity in named:
            if identity is not None:
                stream = decider.stream(identity)
                known = store.states.get(stream)
                streams[stream] = known[1] if known else 0
    return ExpectedReads([each.command_id for each in requests if each.command_id], streams)


class Judge:
    """Gives verdicts on commands in a transaction that is never committed, each as if those before were recorded.

    `known` are states of streams, by stream, that were judged before.
    """

    def __init__(self, store: EventStore, transaction: Transaction, *, region: str, known: dict[str, State]) -> None:
        self._transaction = transaction
        self._region = region
        self._states = States(transaction, store)
        self._states.know(known)

    def __call__(self, request: CommandRequest) -> Answer | Refused:
        """Return the answer that a command would have, or its refusal."""
        try:
            return _execute_within(self._transaction, self._states, request, self._region)
        except Refused as refused:
            return refused

    def states_of(self, *deciders: Decider[Any, Any, Any]) -> dict[str, State]:
        """Return the states of these kinds of aggregates that were read or judged here."""
        return self._states.of(deciders)


def _execute_within(transaction: Transaction, states: States, request: CommandRequest, region: str) -> Answer:
    digest = digest_of(request.command) if request.command_id else b""
    if request.command_id and (first := transaction.first_answer(request.command_id, digest)):
        return first
    append, after = _decide(request, digest, region, transaction.last_recorded_at(), states)
    if request.objection is not None and append.events:
        raise request.objection
    answer = transaction.append(append)
    states.keep(append.stream, (after, answer.version))
    return answer


def _decide(
    request: CommandRequest, digest: bytes, region: str, last: datetime | None, states: States
) -> tuple[Append, Any]:
    """Return the append that the command leads to, and the state after it; raises Refused."""
    command, now = request.command, request.now
    if now.tzinfo is not UTC:
        if now.utcoffset() is None:
            raise ValueError("a command's moment needs its offset from UTC")
        now = now.astimezone(UTC)
    if request.follows and last is not None:
        now = max(now, last)
    if last is not None and now < last - CLOCK_SKEW:
        raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())
    command_class: Any = type(command)
    decider = registry.DECIDER_OF[command_class]
    decision = registry.DECISION_OF[command_class]
    judged_at = now if request.taken_over is None else min(now, at_local(request.taken_over.day, 12 * 60))
    pack = _pack(region, local_day(judged_at))
    identity = decider.identify(command)
    stream = decider.stream(identity)
    state, version = states(decider, stream)
    if request.if_version is not None and version != request.if_version:
        raise Refused("stale-version", stream=stream, read=request.if_version, version=version)
    events = decision.decide(command, state, **_inputs(decision, request, state, judged_at, pack, states))
    state, claims, touches = _follow(decider, state, events)
    append = Append(
        id=identity,
        stream=stream,
        version=version,
        actor=request.actor,
        now=now,
        events=tuple(events),
        claims=claims,
        touches=touches,
        command_id=request.command_id,
        digest=digest,
        correlation_id=request.correlation_id,
        causation_id=request.causation_id,
        pack=pack.version,
        traceparent=request.traceparent,
        word_of=request.word_of,
        taken_over=request.taken_over,
        documents=request.documents,
        publishes=request.publishes,
    )
    return append, state


def _inputs(
    decision: Decision[Any, Any, Any],
    request: CommandRequest,
    state: object,
    now: datetime,
    pack: PolicyPack,
    states: States,
) -> dict[str, object]:
    """Read the inputs that the decision declares."""
    inputs: dict[str, object] = {}
    for name, declared, owner in decision.sources:
        if isinstance(declared, Now):
            inputs[name] = now
            continue
        if isinstance(declared, Actor):
            inputs[name] = request.actor
            continue
        if isinstance(declared, Pack):
            inputs[name] = pack
            continue
        place = request.command if owner == "command" else state if owner == "state" else inputs[owner]
        identity: Any = getattr(place, declared.attribute)
        match declared:
            case One(other):
                inputs[name] = other.initial if identity is None else states(other, other.stream(identity))[0]
            case Each(other):
                inputs[name] = tuple(states(other, other.stream(each))[0] for each in identity)
            case Count(claims):
                inputs[name] = states.held_under(f"{claims}:{identity}:", local_day(now))
            case Held(claims):
                inputs[name] = states.keys_under(f"{claims}:{identity}:", local_day(now))
            case Same():
                other = registry.DECIDER_OF[type(request.command)]
                inputs[name] = other.initial if identity is None else states(other, other.stream(identity))[0]
            case Unseated():
                ids = () if identity is None else (identity,) if isinstance(identity, str) else identity
                inputs[name] = states.unseated(ids)
            case Exists(category, _, part):
                named_part = None if part is None else getattr(request.command, part)
                named = identity if part is None or named_part is not None else None
                inputs[name] = states.exists(category, named, named_part)
    return inputs


def _follow(
    decider: Decider[Any, Any, Any], state: Any, events: Sequence[Any]
) -> tuple[Any, tuple[Claim, ...], tuple[tuple[int, TeamDay], ...]]:
    """Return the state after the events, the claims they raise and the team-days they touch."""
    claims: list[Claim] = []
    touches: list[tuple[int, TeamDay]] = []
    for index, event in enumerate(events):
        state = decider.evolve(state, event)
        if decider.claims is not no_claims:
            claims.extend(decider.claims(state, event))
        if decider.touches is not no_team_days:
            touches.extend((index, team_day) for team_day in decider.touches(state, event))
    return state, tuple(claims), tuple(touches)
