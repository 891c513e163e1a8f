"""Commands of one act: written in one commit, all or none, under one correlation id."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from domain.decider import Refused
from infra.codec import digest_of
from infra.command_handler import Answer, CommandRequest, execute_all
from infra.reactions import derived_id
from infra.store.store import EventStore

if TYPE_CHECKING:
    from infra.system import System

PLANNER = "planner"
"""The actor of what the planner does by itself."""


def publish_together(system: "System", requests: Sequence[CommandRequest]) -> Answer:
    """Run the commands in one commit, all or none, and return the answer of the first. Raises the first refusal."""
    together = in_one_act(system.store, requests)
    verdicts = execute_all(system.store, together, region=system.settings.packs, keep_good=False)
    refusals = [each for each in verdicts if isinstance(each, Refused) and each.rule != "rolled-back-with-batch"]
    if refusals:
        raise refusals[0]
    system.follow_command(requests[0].now)
    first = verdicts[0]
    assert isinstance(first, Answer)
    return first


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
        return [structs.replace(each, correlation_id=correlation, causation_id=cause.event_id) for each in requests]
    correlation = derived_id(first.actor, first.now.isoformat(), digest_of(first.command).hex())
    return [structs.replace(each, correlation_id=correlation) for each in requests]
