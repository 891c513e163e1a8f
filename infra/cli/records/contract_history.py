"""A contract's history, folded from its own events: what happened, and what was true before and after."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from domain.contract import CONTRACT
from domain.contract.state import Contract
from domain.decider import Refused
from domain.rulebook import rules_of
from infra.cli.records.results import HistoryStep, State
from infra.cli.session import Session
from infra.edges.moments import moment
from infra.edges.problems import OptionsError
from infra.edges.results import Listing
from infra.store.recorded import StoredEvent


def contract_history(session: Session, contract_id: str, at: str | None, version: int | None) -> Listing[HistoryStep]:
    """Return the history of a contract: all of it, up to a moment of recording, or up to a version.

    Refused `contract-unknown`, `nothing-recorded-yet` at a moment before its first record, `version-unknown`.
    """
    if at is not None and version is not None:
        raise OptionsError("--at and --version exclude each other")
    until = moment(at, "at", end_of_day=True) if at else None
    with session.open() as system:
        events = system.store.read(CONTRACT.stream(contract_id))
    return Listing(tuple(steps(_chosen(events, contract_id, until, version))))


def steps(events: list[StoredEvent]) -> Iterator[HistoryStep]:
    """Yield the history of a contract from its events, oldest first."""
    state: Contract = CONTRACT.initial
    before: State | None = None
    for recorded in events:
        event: Any = recorded.event
        state = CONTRACT.evolve(state, event)
        after: State = msgspec.to_builtins(state, order="sorted")
        yield HistoryStep(
            version=recorded.version,
            recorded_at=recorded.metadata.recorded_at,
            actor=recorded.metadata.actor,
            event=recorded.name,
            data=msgspec.to_builtins(event),
            before=before,
            after=after,
            pack=recorded.metadata.pack,
            rules=rules_of(event),
            taken_over=recorded.metadata.taken_over.day if recorded.metadata.taken_over else None,
        )
        before = after


def _chosen(
    events: list[StoredEvent], contract_id: str, until: datetime | None, version: int | None
) -> list[StoredEvent]:
    known = [event for event in events if until is None or event.metadata.recorded_at <= until]
    if not events:
        raise Refused("contract-unknown", contract=contract_id)
    if not known:
        raise Refused("nothing-recorded-yet", id=contract_id, first=events[0].metadata.recorded_at)
    if version is None:
        return known
    if version > len(known):
        raise Refused("version-unknown", contract=contract_id, version=version, last=len(known))
    return known[:version]
