"""The table of roles that is written by hand, on the command line: what each of its functions needs, for each role."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import pytest

from domain.decider import Refused
from infra.cli.access.admission import COMMANDS, LINES, NOBODY, QUESTIONS, CallLine, SignedInCall
from infra.cli.roster.results import Placement, Presented
from infra.system import System
from tests.access.matrix import OPERATION_FIELDS, Cell, cells, ids
from tests.access.two_teams import PRINCIPALS

CHECKED_ONE_BY_ONE = {COMMANDS, QUESTIONS, NOBODY}
"""Commands and questions go through the gate by themselves, as over HTTP."""

NEEDS_A_DRAFT = {"infra.cli.roster.terms.publish:publish"}


def refusal(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Refused as refused:
        return refused.rule
    return None


def functions_of(cell: Cell) -> Iterator[tuple[str, CallLine]]:
    """Yield the functions of the command line that do an operation."""
    operation = cell.name.removesuffix("-personal")
    for does, line in LINES.items():
        if line.operation == operation and does not in NEEDS_A_DRAFT:
            yield does, line


def arguments_of(cell: Cell, whose: str) -> dict[str, Any]:
    known = ids(cell.role, whose)
    named = {name: known[name] for name in OPERATION_FIELDS}
    return {**named, "words": (known["team_id"], "2026-03-02"), "personal": cell.name.endswith("-personal")}


def expected(cell: Cell, whose: str) -> str | None:
    """Return the refusal that the table names."""
    return cell.own if whose == "own" else cell.other


def admitted(system: System, cell: Cell, does: str, whose: str) -> str | None:
    return refusal(lambda: SignedInCall(system, PRINCIPALS[cell.role], does, arguments_of(cell, whose)))


def faults(system: System) -> Iterator[str]:
    for cell, whose in product(cells("operations"), ("own", "other")):
        for does, _ in functions_of(cell):
            got, wanted = admitted(system, cell, does, whose), expected(cell, whose)
            if got != wanted and (cell.name, got) != ("events-personal", "purpose-needed"):
                yield f"{cell.role}, {does}, {whose}: {got or 'allowed'} instead of {wanted or 'allowed'}"


def test_each_role_may_do_on_the_command_line_what_the_table_says(community: System) -> None:
    assert list(faults(community)) == []


def test_each_operation_of_the_command_line_stands_in_the_table() -> None:
    operations = {line.operation for line in LINES.values()} | {line.also for line in LINES.values() if line.also}
    assert operations - CHECKED_ONE_BY_ONE <= {cell.name for cell in cells("operations")}


@pytest.mark.parametrize("does", ["infra.cli.operations.simulate:simulate", "infra.cli.nowhere:nothing"])
def test_what_has_no_line_is_refused_to_everybody(community: System, does: str) -> None:
    refusals = {refusal(partial(SignedInCall, community, principal, does, {})) for principal in PRINCIPALS.values()}
    assert refusals == {"role-not-allowed"}


def test_an_auditor_reads_no_name_next_to_an_explanation(community: System) -> None:
    result = Presented(result=Placement("east-nurse-1", 0), names={"visit-li": "visit-li · 换药 · 李秀英"})
    arguments = {"team_id": "east", "visit_id": "visit-li"}
    shown = {
        role: SignedInCall(community, PRINCIPALS[role], "infra.cli.roster.explain:explain", arguments).visible(result)
        for role in ("leader", "auditor")
    }
    assert shown["leader"] == result
    assert "李秀英" not in str(shown["auditor"])
