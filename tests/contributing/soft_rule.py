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

PACKS = "tests/domain/test_policy_pack.py::test_the_numbers_of_a_published_pack_never_change"
ORDERS = "tests/schedulers/test_order.py::test_every_tier_has_a_place_in_the_order_of_the_packs"
PLANS = "tests/schedulers/test_rules.py::test_each_soft_rule_changes_the_answer[outing]"
MODEL = "tests/schedulers/proof/test_cp_model.py"
LABELS = "tests/infra/words/test_words.py::test_every_code_has_its_label_and_every_label_its_code"
PAGES = "tests/infra/docs/test_tiers.py"


def add_tier(tree: Tree) -> None:
    """Add the tier."""
    tree.replace("schedulers/tiers.py", r"(?<=^    IMBALANCE = 8\n)", "    OUTING = 9\n")


def add_weight(tree: Tree) -> None:
    """Add the weight of the tier in the search."""
    tree.insert("schedulers/parameters.py", r"(?<=\d)\)\n\"\"\"Weights of every other order", ", 1")


def add_rule(tree: Tree) -> None:
    """Add the rule, and its line in the table."""
    tree.insert("schedulers/rules.py", r"^HARD: ", RULE)
    tree.replace("schedulers/rules.py", r"(?<=^    Tier\.IMBALANCE: imbalance,\n)", "    Tier.OUTING: outing,\n")


def count_in_search(tree: Tree) -> None:
    """Count it in the compiled search."""
    file = "schedulers/search/decode_kernel.py"
    tree.replace(file, r"IMBALANCE = tuple\(range\(9\)\)", "IMBALANCE, OUTING = tuple(range(10))")
    tree.insert(file, r"^        day\.cost\[CANDIDATE, TRAVEL\] \+= leg", "        day.cost[CANDIDATE, OUTING] += 1\n")


def add_cost(tree: Tree) -> None:
    """Add its cost to the model of the proof."""
    file = "schedulers/proof/cp_model.py"
    tree.replace(
        file,
        r"(?<=^            Tier\.IMBALANCE: self\._imbalance\(\),\n)",
        "            Tier.OUTING: self._outing(),\n",
    )
    tree.insert(file, r"^\n    def hold\(", COST)


def order_tier(tree: Tree) -> None:
    """Put it at the bottom of the order of the packs."""
    tree.replace("domain/policy_pack/pack.py", r'(?<=^    "wish",\n)(?=\])', '    "outing",\n')
    tree.replace("domain/policy_pack/packs/CN-2017.toml", r'(?<="fairness", "wish",)$', ' "outing",')


def write_digests(tree: Tree) -> None:
    """Write the digests of the packs."""
    tree.run("tests.domain.test_policy_pack")


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
    tree.replace("docs/json.md", r"(?<=imbalance \(seconds\))(?=\.$)", ", outing")


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
            ("domain/policy_pack/pack.py", "domain/policy_pack/packs/CN-2017.toml"),
            order_tier,
            ORDERS,
            "'outing'",
            with_previous=True,
        ),
        Step(
            ("tests/data/packs.json",),
            write_digests,
            PACKS,
            "or a new field for all, brings a new digest",
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
        ORDERS,
        PACKS,
        "tests/schedulers/test_rules.py::test_every_tier_has_the_soft_rule_of_its_name",
        MODEL,
        LABELS,
        PAGES,
    ),
)
