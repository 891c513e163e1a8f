"""Random walks: any commands in any order; a repeated command never repeats its events."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.care_plan.events import LeftAsEnded, ReferralAdviceWithdrawn
from domain.contract.correction_events import EntitlementReturned, PackageEntryAnnulled
from domain.correcting import CORRECTIONS
from domain.decider import Refused
from domain.registry import AnyDecider
from domain.resident.events import MergeAnnulled, MergeRecorded, ResidentMerged
from domain.visit.correction_events import VisitReinstated
from tests.spec import NOW, inputs_for

Step = tuple[timedelta, Any, dict[str, Any]]
"""The time since the step before, a command (or a function of the moment that makes one), and named inputs."""


WALKS = int(os.environ.get("JIAYI_WALKS", "200"))
"""Walks per law; `make bench` asks for 10,000."""

OFTEN = 4
"""Weight of steps that go on against those that end: without it most walks would end at once."""


@dataclass
class Walk:
    """A history, with the moment at which each event was decided."""

    events: list[Any]
    moments: list[datetime]


def walk(decider: AnyDecider, steps: Sequence[Step]) -> Walk:
    """Decide the commands in order, each one twice; the second decision must return nothing new."""
    history, now, state = Walk([], []), NOW, decider.initial
    for later, step, named_inputs in steps:
        now += later
        command = step(now) if callable(step) else step
        inputs = inputs_for(command, **named_inputs)
        if "now" in inputs:
            inputs["now"] = now
        try:
            decided = decider.decide(command, state, **inputs)
        except Refused:
            continue
        state = reduce(decider.evolve, decided, state)
        history.events += decided
        history.moments += [now] * len(decided)
        try:
            again = decider.decide(command, state, **inputs)
        except Refused:
            continue
        assert again == [], f"{command} repeated: it decided {decided}, then {again}"
    return history


CORRECTED: frozenset[type] = frozenset(
    {
        *CORRECTIONS,
        EntitlementReturned,
        PackageEntryAnnulled,
        LeftAsEnded,
        MergeAnnulled,
        MergeRecorded,
        ResidentMerged,
        ReferralAdviceWithdrawn,
        VisitReinstated,
    }
)
"""Corrections: no step of these walks gives one."""


def every_walk(
    decider: AnyDecider, start: Step, steps: st.SearchStrategy[list[Step]], unmet: tuple[type, ...] = ()
) -> Any:
    """Make a test of a law about histories; the walks must meet nearly every event.

    `unmet` are events that these steps cannot cause: another walk does.
    """

    def decorate(law: Callable[[Walk], None]) -> Callable[[], None]:
        def test() -> None:
            met: set[type] = set()

            @settings(max_examples=WALKS)
            @given(steps)
            def go(some: list[Step]) -> None:
                history = walk(decider, [start, *some])
                met.update(type(event) for event in history.events)
                law(history)

            go()
            expected = set(decider.events) - CORRECTED
            assert len((met | set(unmet)) & expected) >= len(expected) - 2, f"the walks met only {met}"

        test.is_walk = True  # type: ignore[attr-defined]
        return test

    return decorate


def steps_of(*commands: st.SearchStrategy[Any], days: int = 40) -> st.SearchStrategy[list[Step]]:
    """Return walks of some length; about half of the steps follow in the same minute."""
    later = st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(days=days)))
    asks = st.one_of(*commands).map(lambda drawn: drawn if isinstance(drawn, tuple) else (drawn, {}))
    return st.lists(st.tuples(later, asks).map(lambda s: (s[0], *s[1])), min_size=15, max_size=30)


def near(day: date, days: int = 800) -> st.SearchStrategy[date]:
    return st.dates(day - timedelta(days=5), day + timedelta(days=days))
