"""Specifications as sentences: given past events, when a command is decided, then these events follow.

`given(registered).when(TagKeyGroup(...)).then(tagged)` finds the decider by the command. Inputs that the decision
declares and the sentence does not name have defaults: `now` is Monday 2026-03-02, 09:00 local, `actor` is `admin`,
`pack` is SZ-2018, another aggregate has no events, a count is 0, nothing is held, several aggregates are none; what is
named by its id alone exists, and members have seats. One
aggregate is passed as its events or as its state, several as their events:
`.when(sign, resident=[registered], institutions=[[opened]])`.

Every `then` also decides the command a second time: the answer is nothing or a refusal, never the same events twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

from domain.decider import Actor, Claim, Count, Each, Exists, Held, Now, One, Pack, Refused, Same, TeamDay, Unseated
from domain.event import is_event
from domain.policy_pack import pack_of
from domain.registry import DECIDER_OF, DECISION_OF, AnyDecider

SZ_2018 = pack_of("SZ-2018")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)

Outcome = Literal["happens", "quiet", "refused"]


@dataclass(frozen=True)
class Verdict:
    """What one sentence proved: a command, its outcome, and the events or the rule."""

    command: type
    outcome: Outcome
    events: tuple[type, ...] = ()
    rule: str = ""


VERDICTS: list[Verdict] = []
"""Every sentence that held since the process began; `test_every_command.py` reads it."""


def folded(decider: AnyDecider, *events: object) -> Any:
    """Return the state after these events; each must be one of the decider's."""
    for event in events:
        if not isinstance(event, decider.events):
            raise TypeError(f"{type(event).__name__} is no event of {decider.category}")
    return decider.fold(events)


def claimed(decider: AnyDecider, *events: object) -> list[Claim]:
    """Return the claims that the last event raises after those before it."""
    return list(decider.claims(folded(decider, *events), events[-1]))


def touched(decider: AnyDecider, *events: object) -> list[TeamDay]:
    """Return the team-days that the last event changes after those before it."""
    return list(decider.touches(folded(decider, *events), events[-1]))


def inputs_for(command: object, **named: Any) -> dict[str, Any]:
    """Return every input that the command's decision declares: those named here, and defaults for the rest."""
    sources = DECISION_OF[type(command)].sources
    if unknown := named.keys() - {source.name for source in sources}:
        raise TypeError(f"the decision of {type(command).__name__} has no inputs {sorted(unknown)}")
    inputs: dict[str, Any] = {}
    for name, declared, _ in sources:
        match declared:
            case Now():
                inputs[name] = named.get(name, NOW)
            case Actor():
                inputs[name] = named.get(name, "admin")
            case Pack():
                inputs[name] = named.get(name, SZ_2018)
            case One(decider):
                state = named.get(name, decider.initial)
                inputs[name] = folded(decider, *state) if isinstance(state, Iterable) else state
            case Each(decider):
                inputs[name] = tuple(folded(decider, *events) for events in named.get(name, ()))
            case Count():
                inputs[name] = named.get(name, 0)
            case Held() | Unseated():
                inputs[name] = named.get(name, ())
            case Exists():
                inputs[name] = named.get(name, True)
            case Same():
                own = DECIDER_OF[type(command)]
                inputs[name] = folded(own, *named.get(name, ()))
    return inputs


@dataclass(frozen=True)
class Spec:
    """A sentence that is not complete yet."""

    past: tuple[object, ...]
    command: Any = None
    inputs: dict[str, Any] = field(default_factory=dict)

    def when(self, command: object, **inputs: object) -> "Spec":
        """Set the command and its inputs."""
        return Spec(self.past, command, inputs_for(command, **inputs))

    def then(self, *events: object) -> None:
        """Expect exactly these events, and none of them from a second decision."""
        assert events, "say then_nothing()"
        decided = self.decide()
        assert decided == list(events), f"\ndecided  {decided}\nexpected {list(events)}"
        again = self.decide(*decided)
        assert isinstance(again, Refused) or again == [], f"a second decision returns {again}"
        VERDICTS.append(Verdict(type(self.command), "happens", tuple(type(event) for event in events)))

    def decided(self) -> list[Any]:
        """Return the events that follow, for a sentence about a part of them."""
        decided = self.decide()
        assert not isinstance(decided, Refused), decided
        return decided

    def then_nothing(self) -> None:
        """Expect no event and no refusal."""
        assert self.decide() == []
        VERDICTS.append(Verdict(type(self.command), "quiet"))

    def then_refused(self, rule: str, **values: object) -> None:
        """Expect a refusal by this rule, with at least these values."""
        refusal = self.decide()
        assert isinstance(refusal, Refused), f"not refused, but decided {refusal}"
        assert refusal.rule == rule
        assert None not in refusal.values.values(), f"{refusal} lacks a value"
        assert {name: refusal.values.get(name, "no such value") for name in values} == values
        VERDICTS.append(Verdict(type(self.command), "refused", rule=rule))

    def decide(self, *later: object) -> "list[Any] | Refused":
        """Return what the decision returns after the past and these later events."""
        decider = DECIDER_OF[type(self.command)]
        try:
            decided = decider.decide(self.command, folded(decider, *self.past, *later), **self.inputs)
        except Refused as refusal:
            return refusal
        for event in decided:
            assert is_event(type(event)), "a decision returns events"
            assert isinstance(event, decider.events)
        return decided


def given(*past: object) -> Spec:
    """Begin a sentence with the past events of the aggregate; `given()` if there are none."""
    return Spec(past)
