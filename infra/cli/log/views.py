"""Events and rebuilt rows as people read them."""

from collections.abc import Iterator

from infra.cli.log.results import CheckedRows, EventRecord, RebuiltRows
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block
from infra.edges.results import Exit, to_json


def event_line(result: EventRecord | Exit, words: Translator) -> Iterator[Block]:  # noqa: ARG001 -- a view's arguments
    """Show an event in one line."""
    if isinstance(result, EventRecord):
        head = f"{result.position:>6} {shown(result.recorded_at)} {result.actor} {result.stream}:{result.version}"
        yield f"{head} {result.event} {to_json(result.data)}"


def event_in_full(result: EventRecord, words: Translator) -> Iterator[Block]:  # noqa: ARG001 -- a view's arguments
    """Show an event, a line for each field."""
    for name, value in result.payload().items():
        if not isinstance(value, dict):
            yield f"{name}: {value}"
    for name, value in result.data.items():
        yield f"  {name}: {value if isinstance(value, str | int) else to_json(value)}"


def rebuilt(result: RebuiltRows, words: Translator) -> Iterator[Block]:
    """Show where rows differ, and how many there are at which position."""
    for each in result.differences:
        yield f"{each.table} {each.key}: {words.say(each.what)} {' '.join(each.columns)}".rstrip()
    values = {"rows": result.rows, "position": result.position, "differences": len(result.differences)}
    if not isinstance(result, CheckedRows):
        yield words.say("rows-rebuilt", values)
    else:
        yield words.say("rows-differ" if result.differences else "rows-equal", values)
