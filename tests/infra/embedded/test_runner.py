import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.contract.commands import TransferContract
from domain.family_bed.commands import ReturnBedFromHospital, TransferBedToHospital
from domain.local_time import at_local
from domain.referral.commands import AcceptReferral, AttendReferral, RequestReferral, ReturnReferral, ScheduleReferral
from domain.team.commands import FormTeam
from domain.visit.commands import CompleteVisit, MissVisit, StartVisit
from infra.database.errors import NewerStoreError, StoreError
from infra.embedded.runner import ReactorTransaction
from infra.planning.on_terms import solve_on_terms
from infra.planning.plan_day import plan_day
from infra.processes.embedded import run
from infra.store.recorded import StoredEvent
from infra.system import System
from schedulers.problem import Budget
from tests.small_town import MONDAY, SEVEN, bed, centre, closed, member, run_commands, signed, town

QUICK = Budget(iterations=2_000)

PATIENCE = 30
"""Seconds until a run that plans nothing is stopped."""
TUESDAY = MONDAY + timedelta(days=1)


def stored(system: System, stream: str) -> list[str]:
    return [recorded.name for recorded in system.store.read(stream)]


def tasks(system: System, **where: str) -> list[str]:
    conditions = " AND ".join(f"{name} = :{name}" for name in where)
    rows = system.rows.ask(f"SELECT care_task_id FROM care_tasks_v1 WHERE {conditions} ORDER BY 1", **where)
    return [str(row["care_task_id"]) for row in rows]


def test_a_contract_of_a_person_with_hypertension_owes_four_follow_ups(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        assert len(tasks(system, kind="hypertension-follow-up", status="scheduled")) == 4


def test_an_opened_bed_yields_rounds_that_fall_due_and_are_asked_for(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        assert tasks(system, kind="bed-round") == ["bed-of-li.bed-round.1"]
        system.follower.settle(SEVEN)
        due = tasks(system, status="due")
        assert due == ["bed-of-li.bed-nursing.1", "bed-of-li.bed-round.1"]
        assert [stored(system, f"visit-{task}") for task in due] == [["visit.requested.v1"]] * 2


def test_a_closed_bed_owes_no_more_rounds_and_its_visits_are_called_off(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        system.follower.settle(SEVEN)
        run_commands(system, *closed("li"))
        of_bed = {"source": "family_bed"}
        assert tasks(system, status="scheduled", **of_bed) == tasks(system, status="due", **of_bed) == []
        assert stored(system, "visit-bed-of-li.bed-round.1") == ["visit.requested.v1", "visit.cancelled.v1"]


def test_a_planned_round_is_assigned_made_and_recorded_at_the_bed(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        planned = plan_day(system, MONDAY, budget=QUICK)
        assert [day.published for day in planned] == [True]
        assert tasks(system, status="planned") == ["bed-of-li.bed-round.1"]
        assert tasks(system, status="due") == ["bed-of-li.bed-nursing.1"], "it waits for its day of the week"
    noon = at_local(MONDAY, 18 * 60)
    with town(tmp_path, noon) as system:
        visit = "bed-of-li.bed-round.1"
        run_commands(
            system,
            StartVisit(visit_id=visit, entered_at=at_local(MONDAY, 9 * 60)),
            CompleteVisit(visit_id=visit, left_at=at_local(MONDAY, 9 * 60 + 40)),
        )
        assert tasks(system, status="done") == [visit]
        assert stored(system, "family_bed-bed-of-li")[-1] == "family_bed.round_recorded.v1"


def test_the_next_round_is_counted_from_the_last_and_a_stay_in_hospital_stops_the_rounds(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        plan_day(system, MONDAY, budget=QUICK)
    rounds = (
        "SELECT care_task_id, status, window_from, window_to FROM care_tasks_v1 WHERE kind = 'bed-round' ORDER BY 1"
    )
    with town(tmp_path, at_local(MONDAY, 18 * 60)) as system:
        visit = "bed-of-li.bed-round.1"
        run_commands(
            system,
            StartVisit(visit_id=visit, entered_at=at_local(MONDAY, 15 * 60)),
            CompleteVisit(visit_id=visit, left_at=at_local(MONDAY, 15 * 60 + 40)),
        )
        first, second = (tuple(row.values()) for row in system.rows.ask(rounds))
        assert first[:2] == (visit, "done")
        assert second == ("bed-of-li.bed-round.2", "scheduled", "2026-03-08", "2026-03-09")
        run_commands(system, TransferBedToHospital(family_bed_id="bed-of-li", transferred_on=MONDAY))
        of_bed = {"source": "family_bed"}
        assert tasks(system, status="scheduled", **of_bed) == tasks(system, status="due", **of_bed) == []
    with town(tmp_path, at_local(MONDAY + timedelta(days=8), 8 * 60)) as system:
        back_on = MONDAY + timedelta(days=8)
        run_commands(system, ReturnBedFromHospital(family_bed_id="bed-of-li", returned_on=back_on))
        third = [tuple(row.values()) for row in system.rows.ask(rounds)][-1]
        assert third == ("bed-of-li.bed-round.3", "scheduled", "2026-03-10", "2026-03-11")


def test_a_cycle_that_ends_is_reported_and_closes_nothing(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
    with town(tmp_path, at_local(MONDAY + timedelta(days=95), 8 * 60)) as system:
        system.follower.settle(system.now())
        overdue = system.rows.ask("SELECT what, due_on FROM bed_overdue_v1 ORDER BY due_on")
        assert [tuple(row.values()) for row in overdue] == [
            ("first-round", "2026-03-03"),
            ("review", "2026-04-01"),
            ("cycle", "2026-05-30"),
        ]
        assert system.rows.ask("SELECT status FROM family_beds_v1") == [{"status": "open"}]


def test_a_returned_referral_is_followed_up_by_a_visit_within_the_packs_two_weeks(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(
            system,
            *centre(),
            *signed("li"),
            RequestReferral(
                referral_id="r1",
                resident_id="li",
                contract_id="contract-of-li",
                institution_id="hospital",
                urgency="urgent",
                reason="stroke-signs",
            ),
            AcceptReferral(referral_id="r1"),
            ScheduleReferral(referral_id="r1", appointment_at=at_local(MONDAY, 10 * 60)),
        )
    with town(tmp_path, at_local(TUESDAY, 8 * 60)) as system:
        run_commands(
            system,
            AttendReferral(referral_id="r1", attended_at=at_local(MONDAY, 10 * 60)),
            ReturnReferral(referral_id="r1", returned_on=TUESDAY),
        )
        system.follower.settle(system.now())
        (row,) = system.rows.ask("SELECT window_from, window_to FROM visits_v1 WHERE visit_id = 'r1.return-follow-up'")
        assert row == {"window_from": "2026-03-03", "window_to": "2026-03-16"}
        plan_day(system, TUESDAY, budget=QUICK)
    with town(tmp_path, at_local(TUESDAY, 18 * 60)) as system:
        visit = "r1.return-follow-up"
        run_commands(
            system,
            StartVisit(visit_id=visit, entered_at=at_local(TUESDAY, 15 * 60)),
            CompleteVisit(visit_id=visit, left_at=at_local(TUESDAY, 16 * 60)),
        )
        assert stored(system, "referral-r1")[-1] == "referral.followed_up.v1"


def test_a_missed_visit_is_asked_for_again_from_the_next_day(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        plan_day(system, MONDAY, budget=QUICK)
        run_commands(system, MissVisit(visit_id="bed-of-li.bed-round.1", reason="nobody-home"))
        assert stored(system, "visit-bed-of-li.bed-round.1")[-2:] == ["visit.missed.v1", "visit.requested_again.v1"]
        (row,) = system.rows.ask("SELECT status, window_from FROM visits_v1 WHERE visit_id = 'bed-of-li.bed-round.1'")
        assert row == {"status": "requested", "window_from": "2026-03-03"}


def test_a_contract_that_moves_takes_its_planned_visits_along(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["mental-disorder"], MONDAY - timedelta(days=37)))
        run_commands(
            system,
            FormTeam(
                team_id="west",
                institution_id="centre",
                base_x=0,
                base_y=0,
                members=(member("gp", 8), member("nurse", 9)),
            ),
        )
        plan_day(system, MONDAY, budget=QUICK)
        (task,) = tasks(system, status="planned")
        run_commands(system, TransferContract(contract_id="contract-of-li", team_id="west", consent=True))
        (visit,) = system.rows.ask("SELECT team_id, status, needs FROM visits_v1 WHERE visit_id = :task", task=task)
        assert (visit["team_id"], visit["status"]) == ("west", "requested")
        assert "gp-8" in str(visit["needs"])
        assert tasks(system, status="due", team_id="west") == [task]
        replanned = {day.team_id: day for day in run(system, until_idle=True, budget=QUICK)}
        assert sorted(replanned) == ["east", "west"]
        assert tasks(system, status="planned", team_id="west") == [task]


def test_a_contract_whose_term_is_over_is_recorded_as_expired_by_its_timer(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
    with town(tmp_path, at_local(MONDAY.replace(year=2027), 60)) as system:
        system.follower.settle(system.now())
        assert stored(system, "contract-contract-of-li") == ["contract.signed.v1", "contract.expired.v1"]


def test_running_until_idle_plans_what_was_touched_and_asked_again_does_nothing(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        first = run(system, until_idle=True, budget=QUICK)
        assert [(day.team_id, day.day, day.published) for day in first] == [("east", MONDAY, True)]
        position = system.store.last_position()
        assert run(system, until_idle=True, budget=QUICK) == []
        assert system.store.last_position() == position


class MidnightSolvers(ThreadPoolExecutor):
    """Solves in threads; while the first roster is solved, its day ends."""

    def __init__(self, system: System) -> None:
        super().__init__(1)
        self._system = system

    def submit(self, *work: Any, **more: Any) -> Future[Any]:
        if work[0] is solve_on_terms:
            self._system.clock.set(at_local(TUESDAY, 60))
        return super().submit(*work, **more)


def test_a_day_that_ends_while_it_is_solved_is_left_and_its_visits_are_planned_on_the_next(tmp_path: Path) -> None:
    stop = threading.Event()
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        system.follower.settle(system.now())
        system.clock.set(SEVEN + timedelta(hours=1))
        in_vain = threading.Timer(PATIENCE, stop.set)
        in_vain.start()
        planned = run(
            system,
            stop=stop,
            on_planned=lambda _: stop.set(),
            budget=QUICK,
            solvers=lambda _: MidnightSolvers(system),
        )
        in_vain.cancel()
        (visit,) = system.rows.ask("SELECT day FROM visits_v1 WHERE purpose = 'bed-round'")
    assert [(day.day, day.published) for day in planned] == [(TUESDAY, True)]
    assert visit["day"] == TUESDAY.isoformat()


def test_a_reaction_that_runs_twice_writes_its_events_once(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]), *bed("li"))
        position = system.store.last_position()
    (tmp_path / "work.db").unlink()
    with town(tmp_path) as system:
        system.follower.follow(SEVEN)
        assert system.store.last_position() == position


def test_where_the_progress_could_not_be_written_the_runner_begins_there_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with town(tmp_path) as system:
        run_commands(system, *centre())
        with monkeypatch.context() as patched:
            patched.setattr(ReactorTransaction, "write", full)
            with pytest.raises(StoreError):
                run_commands(system, signed("li")[0])
        assert system.reactor_progress.position() < system.store.last_position()
        system.follower.follow(SEVEN)
        assert system.reactor_progress.position() == system.store.last_position()


def test_a_refused_reaction_is_recorded_and_not_retried(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        system.follower.settle(SEVEN)
        for attempt in range(3):
            run_commands(system, MissVisit(visit_id="bed-of-li.bed-round.1", reason="nobody-home"))
            assert len(system.reactor_progress.refused()) == (1 if attempt == 2 else 0)
        (refused,) = system.reactor_progress.refused()
        assert (refused.reaction, refused.rule) == ("when_visit_missed_request_it_again", "attempts-used-up")


def test_what_a_reaction_writes_names_its_cause(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        first: StoredEvent = system.store.read("care_plan-li")[0]
        assert first.metadata.causation_id == "contract-contract-of-li:1"
        assert first.metadata.actor == "reaction:when_contract_signed_plan_its_care"
        assert first.metadata.pack == "SZ-2025"


def test_rows_are_the_same_however_often_the_process_was_restarted(tmp_path: Path) -> None:
    def rows(system: System) -> list[dict[str, object]]:
        return [dict(row) for row in system.rows.ask("SELECT * FROM care_tasks_v1 ORDER BY care_task_id")]

    steps = [*centre(), *signed("li", ["diabetes"]), *bed("li")]
    with town(tmp_path / "once") as system:
        run_commands(system, *steps)
        once = rows(system)
    for step in steps:
        with town(tmp_path / "often") as system:
            run_commands(system, step)
    with town(tmp_path / "often") as system:
        assert rows(system) == once


def test_a_task_falls_due_at_four_in_the_afternoon_before_its_window_opens_and_not_before(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        (first,) = system.rows.ask("SELECT min(window_from) AS day FROM care_tasks_v1")
        eve = date.fromisoformat(str(first["day"])) - timedelta(days=1)
        system.follower.settle(at_local(eve, 15 * 60 + 59))
        assert tasks(system, status="due") == []
        system.follower.settle(at_local(eve, 16 * 60))
        assert tasks(system, status="due") == ["contract-of-li.1.hypertension-follow-up.1"]


def test_a_timer_given_by_a_clock_that_is_behind_the_newest_event_is_heard(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        (first,) = system.rows.ask("SELECT min(window_from) AS day FROM care_tasks_v1")
    opens = date.fromisoformat(str(first["day"]))
    with town(tmp_path, at_local(opens, 12 * 60)) as ahead:
        run_commands(ahead, *signed("wang"))
    with town(tmp_path) as behind:
        behind.follower.settle(at_local(opens - timedelta(days=1), 16 * 60))
        assert tasks(behind, status="due") == ["contract-of-li.1.hypertension-follow-up.1"]


def test_an_event_of_a_newer_program_ends_it_before_anything_is_passed_over(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre())
        position = system.store.last_position()
        with system.store.writing() as transaction:
            transaction.insert(
                "team-t1", 99, "team.painted_green.v1", b"{}", b'{"recorded_at": "2026-03-02T00:00:00Z"}'
            )
        with pytest.raises(NewerStoreError, match=r"team\.painted_green\.v1"):
            system.follower.follow(SEVEN)
        assert set(system.rows.positions().values()) == {position}
