"""Rosters over HTTP: planned, checked, published and explained as the command line does it."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from domain.visit.commands import Need, RequestVisit
from infra.edges.problems import UsageError
from infra.http.feed import LiveFeed
from infra.http.jobs import Jobs
from infra.planning.solver_pool import keep_pool
from tests.http.served import Served, served
from tests.small_town import MONDAY, run_commands, signed

DAY = f"/api/rosters/east/{MONDAY}"


def visit(number: int, resident_id: str) -> RequestVisit:
    return RequestVisit(
        visit_id=f"v{number}",
        resident_id=resident_id,
        team_id="east",
        contract_id=f"contract-of-{resident_id}",
        purpose="home-call",
        needs=(Need(roles=("nurse",), minutes=30),),
        window_from=MONDAY,
        window_to=MONDAY,
        applicant="resident",
        assessor_id="gp-1",
    )


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A team with three visits on a day, planned and published as revision 1."""
    with keep_pool(), served(tmp_path_factory.mktemp("data")) as door:
        run_commands(door.system, *signed("wang"), *signed("zhao"))
        run_commands(door.system, *(visit(n, each) for n, each in enumerate(("li", "wang", "zhao"), 1)))
        planned = door.post(f"{DAY}/plan", {}, headers={"Prefer": "wait=60"})
        assert planned.status_code == 200, planned.text
        assert (planned.json()["revision"], planned.headers["etag"]) == (1, '"r1"')
        yield door


def test_the_board_has_its_revision_as_its_tag(board: Served) -> None:
    shown = board.get(DAY)
    assert shown.status_code == 200, shown.text
    assert {each["visit_id"] for each in shown.json()["slots"]} == {"v1", "v2", "v3"}
    assert shown.headers["etag"] == f'"r{shown.json()["revision"]}"'


def test_a_team_sees_no_board_of_another_team(board: Served) -> None:
    refused = board.get(f"/api/rosters/west/{MONDAY}")
    assert (refused.status_code, refused.json()["rule"]) == (403, "outside-scope")


def test_a_day_without_a_roster_is_not_there(board: Served) -> None:
    refused = board.get("/api/rosters/east/2026-03-05")
    assert (refused.status_code, refused.json()["rule"]) == (404, "roster-not-published")


def test_the_day_its_terms_its_notices_and_the_place_of_a_visit_are_told(board: Served) -> None:
    assert {each["visit_id"] for each in board.get(f"{DAY}/day").json()["visits"]} == {"v1", "v2", "v3"}
    assert board.get(f"{DAY}/terms").json()["terms"] == []
    assert board.get(f"{DAY}/notices").json()["team_id"] == "east"
    explained = board.get(f"{DAY}/explanations/v1").json()
    assert explained["demand_id"] == "v1"
    assert len(explained["places"]) == 1
    assert board.get(f"{DAY}/explanations/v9").json()["rule"] == "visit-not-on-the-day"


def move(visit_id: str, at: str, member_id: str = "nurse-1") -> dict[str, str]:
    return {"visit_id": visit_id, "member_id": member_id, "starts_at": f"{MONDAY}T{at}:00+08:00"}


def test_moves_are_checked_and_nothing_is_written(board: Served) -> None:
    before = board.events()
    checked = board.post(f"{DAY}/check", {"moves": [move("v1", "15:00"), move("v2", "16:00", "nurse-2")]})
    assert checked.status_code == 200, checked.text
    assert checked.json()["keeps_rules"]
    assert set(checked.json()["difference"]["moved"]) >= {"v1"}
    broken = board.post(f"{DAY}/check", {"moves": [move("v1", "12:30"), move("v2", "15:00"), move("v3", "15:00")]})
    assert not broken.json()["keeps_rules"]
    assert {each["rule"] for each in broken.json()["broken"]} >= {"inside-working-time"}
    assert all(each["title"] for each in broken.json()["broken"])
    refused = board.post(f"{DAY}/check", {"moves": [move("v1", "15:00", "nobody")]})
    assert refused.json()["rule"] == "member-not-in-team"
    assert board.post(f"{DAY}/check", {"moves": []}).json()["field"] == "moves"
    assert board.events() == before


def test_moves_on_an_older_revision_are_refused(board: Served) -> None:
    refused = board.post(f"{DAY}/check", {"moves": [move("v1", "15:00")]}, headers={"If-Match": '"r7"'})
    assert (refused.status_code, refused.json()["rule"]) == (412, "stale-revision")


def test_a_draft_is_published_as_it_was_read_and_only_once(board: Served) -> None:
    read = int(board.get(DAY).headers["etag"].strip('"r'))
    other = "nurse-2" if board.get(DAY).json()["slots"][0]["member_id"] == "nurse-1" else "nurse-1"
    placed = board.post(
        "/api/visits/v1/place", {"member_id": [other], "at": ["15:30"], "on": str(MONDAY), "dry_run": True}
    )
    assert placed.status_code == 200, placed.text
    token = placed.json()["draft"]["token"]
    elsewhere = board.post("/api/rosters/east/2026-03-03/publish", {"draft": token})
    assert elsewhere.json()["rule"] == "draft-unknown"
    stale = board.post(f"{DAY}/publish", {"draft": token}, headers={"If-Match": f'"r{read + 5}"'})
    assert (stale.status_code, stale.json()["rule"]) == (412, "draft-of-another-revision")
    headers = {"If-Match": f'"r{read}"', "Idempotency-Key": "publish-1"}
    published = board.post(f"{DAY}/publish", {"draft": token}, headers=headers)
    assert (published.status_code, published.headers["etag"]) == (200, f'"r{read + 1}"'), published.text
    again = board.post(f"{DAY}/publish", {"draft": token}, headers=headers)
    assert again.json() == published.json()
    new = board.post(f"{DAY}/publish", {"draft": token})
    assert (new.status_code, new.json()["rule"]) == (412, "roster-changed")
    last = board.system.store.read(f"roster-east.{MONDAY}")[-1]
    assert (last.version, last.metadata.actor) == (read + 1, "leader")


def test_what_takes_long_is_a_job_that_its_owner_looks_at(board: Served) -> None:
    headers = {"Authorization": "Bearer leader"}
    with (
        httpx.Client(base_url=board.address, timeout=30, headers=headers) as client,
        client.stream("GET", "/api/live") as live,
    ):
        lines = live.iter_lines()
        next(lines)
        begun = board.post(f"{DAY}/what-if", {"ill": ["nurse-2"]})
        assert begun.status_code == 202, begun.text
        location = begun.headers["location"]
        states = []
        while "done" not in states:
            line = next(lines)
            if line.startswith("data: ") and "job_id" in line:
                states.append(json.loads(line[6:])["state"])
    job = board.get(location).json()
    assert (job["state"], job["result"]["team_id"]) == ("done", "east")
    other = board.get(location, account="clerk")
    assert (other.status_code, other.json()["rule"]) == (404, "job-unknown")


def test_after_a_restart_a_job_is_said_to_be_lost_and_not_to_have_never_been() -> None:
    before, after = Jobs(LiveFeed()), Jobs(LiveFeed())
    job = before.begin("roster-plan", "leader", "key-1", lambda _: {})
    assert before.find(job.job_id, "leader") is job
    with pytest.raises(UsageError, match="job-lost"):
        after.find(job.job_id, "leader")
    with pytest.raises(UsageError, match="job-unknown"):
        before.find(job.job_id, "another")
    before.close()
    after.close()


def test_a_job_that_is_refused_tells_why(board: Served) -> None:
    refused = board.post(f"{DAY}/replan", {"most_moved": 0}, headers={"If-Match": '"r1"', "Prefer": "wait=60"})
    assert (refused.status_code, refused.json()["rule"]) == (412, "roster-changed")
    begun = board.post(f"{DAY}/replan", {"most_moved": 0}, headers={"If-Match": '"r1"'})
    give_up = time.monotonic() + 30
    while (job := board.get(begun.headers["location"]).json())["state"] in {"waiting", "running"}:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    assert (job["state"], job["problem"]["rule"]) == ("refused", "roster-changed")


def test_times_are_offered_and_cover_is_listed(board: Served) -> None:
    offered = board.get("/api/residents/wang/offers", params={"purpose": "home-call", "assessor_id": "gp-1"})
    assert offered.status_code == 200, offered.text
    assert offered.json()["offers"]
    covered = board.get(f"/api/members/nurse-1/cover/{MONDAY}", params={"since": "14:00"})
    assert covered.status_code == 200, covered.text
    assert covered.json()["ways"]


def test_who_may_not_plan_is_refused_before_anything_begins(board: Served) -> None:
    before = board.events()
    for account in ("member", "clerk", "auditor", "resident", "hospital"):
        for action, body in (("plan", {}), ("replan", {}), ("publish", {"draft": "0" * 12}), ("check", {"moves": []})):
            refused = board.post(f"{DAY}/{action}", body, account=account)
            assert (refused.status_code, refused.json()["rule"]) == (403, "role-not-allowed"), (account, action)
    assert board.events() == before
