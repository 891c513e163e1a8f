"""What ended by mistake goes on again: visits, tasks, contract; and what cannot is listed for a person."""

from datetime import date
from typing import Any

import pytest

from domain.care_plan.commands import LeaveAsEnded
from domain.contract import CONTRACT
from domain.contract.commands import (
    AnnulContract,
    CorrectContractEnd,
    CorrectSigning,
    MoveContract,
    ReinstateContract,
)
from domain.decider import Refused
from domain.resident.commands import AnnulDeparture, CorrectDeparture
from domain.visit.commands import AnnulVisit, CompleteVisit, StartVisit
from projections.corrections.reinstatements import OpenReinstatements
from projections.coverage import Coverage
from projections.feeds.resident_records import ResidentContracts
from projections.questions import Row
from projections.registry import answer
from projections.residents import ResidentCard
from projections.visit_days import VisitLengths
from projections.visits import VisitsMade
from tests.leader.ends import SEVEN, depart, outcome, state, terminate
from tests.leader.worlds import MONDAY, TUESDAY, World, at

WHY = "recorded for a namesake"
ANNUL = AnnulDeparture(resident_id="r2", departure="died", reason=WHY, allowed_by="head")


def signed_on(world: World, day: date) -> int:
    """Return how many people are signed on a day, as known now."""
    with world.open() as system:
        covered = answer(Coverage(day=day), system.rows)
        assert isinstance(covered, dict)
        return int(covered["total"]["signed"])


def listed(world: World) -> set[tuple[str, str]]:
    """Return what is listed for a person of the team."""
    with world.open() as system:
        parts = answer(OpenReinstatements(team_id="t1"), system.rows)
        assert isinstance(parts, list)
        return {(part["part"], part["part_id"]) for part in parts}


def test_after_an_annulled_death_the_contract_runs_its_visits_are_wanted_and_its_tasks_owed_again(world: World) -> None:
    before = outcome(world, SEVEN)
    world.give(depart("died"))
    assert signed_on(world, TUESDAY) == 1
    world.give(ANNUL)
    after = outcome(world, at("08:00"))
    assert after.resident.departed is None
    assert after.contract.ends_on == before.contract.ends_on
    assert {name: visit.status for name, visit in after.visits.items() if name in {"window", "later"}} == {
        "window": "requested",
        "later": "requested",
    }
    owed = {(t.scheduled.kind, t.scheduled.window_to) for t in after.tasks if t.is_open and t.scheduled.contract_id}
    assert owed == {
        (t.scheduled.kind, t.scheduled.window_to)
        for t in before.tasks
        if t.is_open and t.scheduled.contract_id and t.scheduled.window_to >= TUESDAY
    }
    assert signed_on(world, TUESDAY) == 2
    with world.open() as system:
        card = answer(ResidentCard(resident_id="r2"), system.rows)
        assert isinstance(card, dict)
        assert (card["departed"], card["departed_after"]) == (None, None)


def test_an_annulled_death_that_the_contract_told_reinstates_it_likewise(world: World) -> None:
    world.give(terminate("died"))
    world.give(ANNUL)
    after = outcome(world, at("08:00"))
    assert (after.contract.ended, after.resident.departed) == (None, None)


def test_what_cannot_go_on_by_itself_is_listed_until_a_person_decides(world: World) -> None:
    world.give(depart("moved-out"))
    world.give(AnnulDeparture(resident_id="r2", departure="moved-out", reason=WHY))
    after = outcome(world, at("08:00"))
    assert (after.bed.closed, after.visits["at-bed"].status) == (None, "requested")
    assert listed(world) == {("referral", "f2")}
    world.give(LeaveAsEnded(resident_id="r2", part="referral", part_id="f2", reason="went elsewhere"))
    assert listed(world) == set()
    assert signed_on(world, TUESDAY) == 2


def test_the_corrected_day_of_a_death_is_that_of_the_contract(world: World) -> None:
    world.give(depart("died"))
    earlier = date(2026, 3, 5)
    world.give(CorrectDeparture(resident_id="r2", last_day=earlier, reason=WHY, allowed_by="head"))
    after = outcome(world, at("08:00"))
    assert (after.contract.ends_on, after.contract.ended) == (earlier, "terminated")
    assert signed_on(world, MONDAY) == 1


def test_a_reinstated_contract_owes_again_and_a_corrected_end_moves_what_is_owed(world: World) -> None:
    before = outcome(world, SEVEN)
    world.give(terminate("re-sign"))
    world.give(CorrectContractEnd(contract_id="c2", last_day=date(2026, 9, 30), reason="the notice says so"))
    until_september = outcome(world, at("08:00"))
    assert until_september.contract.ends_on == date(2026, 9, 30)
    assert all(
        t.scheduled.window_to <= date(2026, 9, 30)
        for t in until_september.tasks
        if t.is_open and t.scheduled.source == "contract"
    )
    world.give(ReinstateContract(contract_id="c2", reason="ended by mistake"))
    after = outcome(world, at("08:30"))
    assert after.contract.ends_on == before.contract.ends_on
    open_kinds = sorted(t.scheduled.kind for t in after.tasks if t.is_open and t.scheduled.source == "contract")
    assert open_kinds == sorted(
        t.scheduled.kind
        for t in before.tasks
        if t.is_open and t.scheduled.source == "contract" and t.scheduled.window_to >= TUESDAY
    )


def test_a_moved_contract_is_the_right_residents_in_state_rows_and_care(world: World) -> None:
    world.give(AnnulContract(contract_id="c1", reason="entered twice"))
    assert signed_on(world, TUESDAY) == 1
    world.give(MoveContract(contract_id="c2", resident_id="r1", reason=WHY))
    after = outcome(world, at("08:00"))
    assert {t.cause or "open" for t in after.tasks if t.scheduled.source == "contract"} == {"contract-over"}
    with world.open() as system:
        mine = answer(ResidentContracts(resident_id="r1"), system.rows)
        assert isinstance(mine, list)
        assert {row["contract_id"] for row in mine if row["status"] == "signed"} == {"c2"}
        tasks = system.rows.ask("SELECT * FROM care_tasks_v1 WHERE resident_id = 'r1' AND source_id = 'c2'")
        assert {row["status"] for row in tasks} == {"scheduled"}


def test_nobody_has_two_contracts_after_a_correction(world: World) -> None:
    with world.open() as system, pytest.raises(Refused) as refused:
        system.execute(MoveContract(contract_id="c2", resident_id="r1", reason=WHY), actor="clerk")
    assert refused.value.rule == "active-contract-exists"


def test_a_corrected_start_covers_the_day_before(world: World) -> None:
    assert signed_on(world, date(2026, 2, 28)) == 0
    world.give(
        CorrectSigning(
            contract_id="c2", signed_on=date(2026, 2, 28), starts_on=date(2026, 2, 28), reason="the paper says so"
        )
    )
    assert signed_on(world, date(2026, 2, 28)) == 1


def test_a_visit_that_never_was_counts_nowhere_and_its_task_is_owed_again(world: World) -> None:
    world.give(StartVisit(visit_id="today", entered_at=at("09:00")), now=at("09:00"))
    world.give(CompleteVisit(visit_id="today", left_at=at("09:30")), now=at("09:30"))
    made = VisitsMade(team_id="t1", first=TUESDAY, last=TUESDAY)
    with world.open() as system:
        assert [row["visit_id"] for row in as_rows(answer(made, system.rows))] == ["today"]
        assert services(system) == {"s1", "today"}
    world.give(AnnulVisit(visit_id="today", reason="recorded twice"), now=at("10:00"))
    with world.open() as system:
        assert answer(made, system.rows) == []
        assert answer(VisitLengths(team_id="t1", purpose="home-call"), system.rows) == []
        assert services(system) == {"s1"}


def as_rows(rows: object) -> list[Row]:
    """Return an answer that is a list."""
    assert isinstance(rows, list)
    return rows


def services(system: Any) -> set[str]:
    """Return the services that are counted under r2's contract."""
    return set(state(system, CONTRACT, "c2").ledgers[0].services)
