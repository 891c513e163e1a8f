"""The lists of CONTRIBUTING.md are true: each is applied to a copy of the tree, and each missing step is reported."""

import pytest

from tests.contributing.recipes import RECIPES
from tests.contributing.tree import ROOT, Recipe, copied, listed

LISTS = listed((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


def test_every_list_is_tested():
    assert {recipe.heading for recipe in RECIPES} == LISTS.keys()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.heading)
def test_a_list_names_its_files_in_the_order_of_its_steps(recipe: Recipe):
    assert LISTS[recipe.heading] == tuple(step.files for step in recipe.steps)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.heading)
def test_a_list_is_whole_and_each_missing_step_is_reported(recipe: Recipe, tmp_path):
    tree = copied(tmp_path)
    for steps in recipe.groups():
        tree.require_failures({step.test: step.message for step in steps if step.test})
        for step in steps:
            step.change(tree)
    passed, output = tree.test(*recipe.tests)
    assert passed, output
