"""The same day with a member more, a member ill, another window, another policy pack; from the rows or from the log."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.decider import Refused
from domain.local_time import at_local
from domain.policy_pack import pack_of
from domain.policy_pack.visit_minutes import minutes_by_purpose
from domain.visit.commands import Need, StartVisit
from infra.planning.plan_day import plan_day
from infra.planning.what_if import Changes, WhatIf, what_if
from infra.system import System
from schedulers.tiers import TIERS
from tests.infra.planning.test_plan_day import EAST, QUICK, ill, starts, visit
from tests.small_town import MONDAY, centre, run_commands, signed, town

HOUR = 3600
SZ = pack_of("SZ-2018")
TUESDAY_MORNING = at_local(MONDAY + timedelta(days=1), 7 * 60)


def planned(system: System, *visits: object) -> None:
    run_commands(system, *centre(), *signed("li"), *visits)
    plan_day(system, MONDAY, budget=QUICK)


def begins(answer: WhatIf, visit_id: str) -> int:
    return next(part.start for part in answer.compared.other.assignments if part.demand_id == visit_id)


def lasts(answer: WhatIf, visit_id: str) -> int:
    return next(part.end - part.start for part in answer.compared.other.assignments if part.demand_id == visit_id)


def test_in_another_window_a_visit_is_made_then_and_nothing_is_published(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        planned(system, visit("v1"), visit("v2"))
        position = system.store.last_position()
        answer = what_if(system, EAST, Changes(windows=(("v1", 15 * HOUR, 16 * HOUR),)))
        assert begins(answer, "v1") == 15 * HOUR
        assert answer.compared.difference.moved == ("v1",)
        assert begins(what_if(system, EAST, Changes()), "v1") < 12 * HOUR
        assert system.store.last_position() == position


def test_a_visit_that_has_begun_keeps_its_hour_whatever_its_window(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        planned(system, visit("v1", opens_at=8 * 60 + 30))
        before = starts(system, "v1")
    with town(tmp_path, at_local(MONDAY, 8 * 60 + 45)) as system:
        run_commands(system, StartVisit(visit_id="v1", entered_at=at_local(MONDAY, 8 * 60 + 40)))
        answer = what_if(system, EAST, Changes(windows=(("v1", 15 * HOUR, 16 * HOUR),)))
        assert answer.compared.difference.moved == ()
        assert starts(system, "v1") == before


def test_no_window_opens_in_what_is_frozen(tmp_path: Path) -> None:
    with town(tmp_path, at_local(MONDAY, 9 * 60)) as system:
        planned(system, visit("v1"))
        answer = what_if(system, EAST, Changes(windows=(("v1", 0, 16 * HOUR),)), fresh=True)
        assert begins(answer, "v1") >= 9 * HOUR + 1800


def test_a_past_day_is_asked_again_from_the_log_with_each_change(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        planned(system, visit("v1"), visit("v2"))
        run_commands(system, ill("gp-1"))
        plan_day(system, MONDAY, budget=QUICK)
    with town(tmp_path, TUESDAY_MORNING) as system:
        first = what_if(system, EAST, Changes(windows=(("v2", 15 * HOUR, 16 * HOUR),)), revision=1)
        assert (first.stored, first.revision, begins(first, "v2")) == (True, 1, 15 * HOUR)
        assert what_if(system, EAST, Changes(ill=("gp-1",)), revision=1).compared.difference.left_out == ("v1", "v2")
        last = what_if(system, EAST, Changes(add=("gp",)))
        assert (last.revision, last.compared.difference.placed) == (2, ("v1", "v2"))
        with pytest.raises(Refused, match="visit-not-on-the-day"):
            what_if(system, EAST, Changes(windows=(("v9", 0, HOUR),)))


@pytest.mark.parametrize("stored", [False, True])
def test_under_another_pack_the_overtime_and_the_minutes_are_its_own(tmp_path: Path, stored: bool) -> None:
    call = next(purpose for purpose in SZ.visit_purposes if purpose.code == "home-call")
    longer = replace(SZ, visit_purposes=(replace(call, minutes=call.minutes + 15),), least_visit_minutes=12)
    of_the_pack = replace(visit("v1"), needs=(Need(roles=("gp",), minutes=call.minutes),))
    its_own = replace(visit("v2"), needs=(Need(roles=("gp",), minutes=call.minutes + 7),))
    brief = replace(visit("v3"), needs=(Need(roles=("gp",), minutes=10),))
    with town(tmp_path) as system:
        planned(system, of_the_pack, its_own, brief)
        answer = what_if(system, EAST, Changes(pack=longer), stored=stored)
        minutes = [lasts(answer, name) // 60 for name in ("v1", "v2", "v3")]
        assert minutes == [call.minutes + 15, call.minutes + 7, 12]
        same = what_if(system, EAST, Changes(pack=SZ), stored=stored)
        assert same.compared.difference.costs == (0,) * len(TIERS)


@pytest.mark.parametrize("stored", [False, True])
def test_a_pack_without_overtime_leaves_no_room_behind_the_shift(tmp_path: Path, stored: bool) -> None:
    late = visit("late", opens_at=17 * 60 + 20)
    none, more = (replace(SZ, most_overtime_minutes=minutes) for minutes in (0, 120))
    with town(tmp_path) as system:
        planned(system, late)
        assert what_if(system, EAST, Changes(pack=none), stored=stored).compared.difference.left_out == ("late",)
        assert what_if(system, EAST, Changes(pack=more), stored=stored).compared.difference.left_out == ()


def test_who_is_on_leave_after_her_shift_works_no_more_under_a_pack_with_more_overtime(tmp_path: Path) -> None:
    late = visit("late", opens_at=17 * 60 + 20)
    leave = replace(ill("gp-1"), starts_at=at_local(MONDAY, 17 * 60 + 40))
    more = replace(SZ, most_overtime_minutes=120)
    with town(tmp_path) as system:
        planned(system, leave, late)
        for stored in (False, True):
            assert what_if(system, EAST, Changes(pack=more), stored=stored).compared.other.assignments == ()


def test_a_kind_of_visit_for_which_a_pack_says_several_lengths_says_none() -> None:
    minutes = minutes_by_purpose(SZ)
    rule = SZ.care[0]
    several = minutes_by_purpose(replace(SZ, care=(rule, replace(rule, group="other", minutes=rule.minutes + 5))))
    assert (rule.kind in minutes, rule.kind in several, minutes["bed-round"]) == (True, False, SZ.round_minutes)
