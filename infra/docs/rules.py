"""The page of rules: each with its source, its own numbers, refusals and tests, one screen a section.

`python -m infra.docs.rules` writes it into `docs/rules.md`.
"""

from collections.abc import Iterator, Mapping
from textwrap import wrap

from domain.rulebook import RULEBOOK
from domain.rulebook.contents import CHAPTERS, Chapter, Section
from domain.rulebook.plumbing import NOT_THERE, REPEATED, SENSELESS
from domain.rulebook.rule import Rule
from infra.docs.reading import ROOT, comments, holding_tests

PAGE = ROOT / "docs" / "rules.md"
COLUMNS = 120

INTRODUCTION = """# The rules

Every rule of the field that this system keeps, chapter by chapter: what it says, where it is written, its numbers of
the policy pack, its refusals, and the tests that hold it. [GK] marks a usual local rule for which no document was
found: a setting with a default, and no law. Rules that are left out say why.

Of the {numbers} numbers of a pack {settings} are settings [GK]; {resting} of the {rules} rules rest on a setting, in
whole or in part.
`jiayi policy show PACK` shows the numbers. This page is written from the code by `python -m infra.docs.rules`.
"""

OTHER_REFUSALS = """
## Refusals that are no rules

"""

Tests = Mapping[str, tuple[str, ...]]
"""The tests that hold each rule, by its number."""


def page() -> str:
    """Return the page."""
    tests = holding_tests()
    parts = [introduction(), "\n", *(f"- [{title(each)}](#{anchor(title(each))})\n" for each in CHAPTERS)]
    for chapter in CHAPTERS:
        parts.append(f"\n## {title(chapter)}\n")
        parts += (section_of(chapter, section, tests) for section in chapter.sections)
    return "".join([*parts, OTHER_REFUSALS, *other_refusals()])


def introduction() -> str:
    """Return the introduction, which counts what no document says."""
    of_numbers = {
        name: text for name, text in comments().items() if name not in {"version", "region", "effective_from"}
    }
    resting = [rule for rule in RULEBOOK if "[GK]" in f"{rule.says} {rule.source}"]
    return INTRODUCTION.format(
        numbers=len(of_numbers),
        settings=sum("[GK]" in text for text in of_numbers.values()),
        resting=len(resting),
        rules=len(RULEBOOK),
    )


def title(chapter: Chapter) -> str:
    """Return a chapter's heading."""
    return f"{chapter.number} {chapter.title}"


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as Markdown readers make it."""
    return heading.lower().replace(",", "").replace(" ", "-")


def section_of(chapter: Chapter, section: Section, tests: Tests) -> str:
    """Return a section with its rules."""
    rules = {rule.number: rule for rule in RULEBOOK}
    numbers = (f"{chapter.number}.{number}" for number in section.rules)
    entries = (entry(rules[number], tests.get(number, ())) for number in numbers)
    return f"\n### {section.title}\n\n" + "".join(entries)


def entry(rule: Rule, tests: tuple[str, ...]) -> str:
    """Return a rule as an item of a list."""
    parts = [f"**{rule.number}** {rule.says} *{rule.source}*"]
    if rule.numbers:
        parts.append(f"Numbers: {coded(rule.numbers)}.")
    if rule.refusals:
        parts.append(f"Refusals: {coded(rule.refusals)}.")
    if rule.left_out:
        parts.append(f"Left out: {rule.left_out.rstrip('.')}.")
    if tests:
        parts.append(f"Tests: {'; '.join(map(sentence, tests))}.")
    first, *others = parts
    return item(first) + "".join(paragraph(each) for each in others)


def item(text: str) -> str:
    """Return a text as an item of a list, in lines of the page's width."""
    return "\n".join(wrap(text, COLUMNS, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)) + "  \n"


def paragraph(text: str) -> str:
    """Return a text as a further line of an item."""
    return item(text).replace("- ", "  ", 1)


def coded(names: tuple[str, ...]) -> str:
    """Return names as code."""
    return ", ".join(f"`{name}`" for name in names)


def sentence(test: str) -> str:
    """Return a test's name as the sentence that it is, with its file."""
    file, _, name = test.partition(".")
    return f"{file.removeprefix('test_')}: {name.removeprefix('test_').replace('_', ' ')}"


def other_refusals() -> Iterator[str]:
    """Yield the refusals that belong to no rule, by their kind."""
    yield item(f"The command names something that is not there, or is over: {coded(NOT_THERE)}.")
    yield item(f"The command repeats an earlier one with other values: {coded(REPEATED)}.")
    yield item(f"The command contradicts itself or the calendar: {coded(SENSELESS)}.")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
