"""Reads the code of decisions: the numbers of the pack that they read, their refusals, and the tests of rules.

A decision's calls are followed through the functions and methods of the domain, as far as their names allow: a method
of another value is followed where the pack is handed to it.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

from domain.policy_pack import PolicyPack

ROOT = Path(__file__).parents[2]
FIELDS = frozenset(field.name for field in fields(PolicyPack))

Decision = Callable[..., Any]


@cache
def functions_of(decision: Decision) -> tuple[Decision, ...]:
    """Return a decision and every function of the domain that it calls, and those that they call."""
    reached: dict[Decision, None] = {}
    waiting = [decision]
    while waiting:
        function = waiting.pop(0)
        if function not in reached:
            reached[function] = None
            waiting += called_by(function)
    return tuple(reached)


@cache
def tree_of(function: Decision) -> ast.Module:
    """Return a function's syntax."""
    return ast.parse(dedent(inspect.getsource(function)))


def called_by(function: Decision) -> Iterator[Decision]:
    """Yield the functions and methods of the domain that a function calls."""
    module = sys.modules[function.__module__]
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Call):
            yield from targets_of(node, module)


def targets_of(call: ast.Call, module: ModuleType) -> Iterator[Decision]:
    """Yield the functions that a call may reach."""
    if isinstance(call.func, ast.Name):
        target = getattr(module, call.func.id, None)
        if isinstance(target, FunctionType) and target.__module__.startswith("domain."):
            yield target
    elif isinstance(call.func, ast.Attribute):
        place = getattr(module, call.func.value.id, None) if isinstance(call.func.value, ast.Name) else None
        target = getattr(place, call.func.attr, None) if isinstance(place, ModuleType) else None
        if isinstance(target, FunctionType) and target.__module__.startswith("domain."):
            yield target
        elif any(is_pack(argument) for argument in (*call.args, *(keyword.value for keyword in call.keywords))):
            yield from methods().get(call.func.attr, ())


@cache
def methods() -> dict[str, tuple[Decision, ...]]:
    """Return the methods of the domain's classes by their names."""
    by_name: dict[str, dict[Decision, None]] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("domain."):
            for _, cls in inspect.getmembers(module, inspect.isclass):
                if cls.__module__.startswith("domain."):
                    for method, function in inspect.getmembers(cls, inspect.isfunction):
                        if function.__module__.startswith("domain."):
                            by_name.setdefault(method, {})[function] = None
    return {name: tuple(several) for name, several in by_name.items()}


def is_pack(node: ast.expr) -> bool:
    """Say whether an expression is the policy pack."""
    match node:
        case ast.Name(id="pack") | ast.Attribute(attr="pack" | "_pack"):
            return True
        case ast.Call(func=ast.Name(id="in_force" | "pack_of")):
            return True
    return False


def numbers_in(tree: ast.AST) -> Iterator[str]:
    """Yield the numbers of the pack that a piece of code reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in FIELDS and is_pack(node.value):
            yield node.attr


def refusals_in(tree: ast.AST) -> Iterator[str]:
    """Yield the rules by which a piece of code refuses: `Refused(...)`, and the rules of claims."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "Refused" and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            elif node.func.id == "Claim":
                rules = (keyword.value for keyword in node.keywords if keyword.arg == "rule")
                yield from (str(rule.value) for rule in rules if isinstance(rule, ast.Constant))


@cache
def pack_numbers(decisions: tuple[Decision, ...]) -> frozenset[str]:
    """Return the numbers of the pack that decisions read, themselves or through what they call."""
    called = (function for each in decisions for function in functions_of(each))
    return frozenset(number for function in called for number in numbers_in(tree_of(function)))


@cache
def refusals(decisions: tuple[Decision, ...]) -> frozenset[str]:
    """Return the refusals that decisions can give, themselves or through what they call."""
    called = (function for each in decisions for function in functions_of(each))
    return frozenset(refusal for function in called for refusal in refusals_in(tree_of(function)))


def refusals_of_the_domain() -> frozenset[str]:
    """Return every refusal that code of the domain can give."""
    files = sorted((ROOT / "domain").rglob("*.py"))
    return frozenset(each for file in files for each in refusals_in(ast.parse(file.read_text(encoding="utf-8"))))


@cache
def numbers_read_in(*rooms: str) -> frozenset[str]:
    """Return the numbers of the pack that the code of some rooms reads, the packs' own files apart."""
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]
    return frozenset(
        number
        for file in files
        if "policy_pack" not in file.parts
        for number in numbers_in(ast.parse(file.read_text(encoding="utf-8")))
    )


@cache
def comments() -> dict[str, str]:
    """Return the comment of each number in the file of the pack's fields."""
    source = Path(inspect.getsourcefile(PolicyPack) or "").read_text(encoding="utf-8")
    lines, comments_by_field = source.splitlines(), {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == PolicyPack.__name__:
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    comments_by_field[field.target.id] = lines[field.lineno - 1].partition("#")[2].strip()
    return comments_by_field


@cache
def holding_tests() -> dict[str, tuple[str, ...]]:
    """Return the tests that hold each rule, by its number: file and function, as `@holds` above them says."""
    by_number: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for number in numbers_held(node):
                assert isinstance(node, ast.FunctionDef)
                by_number.setdefault(number, []).append(f"{file.stem}.{node.name}")
    return {number: tuple(tests) for number, tests in by_number.items()}


def numbers_held(node: ast.AST) -> Iterator[str]:
    """Yield the numbers that the decorators of a test name."""
    for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "holds":
            yield from (str(argument.value) for argument in decorator.args if isinstance(argument, ast.Constant))
