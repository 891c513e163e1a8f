"""All mutants."""

from tests.mutants.decisions import DECISIONS

MUTANTS = DECISIONS
