"""Commands line by line: lines that have arrived are decided in few commits and answered in order, one line for each.

Answers do not depend on how lines were batched: a line that names somebody for whom an earlier line of the batch may
cause reactions, or that is given at another time, begins a new batch and so sees what followed.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import BinaryIO, cast

from domain.decider import Refused
from domain.reactions import REACTIONS
from domain.registry import DECIDER_OF, DECIDERS
from infra.cli.records.answers import first_answer, read_object
from infra.cli.records.known_person import introduce
from infra.cli.records.results import CommandAnswer
from infra.cli.session import Session
from infra.codec import BadInput
from infra.command_handler import Answer, CommandRequest
from infra.edges.exit_codes import REFUSED
from infra.edges.moments import moment
from infra.edges.parsing import parse_command
from infra.edges.problems import UsageError, problem_of
from infra.edges.results import Listing
from infra.edges.warnings import warnings_of_answer
from infra.settings import Language
from infra.system import System

CHUNK = 1 << 20
MOST = 1000
"""Lines of one commit at most."""

_FIELDS = frozenset({"name", "id", "actor", "now", "data"})
_REACTING = frozenset(d.category for d in DECIDERS if any(event in REACTIONS for event in d.events))
_NAMING = frozenset({"resident_id", "care_task_id", *(f"{category}_id" for category in _REACTING)})


LineAnswer = CommandAnswer | dict[str, object]
"""The answer to a line: that of its command, or its problem as JSON."""


@dataclass(frozen=True)
class _Line:
    """One line of input: the command that it requests, or why it cannot be read."""

    id: str | None
    request: CommandRequest | None = None
    error: Exception | None = None
    own_time: datetime | None = None
    names: frozenset[str] = frozenset()

    @property
    def causes_reactions(self) -> bool:
        """Say whether reactions may follow from it."""
        return self.request is not None and DECIDER_OF[type(self.request.command)].category in _REACTING


def run_lines(session: Session, system: System, actor: str) -> int:
    """Answer every line of standard input on standard output; 2 if any was refused."""
    refused = False
    ask = partial(session.ask, system)
    runner = LineRunner(system, actor, session.language, ask, check=system.admission)
    for lines in _arriving(sys.stdin.buffer):
        for answers in runner.answered_batches(lines):
            refused = refused or not all(isinstance(answer, CommandAnswer) for answer in answers)
            session.emit(Listing(answers))
    return REFUSED if refused else 0


class LineRunner:
    """Answers lines of one sender, in order.

    `ask` answers questions as the sender may see it, `clock` is the time of a line that has none, `check` refuses a
    command that the sender may not give, and `open_fields` are those that a line may have. `correlation_id` joins what
    the lines record.
    """

    def __init__(
        self,
        system: System,
        actor: str,
        language: Language,
        ask: Callable[[object], object],
        *,
        clock: Callable[[], datetime] | None = None,
        check: Callable[[object], None] | None = None,
        open_fields: frozenset[str] = _FIELDS,
        correlation_id: str | None = None,
    ) -> None:
        self._system = system
        self._actor = actor
        self._language = language
        self._ask = ask
        self._clock = clock or system.now
        self._check = check
        self._open_fields = open_fields
        self._correlation_id = correlation_id
        self._reacting: set[str] = set()

    def answer(self, lines: list[bytes]) -> list[LineAnswer]:
        """Return an answer for each line."""
        return list(chain.from_iterable(self.answered_batches(lines)))

    def answered_batches(self, lines: list[bytes]) -> Iterator[tuple[LineAnswer, ...]]:
        """Yield the answers of the lines, those of one commit together."""
        system = self._system
        for batch in _batches([self._read(line) for line in lines]):
            if not self._reacting.isdisjoint(chain.from_iterable(line.names for line in batch)):
                system.follower.follow(system.now())  # it names somebody for whom reactions may be under way
                self._reacting.clear()
            yield tuple(self._answer(line, verdict) for line, verdict in _decide(system, batch))
            self._reacting.update(*(line.names for line in batch if line.causes_reactions))

    def _answer(self, line: _Line, verdict: Answer | Exception) -> LineAnswer:
        if isinstance(verdict, Answer):
            return CommandAnswer.of(verdict, line.id, warnings_of_answer(self._system, verdict))
        if isinstance(verdict, Refused):
            introduce(verdict, self._ask)
        problem = problem_of(verdict, self._language)
        assert problem is not None
        return {"id": line.id, **problem.payload()}

    def _read(self, line: bytes) -> _Line:
        command_id: str | None = None
        try:
            payload = read_object(line)
            if isinstance(payload.get("id"), str):
                command_id = str(payload["id"])
            for field in sorted(payload.keys() - self._open_fields):
                fields = ", ".join(sorted(self._open_fields))
                raise UsageError("unknown-field", field=field, detail=f"a line has {fields}")
            name, data = payload.get("name"), payload.get("data", {})
            if not isinstance(name, str) or not isinstance(data, dict):
                raise UsageError("bad-json", detail="a line needs a name and an object of data")
            now, named = _text(payload, "now"), _text(payload, "actor")
            self._system.require_own_time(names_time=now is not None, names_actor=named is not None)
            request = CommandRequest(
                command=parse_command(name, data),
                command_id=_text(payload, "id"),
                actor=named or self._actor,
                now=moment(now, "now") if now else self._clock(),
                correlation_id=self._correlation_id,
            )
            if self._check is not None:
                self._check(request.command)
        except (UsageError, BadInput, Refused) as error:
            return _Line(id=command_id, error=error)
        own_time = request.now if now is not None or self._system.settings.now is not None else None
        return _Line(id=command_id, request=request, own_time=own_time, names=frozenset(_named(data)))


def _arriving(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the whole lines that have arrived, so that a writer who waits for an answer gets it."""
    rest = b""
    read = getattr(stream, "read1", stream.read)
    while chunk := cast(bytes, read(CHUNK)):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines := [line for line in lines if line.strip()]:
            yield lines
    if rest.strip():
        yield [rest]


def _text(payload: dict[str, object], field: str) -> str | None:
    text = payload.get(field)
    if text is not None and (not isinstance(text, str) or not text):
        raise UsageError("wrong-type", field=field, detail="Expected `str`")
    return text


def _named(data: object) -> Iterator[str]:
    """Yield the ids in a command's data, at any depth, of those for whom reactions act."""
    if isinstance(data, dict):
        for field, value in data.items():
            if field in _NAMING and isinstance(value, str):
                yield value
            yield from _named(value)
    elif isinstance(data, list):
        for each in data:
            yield from _named(each)


def _batches(lines: list[_Line]) -> Iterator[list[_Line]]:
    batch: list[_Line] = []
    reacting: set[str] = set()
    for line in lines:
        other_time = bool(batch) and batch[-1].own_time != line.own_time
        if other_time or len(batch) >= MOST or not reacting.isdisjoint(line.names):
            yield batch
            batch, reacting = [], set()
        if line.causes_reactions:
            reacting |= line.names
        batch.append(line)
    if batch:
        yield batch


def _decide(system: System, batch: list[_Line]) -> Iterator[tuple[_Line, Answer | Exception]]:
    """Yield the verdict of each line of a batch, in order."""
    last = system.store.last_recorded_at()
    settled = [_settled(system, line, last) for line in batch]
    requests = [line.request for line, known in zip(batch, settled, strict=True) if line.request and known is None]
    verdicts = iter(system.execute_all(requests) if requests else ())
    for line, known in zip(batch, settled, strict=True):
        yield line, known or next(verdicts)


def _settled(system: System, line: _Line, last: datetime | None) -> Answer | Exception | None:
    """Return the verdict of a line that is not decided now: it cannot be read, or its time is before the last event.

    A command that was answered before may arrive again at any time.
    """
    if line.request is None:
        return line.error
    if line.own_time is None or last is None or line.own_time >= last:
        return None
    try:
        known = first_answer(system, line.request.command, line.request.command_id)
    except Refused as refused:
        return refused
    return known or Refused("now-before-last-event", now=line.own_time.isoformat(), last=last.isoformat())
