"""What a leader would sign: who waits, who goes instead, what is late, and why, on the day and the evening before."""

from pathlib import Path

import orjson

from domain.decider import TeamDay
from domain.local_time import LOCAL, whole_minutes
from domain.team.commands import RecordAbsence
from domain.visit.commands import CancelVisit
from infra.planning.moment.notices import due_notices
from infra.planning.replan_day import Replanned, replan_day
from infra.planning.what_if import Changes, what_if
from schedulers.problem import Budget, Limits
from schedulers.tiers import Tier
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at

DAY = TeamDay("t1", TUESDAY)
SEARCHED = Budget(iterations=20_000)


def replanned(world: World, time: str) -> Replanned:
    with world.open(at(time)) as system:
        return replan_day(system, DAY)


def away(starts: str, ends: str, member_id: str = "n2") -> RecordAbsence:
    return RecordAbsence(
        team_id="t1", absence_id="a1", member_id=member_id, reason="ill", starts_at=at(starts), ends_at=at(ends)
    )


def places(world: World) -> dict[str, tuple[str, str]]:
    slots = world.published().slots
    return {each.visit_id: (each.member_id, f"{each.starts_at.astimezone(LOCAL):%H:%M}") for each in slots}


def test_on_the_day_a_published_time_outweighs_the_named_nurse_and_the_reason_names_the_tier(tmp_path: Path) -> None:
    world = worlds.named(tmp_path)
    world.plan(budget=SEARCHED)
    before = places(world)
    world.give(away("08:00", "12:00"), now=at("07:00"))
    result = replanned(world, "07:05")
    assert result.planned.roster is not None
    costs = result.planned.roster.costs
    assert costs[Tier.CONTINUITY] > 0
    assert costs[Tier.DISRUPTION] < 1198  # what waiting for the named nurse costs
    hers = {visit_id for visit_id, (member_id, _) in before.items() if member_id == "n2"}
    with world.open() as system:
        to_call = {each.visit_id for each in due_notices(system, DAY).notices}
    assert to_call == hers, "nobody else is called for a small gain"
    forced = {each.demand_id: each for each in result.moves if each.cause == "move-member-away"}
    assert forced.keys() == hers
    assert {name: each.tier for name, each in forced.items()} == {
        "V2": "travel",
        "V4": "travel",
        "V6": "disruption",
        "V8": "travel",
    }
    assert {(each.because, each.because_id) for each in result.moves} == {("because-member-away", "n2")}
    assert [(each.member_id, each.reason) for each in result.absences] == [("n2", "ill")]


def test_an_urgent_visit_is_made_in_its_window_and_is_the_reason_why_others_move(tmp_path: Path) -> None:
    world = worlds.urgent(tmp_path)
    world.plan(budget=SEARCHED)
    world.visit("URG", 3, priority=9, opens_at=480, closes_at=500, now=at("07:00"))
    result = replanned(world, "07:05")
    assert places(world)["URG"][1] <= "08:20"
    assert result.planned.late.visits == ()
    assert {(each.because, each.because_id, each.tier) for each in result.moves} == {
        ("because-new-visit", "URG", "urgent")
    }


def test_an_urgent_visit_that_no_way_reaches_in_time_comes_first_and_is_marked_late(tmp_path: Path) -> None:
    world = worlds.urgent(tmp_path)
    world.plan(budget=SEARCHED)
    world.visit("URG", 3, priority=9, opens_at=480, closes_at=481, now=at("07:00"))
    (late,) = replanned(world, "07:05").planned.late.visits
    assert (late.demand_id, late.urgent, late.seconds) == ("URG", True, late.start - 481 * 60)
    shown = world.command_line("roster", "show", "t1", "2026-03-10", now="2026-03-10T07:06")
    assert "min late, urgent (08:00–08:01)" in shown.output
    as_json = orjson.loads(world.command_line("roster", "show", "t1", "2026-03-10", "--json").output)
    assert [(each["demand_id"], each["closes"]) for each in as_json["late"]["visits"]] == [("URG", 481 * 60)]


def test_the_same_travel_and_overtime_stand_in_the_plan_on_the_roster_and_in_its_costs(tmp_path: Path) -> None:
    world = World(tmp_path, (worlds.DOCTOR, worlds.N1))
    world.resident(1, 0, 0)
    world.resident(2, 2045, 0)
    world.visit("last", 2, opens_at=16 * 60 + 33, closes_at=16 * 60 + 34)
    planned = world.command_line("roster", "plan", "t1", "2026-03-10", now="2026-03-09T20:00").output
    seen = ("roster", "show", "t1", "2026-03-10")
    people = world.command_line(*seen, now="2026-03-09T20:01").output
    document = orjson.loads(world.command_line(*seen, "--json", now="2026-03-09T20:01").output)
    costs = {each["tier"]: each["cost"] for each in document["costs"]}
    (over,) = document["late"]["overtime"]
    assert (costs["tardiness"], costs["travel"]) == (over["seconds"], 2 * document["slots"][0]["travel_seconds"])
    assert over["seconds"] % 60 > 0
    assert f" {whole_minutes(costs['travel'])} min " in planned
    assert f"{whole_minutes(costs['travel'])} min on the way" in people
    minutes = whole_minutes(over["seconds"])
    assert f"{minutes} min after 17:00" in people
    assert f"{minutes} min late or overtime" in people


def test_overtime_is_shown_with_the_end_of_the_shift(tmp_path: Path) -> None:
    world = World(tmp_path, (worlds.DOCTOR, worlds.N1))
    world.residents(1)
    world.visit("V1", 1, opens_at=1000, closes_at=1010)
    world.plan(budget=SEARCHED)
    shown = world.command_line("roster", "show", "t1", "2026-03-10", "--language", "zh")
    assert "加班：n1 17:13 返回，比下班时间 17:00 晚 13 分钟。" in shown.output


def test_nurses_who_share_a_role_share_the_day_and_the_pack_says_how_far(tmp_path: Path) -> None:
    world = worlds.balance(tmp_path)
    solution = world.plan().solution
    members = [member_id for member_id, _ in places(world).values()]
    assert abs(members.count("n1") - members.count("n2")) * 30 <= 120
    costs = {each.tier: each.cost for each in solution.costs}
    assert (costs["imbalance"], solution.proof) == (0, "proved")
    assert tuple(costs) == world.problem().order
    assert world.problem().limits == Limits(urgent_from=8, late=1800, overtime=1800, imbalance=7200)


def test_the_reason_of_a_move_is_the_illness_though_the_hour_is_frozen(tmp_path: Path) -> None:
    world = worlds.three_visits(tmp_path)
    world.plan(budget=SEARCHED)
    gone = {member_id for member_id, start in places(world).values() if start > "08:50"}
    (ill,) = gone
    world.give(away("08:55", "17:00", ill), now=at("08:54"))
    result = replanned(world, "08:55")
    assert {(each.cause, each.because, each.because_id) for each in result.moves} == {
        ("move-member-away", "because-member-away", ill)
    }


def test_a_visit_that_takes_the_time_of_one_that_is_gone_says_so(tmp_path: Path) -> None:
    world = worlds.urgent(tmp_path)
    world.visit("C", 3, opens_at=480, closes_at=485)
    world.visit("D", 3, opens_at=480, closes_at=490)
    world.plan(budget=SEARCHED)
    world.give(CancelVisit(visit_id="C", reason="resident-asked"), now=at("07:00"))
    result = replanned(world, "07:05")
    assert result.gone == ("C",)
    assert {each.because for each in result.moves} <= {"because-visit-gone"}


def test_a_what_if_under_another_order_of_the_same_day_compares_by_names(tmp_path: Path) -> None:
    world = worlds.three_visits(tmp_path)
    world.plan(budget=SEARCHED)
    with world.open() as system:
        compared = what_if(system, DAY, Changes(add=("nurse",))).compared
    assert compared.present.order == compared.other.order == world.problem().order
