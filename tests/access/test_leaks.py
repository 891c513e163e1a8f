"""No answer shows more than its role may see, and each that shows something of a resident leaves a record."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

import msgspec
import pytest

from domain.decider import Refused
from infra.access.gate import Gate
from infra.access.reads import Read, reads_of
from infra.codec import command_from
from infra.system import System
from projections.registry import QUESTIONS
from tests.access.matrix import ROLES, question_data
from tests.access.two_teams import FINDING_OF, PEOPLE, PRINCIPALS, health_of, secrets_of

EVERYBODY = frozenset(PEOPLE)

MAY_SEE = {
    "member": {"li"},
    "leader": {"li", "wang"},
    "clerk": {"li", "wang"},
    "auditor": set[str](),
    "operator": set[str](),
    "administrator": set[str](),
    "resident": {"li"},
    "hospital": {"li", "wang"},
    "service": set[str](),
}
"""Whose values each role sees unmasked."""

SEES_NO_FINDINGS = {"clerk"}


class Shown(NamedTuple):
    """An answer that a role was given, and the newest record of a read."""

    role: str
    question: str
    answer: Any
    text: str
    read: Read | None


@pytest.fixture(scope="module")
def answers(community: System) -> list[Shown]:
    """Return what every role is answered: of what is its own, of another's, and of all."""
    return [shown for role in ROLES for name in QUESTIONS for shown in answers_to(community, role, name)]


def answers_to(system: System, role: str, name: str) -> Iterator[Shown]:
    question = QUESTIONS[name]
    names = {field.name for field in fields(question.asks)}
    example = msgspec.to_builtins(question.example)
    own, other = (question_data(example, names, role, whose) for whose in ("own", "other"))
    optional = {field.name: None for field in fields(question.asks) if field.default is None}
    every_id = {name: own[name] for name in optional if name.endswith("_id")}
    for data in (own, other, {**own, **optional}, {**own, **optional, **every_id}):
        newest = reads_of(system).newest(limit=1)
        try:
            answer = Gate(system, PRINCIPALS[role]).ask(command_from(question.asks, data))
        except Refused:
            continue
        after = reads_of(system).newest(limit=1)
        text = json.dumps(answer, ensure_ascii=False)
        yield Shown(role, name, answer, text, after[0] if after != newest else None)


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_holds_a_value_that_its_reader_may_not_see(answers: list[Shown], role: str) -> None:
    hidden = {secret for each in EVERYBODY - MAY_SEE[role] for secret in secrets_of(each) | health_of(each)}
    hidden |= {person.identity_number for person in PEOPLE.values()}
    if role in SEES_NO_FINDINGS:
        hidden |= {finding for each in EVERYBODY for finding in health_of(each)}
    if role == "hospital":
        hidden |= {person.address for person in PEOPLE.values()}
    leaks = {(each.question, value) for each in answers if each.role == role for value in hidden if value in each.text}
    assert leaks == set()


@pytest.mark.parametrize("role", ROLES)
def test_each_reader_sees_the_values_that_they_may_see(answers: list[Shown], role: str) -> None:
    said = "\n".join(each.text for each in answers if each.role == role)
    assert {each for each in EVERYBODY if PEOPLE[each].name in said} == MAY_SEE[role]
    treats = MAY_SEE[role] if role not in SEES_NO_FINDINGS else set()
    assert {each for each, finding in FINDING_OF.items() if finding in said} == treats


def test_each_answer_that_names_a_resident_is_on_record_with_all_it_names(answers: list[Shown]) -> None:
    named = [(each, residents_in(each.answer)) for each in answers]
    assert len({shown.question for shown, residents in named if residents}) > 15
    unrecorded = {
        (shown.role, shown.question)
        for shown, residents in named
        if residents and (shown.read is None or not residents <= set(shown.read.resident_ids))
    }
    assert unrecorded == set()


def test_each_answer_with_a_personal_value_masked_or_not_is_on_record(answers: list[Shown]) -> None:
    values = {value for each in EVERYBODY for value in secrets_of(each) | health_of(each)} | {"李**", "王**", "赵**"}
    silent = [each for each in answers if each.read is None]
    unrecorded = {each.question for each in silent if any(value in each.text for value in values)}
    assert unrecorded == set()


def test_a_record_says_who_read_and_holds_no_value(answers: list[Shown]) -> None:
    values = {value for each in EVERYBODY for value in secrets_of(each) | health_of(each)}
    for each in answers:
        if each.read is not None:
            assert (each.read.account_id, each.read.what) == (PRINCIPALS[each.role].account_id, each.question)
            assert not any(value in str(each.read) for value in values)


def residents_in(data: Any) -> set[str]:
    if isinstance(data, dict):
        own = {str(data["resident_id"])} if data.get("resident_id") else set()
        return own.union(*(residents_in(each) for each in data.values()))
    return set().union(*(residents_in(each) for each in data)) if isinstance(data, list) else set()
