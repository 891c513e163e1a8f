import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.decider import Refused, TeamDay
from domain.local_time import at_local, local_day, seconds_into
from domain.policy_pack import in_force
from domain.team.commands import ChangeShifts, FormTeam, InviteGuest, RecordAbsence, Role, Shift
from domain.visit.commands import CancelVisit, Need, RequestVisit, StartVisit
from infra.clock import ClockReading, OwnClock
from infra.planning.day_problem import read_day, team_members, with_travel
from infra.planning.plan_day import LEASE, draft, finish, plan_day
from infra.planning.solver_pool import keep_pool, pool, solve
from infra.processes.embedded import run
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from schedulers.problem import Budget, Member
from tests.rules import holds
from tests.small_town import MONDAY, SEVEN, bed, centre, member, run_commands, signed, town

QUICK = Budget(iterations=2_000)
TUESDAY = MONDAY + timedelta(days=1)
EAST = TeamDay("east", MONDAY)


class Here(Executor):
    """Solves in this process, and lets something happen while it does."""

    def __init__(self, meanwhile: Any = None) -> None:
        self.meanwhile = meanwhile

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_result(fn(*args, **kwargs))
        if self.meanwhile is not None and args[0].team_id:  # a solver that warms up solves for nobody
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return answer


def visit(visit_id: str, *, role: Role = "gp", opens_at: int | None = None, days: int = 0) -> RequestVisit:
    return RequestVisit(
        visit_id=visit_id,
        resident_id="li",
        team_id="east",
        contract_id="contract-of-li",
        purpose="home-call",
        needs=(Need(roles=(role,), minutes=20),),
        window_from=MONDAY,
        window_to=MONDAY + timedelta(days=days),
        opens_at=opens_at,
        closes_at=None if opens_at is None else opens_at + 60,
    )


def ill(member_id: str) -> RecordAbsence:
    return RecordAbsence(
        team_id="east",
        absence_id=f"{member_id}-ill",
        member_id=member_id,
        starts_at=at_local(MONDAY),
        ends_at=at_local(TUESDAY),
        reason="ill",
    )


def roster(system: System, day: Any = MONDAY) -> dict[str, Any]:
    rows = system.rows.ask("SELECT * FROM rosters_v1 WHERE team_id = 'east' AND day = :day", day=day.isoformat())
    return dict(rows[0]) if rows else {}


def starts(system: System, visit_id: str) -> str:
    (row,) = system.rows.ask("SELECT slots FROM visits_v1 WHERE visit_id = :visit_id", visit_id=visit_id)
    return str(row["slots"])


def test_a_roster_keeps_the_problem_from_which_it_came(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1"))
        plan_day(system, MONDAY, budget=QUICK)
        assert b'"v1"' in (system.store.document(str(roster(system)["problem_digest"])) or b"")


def test_the_same_day_is_planned_alike_in_two_systems(tmp_path: Path) -> None:
    plans = []
    for folder in ("one", "other"):
        with town(tmp_path / folder) as system:
            run_commands(system, *centre(), *signed("li"), *bed("li"), *[visit(f"v{n}") for n in range(6)])
            plan_day(system, MONDAY, budget=QUICK)
            plans.append(roster(system))
    assert plans[0] == plans[1]


def test_a_dry_run_publishes_nothing(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"), visit("v1"))
        position = system.store.last_position()
        (planned,) = plan_day(system, MONDAY, dry_run=True, budget=QUICK)
        assert planned.roster is not None
        assert system.store.last_position() == position


def test_a_day_that_is_over_and_an_unknown_team_are_refused(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre())
        for day, team, rule in (
            (MONDAY - timedelta(days=1), None, "roster-day-over"),
            (MONDAY, "x", "team-not-formed"),
            (MONDAY - timedelta(days=1), "x", "team-not-formed"),
        ):
            with pytest.raises(Refused) as refusal:
                plan_day(system, day, team_id=team, budget=QUICK)
            assert refusal.value.rule == rule


def test_what_has_no_place_today_tells_why_and_is_planned_on_the_next_working_day(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1", days=2), ill("gp-1"))
        plan_day(system, MONDAY, budget=QUICK)
        assert roster(system)["unplaced"] == '[{"rule":"nobody-with-the-role-works-that-day","visit_id":"v1"}]'
        assert roster(system)["carried_over_to"] == TUESDAY.isoformat()
    with town(tmp_path, at_local(MONDAY, 19 * 60)) as system:
        run(system, until_idle=True, budget=QUICK)
        assert '"visit_id":"v1"' in roster(system, TUESDAY)["slots"]


def test_on_a_day_off_a_visit_that_can_wait_does_and_monday_gets_it(tmp_path: Path) -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    with town(tmp_path, at_local(saturday, 7 * 60)) as system:
        run_commands(system, *centre(), *signed("li", starts_on=saturday))
        run_commands(system, replace(visit("v1"), window_from=saturday, window_to=monday))
        run(system, until_idle=True, budget=QUICK)
        assert roster(system, saturday) == {}
    with town(tmp_path, at_local(monday - timedelta(days=1), 18 * 60)) as system:
        run(system, until_idle=True, budget=QUICK)
        assert '"visit_id":"v1"' in roster(system, monday)["slots"]


def test_a_visit_that_is_called_off_leaves_the_roster_and_the_rest_stays(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1", opens_at=600), visit("v2", opens_at=900))
        plan_day(system, MONDAY, budget=QUICK)
        before = starts(system, "v2")
        run_commands(system, CancelVisit(visit_id="v1", reason="resident-asked"))
        run(system, until_idle=True, budget=QUICK)
        assert roster(system)["revision"] == 2
        assert '"visit_id":"v1"' not in roster(system)["slots"]
        assert starts(system, "v2") == before


def test_a_visit_that_begins_within_half_an_hour_is_not_moved_and_one_under_way_stays(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *[visit(f"v{n}") for n in range(4)])
        plan_day(system, MONDAY, budget=QUICK)
        order = sorted((starts(system, f"v{n}"), f"v{n}") for n in range(4))
        first, second = order[0], order[1]
    with town(tmp_path, at_local(MONDAY, 8 * 60 + 45)) as system:
        run_commands(system, StartVisit(visit_id=first[1], entered_at=at_local(MONDAY, 8 * 60 + 40)))
        run_commands(system, visit("urgent"))
        run(system, until_idle=True, budget=QUICK)
        assert starts(system, first[1]) == first[0]
        (slot,) = json.loads(starts(system, second[1]))
        assert slot["member_id"] == "gp-1"
        assert slot["starts_at"] == f"{MONDAY}T01:00:00Z", "when the visit under way can end"
        assert starts(system, "urgent") > f'[{{"ends_at":"{MONDAY}T01:15'
        kept, over = starts(system, second[1]), datetime.fromisoformat(slot["ends_at"])
        run_commands(system, replace(ill("gp-1"), starts_at=over), replace(visit("pressing"), priority=9))
        run(system, until_idle=True, budget=QUICK)
        assert starts(system, second[1]) == kept
        assert '"visit_id":"pressing"' in roster(system)["unplaced"]


@holds("A11.19")
@pytest.mark.parametrize(("seconds_before", "is_pinned"), [(1801, False), (1800, True), (60, True)])
def test_a_visit_is_pinned_from_half_an_hour_before_it_begins(
    tmp_path: Path, seconds_before: int, is_pinned: bool
) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1", opens_at=600))
        plan_day(system, MONDAY, budget=QUICK)
        begins = datetime.fromisoformat(json.loads(starts(system, "v1"))[0]["starts_at"])
        now = begins - timedelta(seconds=seconds_before)
        with system.rows.reading() as rows:
            day = read_day(rows, EAST, in_force("SZ", MONDAY), now, QUICK)
        assert day is not None
        problem = with_travel(day, system.travel)
        assert [bool(demand.pins) for demand in problem.demands] == [is_pinned]


def test_a_day_that_is_touched_while_it_is_solved_is_read_and_solved_again(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1"))
        system.follower.settle(SEVEN)
        executor = Here(meanwhile=lambda: run_commands(system, visit("v2")))
        read = draft(system, executor, EAST, SEVEN, QUICK)
        planned = finish(system, executor, read, SEVEN, QUICK)
        assert planned.published
        assert '"visit_id":"v2"' in roster(system)["slots"]
        assert roster(system)["revision"] == 1


def test_solving_is_repeatable_in_this_process_too(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"), visit("v1"))
        system.follower.settle(SEVEN)
        problem = draft(system, Here(), EAST, SEVEN, QUICK).problem
        assert problem is not None
        assert solve(problem) == solve(problem)


def test_a_guest_is_never_at_two_places(tmp_path: Path) -> None:
    doctor = member("gp", 2)
    west = FormTeam(
        team_id="west", institution_id="centre", base_x=0, base_y=0, members=(doctor, member("nurse", 3)),
    )  # fmt: skip
    stay = InviteGuest(
        team_id="west", stay_id="s1", member=member("gp"), kind="other-team", from_day=MONDAY, to_day=MONDAY,
        home_team_id="east",
    )  # fmt: skip
    with town(tmp_path) as system:
        run_commands(system, *centre(), west, *signed("li"), visit("v1", opens_at=600))
        plan_day(system, MONDAY, team_id="east", budget=QUICK)
        (booked,) = json.loads(str(roster(system)["slots"]))
        run_commands(system, stay)
        pack = in_force("SZ", MONDAY)
        with system.rows.reading() as rows:
            guest = next(m for m in team_members(rows, TeamDay("west", MONDAY), pack) if m.id == "gp-1")
            at_home = next(m for m in team_members(rows, EAST, pack) if m.id == "gp-1")
        begins = seconds_into(MONDAY, datetime.fromisoformat(booked["starts_at"]))
        leaves = begins - booked["travel_seconds"]
        assert leaves < begins
        assert [works_at(guest, second) for second in (begins, begins - 1, leaves, leaves - 1)] == [*[False] * 3, True]
        assert at_home.works == ()


def works_at(planned: Member, second: int) -> bool:
    return any(starts <= second < ends for starts, ends in planned.works)


class Ticking(OwnClock):
    """Whenever somebody looks, a tenth of a second has passed."""

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        self.set(super().read().now + timedelta(seconds=0.1))
        return super().read()


def alive(system: System, meanwhile: Callable[[threading.Event], None], seconds: float = 60) -> list[Any]:
    """Let the system live until it is stopped, or has planned a day."""
    system.clock = Ticking(SEVEN)
    stop = threading.Event()
    late = threading.Timer(seconds, stop.set)
    late.start()
    try:
        here = Here(meanwhile=lambda: meanwhile(stop))
        return run(
            system, stop=stop, budget=QUICK, solvers=lambda _: nullcontext(here), on_planned=lambda _: stop.set()
        )
    finally:
        late.cancel()


def test_alive_a_day_that_is_touched_while_it_is_solved_waits_for_a_pause_and_is_planned_as_it_is_then(
    tmp_path: Path,
) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1"))
        (planned,) = alive(system, lambda _: run_commands(system, visit("v2")))
        assert planned.revision == 1
        assert planned.basis == system.store.requested_position(EAST)
        assert '"visit_id":"v2"' in roster(system)["slots"]


def test_a_day_in_hand_is_given_back_when_the_system_is_stopped(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), visit("v1"))
        assert alive(system, lambda stop: stop.set()) == []
        claimed = system.store.claim_team_day(system.now(), LEASE)
        assert claimed is not None
        assert claimed.team_day == EAST


def test_the_living_system_publishes_a_roster_soon_after_a_change(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with open_system(settings) as system:
        today = local_day(system.now())
        run_commands(system, *centre(), *signed("li", starts_on=today))
        stop = threading.Event()

        def live() -> None:
            with open_system(settings) as alive:
                run(alive, stop=stop, budget=QUICK)

        living = threading.Thread(target=live)
        living.start()
        try:
            soon = today + timedelta(days=2)  # a call, which waits for no other day
            run_commands(system, replace(visit("now"), window_from=today, window_to=soon))
            day_and_night = tuple(Shift(weekday=day, starts=0, ends=1440) for day in range(7))
            run_commands(system, ChangeShifts(team_id="east", member_id="gp-1", shifts=day_and_night))
            rows = wait_for(lambda: system.rows.ask("SELECT slots FROM rosters_v1 WHERE slots LIKE '%\"now\"%'"))
        finally:
            stop.set()
            living.join(30)
        assert rows
        assert not living.is_alive()


def wait_for(query: Callable[[], Any], seconds: float = 60) -> Any:
    """Return the answer of a query as soon as it is not empty, or the last one after `seconds`."""
    give_up = time.monotonic() + seconds
    while not (answer := query()) and time.monotonic() < give_up:
        time.sleep(0.1)
    return answer


@holds("A6.8")
def test_an_infectious_visit_is_the_last_of_the_day(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), replace(visit("a"), infectious=True), visit("b"), visit("c"))
        plan_day(system, MONDAY, budget=QUICK)
        begins = {each: json.loads(starts(system, each))[0]["starts_at"] for each in ("a", "b", "c")}
        assert max(begins, key=lambda each: begins[each]) == "a"


def test_a_pool_that_is_kept_inside_another_is_that_one_and_stays_open() -> None:
    with keep_pool():
        with keep_pool(), pool() as inside:
            pass
        with pool() as afterwards:
            assert afterwards is inside
