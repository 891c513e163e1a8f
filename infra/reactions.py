"""Reactions and timers: the commands that follow from events and from time, the same in every system.

Command ids are derived from the cause, so a second run repeats them and the store answers quietly.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
import orjson
from eventsourcing.persistence import PersistenceError

from domain.decider import Refused
from domain.event import stored_name, value
from domain.reactions import REACTIONS, Reaction
from domain.registry import DECIDER_OF, EVENT_TYPES
from domain.resident.commands import RecordDeparture
from infra.codec import command_from, digest_of
from infra.command_handler import CommandRequest, execute_all
from infra.database.errors import StoreError
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore
from streams.dead_letters import error_summary
from streams.due_reactions import ReactionRules
from streams.errors import Unwritable
from streams.events import TransportedEvent

UNDECIDABLE = "undecidable"
"""Stands for a rule where a timer's command can be neither decided nor refused."""

log = logging.getLogger(__name__)

PLANNER = "planner"
"""The actor of what the planner does by itself."""

COMMANDS = 1000
"""Commands of one commit: other writers wait while it lasts."""

ReactionCommand = tuple[str, CommandRequest]
"""A reaction's name, and a command that it gives."""

COMMAND_CLASSES: Mapping[str, type] = {command.__name__: command for command in DECIDER_OF}

REACTIONS_TO: Mapping[str, tuple[Reaction, ...]] = {stored_name(event): react for event, react in REACTIONS.items()}
"""Reactions by the stored name of the event that they follow."""


@value
class RefusedReaction:
    """A reaction's command that a rule refused; recorded, not retried."""

    command_id: str
    event_id: str
    reaction: str
    command: str
    rule: str
    detail: str


def reactions_to(event: StoredEvent) -> Iterator[ReactionCommand]:
    """Yield the name of each reaction to an event with the commands it gives.

    Commands are decided as of the event's own moment, so the result does not depend on when or where they run.
    """
    reactions = REACTIONS_TO.get(event.name, ())
    if not reactions:
        return
    event_id, payload, metadata = event.event_id, event.event, event.metadata
    for reaction in reactions:
        name = getattr(reaction, "__name__", "reaction")
        for ordinal, command in enumerate(reaction(payload)):
            if metadata.taken_over is not None and isinstance(command, RecordDeparture):
                continue  # an older history does not say where the resident is today
            yield (
                name,
                CommandRequest(
                    command=command,
                    command_id=derived_id(event_id, name, str(ordinal)),
                    actor=f"reaction:{name}",
                    now=metadata.recorded_at,
                    correlation_id=metadata.correlation_id or event_id,
                    causation_id=event_id,
                    follows=True,
                ),
            )


def react(event: TransportedEvent) -> list[ReactionCommand]:
    """Return the commands that follow from an event of the log."""
    return list(reactions_to(as_stored(event)))


def as_stored(event: TransportedEvent) -> StoredEvent:
    """Return an event that arrived as the store gives it."""
    return StoredEvent(event.position, event.stream, event.version, event.name, event.state, event.metadata_state)


REACTION_RULES = ReactionRules(names=REACTIONS_TO.keys(), react=react, known=EVENT_TYPES.keys())
"""All reactions, as every system runs them."""


def give(
    store: EventStore,
    commands: Sequence[ReactionCommand],
    *,
    region: str,
    database_errors: tuple[type[Exception], ...] = (),
) -> list[RefusedReaction]:
    """Run the commands of reactions, many in one commit, and return those that a rule refused.

    Unwritable if one can be neither decided nor refused: another stream's event that cannot be read, say. Errors of the
    store, and `database_errors`, say nothing about the commands and are raised as they are.
    """
    try:
        return _give(store, commands, region)
    except Exception as error:
        if isinstance(error, (StoreError, PersistenceError, *database_errors)):
            raise
        raise Unwritable(error_summary(error)) from error


def _give(store: EventStore, commands: Sequence[ReactionCommand], region: str) -> list[RefusedReaction]:
    refused: list[RefusedReaction] = []
    for start in range(0, len(commands), COMMANDS):
        chunk = commands[start : start + COMMANDS]
        verdicts = execute_all(store, [request for _, request in chunk], region=region)
        refused += [
            RefusedReaction(
                command_id=request.command_id or "",
                event_id=request.causation_id or "",
                reaction=name,
                command=type(request.command).__name__,
                rule=verdict.rule,
                detail=str(verdict),
            )
            for (name, request), verdict in zip(chunk, verdicts, strict=True)
            if isinstance(verdict, Refused)
        ]
    return refused


def give_again(give_commands: Callable[[Sequence[ReactionCommand]], None], event: TransportedEvent) -> str:
    """Run the reactions to an event of a dead letter; return what is wrong if they still cannot be run."""
    try:
        commands = react(event)
    except Exception as error:  # the event is still poison
        return error_summary(error)
    try:
        give_commands(commands)
    except Unwritable as error:
        return str(error)
    return ""


def timer_command(timer_id: str, due_at: str, command: str | bytes, now: datetime) -> CommandRequest:
    """Return the command of a due timer; `command` is the JSON {name, data} of its row."""
    payload = orjson.loads(command)
    return CommandRequest(
        command=command_from(COMMAND_CLASSES[payload["name"]], payload["data"]),
        command_id=derived_id("timer", f"{timer_id}@{due_at}"),
        actor="timer",
        now=now,
        correlation_id=timer_id,
        causation_id=timer_id,
        follows=True,
    )


def fire(
    store: EventStore,
    commands: Sequence[CommandRequest],
    *,
    region: str,
    database_errors: tuple[type[Exception], ...] = (),
) -> list[str | None]:
    """Run the commands of timers; return for each the rule that refused it, None if it was done.

    A command that can be neither decided nor refused (a stream with an event that cannot be read, say) is logged and
    counts as refused: the other timers fire.
    """
    if not commands:
        return []
    try:
        verdicts = execute_all(store, commands, region=region)
    except Exception as error:
        if isinstance(error, (StoreError, PersistenceError, *database_errors)):
            raise
        if len(commands) == 1:
            log.error("timer %s cannot be decided: %s", commands[0].correlation_id, error_summary(error))
            return [UNDECIDABLE]
        middle = len(commands) // 2
        halves = (commands[:middle], commands[middle:])
        return [rule for half in halves for rule in fire(store, half, region=region, database_errors=database_errors)]
    return [verdict.rule if isinstance(verdict, Refused) else None for verdict in verdicts]


def in_one_act(store: EventStore, requests: Sequence[CommandRequest]) -> list[CommandRequest]:
    """Return commands of one commit under one correlation id: a roster with the terms that were set for it.

    What the planner publishes was caused by the event that last touched the day, and correlates with it.
    """
    first = requests[0]
    team_day, position = first.publishes or (None, 0)
    touched = store.after(position - 1, 1) if team_day and position and first.actor == PLANNER else []
    if touched:
        cause = touched[0]
        correlation = cause.metadata.correlation_id or cause.event_id
        return [
            msgspec.structs.replace(each, correlation_id=correlation, causation_id=cause.event_id) for each in requests
        ]
    correlation = derived_id(first.actor, first.now.isoformat(), digest_of(first.command).hex())
    return [msgspec.structs.replace(each, correlation_id=correlation) for each in requests]


def derived_id(*parts: str) -> str:
    """Return a command id made from its cause: 32 hexadecimal digits."""
    return sha256("|".join(parts).encode()).hexdigest()[:32]
