"""A team's roster keeps apart who must not meet, and plans the day anew when that changes."""

import json
from dataclasses import replace
from pathlib import Path

from domain.team.commands import EndApart, KeepApart
from domain.visit.commands import Need
from infra.planning.plan_day import plan_day
from infra.processes.embedded import run
from infra.system import System
from projections.incompatibilities import KeptApartOn
from projections.registry import answer
from tests.infra.planning.test_plan_day import QUICK, roster, visit
from tests.rules import holds
from tests.small_town import MONDAY, centre, run_commands, signed, town

NURSED = replace(visit("v1"), needs=(Need(roles=("nurse",), minutes=20, named_id="nurse-1"),))


def goes(system: System) -> set[str]:
    return {slot["member_id"] for slot in json.loads(str(roster(system)["slots"]))}


@holds("A11.16")
def test_a_member_who_is_kept_from_a_resident_does_not_go_until_that_ends(tmp_path: Path) -> None:
    kept = KeepApart(team_id="east", member_id="nurse-1", resident_id="li")
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), NURSED)
        plan_day(system, MONDAY, budget=QUICK)
        assert goes(system) == {"nurse-1"}
        run_commands(system, kept)
        run(system, until_idle=True, budget=QUICK)
        assert goes(system) == {"nurse-2"}
        question = KeptApartOn(team_id="east", day=MONDAY)
        assert answer(question, system.rows) == [
            {"member_id": "nurse-1", "resident_id": "li", "other_member_id": None, "from_day": MONDAY.isoformat()}
        ]
        again = EndApart(team_id="east", member_id="nurse-1", resident_id="li")
        run_commands(system, again, replace(NURSED, visit_id="v2"))
        run(system, until_idle=True, budget=QUICK)
        assert goes(system) == {"nurse-2", "nurse-1"}  # what was published stays
        assert answer(question, system.rows) == []


@holds("A11.16")
def test_two_members_who_are_kept_apart_do_not_go_together(tmp_path: Path) -> None:
    needs = (Need(roles=("gp",), minutes=20), Need(roles=("nurse",), minutes=20, named_id="nurse-1"))
    both = replace(visit("v1"), needs=needs, sync="simultaneous")
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), both)
        plan_day(system, MONDAY, budget=QUICK)
        assert goes(system) == {"gp-1", "nurse-1"}
        run_commands(system, KeepApart(team_id="east", member_id="nurse-1", other_member_id="gp-1"))
        run(system, until_idle=True, budget=QUICK)
        assert goes(system) == {"gp-1", "nurse-2"}
        run_commands(system, KeepApart(team_id="east", member_id="gp-1", other_member_id="nurse-2"))
        run(system, until_idle=True, budget=QUICK)
        assert json.loads(str(roster(system)["unplaced"])) == [{"rule": "no-pair-of-members", "visit_id": "v1"}]
