"""Tests as sentences: given what happened, when this is asked, then that follows.

`given(registered).when(TagKeyGroup(...)).then(tagged)` finds the decider by the command. Facts that the decision wants
and the sentence does not name are these: `now` is Monday 2026-03-02, 09:00 local, `pack` is SZ-2018, another aggregate
is as if nothing had ever happened to it, a count is 0, of several there is none. Another aggregate is given as its
events or as its state, several as their events: `.when(sign, resident=[registered], institutions=[[opened]])`.

Every `then` also asks again: whoever asks twice is told nothing or refused, never given the same twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

from domain.decider import Claim, Decider, Refused, TeamDay
from domain.event import stored_name
from domain.policy_pack import pack_of
from domain.registry import BY_CATEGORY, DECIDER_OF, FACTS_OF, each_of

SZ_2018 = pack_of("SZ-2018")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)

Outcome = Literal["happens", "quiet", "refused"]


@dataclass(frozen=True)
class Told:
    """What one sentence showed: a command, how it ended, and the events or the rule."""

    command: type
    outcome: Outcome
    events: tuple[type, ...] = ()
    rule: str = ""


TOLD: list[Told] = []
"""Every sentence that held since the process began; `test_every_command.py` reads it."""


def folded(decider: Decider[Any, Any], *events: object) -> Any:
    """Return the state after these events; each must be one of the decider's."""
    for fact in events:
        if not isinstance(fact, decider.events):
            raise TypeError(f"{type(fact).__name__} is no event of {decider.category}")
    return decider.fold(events)


def claimed(decider: Decider[Any, Any], *events: object) -> list[Claim]:
    """Return the claims that the last event raises after those before it."""
    return list(decider.claims(folded(decider, *events), events[-1]))


def touched(decider: Decider[Any, Any], *events: object) -> list[TeamDay]:
    """Return the team-days that the last event changes after those before it."""
    return list(decider.touches(folded(decider, *events), events[-1]))


def facts_for(command: object, **given_facts: object) -> dict[str, Any]:
    """Return every fact that the command's decision wants: those given, and the usual ones for the rest."""
    wanted = FACTS_OF[type(command)]
    if unwanted := given_facts.keys() - set(wanted):
        raise TypeError(f"{type(command).__name__} asks for {wanted}, not for {sorted(unwanted)}")
    facts: dict[str, Any] = {}
    for name in wanted:
        if name == "now":
            facts[name] = given_facts.get(name, NOW)
        elif name == "pack":
            facts[name] = given_facts.get(name, SZ_2018)
        elif (category := each_of(name)) is not None:
            several: Any = given_facts.get(name, ())
            facts[name] = tuple(folded(BY_CATEGORY[category], *told) for told in several)
        elif name not in BY_CATEGORY:
            facts[name] = given_facts.get(name, 0)
        else:
            decider = BY_CATEGORY[name]
            told = given_facts.get(name, decider.initial)
            facts[name] = folded(decider, *told) if isinstance(told, Iterable) else told
    return facts


@dataclass(frozen=True)
class Spec:
    """A sentence in the making."""

    past: tuple[object, ...]
    command: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    def when(self, command: object, **facts: object) -> "Spec":
        """Ask for something."""
        return Spec(self.past, command, facts_for(command, **facts))

    def then(self, *events: object) -> None:
        """Expect exactly these events, and none of them when asked again."""
        assert events, "say then_nothing()"
        decided = self.decide()
        assert decided == list(events), f"\nsaid     {decided}\nexpected {list(events)}"
        again = self.decide(*decided)
        assert isinstance(again, Refused) or again == [], f"asked again, it says {again}"
        TOLD.append(Told(type(self.command), "happens", tuple(type(e) for e in events)))

    def said(self) -> list[Any]:
        """Return what follows, for a sentence about a part of it."""
        decided = self.decide()
        assert not isinstance(decided, Refused), decided
        return decided

    def then_nothing(self) -> None:
        """Expect that there is nothing to say."""
        assert self.decide() == []
        TOLD.append(Told(type(self.command), "quiet"))

    def then_refused(self, rule: str, **values: object) -> None:
        """Expect a refusal by this rule, with at least these values."""
        refusal = self.decide()
        assert isinstance(refusal, Refused), f"not refused, it says {refusal}"
        assert refusal.rule == rule
        assert None not in refusal.values.values(), f"{refusal} does not say about what"
        assert {name: refusal.values.get(name, "not given") for name in values} == values
        TOLD.append(Told(type(self.command), "refused", rule=rule))

    def decide(self, *later: object) -> "list[Any] | Refused":
        """Return what the decision says after the past and these later events."""
        decider = DECIDER_OF[type(self.command)]
        try:
            decided = decider.decide(self.command, folded(decider, *self.past, *later), **self.facts)
        except Refused as refusal:
            return refusal
        for fact in decided:
            assert stored_name(type(fact)), "a decision returns events"
            assert isinstance(fact, decider.events)
        return decided


def given(*past: object) -> Spec:
    """Begin a sentence with what has happened to the aggregate so far; `given()` if nothing has."""
    return Spec(past)
