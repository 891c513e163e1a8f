"""Mutated files are imported or refused in sentences: no traceback, nothing half written, each refused line named."""

from collections import Counter
from pathlib import Path

from tests.infra.importing.fuzz import mutants, office, run


def test_mutated_files_are_imported_whole_or_refused_whole(tmp_path: Path) -> None:
    with office(tmp_path) as system:
        outcomes = Counter(run(system, tmp_path, mutant) for mutant in mutants(500, seed=7))
    assert outcomes["imported"] + outcomes["known"] > 10
    assert len(outcomes) > 8
