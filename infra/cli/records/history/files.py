"""Histories as files: a line for each event, with what it changed in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from infra.edges.phrases import Translator
from infra.exports.export import Export, StoreTime, cell_of

COLUMNS = (
    *("stream", "version", "position", "recorded_at", "actor", "word_of", "allowed_by", "event", "event_in_words"),
    *("changes", "corrects", "corrected_by", "rules", "pack", "pack_region", "pack_from", "taken_over"),
    *("command_id", "cause", "correlation", "data"),
)
"""The columns of every history; whole states, which only a contract's JSON has, are left out."""


LONGEST_VALUE = 400
"""Signs of a value in the line of a change: the cell of a spreadsheet is bounded."""


def history_export(
    operation: str,
    named: Mapping[str, str],
    steps: Sequence[Mapping[str, Any]],
    words: Translator,
    *,
    made_at: datetime,
    made_by: str,
    store_time: StoreTime,
) -> Export:
    """Return the table of a history's steps, as plain data of which the reader may see all."""
    return Export(
        question="".join(each.capitalize() for each in operation.split("-")),
        parameters=dict(named),
        columns=COLUMNS,
        rows=tuple(tuple(cell_of(in_words(step, words)[name]) for name in COLUMNS) for step in steps),
        made_at=made_at,
        made_by=made_by,
        store_time=store_time,
    )


def in_words(step: Mapping[str, Any], words: Translator) -> dict[str, Any]:
    """Return a step with its changes as lines of text; a value that is hidden stays as it is shown."""
    changes = step["changes"]
    return {
        **step,
        "event_in_words": words.say(step["event"]),
        "changes": "\n".join(map(changed, changes)) if isinstance(changes, list) else changes,
    }


def changed(change: Mapping[str, Any]) -> str:
    """Return a change as a line: the field, what it was and what it is."""
    return f"{change['field']}: {shortened(change['was'])} → {shortened(change['now'])}"


def shortened(content: Any) -> str:
    """Return a value as JSON; of one that is too long for a line, how many parts it has. `data` holds it whole."""
    text = orjson.dumps(content).decode()
    return text if len(text) <= LONGEST_VALUE or not isinstance(content, list | dict) else f"[{len(content)}]"
