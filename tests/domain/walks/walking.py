"""Random walks: whatever is asked in whatever order, and asking twice never doubles anything."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decider import Refused
from domain.registry import AnyDecider
from tests.spec import NOW, inputs_for

Step = tuple[timedelta, Any, dict[str, Any]]
"""How much later than the step before, what is asked (or what is asked at that moment), and other aggregates."""


WALKS = int(os.environ.get("JIAYI_WALKS", "200"))
"""How many walks each law is tried on; `make bench` asks for 10,000."""

OFTEN = 4
"""How much likelier a step is on the way than one that ends it: without it most walks would end at once."""


@dataclass
class Walk:
    """A history, with the moment at which each event was decided."""

    events: list[Any]
    moments: list[datetime]


def walk(decider: AnyDecider, steps: Sequence[Step]) -> Walk:
    """Ask one after the other; each answer is asked for twice, and the second time nothing new is said."""
    history, now, state = Walk([], []), NOW, decider.initial
    for later, asked, named_inputs in steps:
        now += later
        command = asked(now) if callable(asked) else asked
        inputs = inputs_for(command, **named_inputs)
        if "now" in inputs:
            inputs["now"] = now
        try:
            said = decider.decide(command, state, **inputs)
        except Refused:
            continue
        state = reduce(decider.evolve, said, state)
        history.events += said
        history.moments += [now] * len(said)
        try:
            again = decider.decide(command, state, **inputs)
        except Refused:
            continue
        assert again == [], f"{command} was asked twice and said {said}, then {again}"
    return history


def every_walk(
    decider: AnyDecider, start: Step, steps: st.SearchStrategy[list[Step]], unmet: tuple[type, ...] = ()
) -> Any:
    """Make a test of a law about histories; the walks must meet nearly every event, or they prove little.

    `unmet` are events that these steps do not ask for: another walk does.
    """

    def decorate(law: Callable[[Walk], None]) -> Callable[[], None]:
        def test() -> None:
            met: set[type] = set()

            @settings(max_examples=WALKS)
            @given(steps)
            def go(some: list[Step]) -> None:
                history = walk(decider, [start, *some])
                met.update(type(fact) for fact in history.events)
                law(history)

            go()
            assert len(met | set(unmet)) >= len(decider.events) - 2, f"the walks met only {met}"

        test.is_walk = True  # type: ignore[attr-defined]
        return test

    return decorate


def steps_of(*asked: st.SearchStrategy[Any], days: int = 40) -> st.SearchStrategy[list[Step]]:
    """Return walks of some length; about half of the steps follow in the same minute."""
    later = st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(days=days)))
    asks = st.one_of(*asked).map(lambda told: told if isinstance(told, tuple) else (told, {}))
    return st.lists(st.tuples(later, asks).map(lambda s: (s[0], *s[1])), min_size=15, max_size=30)


def near(day: date, days: int = 800) -> st.SearchStrategy[date]:
    return st.dates(day - timedelta(days=5), day + timedelta(days=days))
