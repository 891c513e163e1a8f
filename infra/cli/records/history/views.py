"""Histories as people read them: a row for each event."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain

import msgspec

from domain.contract import CONTRACT
from domain.contract.events import ContractSignedOff, ContractTerminated, ContractTransferred, EntitlementConsumed
from domain.event import stored_name
from domain.family_bed.events import BedApplicationReturned
from domain.local_time import local_text
from domain.referral.events import ReferralDeclined, ReferralEnded, ReferralWithdrawn
from domain.resident.events import ResidentDeparted
from domain.visit.events import VisitCancelled, VisitMissed
from infra.cli.records.history.steps import ContractStep, FieldChange, HistoryStep, State
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import ExportedAnswer, Listing
from infra.words.catalogue import KIND_OF_VALUE, Kind

PLAIN = (
    *("team_id", "doctor_id", "nurse_id", "package", "term", "term_starts_on", "term_signed_on", "ends_on"),
    *("sign_by", "guarded_until", "ended", "end_reason"),
)
"""Fields of a contract whose changes a row shows; papers and accounts are the events themselves."""

KINDS: dict[str, Kind] = {"package": "package", "ended": "status", "end_reason": "end-reason"}

SERVED = stored_name(EntitlementConsumed)
SIGNED_OFF = stored_name(ContractSignedOff)

NOTHING_YET: tuple[object, ...] = (None, "", (), [], {}, date.min.isoformat(), date.max.isoformat())
"""Values of a field that says nothing yet, or nothing any more."""

SHORT_LIST = 3
"""A list of at most so many plain values is shown in full in a history; of a longer one the number."""

DETAILS: dict[str, Kind | None] = {
    "kind": "care-task",
    "purpose": "care-task",
    "group": "key-group",
    "urgency": "urgency",
    "stage": "follow-up-stage",
    "outcome": "bed-outcome",
    "reason": None,
    "cause": "cancel-reason",
    "day": None,
    "window_from": None,
    "window_to": None,
    "follow_up_by": None,
    "starts_on": None,
    "ends_on": None,
    "last_day": None,
    "done_on": None,
}
"""Fields of an event that a row of a resident's history shows, and what kind of code each is."""


REASONS: dict[str, Kind] = {
    stored_name(VisitCancelled): "cancel-reason",
    stored_name(VisitMissed): "miss-reason",
    stored_name(ResidentDeparted): "departure",
    stored_name(ContractTerminated): "end-reason",
    stored_name(ContractTransferred): "transfer-reason",
    stored_name(ReferralDeclined): "decline-reason",
    stored_name(ReferralWithdrawn): "withdraw-reason",
    stored_name(ReferralEnded): "withdraw-reason",
    stored_name(BedApplicationReturned): "return-reason",
}
"""What kind of code the `reason` of an event is."""


def contract_history(history: Listing[ContractStep] | ExportedAnswer, words: Translator) -> Iterator[Block]:
    """Show a contract's history, a row for each event."""
    if isinstance(history, ExportedAnswer):
        yield written(history, words)
        return
    table = Table(words.headings("version", "recorded", "actor", "event", "changes", "rules", "pack"))
    moments = moments_of(history.items)
    for step in history.items:
        table.add(
            str(step.version),
            shown(step.recorded_at),
            step.actor,
            words.say(step.event),
            "\n".join((*notes(step, moments, words), *changes(step, words))),
            ", ".join(step.rules),
            step.pack or "",
        )
    yield table


def recorded_history(history: Listing[HistoryStep] | ExportedAnswer, words: Translator) -> Iterator[Block]:
    """Show a history, a row for each event, with what it changed and by whose command or after which event."""
    if isinstance(history, ExportedAnswer):
        yield written(history, words)
        return
    table = Table(words.headings("version", "recorded", "actor", "event", "changes", "cause", "rules", "pack"))
    moments = moments_of(history.items)
    for step in history.items:
        of_fields = chain.from_iterable(_lines(each, words) for each in step.changes)
        table.add(
            str(step.version),
            shown(step.recorded_at),
            step.actor if step.word_of is None else f"{step.actor} ({step.word_of})",
            words.say(step.event),
            "\n".join((*notes(step, moments, words), *of_fields)),
            step.cause if step.cause and step.cause != step.command_id else "",
            ", ".join(step.rules),
            step.pack or "",
        )
    yield table


def written(file: ExportedAnswer, words: Translator) -> Table:
    """Show the file that was written."""
    table = Table(words.headings("file", "rows"))
    table.add(file.file, str(file.rows))
    return table


def moments_of(steps: Iterable[HistoryStep]) -> dict[int, str]:
    """Return when each step was recorded, as people read it, by its place in the log."""
    return {step.position: shown(step.recorded_at) for step in steps}


def notes(step: HistoryStep, moments: Mapping[int, str], words: Translator) -> Iterator[str]:
    """Yield who allowed a step, what it corrects and when it was corrected itself."""
    if step.allowed_by is not None:
        yield words.say("allowed-by", {"who": step.allowed_by})
    if step.corrects is not None:
        yield words.say("corrects-entry", {"recorded": moments[step.corrects]})
    for each in step.corrected_by:
        yield words.say("corrected-later", {"recorded": moments[each]})


def _lines(change: FieldChange, words: Translator) -> Iterator[str]:
    """Yield a change as lines: of a part that was there before each of its fields that differs."""
    name = _field_name(change.field, words)
    if isinstance(change.was, dict) and isinstance(change.now, dict):
        for each, now in change.now.items():
            if change.was.get(each) != now:
                was = _value(each, change.was.get(each), words)
                yield f"{name}, {_field_name(each, words)}: {was} → {_value(each, now, words)}"
    else:
        field = change.field
        yield f"{name}: {_value(field, change.was, words)} → {_value(field, change.now, words)}"


def _value(field: str, content: object, words: Translator) -> str:
    """Return a value in a few signs: a code by its label."""
    kind = KIND_OF_VALUE.get(field)
    return words.label(kind, content) if kind and isinstance(content, str) and content else _short(content)


def _field_name(field: str, words: Translator) -> str:
    """Return a field as lists head its column, else by its own words; a part of one stands behind it."""
    name, dot, part = field.partition(".")
    label = words.label("column", name)
    return (words.say(name) if label == name else label) + dot + part


def _short(value: object) -> str:
    """Return a value in a few signs: what does not fit is counted, and stands in the JSON answer."""
    if value in NOTHING_YET:
        return "—"
    match value:
        case list() | tuple():
            few = len(value) <= SHORT_LIST and all(isinstance(each, str | int) for each in value)
            return ", ".join(map(str, value)) if few else f"[{len(value)}]"
        case dict():
            return "…"
        case str():
            return local_text(value)
    return str(value)


def changes(step: ContractStep, words: Translator) -> Iterator[str]:
    """Yield what changed, field by field."""
    if step.taken_over is not None:
        yield words.say("taken-over", {"day": step.taken_over})
    before = step.before or msgspec.to_builtins(CONTRACT.initial, order="sorted")
    for field in PLAIN:
        if before[field] != step.after[field]:
            yield f"{words.say(field)}: {_field(field, before, words)} → {_field(field, step.after, words)}"
    if step.event == SERVED:
        left = step.data["left"]
        yield f"{words.label('service-item', step.data['item'])}: {left + 1} → {left}"
    if step.event == SIGNED_OFF:
        verdict = words.label("sign-off-verdict", step.data["verdict"])
        yield f"{verdict}: {words.label('sign-off-reason', step.data['reason'])}"


def _field(field: str, state: State, words: Translator) -> str:
    value = state[field]
    if value is None:
        return "—"
    return words.label(KINDS[field], value) if field in KINDS else str(value)


def resident_history(history: Listing[HistoryStep] | ExportedAnswer, words: Translator) -> Iterator[Block]:
    """Show all that happened to a resident, a row for each event."""
    if isinstance(history, ExportedAnswer):
        yield written(history, words)
        return
    moments = moments_of(history.items)
    table = Table(words.headings("recorded", "event", "details", "stream", "rules", "pack"))
    for step in history.items:
        table.add(
            shown(step.recorded_at),
            words.say(step.event),
            ", ".join((*details(step, words), *notes(step, moments, words))),
            step.stream,
            ", ".join(step.rules),
            step.pack or "",
        )
    yield table


def details(step: HistoryStep, words: Translator) -> Iterator[str]:
    """Yield what a row shows of an event next to its words."""
    for name, each in DETAILS.items():
        kind = REASONS.get(step.event) if name == "reason" else each
        if step.data.get(name) not in (None, "", []):
            value = str(step.data[name])
            yield words.label(kind, value) if kind else value
