"""The table of rules says what the code does, no rule is missing, and no number of a pack is for nothing."""

import ast
import re

import pytest

from domain.policy_pack import PolicyPack
from domain.referral import outbound
from domain.rulebook import RULEBOOK
from domain.rulebook.contents import CHAPTERS
from domain.rulebook.plumbing import NOT_THERE, PLUMBING, REPEATED, SENSELESS
from infra.docs.reading import (
    FIELDS,
    comments,
    functions_of,
    holding_tests,
    numbers_held,
    numbers_in,
    numbers_read_in,
    pack_numbers,
    refusals,
    refusals_in,
    refusals_of_the_domain,
)
from infra.docs.rules import COLUMNS, PAGE, page

RULES_OF_CHAPTERS = {
    "A1": 13,
    "A2": 7,
    "A3": 7,
    "A4": 14,
    "A5": 36,
    "A6": 17,
    "A7": 16,
    "A8": 18,
    "A9": 10,
    "A10": 15,
    "A11": 33,
    "A12": 7,
}
"""How many rules each chapter of the rulebook has; they are numbered from 1."""

ONE_SCREEN = 40
"""Lines that a reader sees at once."""

NOTHING_ASKS_IT = "nothing asks it"
"""What must stand beside a number that no code asks."""

EVERYWHERE = ("domain", "projections", "schedulers", "streams", "infra")

EACH_RULE = pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.number)


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m infra.docs.rules"


@pytest.mark.parametrize(("chapter", "last"), RULES_OF_CHAPTERS.items())
def test_no_rule_of_a_chapter_is_missing(chapter: str, last: int) -> None:
    numbers = [int(rule.number.partition(".")[2]) for rule in RULEBOOK if rule.number.startswith(f"{chapter}.")]
    assert sorted(numbers) == list(range(1, last + 1))


def test_every_chapter_is_counted() -> None:
    assert {rule.number.partition(".")[0] for rule in RULEBOOK} == RULES_OF_CHAPTERS.keys()


def test_rules_are_numbered_once_and_every_chapter_is_shown() -> None:
    numbers = [rule.number for rule in RULEBOOK]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"A\d+\.\d+", number) for number in numbers)
    shown = [f"{each.number}.{number}" for each in CHAPTERS for section in each.sections for number in section.rules]
    assert sorted(shown) == sorted(numbers)


@EACH_RULE
def test_a_rule_is_held_by_a_test_or_says_why_it_is_left_out(rule) -> None:
    assert bool(rule.left_out) != bool(rule.decisions), "a rule is kept by decisions, or it is left out"
    assert bool(rule.left_out) != bool(holding_tests().get(rule.number)), (
        "a rule that is kept needs a test with @holds above it"
    )
    assert not (rule.left_out and rule.events)


@EACH_RULE
def test_the_numbers_and_refusals_of_a_rule_are_those_of_its_code(rule) -> None:
    assert set(rule.numbers) <= pack_numbers(rule.decisions) | (
        numbers_read_in(*EVERYWHERE) - numbers_read_in("domain")
    )
    assert set(rule.refusals) <= refusals(rule.decisions)


def test_every_number_of_the_pack_belongs_to_a_rule() -> None:
    assert {number for rule in RULEBOOK for number in rule.numbers} == FIELDS - {"version", "region", "effective_from"}


def test_every_refusal_belongs_to_one_rule_or_is_no_rule_of_the_field() -> None:
    of_rules = [refusal for rule in RULEBOOK for refusal in rule.refusals]
    of_none = [*NOT_THERE, *REPEATED, *SENSELESS]
    assert sorted([*of_rules, *of_none]) == sorted(refusals_of_the_domain())
    assert frozenset(of_none) == PLUMBING


def test_a_section_of_the_page_fits_on_a_screen() -> None:
    sections = re.split(r"^##", page(), flags=re.MULTILINE)[1:]
    assert max(len(section.splitlines()) for section in sections) <= ONE_SCREEN
    assert all(len(line) <= COLUMNS + len("  ") for line in page().splitlines())


@EACH_RULE
def test_a_rule_says_something_and_where_it_stands(rule) -> None:
    assert rule.says.endswith(".")
    assert rule.source
    assert not re.search(r"https?:|\[P\d", rule.says + rule.source + rule.left_out), "documents are told in words"


def test_tests_hold_only_rules_that_there_are() -> None:
    assert not holding_tests().keys() - {rule.number for rule in RULEBOOK}


@pytest.mark.parametrize("number", sorted(FIELDS - {"version", "region", "effective_from"}))
def test_a_number_of_a_pack_is_asked_by_some_code_or_says_that_it_is_not(number: str) -> None:
    assert (number in numbers_read_in(*EVERYWHERE)) != (NOTHING_ASKS_IT in comments()[number])


def test_what_a_decision_asks_is_found_through_what_it_calls() -> None:
    assert outbound.require_hospital in functions_of(outbound.request)
    assert pack_numbers((outbound.request,)) == {"urgent_answer_hours", "answer_hours", "consents_required"}
    assert "referral-not-upwards" in refusals((outbound.request,))
    assert refusals((outbound.record_unanswered,)) == {"referral-unknown"}


def test_code_is_read_for_numbers_refusals_and_tests() -> None:
    tree = ast.parse("@holds('A1.1', 'A1.2')\ndef f():\n    raise Refused('no', day=pack.notice_days + x.term_months)")
    assert list(numbers_in(tree)) == ["notice_days"]
    assert list(numbers_in(ast.parse("in_force(region, day).team_cap"))) == ["team_cap"]
    assert list(refusals_in(tree)) == ["no"]
    assert list(numbers_held(tree.body[0])) == ["A1.1", "A1.2"]
    assert list(refusals_in(ast.parse("Claim(key=f'x', rule='taken', since=a, until=b)"))) == ["taken"]


def test_every_number_has_its_place_among_the_comments() -> None:
    assert comments().keys() == set(PolicyPack.__dataclass_fields__)
