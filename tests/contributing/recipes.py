"""The lists of CONTRIBUTING.md as changes of a tree: what a newcomer would write for each of them."""

from tests.contributing.event_with_command import EVENT_RECIPE
from tests.contributing.policy_number import POLICY_NUMBER_RECIPE
from tests.contributing.projection import PROJECTION_RECIPE
from tests.contributing.soft_rule import SOFT_RULE_RECIPE

RECIPES = (EVENT_RECIPE, PROJECTION_RECIPE, SOFT_RULE_RECIPE, POLICY_NUMBER_RECIPE)
"""Every list, in the order of CONTRIBUTING.md."""
