"""A policy number: the days within which a visit must be recorded."""

from tests.contributing.tree import Recipe, Step, Tree

FIELD = "    record_within_days: int  # days within which a visit must be recorded after it was made [GK]\n"
NUMBER = "record_within_days = 30  # [GK]\n"
FAULT = '    yield from less_than(1, pack, "record_within_days")\n'
REFUSAL = """    if now - command.left_at > timedelta(days=pack.record_within_days):
        raise Refused("visit-recorded-too-late", visit=command.visit_id, days=pack.record_within_days)
"""
RULE = """    Rule(
        number="A6.18",
        says="A visit is recorded within some days after it was made.",
        source="[GK]",
        decisions=(complete,),
        numbers=("record_within_days",),
    ),
"""
REFUSALS = '        refusals=("visit-recorded-too-late",),\n'
SENTENCE = """

@holds("A6.18")
def test_a_visit_is_recorded_within_thirty_days():
    last = COMPLETE.left_at + timedelta(days=30)
    given(*BEGUN).when(COMPLETE, now=last).then(COMPLETED)
    late = given(*BEGUN).when(COMPLETE, now=last + timedelta(seconds=1))
    late.then_refused("visit-recorded-too-late", visit="v1", days=30)
"""
WORDS = {
    "en": "Visit {visit} was made more than {days} days ago.",
    "zh_CN": "上门服务 {visit} 已超过 {days} 天，不能再补录。",
}

PACKS = "tests/domain/test_policy_pack.py"
WORDS_TEST = "tests/infra/words/test_words.py"
RULES = "tests/infra/docs/test_rules.py"


def add_field(tree: Tree) -> None:
    """Add the field, with its comment."""
    tree.insert("domain/policy_pack/pack.py", r"^    ask_again_days: int", FIELD)


def add_number(tree: Tree) -> None:
    """Add the nation's number."""
    tree.insert("domain/policy_pack/packs/CN-2017.toml", r"^ask_again_days = ", NUMBER)


def add_fault(tree: Tree) -> None:
    """Refuse numbers that make no sense."""
    tree.insert("domain/policy_pack/pack.py", r"^    codes = \[purpose\.code", FAULT)


def read_number(tree: Tree) -> None:
    """Let the decision read the number."""
    tree.insert("domain/visit/carry_out.py", r"^from datetime import datetime", "from datetime import timedelta\n")
    tree.insert("domain/visit/carry_out.py", r"^    check_measured\(command", REFUSAL)


def add_rule(tree: Tree) -> None:
    """Add the rule with its number."""
    tree.insert("domain/rulebook/visits.py", r"^\)\n\Z", RULE)


def add_refusal(tree: Tree) -> None:
    """Add the refusal to its rule."""
    tree.insert("domain/rulebook/visits.py", r'(?<=^        numbers=\("record_within_days",\),\n)', REFUSALS)


def show_rule(tree: Tree) -> None:
    """Show the rule in a section of its chapter."""
    tree.insert("domain/rulebook/contents.py", r"(?<=forecast=\(14, 15, 16)\)", ", 18")


def count_rule(tree: Tree) -> None:
    """Count the rule in its chapter."""
    tree.replace("tests/infra/docs/test_rules.py", r'(?<=^    "A6": )17', "18")


def hold_rule(tree: Tree) -> None:
    """Test the number at its edge."""
    tree.insert("tests/domain/test_visit.py", r"^from datetime import", "from datetime import timedelta\n")
    tree.append("tests/domain/test_visit.py", SENTENCE)


def add_words(tree: Tree) -> None:
    """Say the refusal in both languages."""
    for language, words in WORDS.items():
        tree.append(f"infra/words/{language}.po", f'\nmsgid "visit-recorded-too-late"\nmsgstr "{words}"\n')


def write_digests(tree: Tree) -> None:
    """Write the packs' digests by their command."""
    tree.run("tests.domain.test_policy_pack")


def write_page(tree: Tree) -> None:
    """Write the page of rules by its command."""
    tree.run("infra.docs.rules")


POLICY_NUMBER_RECIPE = Recipe(
    heading="A policy number",
    steps=(
        Step(("domain/policy_pack/pack.py",), add_field),
        Step(
            ("domain/policy_pack/packs/CN-2017.toml",),
            add_number,
            f"{PACKS}::test_a_pack_cannot_be_written_to",
            "record_within_days is missing",
        ),
        Step(
            ("domain/policy_pack/pack.py",),
            add_fault,
            f"{PACKS}::test_no_number_of_a_pack_is_negative[record_within_days]",
            "no fault says that record_within_days cannot be -1",
        ),
        Step(
            ("domain/visit/carry_out.py",),
            read_number,
            f"{RULES}::test_a_number_of_a_pack_is_asked_by_some_code_or_says_that_it_is_not[record_within_days]",
            "'record_within_days' in",
            with_previous=True,
        ),
        Step(
            ("domain/rulebook/visits.py",),
            add_rule,
            f"{RULES}::test_every_number_of_the_pack_belongs_to_a_rule",
            "Extra items in the right set",
            with_previous=True,
        ),
        Step(
            ("domain/rulebook/visits.py",),
            add_refusal,
            f"{RULES}::test_every_refusal_belongs_to_one_rule_or_is_no_rule_of_the_field",
            "!= 'visit-recorded-too-late'",
        ),
        Step(
            ("domain/rulebook/contents.py",),
            show_rule,
            f"{RULES}::test_rules_are_numbered_once_and_every_chapter_is_shown",
            "!= 'A6.18'",
            with_previous=True,
        ),
        Step(
            ("tests/infra/docs/test_rules.py",),
            count_rule,
            f"{RULES}::test_no_rule_of_a_chapter_is_missing[A6-17]",
            "Left contains one more item: 18",
            with_previous=True,
        ),
        Step(
            ("tests/domain/test_visit.py",),
            hold_rule,
            f"{RULES}::test_a_rule_is_held_by_a_test_or_says_why_it_is_left_out[A6.18]",
            "a rule that is kept needs a test with @holds above it",
            with_previous=True,
        ),
        Step(
            ("infra/words/en.po", "infra/words/zh_CN.po"),
            add_words,
            f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-recorded-too-late-zh]",
            "visit-recorded-too-late of ['domain/visit/carry_out.py'] needs a sentence",
            with_previous=True,
        ),
        Step(
            ("tests/data/packs.json",),
            write_digests,
            f"{PACKS}::test_the_numbers_of_a_published_pack_never_change",
            "or a new field for all, brings a new digest",
            with_previous=True,
        ),
        Step(
            ("docs/rules.md",),
            write_page,
            f"{RULES}::test_the_page_says_what_the_code_does",
            "run python -m infra.docs.rules",
        ),
    ),
    tests=(
        PACKS,
        f"{RULES}::test_every_number_of_the_pack_belongs_to_a_rule",
        f"{RULES}::test_every_refusal_belongs_to_one_rule_or_is_no_rule_of_the_field",
        f"{RULES}::test_rules_are_numbered_once_and_every_chapter_is_shown",
        f"{RULES}::test_no_rule_of_a_chapter_is_missing",
        f"{RULES}::test_a_rule_is_held_by_a_test_or_says_why_it_is_left_out[A6.18]",
        f"{RULES}::test_the_numbers_and_refusals_of_a_rule_are_those_of_its_code[A6.18]",
        f"{RULES}::test_a_rule_says_something_and_where_it_stands[A6.18]",
        f"{RULES}::test_a_number_of_a_pack_is_asked_by_some_code_or_says_that_it_is_not[record_within_days]",
        f"{RULES}::test_the_page_says_what_the_code_does",
        f"{RULES}::test_a_section_of_the_page_fits_on_a_screen",
        "tests/domain/test_visit.py",
        "tests/domain/test_every_command.py",
        f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-recorded-too-late-zh]",
        f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-recorded-too-late-en]",
        f"{WORDS_TEST}::test_both_languages_have_the_same_keys_and_values",
    ),
)
