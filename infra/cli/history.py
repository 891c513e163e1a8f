"""A contract's history, folded from its own events: what happened, and what was true before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
import msgspec

from domain.contract import CONTRACT
from domain.contract.events import EntitlementConsumed
from domain.contract.state import Contract
from domain.decider import Refused
from domain.rulebook import rules_of
from infra.cli.moments import moment, shown
from infra.cli.problems import to_json
from infra.cli.session import Session, table, with_session
from infra.store.recorded import Recorded
from infra.words.catalogue import Kind

State = dict[str, Any]

PLAIN = (
    *("team_id", "doctor_id", "nurse_id", "package", "term", "term_starts_on", "term_signed_on", "ends_on"),
    *("sign_by", "guarded_until", "ended", "end_reason"),
)
"""Fields of a contract that a line of the table tells; papers and accounts are the events themselves."""

KINDS: dict[str, Kind] = {"package": "package", "ended": "status", "end_reason": "end-reason"}


@dataclass(frozen=True)
class Step:
    """One event of the history; `before` is None where nothing was known."""

    recorded: Recorded
    before: State | None
    after: State

    def told(self) -> dict[str, object]:
        """Return the step as a JSON object."""
        known = self.recorded.metadata
        return {
            "version": self.recorded.version,
            "recorded_at": known.recorded_at,
            "actor": known.actor,
            "event": self.recorded.name,
            "data": msgspec.to_builtins(self.recorded.event),
            "before": self.before,
            "after": self.after,
            "pack": known.pack,
            "rules": rules_of(type(self.recorded.event)),
        }

    def changes(self, session: Session) -> Iterator[str]:
        """Yield what changed, field by field in the reader's language."""
        before = self.before or msgspec.to_builtins(CONTRACT.initial, order="sorted")
        for field in PLAIN:
            if before[field] != self.after[field]:
                yield f"{session.say(field)}: {_told(session, field, before)} → {_told(session, field, self.after)}"
        if isinstance(self.recorded.event, EntitlementConsumed):
            fact = self.recorded.event
            yield f"{session.label('service-item', fact.item)}: {fact.left + 1} → {fact.left}"


def steps(events: list[Recorded]) -> Iterator[Step]:
    """Yield the history of a contract from its events, oldest first."""
    state: Contract = CONTRACT.initial
    before: State | None = None
    for recorded in events:
        fact: Any = recorded.event
        state = CONTRACT.evolve(state, fact)
        after: State = msgspec.to_builtins(state, order="sorted")
        yield Step(recorded, before, after)
        before = after


@click.command()
@click.argument("contract_id", metavar="ID")
@click.option("--at", metavar="TIME", help="As it was recorded at this time; a day alone is its end.")
@click.option("--version", type=click.IntRange(min=1), help="As it was at this version.")
@with_session()
def history(session: Session, contract_id: str, at: str | None, version: int | None) -> None:
    """Show what happened to a contract, and what was true before and after."""
    if at is not None and version is not None:
        raise click.UsageError("--at and --version exclude each other")
    until = moment(at, "at", end_of_day=True) if at else None
    with session.open() as system:
        events = system.store.read(CONTRACT.stream(contract_id))
    found = list(steps(_wanted(events, contract_id, until, version)))
    if session.as_json:
        for step in found:
            click.echo(to_json(step.told()))
        return
    rows = table(*(session.say(name) for name in ("version", "recorded", "actor", "event", "changes", "rules", "pack")))
    for step in found:
        known = step.recorded.metadata
        what = session.say(step.recorded.name)
        changes = "\n".join(step.changes(session))
        rules = ", ".join(rules_of(type(step.recorded.event)))
        rows.add_row(
            str(step.recorded.version), shown(known.recorded_at), known.actor, what, changes, rules, known.pack
        )
    session.show(rows)


def _wanted(events: list[Recorded], contract_id: str, until: datetime | None, version: int | None) -> list[Recorded]:
    known = [event for event in events if until is None or event.metadata.recorded_at <= until]
    if not known:
        raise Refused("contract-unknown", contract=contract_id)
    if version is None:
        return known
    if version > len(known):
        raise Refused("version-unknown", contract=contract_id, version=version, last=len(known))
    return known[:version]


def _told(session: Session, field: str, state: State) -> str:
    told = state[field]
    if told is None:
        return "—"
    return session.label(KINDS[field], told) if field in KINDS else str(told)
