"""Histories, folded from the events of one stream: what happened, and what was true before and after."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from domain.alliance import ALLIANCE
from domain.contract import CONTRACT
from domain.contract.state import Contract
from domain.decider import Decider, Refused
from domain.family_bed import FAMILY_BED
from domain.institution import INSTITUTION
from domain.referral import REFERRAL
from domain.rulebook import rules_of
from domain.team import TEAM
from domain.visit import VISIT
from infra.cli.log.personal import seal
from infra.cli.records.results import FieldChange, HistoryStep, RecordedStep, State
from infra.cli.session import Session
from infra.edges.moments import moment
from infra.edges.problems import OptionsError
from infra.edges.results import Listing
from infra.store.recorded import StoredEvent


def contract_history(session: Session, contract_id: str, at: str | None, version: int | None) -> Listing[HistoryStep]:
    """Return the history of a contract: all of it, up to a moment of recording, or up to a version.

    Refused `contract-unknown`, `nothing-recorded-yet` at a moment before its first record, `version-unknown`.
    """
    return Listing(tuple(steps(_events(session, CONTRACT, contract_id, "contract-unknown", at, version))))


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


def visit_history(session: Session, visit_id: str, at: str | None, version: int | None) -> Listing[RecordedStep]:
    """Return the history of a visit. Refused as `recorded_history` does, where nothing is known `visit-unknown`."""
    return recorded_history(session, VISIT, visit_id, "visit-unknown", at, version)


def bed_history(session: Session, family_bed_id: str, at: str | None, version: int | None) -> Listing[RecordedStep]:
    """Return the history of a family bed, from its application on."""
    return recorded_history(session, FAMILY_BED, family_bed_id, "bed-unknown", at, version)


def referral_history(session: Session, referral_id: str, at: str | None, version: int | None) -> Listing[RecordedStep]:
    """Return the history of a referral."""
    return recorded_history(session, REFERRAL, referral_id, "referral-unknown", at, version)


def team_history(session: Session, team_id: str, at: str | None, version: int | None) -> Listing[RecordedStep]:
    """Return the history of a team: its members, shifts and absences."""
    return recorded_history(session, TEAM, team_id, "team-unknown", at, version)


def alliance_history(session: Session, alliance_id: str, at: str | None, version: int | None) -> Listing[RecordedStep]:
    """Return the history of an alliance."""
    return recorded_history(session, ALLIANCE, alliance_id, "alliance-unknown", at, version)


def institution_history(
    session: Session, institution_id: str, at: str | None, version: int | None
) -> Listing[RecordedStep]:
    """Return the history of an institution."""
    return recorded_history(session, INSTITUTION, institution_id, "institution-unknown", at, version)


def recorded_history(
    session: Session, decider: Decider[Any, Any, Any], identity: str, unknown: str, at: str | None, version: int | None
) -> Listing[RecordedStep]:
    """Return the steps of one stream with what each changed: all, up to a moment of recording, or up to a version.

    Refused `unknown` where nobody knows the id, `nothing-recorded-yet` at a moment before its first record,
    `version-unknown`.
    """
    return Listing(tuple(_recorded(decider, _events(session, decider, identity, unknown, at, version))))


def _events(
    session: Session, decider: Decider[Any, Any, Any], identity: str, unknown: str, at: str | None, version: int | None
) -> list[StoredEvent]:
    """Return the chosen events of one stream. Refused as `recorded_history` does."""
    if at is not None and version is not None:
        raise OptionsError("--at and --version exclude each other")
    until = moment(at, "at", end_of_day=True) if at else None
    with session.open() as system:
        events = system.store.read(decider.stream(identity))
    if not events:
        raise Refused(unknown, **{decider.category.removeprefix("family_"): identity})
    return _chosen(events, identity, until, version)


def _recorded(decider: Decider[Any, Any, Any], events: list[StoredEvent]) -> Iterator[RecordedStep]:
    state = decider.initial
    before: State = msgspec.to_builtins(state, order="sorted")
    is_first = True
    for recorded in events:
        event: Any = recorded.event
        state = decider.evolve(state, event)
        after: State = msgspec.to_builtins(state, order="sorted")
        metadata = recorded.metadata
        yield RecordedStep(
            version=recorded.version,
            position=recorded.position,
            recorded_at=metadata.recorded_at,
            actor=metadata.actor,
            word_of=metadata.word_of,
            command_id=metadata.command_id,
            cause=metadata.causation_id,
            correlation=metadata.correlation_id,
            event=recorded.name,
            data=seal(msgspec.to_builtins(event)),
            changes=tuple(
                FieldChange(field=field, was=None if is_first else seal(before.get(field)), now=seal(value))
                for field, value in after.items()
                if before.get(field) != value
            ),
            pack=metadata.pack,
            rules=rules_of(event),
            taken_over=metadata.taken_over.day if metadata.taken_over else None,
        )
        before, is_first = after, False


def _chosen(events: list[StoredEvent], identity: str, until: datetime | None, version: int | None) -> list[StoredEvent]:
    known = [event for event in events if until is None or event.metadata.recorded_at <= until]
    if not known:
        raise Refused("nothing-recorded-yet", id=identity, first=events[0].metadata.recorded_at)
    if version is None:
        return known
    if version > len(known):
        raise Refused("version-unknown", id=identity, version=version, last=len(known))
    return known[:version]
