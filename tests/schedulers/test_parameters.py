"""Parameters are part of a problem: they change the answer, and a stored problem names only those that differ."""

from dataclasses import replace

import msgspec
import pytest

from infra.planning.day_problem import problem_document
from schedulers.parameters import ProofParameters, SearchParameters
from schedulers.plan import plan
from schedulers.problem import Budget, Problem
from schedulers.search.stop import MaxIterations, WorkLimit
from schedulers.tiers import Tier
from tests.schedulers.days import member, problem, service, visit
from tests.schedulers.test_plan import busy_day

DAY = problem((member("ann"), member("bea")), [visit(f"v{n}", place=1 + n) for n in range(6)])


def test_a_problem_with_default_parameters_is_stored_without_them():
    document = msgspec.json.decode(problem_document(DAY))
    assert not {"search", "proof"} & document.keys()
    assert document.keys() == {
        "team_id", "day", "members", "demands", "travel", "travel_from", "apart", "most_moved", "seed", "budget",
    }  # fmt: skip


def test_a_service_is_stored_with_preferred_members_only_where_it_has_any():
    known = replace(DAY, demands=(visit("v", service(preferred=("ann",)), service()),))
    (demand,) = msgspec.json.decode(problem_document(known))["demands"]
    assert [each.keys() for each in demand["services"]] == [
        {"roles", "qualifications", "seconds", "named", "preferred"},
        {"roles", "qualifications", "seconds", "named"},
    ]
    assert msgspec.json.decode(problem_document(known), type=Problem) == known


@pytest.mark.parametrize(
    "changed",
    [
        replace(DAY, search=SearchParameters(first_temperature=5.0)),
        replace(DAY, proof=ProofParameters(rounds=1), search=SearchParameters(most_restarts=1)),
    ],
)
def test_other_parameters_are_stored_and_read_again(changed: Problem):
    assert msgspec.json.decode(problem_document(changed), type=Problem) == changed


@pytest.mark.parametrize("other", [SearchParameters(weights=(0,) * len(Tier)), SearchParameters(polish_share=1.0)])
def test_another_search_ends_at_another_roster(other: SearchParameters):
    short = replace(busy_day(), budget=Budget(iterations=300))
    assert plan(replace(short, search=other)).assignments != plan(short).assignments


def test_restarts_share_all_iterations():
    assert list(MaxIterations(11).shares(3)) == [4, 4, 3]


def test_steps_of_a_cooling_spread_all_iterations():
    assert list(MaxIterations(5).spread(4)) == [1, 1, 1, 2]
    assert sum(MaxIterations(12_345).spread(100)) == 12_345


def test_work_is_spent_to_the_last_second():
    work = WorkLimit(1.0)
    work.spend(0.75)
    assert (work.seconds, work.reached) == (0.25, False)
    work.spend(0.25)
    assert work.reached
