"""Folds the events of one or more streams into the steps of a history."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import msgspec

from domain.corrected import corrected
from domain.policy_pack import PACKS
from domain.registry import BY_CATEGORY, AnyDecider
from domain.rulebook import rules_of
from infra.cli.log.personal import PERSONAL, seal
from infra.cli.records.history.steps import ContractStep, FieldChange, HistoryStep, State
from infra.edges.phrases import phrase
from infra.store.recorded import StoredEvent

PACK_OF = {pack.version: pack for pack in PACKS}


def steps_of(events: Sequence[StoredEvent]) -> list[HistoryStep]:
    """Return the steps of events of any streams in the order of the log, each with what it changed in its stream."""
    decoded: list[Any] = [recorded.event for recorded in events]
    links = links_among(events, decoded)
    corrections: defaultdict[int, list[int]] = defaultdict(list)
    for correction, original in links.items():
        corrections[original].append(correction)
    folded = changes_of(events, decoded)
    return [
        step_of(
            recorded,
            event,
            changes,
            corrects=links.get(recorded.position),
            corrected_by=tuple(corrections[recorded.position]),
        )
        for recorded, event, (_, _, changes) in zip(events, decoded, folded, strict=True)
    ]


def contract_steps_of(events: Sequence[StoredEvent]) -> list[ContractStep]:
    """Return the steps of a contract, each with the whole contract before and after it."""
    folded = changes_of(events, [recorded.event for recorded in events])
    return [
        ContractStep(**{each.name: getattr(step, each.name) for each in fields(step)}, before=before, after=after)
        for step, (before, after, _) in zip(steps_of(events), folded, strict=True)
    ]


def decider_of(stream: str) -> AnyDecider:
    """Return the aggregate of a stream."""
    return BY_CATEGORY[stream.partition("-")[0]]


def changes_of(
    events: Sequence[StoredEvent], decoded: Sequence[Any]
) -> Iterator[tuple[State | None, State, tuple[FieldChange, ...]]]:
    """Yield the state of each event's stream before and after it, and the fields that differ; before the first None."""
    states: dict[str, tuple[Any, State]] = {}
    for recorded, event in zip(events, decoded, strict=True):
        decider = decider_of(recorded.stream)
        known = states.get(recorded.stream)
        state, before = known or (decider.initial, plain(decider.initial))
        state = decider.evolve(state, event)
        after = plain(state)
        states[recorded.stream] = state, after
        changes = tuple(differences(before, after, is_first=known is None))
        yield seal(before) if known else None, seal(after), changes


def differences(before: State, after: State, *, is_first: bool) -> Iterator[FieldChange]:
    """Yield the fields in which two states differ; of a field with parts each part that differs, as `tasks.t1`.

    Of the first event nothing was there before. Personal values are sealed.
    """
    for field, now in after.items():
        was = before.get(field)
        if was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict) and field not in PERSONAL:
            for part in dict.fromkeys((*was, *now)):
                if was.get(part) != now.get(part):
                    yield FieldChange(field=f"{field}.{part}", was=seal(was.get(part)), now=seal(now.get(part)))
        else:
            yield FieldChange(field=field, was=None if is_first else seal_field(field, was), now=seal_field(field, now))


def seal_field(field: str, content: Any) -> Any:
    """Return what a field holds, sealed where it is personal."""
    return seal({field: content})[field] if content is not None else None


def plain(state: Any) -> State:
    """Return a state in plain data."""
    content: State = msgspec.to_builtins(state, order="sorted")
    return content


def links_among(events: Sequence[StoredEvent], decoded: Sequence[Any]) -> Mapping[int, int]:
    """Return the positions of corrections, each with that of the event of its stream that it corrects."""
    earlier: defaultdict[str, list[tuple[int, Any]]] = defaultdict(list)
    links: dict[int, int] = {}
    for recorded, event in zip(events, decoded, strict=True):
        before = earlier[recorded.stream]
        index = corrected(event, [each for _, each in before])
        if index is not None:
            links[recorded.position] = before[index][0]
        before.append((recorded.position, event))
    return links


def step_of(
    recorded: StoredEvent,
    event: Any,
    changes: tuple[FieldChange, ...],
    *,
    corrects: int | None,
    corrected_by: tuple[int, ...],
) -> HistoryStep:
    """Return one step."""
    metadata = recorded.metadata
    pack = PACK_OF.get(metadata.pack or "")
    return HistoryStep(
        stream=recorded.stream,
        version=recorded.version,
        position=recorded.position,
        recorded_at=metadata.recorded_at,
        actor=metadata.actor,
        word_of=metadata.word_of,
        allowed_by=getattr(event, "allowed_by", None),
        command_id=metadata.command_id,
        cause=metadata.causation_id,
        correlation=metadata.correlation_id,
        event=recorded.name,
        words={"en": phrase(recorded.name, {}, "en"), "zh": phrase(recorded.name, {}, "zh")},
        data=seal(msgspec.to_builtins(event)),
        changes=changes,
        corrects=corrects,
        corrected_by=corrected_by,
        pack=metadata.pack,
        pack_region=pack.region if pack else None,
        pack_from=pack.effective_from if pack else None,
        rules=rules_of(event),
        taken_over=metadata.taken_over.day if metadata.taken_over else None,
    )
