"""Events name the rules whose outcome they carry, and a refusal names its rule."""

from dataclasses import fields
from itertools import product

import pytest

from domain.rulebook import MOST_RULES, RULEBOOK, rule_of_refusal, rules_of
from domain.rulebook.rule import PRESENT, RecordedBy, where
from domain.team.events import GuestInvited, MemberLeft, TeamDisbanded
from tests.domain.builders import TODAY

RECORDED: dict[type, list[RecordedBy]] = {}
for _rule in RULEBOOK:
    for _each in _rule.events:
        RECORDED.setdefault(_each.event, []).append(_each)


def with_fields(event: type, **values: object) -> object:
    """Return an event of a class that has these fields only."""
    stub: object = object.__new__(event)
    for name, value in values.items():
        object.__setattr__(stub, name, value)
    return stub


@pytest.mark.parametrize("event", RECORDED, ids=lambda event: event.__name__)
def test_an_event_names_three_rules_at_most(event: type) -> None:
    required: dict[str, set[object]] = {}
    for each in RECORDED[event]:
        for name, values in each.fields.items():
            required.setdefault(name, {None, "other"}).update(() if values is PRESENT else values)
    for values in product(*required.values()):
        numbers = rules_of(with_fields(event, **dict(zip(required, values, strict=True))))
        assert len(numbers) <= MOST_RULES, (event, dict(zip(required, values, strict=True)), numbers)


@pytest.mark.parametrize("event", RECORDED, ids=lambda event: event.__name__)
def test_the_fields_by_which_a_rule_knows_its_events_are_theirs(event: type) -> None:
    names = {field.name for field in fields(event)}
    assert {name for each in RECORDED[event] for name in each.fields} <= names


def test_an_event_fits_by_its_fields_any_of_several_values_or_any_value_at_all() -> None:
    guest = with_fields(GuestInvited, kind="other-team", stay_id=None)
    assert where(GuestInvited).fits(guest)
    assert where(GuestInvited, kind=("alliance-expert", "other-team")).fits(guest)
    assert not where(GuestInvited, kind=("alliance-expert",)).fits(guest)
    assert not where(GuestInvited, stay_id=PRESENT).fits(guest)
    assert not where(MemberLeft).fits(guest)
    several = with_fields(GuestInvited, kind=("a", "b"))
    assert where(GuestInvited, kind=("b",)).fits(several)


def test_an_event_that_no_rule_decides_names_none() -> None:
    assert rules_of(TeamDisbanded(team_id="east", institution_id="centre", last_day=TODAY)) == ()


def test_a_refusal_names_its_rule_and_one_of_no_rule_none() -> None:
    assert rule_of_refusal("active-contract-exists") == "A1.3"
    assert rule_of_refusal("contract-unknown") is None
