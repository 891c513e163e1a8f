"""The embedded runner: rows, reactions and timers follow the events in batches, in one process, without a broker."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import orjson

from domain.decider import Refused
from domain.event import stored_name
from domain.reactions import REACTIONS, Reaction
from domain.registry import DECIDER_OF, EVENT_TYPES
from infra.codec import command_from
from infra.command_handler import Asked, execute_all
from infra.embedded.progress import RefusedReaction, Work
from infra.rows.sqlite import ReadModel, catch_up
from infra.store.recorded import Recorded
from infra.store.store import EventStore
from projections.changes import moment

BATCH = 1000

COMMANDS = 1000
"""Commands of one commit: whoever else wants to write waits for it."""

Consequence = tuple[str, Asked]
"""A reaction's name, and a command that it gives."""

COMMAND_CLASSES: dict[str, type] = {command.__name__: command for command in DECIDER_OF}

REACTIONS_TO: dict[str, tuple[Reaction, ...]] = {stored_name(fact): react for fact, react in REACTIONS.items()}


class Runner:
    """Lets rows, reactions and timers follow the store. One runner works on a data folder at a time; two are harmless:

    rows and their position are one transaction, and the commands of reactions and timers carry derived ids.
    """

    def __init__(self, store: EventStore, rows: ReadModel, work: Work, *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._work = work
        self._region = region
        self._fired: set[str] = set()

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- whoever waits for other processes tells them by the time
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        while True:
            catch_up(self._store, self._rows, known=EVENT_TYPES)
            if not self._react():
                return

    def settle(self, now: datetime) -> None:
        """Follow, and fire every timer due up to `now`, until nothing more follows."""
        self.follow(now)
        while self._fire(now):
            self.follow(now)

    def _react(self) -> bool:
        """Run the reactions to the next events; False if there were none."""
        events = self._store.after(self._work.position(), BATCH)
        if not events:
            return False
        following = [each for event in events for each in reactions_to(event)]
        self._work.advance(events[-1].position, give(self._store, following, region=self._region))
        return True

    def _fire(self, now: datetime) -> bool:
        """Give the commands of the timers that are due; False if there are none that were not given yet."""
        due = self._rows.ask(
            "SELECT timer_id, due_at, command FROM timers_v1 WHERE due_at <= :now ORDER BY due_at, timer_id",
            now=moment(now),
        )
        asked = []
        for timer in due:
            key = f"{timer['timer_id']}@{timer['due_at']}"
            if key in self._fired:  # refused or quiet when it was given: it stays due until its stream moves on
                continue
            self._fired.add(key)
            told = orjson.loads(str(timer["command"]))
            asked.append(
                Asked(
                    command=command_from(COMMAND_CLASSES[told["name"]], told["data"]),
                    command_id=derived_id("timer", key),
                    actor="timer",
                    now=now,
                    correlation_id=str(timer["timer_id"]),
                    follows=True,
                )
            )
        execute_all(self._store, asked, region=self._region)
        return bool(asked)


def reactions_to(event: Recorded) -> Iterator[Consequence]:
    """Yield the name of each reaction to an event and the commands it gives, under ids that a second run repeats.

    They are decided as of their cause, so it is all the same who runs them, and when.
    """
    reactions = REACTIONS_TO.get(event.name, ())
    if not reactions:
        return
    fact, metadata = event.event, event.metadata
    for reaction in reactions:
        name = getattr(reaction, "__name__", "reaction")
        for ordinal, command in enumerate(reaction(fact)):
            yield (
                name,
                Asked(
                    command=command,
                    command_id=derived_id(event.id, name, str(ordinal)),
                    actor=f"reaction:{name}",
                    now=metadata.recorded_at,
                    correlation_id=metadata.correlation_id or event.id,
                    causation_id=event.id,
                    follows=True,
                ),
            )


def give(store: EventStore, following: Sequence[Consequence], *, region: str) -> list[RefusedReaction]:
    """Give the commands of reactions, many in one commit, and return those that a rule refused."""
    refused: list[RefusedReaction] = []
    for start in range(0, len(following), COMMANDS):
        some = following[start : start + COMMANDS]
        verdicts = execute_all(store, [asked for _, asked in some], region=region)
        refused += [
            RefusedReaction(
                command_id=asked.command_id or "",
                event_id=asked.causation_id or "",
                reaction=name,
                command=type(asked.command).__name__,
                rule=verdict.rule,
                detail=str(verdict),
            )
            for (name, asked), verdict in zip(some, verdicts, strict=True)
            if isinstance(verdict, Refused)
        ]
    return refused


def derived_id(*parts: str) -> str:
    """Return a command id made from its cause: 32 hexadecimal digits."""
    return sha256("|".join(parts).encode()).hexdigest()[:32]
