"""Every command has sentences: it happens, its repetition changes nothing, and each of its rules refuses it.

The sentences of this folder run once more and record their verdicts, which are compared with the code of each decision.
A new command, event or rule without its sentence fails here.
"""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from domain.registry import DECIDER_OF, DECIDERS, DECISION_OF, EVENT_TYPES
from tests import spec

ROOT = Path(__file__).parents[2]

CANNOT_BE_MET = {
    ("TransferContract", "named-member-not-seated"): "after missing_role both seats are held by somebody",
}
"""Rules that stand in a function which a decision calls, but that this decision never meets, and why."""


@pytest.fixture(scope="module")
def verdicts() -> frozenset[spec.Verdict]:
    """Return the verdicts of all sentences of this folder."""
    spec.VERDICTS.clear()
    for file in sorted(Path(__file__).parent.rglob("test_*.py")):
        if file != Path(__file__):
            module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            for name, sentence in inspect.getmembers(module, inspect.isfunction):
                walk = hasattr(sentence, "hypothesis") or hasattr(sentence, "is_walk")
                if name.startswith("test_") and not walk and not inspect.signature(sentence).parameters:
                    sentence()
    return frozenset(spec.VERDICTS)


def rules_of(decision: Any) -> set[str]:
    """Return the rules by which a decision, or a function of the domain that it calls, can refuse."""
    rules: set[str] = set()
    seen: set[Any] = set()

    def read(function: Any) -> None:
        if function in seen:
            return
        seen.add(function)
        module: ModuleType = inspect.getmodule(function) or import_module("domain")
        for node in ast.walk(ast.parse(inspect.getsource(function))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            called = getattr(module, node.func.id, None)
            if node.func.id == "Refused":
                assert isinstance(node.args[0], ast.Constant)
                rules.add(str(node.args[0].value))
            elif inspect.isfunction(called) and called.__module__.startswith("domain."):
                read(called)

    read(decision)
    return rules


COMMANDS = sorted(DECIDER_OF, key=lambda command: command.__name__)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_command_happens_is_quiet_and_is_refused_by_each_of_its_rules(command, verdicts):
    mine = {verdict for verdict in verdicts if verdict.command is command}
    assert "happens" in {verdict.outcome for verdict in mine}, f"no sentence in which {command.__name__} happens"
    assert "quiet" in {verdict.outcome for verdict in mine}, f"no sentence in which {command.__name__} says nothing"
    met = {verdict.rule for verdict in mine if verdict.outcome == "refused"}
    exempt = {rule for name, rule in CANNOT_BE_MET if name == command.__name__}
    expected = rules_of(DECISION_OF[command].decide) - exempt
    assert not expected - met, f"no sentence in which {command.__name__} is refused by {sorted(expected - met)}"
    assert not met - expected, f"{command.__name__} is refused by {sorted(met - expected)}, which its code hides"


def test_every_event_is_said_by_some_sentence(verdicts):
    decided = {event for verdict in verdicts for event in verdict.events}
    assert not set(EVENT_TYPES.values()) - decided


def test_each_exemption_is_still_needed():
    names = {command.__name__: command for command in COMMANDS}
    for name, rule in CANNOT_BE_MET:
        command = names[name]
        assert rule in rules_of(DECISION_OF[command].decide)


def test_a_command_belongs_to_one_aggregate_and_an_event_too():
    assert len(DECIDER_OF) == sum(len(d.decisions) for d in DECIDERS)
    assert len(EVENT_TYPES) == sum(len(d.events) for d in DECIDERS)
    assert len({d.category for d in DECIDERS}) == len(DECIDERS)


def test_a_stored_name_is_its_category_a_past_fact_and_a_version():
    for decider in DECIDERS:
        for stored, event in EVENT_TYPES.items():
            if event in decider.events:
                category, name, version = stored.split(".")
                assert (category, version) == (decider.category, "v1")
                assert name.replace("_", "").isalpha()
