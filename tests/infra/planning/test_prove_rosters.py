"""A roster of a change on the day is proved later; its assignments stay."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.roster.events import RosterBounded
from infra.planning.plan_day import LIVE, plan_day
from infra.planning.prove_rosters import RosterProver, prove_newest
from infra.planning.published_roster import read_published, replay, verify
from infra.processes.embedded import run
from infra.system import System
from tests.infra.planning.test_plan_day import EAST, QUICK, roster, visit
from tests.small_town import MONDAY, SEVEN, centre, run_commands, signed, town


def planned(system: System, *visits: str) -> None:
    run_commands(system, *[visit(name) for name in visits])
    plan_day(system, MONDAY, budget=QUICK)


def bounds(system: System) -> list[RosterBounded]:
    return [each.event for each in system.store.after(0, 10_000) if isinstance(each.event, RosterBounded)]


def proved(proving: RosterProver, now: datetime, until: Callable[[], Any], seconds: float = 240) -> None:
    give_up = time.monotonic() + seconds
    while not until() and time.monotonic() < give_up:
        proving.step(now, free=True)
        time.sleep(0.05)
    proving.end()


def test_what_is_known_later_stands_on_the_board_and_in_the_log(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
        planned(system, "v1", "v2")
        before = roster(system)
        published, bound = prove_newest(system, EAST, 5.0)
        after = roster(system)
        assert (before["proof"], bound.proof) == ("unknown", "proved")
        assert after == before | {"proof": "proved", "bound_tier": None, "bound": None}
        assert (published.bound, read_published(system.store, EAST).bound) == (None, bounds(system)[0])
        again = replay(read_published(system.store, EAST))
        assert (again.identical, again.bound_identical) == (True, True)
        assert prove_newest(system, EAST, 5.0)[1] == bound
        assert len(bounds(system)) == 1


def test_a_bound_that_is_not_found_again_is_told(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
        planned(system, "v1", "v2")
        prove_newest(system, EAST, 5.0)
        published = read_published(system.store, EAST)
        assert published.bound is not None
        costs = {each.tier: each.cost for each in published.event.solution.costs}
        wrong = replace(
            published, bound=replace(published.bound, proof="within", bound_tier="travel", bound=costs["travel"] + 1)
        )
        assert replay(wrong).bound_identical is False
        assert [fault.rule for fault in verify(wrong).faults] == ["bound-above-its-cost"]


def test_the_living_system_proves_what_it_published_when_nothing_else_is_in_hand(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
        planned(system, "v1", "v2")
        stop = threading.Event()
        late = threading.Timer(240, stop.set)
        late.start()
        proofs: list[str] = []

        def tell(_: object, bound: Any) -> None:
            proofs.append(bound.proof)
            stop.set()

        run(system, stop=stop, budget=LIVE, proving=RosterProver(system, tell))
        late.cancel()
        assert proofs == ["proved"]
        assert roster(system)["proof"] == "proved"


def test_a_day_that_changes_while_it_is_proved_is_proved_as_it_is_then(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
        planned(system, "v1", "v2")
        proving = RosterProver(system)
        proving.step(SEVEN, free=False)
        assert not bounds(system)
        proving = RosterProver(system)
        proving.step(SEVEN, free=True)  # begun
        planned(system, "v3")
        proved(proving, SEVEN, lambda: bounds(system))
        assert [(each.revision, each.proof) for each in bounds(system)] == [(2, "proved")]
        assert roster(system)["revision"] == 2


def test_a_problem_that_is_not_kept_is_given_up_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
        planned(system, "v1")
        monkeypatch.setattr(system.store, "document", lambda _: None)
        proving = RosterProver(system)
        for _ in range(2):
            proving.step(SEVEN, free=True)
            proving._polled_at = -9.0
        assert caplog.messages == ["planner: east 2026-03-02 is not proved: problem-not-kept"]
