"""All mutants."""

from tests.mutants.decisions import DECISIONS
from tests.mutants.packs import PACKS
from tests.mutants.solver import SOLVER
from tests.mutants.store import STORING
from tests.mutants.streams import STREAMS

MUTANTS = (*DECISIONS, *PACKS, *STORING, *STREAMS, *SOLVER)
