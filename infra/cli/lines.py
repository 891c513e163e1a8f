"""Commands line by line: what has arrived is decided in few commits, and answered in order, one line for each.

Answers do not depend on how lines were gathered: a line that names somebody whom an earlier line of the batch may have
set reactions going for, or that is given at another time, begins a new batch and so sees what followed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import BinaryIO, cast

import click

from domain.decider import Refused
from domain.reactions import REACTIONS
from domain.registry import DECIDER_OF, DECIDERS
from infra import edges
from infra.cli.answers import answered, first_answer, read_object
from infra.cli.moments import moment
from infra.cli.problems import REFUSED, Unfit, problem_of, to_json
from infra.codec import BadInput
from infra.command_handler import Answer, Asked
from infra.settings import Language
from infra.wiring import System

CHUNK = 1 << 20
MOST = 1000
"""Lines of one commit at most."""

_FIELDS = frozenset({"name", "id", "actor", "now", "data"})
_REACTING = frozenset(d.category for d in DECIDERS if any(fact in REACTIONS for fact in d.events))
_NAMING = frozenset({"resident_id", "care_task_id", *(f"{category}_id" for category in _REACTING)})


@dataclass(frozen=True)
class _Line:
    """One line of input: what is asked, or why it cannot be."""

    id: str | None
    asked: Asked | None = None
    error: Exception | None = None
    own_time: datetime | None = None
    names: frozenset[str] = frozenset()

    @property
    def sets_going(self) -> bool:
        """Say whether reactions may follow from it."""
        return self.asked is not None and DECIDER_OF[type(self.asked.command)].category in _REACTING


def run_lines(system: System, language: Language, actor: str) -> int:
    """Answer every line of standard input on standard output; 2 if any was refused."""
    refused = False
    going: set[str] = set()
    for lines in _arriving(click.get_binary_stream("stdin")):
        read = [_read(line, system, actor) for line in lines]
        for batch in _batches(read):
            if not going.isdisjoint(chain.from_iterable(line.names for line in batch)):
                system.runner.follow(system.now())  # it names somebody for whom reactions may be under way
                going.clear()
            answers = [_answer(line, verdict, language) for line, verdict in _decide(system, batch)]
            refused = refused or any("rule" in answer for answer in answers)
            click.echo("\n".join(map(to_json, answers)))
            going.update(*(line.names for line in batch if line.sets_going))
    return REFUSED if refused else 0


def _arriving(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the whole lines that have arrived: whoever writes one and waits for its answer gets it."""
    rest = b""
    read = getattr(stream, "read1", stream.read)
    while chunk := cast(bytes, read(CHUNK)):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines := [line for line in lines if line.strip()]:
            yield lines
    if rest.strip():
        yield [rest]


def _read(line: bytes, system: System, actor: str) -> _Line:
    command_id: str | None = None
    try:
        told = read_object(line)
        if isinstance(told.get("id"), str):
            command_id = str(told["id"])
        for field in told.keys() - _FIELDS:
            raise Unfit("unknown-field", field=field, detail="a line has name, id, actor, now and data")
        name, data = told.get("name"), told.get("data", {})
        if not isinstance(name, str) or not isinstance(data, dict):
            raise Unfit("bad-json", detail="a line needs a name and an object of data")
        now = _text(told, "now")
        asked = Asked(
            command=edges.command(name, data),
            command_id=_text(told, "id"),
            actor=_text(told, "actor") or actor,
            now=moment(now, "now") if now else system.now(),
        )
    except (Unfit, BadInput, Refused) as error:
        return _Line(id=command_id, error=error)
    own_time = asked.now if now is not None or system.settings.now is not None else None
    return _Line(id=command_id, asked=asked, own_time=own_time, names=frozenset(_named(data)))


def _text(told: dict[str, object], field: str) -> str | None:
    text = told.get(field)
    if text is not None and (not isinstance(text, str) or not text):
        raise Unfit("wrong-type", field=field, detail="Expected `str`")
    return text


def _named(data: object) -> Iterator[str]:
    """Yield the ids in a command's data, at any depth, of those for whom reactions act."""
    if isinstance(data, dict):
        for field, told in data.items():
            if field in _NAMING and isinstance(told, str):
                yield told
            yield from _named(told)
    elif isinstance(data, list):
        for each in data:
            yield from _named(each)


def _batches(lines: list[_Line]) -> Iterator[list[_Line]]:
    batch: list[_Line] = []
    going: set[str] = set()
    for line in lines:
        other_time = bool(batch) and batch[-1].own_time != line.own_time
        if other_time or len(batch) >= MOST or not going.isdisjoint(line.names):
            yield batch
            batch, going = [], set()
        if line.sets_going:
            going |= line.names
        batch.append(line)
    if batch:
        yield batch


def _decide(system: System, batch: list[_Line]) -> Iterator[tuple[_Line, Answer | Exception]]:
    """Yield the verdict of each line of a batch, in order."""
    last = system.store.last_recorded_at()
    settled = [_settled(system, line, last) for line in batch]
    given = [line.asked for line, known in zip(batch, settled, strict=True) if line.asked and known is None]
    verdicts = iter(system.execute_all(given) if given else ())
    for line, known in zip(batch, settled, strict=True):
        yield line, known or next(verdicts)


def _settled(system: System, line: _Line, last: datetime | None) -> Answer | Exception | None:
    """Return the verdict of a line that is not decided now: it cannot be read, or its time is before the last event.

    What was answered before may be asked at any time.
    """
    if line.asked is None:
        return line.error
    if line.own_time is None or last is None or line.own_time >= last:
        return None
    try:
        known = first_answer(system, line.asked.command, line.asked.command_id)
    except Refused as refused:
        return refused
    return known or Refused("now-before-last-event", now=line.own_time.isoformat(), last=last.isoformat())


def _answer(line: _Line, verdict: Answer | Exception, language: Language) -> dict[str, object]:
    if isinstance(verdict, Answer):
        return answered(verdict, line.id)
    problem = problem_of(verdict, language)
    assert problem is not None
    return {"id": line.id, **problem.told()}
