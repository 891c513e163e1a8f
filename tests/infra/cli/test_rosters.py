"""The leader's commands around a roster: again, why, what if, is it so, is it found again."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import Result

from tests.infra.cli.desk import NOW, Desk

Check = Callable[[Result, str], None]
DAY = "2026-03-03"
MORNING = f"{DAY}T07:00"
NEXT = "2026-03-04T07:00"


def visit(visit_id: str, **more: object) -> dict[str, object]:
    return {
        "visit_id": visit_id,
        "resident_id": "r1",
        "team_id": "t1",
        "contract_id": "c1",
        "purpose": "dressing",
        "needs": [{"roles": ["nurse"], "minutes": 30}],
        "window_from": DAY,
        "window_to": "2026-03-05",
        "opens_at": None,
        "closes_at": None,
        **more,
    }


def away(desk: Desk, begins: str, ends: str, now: str = MORNING) -> None:
    absence: dict[str, object] = {"absence_id": "away", "starts_at": begins, "ends_at": ends}
    desk.do("RecordAbsence", now, **absence)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two visits of one nurse, published: a folder to be copied."""
    desk = Desk(tmp_path_factory.mktemp("published") / "data")
    for name in ("OpenInstitution", "FormTeam", "RegisterResident", "SignContract"):
        desk.do(name)
    for name in ("v1", "v2"):
        desk.do("RequestVisit", NOW, **visit(name))
    assert desk("roster", "plan", "t1", DAY).exit_code == 0
    return desk.data


@pytest.fixture
def planned(published: Path, tmp_path: Path) -> Desk:
    return Desk(Path(copytree(published, tmp_path / "data")))


def answer_of(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def ask(desk: Desk, *words: str, now: str = MORNING) -> dict[str, Any]:
    return answer_of(desk("roster", *words, "--json", now=now))


def starts(desk: Desk) -> dict[str, str]:
    return {slot["visit_id"]: slot["starts_at"] for slot in ask(desk, "show", "t1", DAY)["slots"]}


def altered(desk: Desk, change: Callable[[bytes], bytes]) -> None:
    """Somebody alters the stored problems behind the program's back."""
    with sqlite3.connect(desk.data / "events.db") as database:
        for digest, body in database.execute("SELECT digest, body FROM documents").fetchall():
            database.execute("UPDATE documents SET body = ? WHERE digest = ?", (change(body), digest))
    database.close()


def test_yesterdays_roster_is_verified_and_found_again(planned: Desk) -> None:
    verdict = ask(planned, "verify", "t1", DAY, now=NEXT)
    assert (verdict["verified"], verdict["verdict"]["faults"]) == (True, [])
    assert all(each["told"] == each["counted"] for each in verdict["verdict"]["costs"])
    again = ask(planned, "replay", "t1", DAY, now=NEXT)
    assert (again["identical"], again["differing"], again["solver"]) == (True, [], again["solver_now"])
    assert "every rule holds" in planned("roster", "verify", "t1", DAY, now=NEXT).stdout
    assert "byte for byte" in planned("roster", "replay", "t1", DAY, now=NEXT).stdout


def test_a_roster_of_the_day_is_proved_later_and_shown_so(planned: Desk, refused: Check) -> None:
    away(planned, f"{DAY}T08:00:00+08:00", f"{DAY}T11:00:00+08:00")
    assert ask(planned, "replan", "t1", DAY)["roster"]["proof"] == "unknown"
    before = starts(planned)
    assert (ask(planned, "prove", "t1", DAY)["revision"], starts(planned)) == (2, before)
    assert ask(planned, "show", "t1", DAY)["proof"] == "proved"
    assert "Proved: no roster is better." in planned("roster", "prove", "t1", DAY, now=MORNING).stdout
    assert "Proved again: the same bound." in planned("roster", "replay", "t1", DAY, now=NEXT).stdout
    assert ask(planned, "verify", "t1", DAY, now=NEXT)["verified"]
    refused(planned("roster", "prove", "t1", "2026-03-09", now=NEXT), "roster-not-published")
    altered(planned, lambda body: body + b" ")
    refused(planned("roster", "prove", "t1", DAY, now=NEXT), "problem-altered")


@pytest.mark.parametrize("change", [lambda body: body.replace(b'"seconds":1800', b'"seconds":1801'), lambda _: b"{"])
def test_an_altered_problem_is_found(planned: Desk, change: Callable[[bytes], bytes]) -> None:
    altered(planned, change)
    result = planned("roster", "verify", "t1", DAY, "--json", now=NEXT)
    assert result.exit_code == 1
    assert [fault["rule"] for fault in json.loads(result.stdout)["verdict"]["faults"]] == ["problem-altered"]
    for language in ("en", "zh"):
        people = planned("roster", "verify", "t1", DAY, "--language", language, now=NEXT).stdout
        assert "[problem-altered]" in people
        assert "t1.2026-03-03" in people
        assert "{" not in people


def test_nothing_is_solved_or_explained_from_an_altered_problem(planned: Desk, refused: Check) -> None:
    altered(planned, lambda body: body + b" ")
    refused(planned("roster", "replay", "t1", DAY, now=NEXT), "problem-altered")
    refused(planned("roster", "explain", "t1", DAY, "v1", now=NEXT), "problem-altered")
    refused(planned("roster", "what-if", "t1", DAY, "--stored", now=NEXT), "problem-altered")


def test_a_roster_or_a_revision_that_is_not_there_is_refused(planned: Desk, refused: Check) -> None:
    for command in ("verify", "replay"):
        refused(planned("roster", command, "t1", "2026-03-09"), "roster-not-published")
        refused(planned("roster", command, "t1", DAY, "--revision", "2"), "revision-unknown")
    refused(planned("roster", "replan", "t1", "2026-03-09"), "roster-not-published")
    refused(planned("roster", "replan", "t9", DAY), "team-not-formed")
    refused(planned("roster", "replan", "t1", DAY, now=NEXT), "roster-day-over")
    refused(planned("roster", "replan", "t1", DAY, "--freeze", "half past"), "bad-moment")
    refused(planned("roster", "explain", "t1", DAY, "v9"), "visit-not-on-the-day")


def test_a_placed_visit_tells_what_each_other_member_would_have_cost_or_her_rule(planned: Desk) -> None:
    why = ask(planned, "explain", "t1", DAY, "v1")
    assert (why["demand_id"], why["slack_days"], len(why["places"])) == ("v1", 2, 1)
    assert {each["member_id"]: each["rule"] for each in why["options"]}["dr-chen"] == "member-has-the-role"
    people = planned("roster", "explain", "t1", DAY, "v1", now=MORNING).stdout
    assert "Not eligible: none of the required roles." in people
    chinese = planned("roster", "explain", "t1", DAY, "v1", "--language", "zh", now=MORNING).stdout
    assert "不符合条件" in chinese


def test_a_visit_without_a_place_tells_the_rule_to_give_up(planned: Desk) -> None:
    away(planned, f"{DAY}T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
    assert ask(planned, "replan", "t1", DAY)["published"]
    why = ask(planned, "explain", "t1", DAY, "v1")
    assert (why["places"], why["rule"]) == ([], "nobody-with-the-role-works-that-day")
    assert "inside-working-time" in why["ways"][0]["breaks"]
    assert "breaks a rule" in planned("roster", "explain", "t1", DAY, "v1", now=MORNING).stdout


def test_a_changed_day_is_planned_again_with_a_reason_for_each_moved_visit(planned: Desk) -> None:
    before = starts(planned)
    first = min(before, key=lambda name: before[name])
    away(planned, f"{DAY}T08:00:00+08:00", f"{DAY}T11:00:00+08:00")
    dry = ask(planned, "replan", "t1", DAY, "--dry-run")
    assert (dry["published"], starts(planned)) == (False, before)
    people = planned("roster", "replan", "t1", DAY, now=MORNING).stdout
    assert "published · revision 2" in people
    assert "nurse-li is away: ill, 08:00–11:00." in people
    assert starts(planned)[first] != before[first]
    assert "Nothing that was published moved." in planned("roster", "replan", "t1", DAY, now=MORNING).stdout
    revised = ask(planned, "verify", "t1", DAY, now=NEXT)["verdict"]
    assert (revised["revision"], ask(planned, "replay", "t1", DAY, now=NEXT)["identical"]) == (2, True)


def test_a_limit_that_cannot_hold_is_told_and_nothing_is_published(planned: Desk, refused: Check) -> None:
    away(planned, f"{DAY}T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
    result = planned("roster", "replan", "t1", DAY, "--max-moved", "1", now=MORNING)
    refused(result, "more-must-move")
    assert "at least 2" in result.stderr
    assert ask(planned, "show", "t1", DAY)["revision"] == 1


def test_nothing_that_begins_before_the_leaders_hour_moves(planned: Desk) -> None:
    before = starts(planned)
    planned.do("RequestVisit", MORNING, **visit("urgent", closes_at=8 * 60 + 31, opens_at=8 * 60, priority=9))
    frozen = ask(planned, "replan", "t1", DAY, "--freeze", "18:00", "--dry-run")
    assert (frozen["moves"], frozen["new"]) == ([], ["urgent"])
    assert ask(planned, "replan", "t1", DAY, "--max-moved", "0", "--freeze", "18:00")["published"]
    assert {name: start for name, start in starts(planned).items() if name in before} == before


def test_what_would_be_is_told_beside_what_is_and_leaves_no_event(planned: Desk, refused: Check) -> None:
    position = planned.events()
    ill = ask(planned, "what-if", "t1", DAY, "--ill", "nurse-li")
    assert (ill["stored"], ill["revision"]) == (False, 1)
    assert ill["difference"]["left_out"] == ["v1", "v2"]
    assert ill["difference"]["costs"]["unplaced"] > 0
    more = ask(planned, "what-if", "t1", DAY, "--ill", "nurse-li", "--add", "nurse", "--without", "v2")
    assert {part["member_id"] for part in more["other"]["assignments"]} == {"one-more-nurse"}
    later = ask(planned, "what-if", "t1", DAY, "--window", "v1", "15:00-16:00")
    assert next(part["start"] for part in later["other"]["assignments"] if part["demand_id"] == "v1") >= 15 * 3600
    past = ask(planned, "what-if", "t1", DAY, "--without", "v1", "--policy", "CN-2017", now=NEXT)
    assert (past["stored"], past["difference"]["left_out"]) == (True, ["v1"])
    people = planned("roster", "what-if", "t1", DAY, "--ill", "nurse-li", now=MORNING).stdout
    assert "visits left out" in people
    for words, rule in (
        (("--ill", "x"), "member-not-in-team"),
        (("--without", "x"), "visit-not-on-the-day"),
        (("--add", "surgeon"), "role-unknown"),
        (("--policy", "x"), "policy-unknown"),
        (("--window", "x", "10:00-11:00"), "visit-not-on-the-day"),
        (("--window", "v1", "11:00-10:00"), "bad-span"),
        (("--window", "v1", "10:75-11:00"), "bad-span"),
        (("--window", "v1", "ten"), "bad-span"),
        (("--add", "x", "--stored", "--revision", "7"), "revision-unknown"),
    ):
        refused(planned("roster", "what-if", "t1", DAY, *words, now=MORNING), rule)
    assert planned.events() == position
