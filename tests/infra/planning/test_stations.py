"""Members of one team may depart from several places; each goes to what is near hers."""

import json
from pathlib import Path

from domain.institution import CloseInstitution, OpenInstitution
from domain.team.commands import StationMember
from domain.visit.commands import Need, RequestVisit
from infra.planning.plan_day import plan_day
from infra.processes.embedded import run
from infra.system import System
from projections.registry import answer
from projections.stations import StationsOn
from tests.infra.planning.test_plan_day import EAST, QUICK, roster
from tests.small_town import MONDAY, centre, run_commands, signed, town

WEST = OpenInstitution(
    institution_id="west", name="西社康", kind="community-health", sector="public", tier=1, district="Futian",
    x=300, y=400,
)  # fmt: skip
VISIT = RequestVisit(
    visit_id="v1",
    resident_id="li",
    team_id="east",
    contract_id="contract-of-li",
    purpose="home-call",
    needs=(Need(roles=("nurse",), minutes=20),),
    window_from=MONDAY,
    window_to=MONDAY,
    opens_at=None,
    closes_at=None,
)


def slot(system: System) -> tuple[str, int]:
    (slot,) = json.loads(str(roster(system)["slots"]))
    return slot["member_id"], slot["travel_seconds"]


def test_who_is_stationed_next_door_goes_and_only_she(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), WEST, *signed("li"), VISIT)
        plan_day(system, MONDAY, budget=QUICK)
        assert slot(system)[1] > 0
        for nurse, other in (("nurse-2", "nurse-1"), ("nurse-1", "nurse-2")):
            run_commands(system, StationMember(team_id="east", member_id=other))
            run_commands(system, StationMember(team_id="east", member_id=nurse, institution_id="west"))
            run(system, until_idle=True, budget=QUICK)
        stationed = {"member_id": "nurse-1", "institution_id": "west", "x": 300, "y": 400}
        assert answer(StationsOn(team_id="east", day=MONDAY), system.rows) == [stationed]
        document = json.loads(system.store.document(str(roster(system)["problem_digest"])) or b"")
        assert {member["id"]: member["start_place"] for member in document["members"]} == {
            "gp-1": 0, "nurse-1": 2, "nurse-2": 0,
        }  # fmt: skip


def test_a_fresh_day_is_given_to_whoever_is_near_until_her_station_closes(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), WEST, *signed("li"), VISIT)
        run_commands(system, StationMember(team_id="east", member_id="nurse-2", institution_id="west"))
        plan_day(system, MONDAY, team_id=EAST.team_id, budget=QUICK)
        assert slot(system) == ("nurse-2", 0)
        run_commands(system, CloseInstitution(institution_id="west", closed_on=MONDAY))
        assert answer(StationsOn(team_id="east", day=MONDAY), system.rows) == []
