"""The table of rules in the docs: each rule, its source, the numbers it asks, how it refuses, the tests that hold it.

`python -m infra.docs.rules` writes it into `docs/rules.md`.
"""

from collections.abc import Iterator
from types import ModuleType

from domain.rulebook import beds, care, contracts, groups, packages, papers, referrals, rosters, teams, visits
from domain.rulebook.rule import Rule
from infra.docs.reading import ROOT, comments, held_by, pack_numbers, refusals

PAGE = ROOT / "docs" / "rules.md"

CHAPTERS: tuple[ModuleType, ...] = (
    contracts,
    teams,
    groups,
    care,
    visits,
    beds,
    referrals,
    packages,
    papers,
    rosters,
)

INTRODUCTION = """# The rules

Every rule of the field that this system keeps, chapter by chapter: what it says, where it is written, the numbers of
the policy pack that its decisions ask, the refusals that they can give, and the tests that hold it. [GK] marks a usual
local rule for which no document was found: a setting with a default, and no law. Rules that are left out say why.

`jiayi policy show PACK` shows the numbers. This page is written from the code by `python -m infra.docs.rules`.
"""

HEAD = """| rule | says | source | numbers of the pack | refusals | held by |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    tests = held_by()
    parts = [INTRODUCTION]
    for chapter in CHAPTERS:
        parts.append(f"\n## {(chapter.__doc__ or '').splitlines()[0].rstrip('.')}\n\n{HEAD}")
        parts += (line(rule, tests.get(rule.number, ())) for rule in rules_in(chapter))
    return "".join([*parts, *unasked()])


def rules_in(chapter: ModuleType) -> tuple[Rule, ...]:
    """Return the rules of a chapter in the order of their numbers."""
    return tuple(sorted(chapter.RULES, key=place))


def place(rule: Rule) -> tuple[int, ...]:
    """Return where a rule stands, e.g. (1, 12) for A1.12."""
    return tuple(int(part) for part in rule.number.removeprefix("A").split("."))


def line(rule: Rule, tests: tuple[str, ...]) -> str:
    """Return a rule's line of the table."""
    if rule.left_out:
        cells = (rule.number, rule.says, rule.source, "", "", f"left out: {rule.left_out}")
    else:
        cells = (
            rule.number,
            rule.says,
            rule.source,
            coded(pack_numbers(rule.decisions)),
            coded(refusals(rule.decisions)),
            "; ".join(map(sentence, tests)),
        )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def coded(names: tuple[str, ...]) -> str:
    """Return names as code."""
    return ", ".join(f"`{name}`" for name in names)


def sentence(test: str) -> str:
    """Return a test's name as the sentence that it is, with its file."""
    file, _, name = test.partition(".")
    return f"{file.removeprefix('test_')}: {name.removeprefix('test_').replace('_', ' ')}"


def unasked() -> Iterator[str]:
    """Yield the numbers of the pack that no rule's decision asks, and what is said of them."""
    asked = {number for chapter in CHAPTERS for rule in rules_in(chapter) for number in pack_numbers(rule.decisions)}
    rest = {name: told for name, told in comments().items() if name not in asked | {"version", "region"}}
    yield "\n## Numbers that no decision asks\n\nProjections, the roster and the pages ask them, or nothing does.\n\n"
    yield "| number | what it is |\n|---|---|\n"
    for name, told in rest.items():
        yield f"| `{name}` | {told} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
