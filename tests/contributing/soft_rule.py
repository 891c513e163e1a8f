"""A soft rule: as few members as possible go out."""

from tests.contributing.tree import Recipe, Step, Tree

RULE = '''def outing(index: RosterIndex) -> int:
    """Return the number of members who go out."""
    return sum(bool(route) for route in index.routes.values())


'''
COST = """
    def _outing(self) -> Cost:
        return total([1 * literal for (v, _, _), literal in self.arcs.items() if v == DEPOT])
"""
DAY = """    if tier == "outing":
        both = (member("g", "gp"), member("n"))
        free = visit("v", replace(service(), roles=("gp", "nurse")), place=0)
        with_gp, with_nurse = (visit("w", service(role), place=0) for role in ("gp", "nurse"))
        return problem(both, (with_gp, free)), problem(both, (with_nurse, free)), "who"
"""
WORDS = {"en": "members out", "zh_CN": "出诊人数"}

PLANS = "tests/schedulers/test_rules.py::test_each_soft_rule_changes_the_answer[outing]"
MODEL = "tests/schedulers/proof/test_cp_model.py"
LABELS = "tests/infra/words/test_words.py::test_every_code_has_its_label_and_every_label_its_code"
PAGES = "tests/infra/docs/test_tiers.py"


def add_tier(tree: Tree) -> None:
    """Add the tier at the bottom."""
    tree.replace("schedulers/tiers.py", r"(?<=^    WISH = 6\n)", "    OUTING = 7\n")


def add_weight(tree: Tree) -> None:
    """Add the weight of the tier in the search."""
    tree.insert("schedulers/parameters.py", r"(?<=, 1)\)$", ", 1")


def add_rule(tree: Tree) -> None:
    """Add the rule, and its line in the table."""
    tree.insert("schedulers/rules.py", r"^HARD: ", RULE)
    tree.replace("schedulers/rules.py", r"(?<=^    Tier\.WISH: wish,\n)", "    Tier.OUTING: outing,\n")


def count_in_search(tree: Tree) -> None:
    """Count it in the compiled search."""
    file = "schedulers/search/decode_kernel.py"
    tree.replace(file, r"WISH = tuple\(range\(7\)\)", "WISH, OUTING = tuple(range(8))")
    tree.insert(file, r"^        day\.cost\[CANDIDATE, TRAVEL\] \+= leg", "        day.cost[CANDIDATE, OUTING] += 1\n")


def add_cost(tree: Tree) -> None:
    """Add its cost to the model of the proof."""
    file = "schedulers/proof/cp_model.py"
    tree.replace(
        file, r"(?<=^            Tier\.WISH: self\._wish\(\),\n)", "            Tier.OUTING: self._outing(),\n"
    )
    tree.insert(file, r"^\n    def hold\(", COST)


def test_rule(tree: Tree) -> None:
    """Test a day on which it changes the answer."""
    tree.insert("tests/schedulers/test_rules.py", r'^    if tier == "wish":', DAY)


def add_words(tree: Tree) -> None:
    """Name the tier in both languages."""
    for language, words in WORDS.items():
        tree.append(f"infra/words/{language}.po", f'\nmsgctxt "tier"\nmsgid "outing"\nmsgstr "{words}"\n')


def explain_tier(tree: Tree) -> None:
    """Explain the tier on the page of rosters."""
    tree.replace(
        "docs/rosters.md",
        r"(?<=^\| wishes \| time outside the wished hour \|\n)",
        "| members out | members who go out |\n",
    )


def name_tier(tree: Tree) -> None:
    """Name the tier on the page of JSON."""
    tree.replace("docs/json.md", r"(?<=wish \(seconds\))(?=\.$)", ", outing")


SOFT_RULE_RECIPE = Recipe(
    heading="A soft rule",
    steps=(
        Step(("schedulers/tiers.py",), add_tier),
        Step(("schedulers/parameters.py",), add_weight, PLANS, "outing has no weight in SearchParameters"),
        Step(("schedulers/rules.py",), add_rule, PLANS, "outing has no soft rule"),
        Step(
            ("schedulers/search/decode_kernel.py",), count_in_search, PLANS, "outing has no column in the decode kernel"
        ),
        Step(
            ("schedulers/proof/cp_model.py",),
            add_cost,
            f"{MODEL}::test_the_model_has_a_cost_for_every_tier",
            "outing has no cost in the CP-SAT model",
        ),
        Step(
            ("tests/schedulers/test_rules.py",),
            test_rule,
            PLANS,
            "no day on which outing changes the answer",
            with_previous=True,
        ),
        Step(
            ("infra/words/en.po", "infra/words/zh_CN.po"),
            add_words,
            f"{LABELS}[zh]",
            "('tier', 'outing')",
            with_previous=True,
        ),
        Step(
            ("docs/rosters.md",),
            explain_tier,
            f"{PAGES}::test_the_page_of_rosters_explains_every_tier",
            "Right contains one more item: 'outing'",
            with_previous=True,
        ),
        Step(
            ("docs/json.md",),
            name_tier,
            f"{PAGES}::test_the_page_of_json_names_every_tier_by_its_column",
            "Right contains one more item: 'outing'",
            with_previous=True,
        ),
    ),
    tests=(
        PLANS,
        "tests/schedulers/test_rules.py::test_every_tier_has_the_soft_rule_of_its_name",
        MODEL,
        LABELS,
        PAGES,
    ),
)
