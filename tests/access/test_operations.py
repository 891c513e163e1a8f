"""What operations answer goes through the gate as answers to questions do: boards, notices, cover, histories."""

import json
from typing import Any

from infra.access.gate import Gate
from infra.access.reads import reads_of
from infra.system import System
from tests.access.two_teams import NURSE_OF, PEOPLE, PRINCIPALS, secrets_of


def part_of(resident_id: str, **more: Any) -> dict[str, Any]:
    person = PEOPLE[resident_id]
    return {
        "visit_id": f"visit-{resident_id}",
        "resident_id": resident_id,
        "name": person.name,
        "phone": person.phone,
        "address": person.address,
        "purpose": "dressing",
        **more,
    }


BOARD = {
    "team_id": "east",
    "revision": 3,
    "slots": [part_of(each, member_id=NURSE_OF[each]) for each in ("li", "wang")]
    + [part_of("li", member_id="east-gp-1", part=2)],
    "unplaced": [part_of("wang")],
    "members": [{"member_id": "east-nurse-2", "reason": "ill"}],
}

DAY = {"visits": [part_of(each, parts=[{"member_id": NURSE_OF[each]}]) for each in ("li", "wang")]}

NOTICES = {
    "notices": [
        part_of(
            each,
            address=None,
            now={"starts_at": None, "member_ids": [NURSE_OF[each]]},
            family_name=PEOPLE[each].family_name,
        )
        for each in ("li", "wang")
    ]
}

COVER = {"ways": [{"token": "t", "notices": NOTICES["notices"]}]}


def shown(system: System, role: str, operation: str, payload: Any) -> Any:
    return Gate(system, PRINCIPALS[role], None, "request-2").show(
        operation, payload, team_id="east", member_id="east-nurse-1"
    )


def test_a_member_sees_their_own_visits_on_the_board_with_the_colleague_who_comes_along(community: System) -> None:
    board = shown(community, "member", "roster-show", BOARD)
    assert [slot["member_id"] for slot in board["slots"]] == ["east-nurse-1", "east-gp-1"]
    assert board["unplaced"] == []
    assert not any(secret in json.dumps(board, ensure_ascii=False) for secret in secrets_of("wang"))


def test_a_member_sees_not_why_a_colleague_is_away(community: System) -> None:
    assert shown(community, "member", "roster-show", BOARD)["members"] == [
        {"member_id": "east-nurse-2", "reason": "***"}
    ]
    assert shown(community, "leader", "roster-show", BOARD)["members"] == BOARD["members"]


def test_the_day_and_the_notices_of_a_member_are_their_own(community: System) -> None:
    assert [visit["resident_id"] for visit in shown(community, "member", "roster-day", DAY)["visits"]] == ["li"]
    assert [each["resident_id"] for each in shown(community, "member", "roster-notices", NOTICES)["notices"]] == ["li"]


def test_a_leader_sees_all_of_the_day_with_the_phones_to_call(community: System) -> None:
    assert shown(community, "leader", "roster-day", DAY) == DAY
    assert shown(community, "leader", "roster-cover", COVER) == COVER
    read = reads_of(community).newest(limit=1)[0]
    assert (read.what, read.resident_ids) == ("roster-cover", ("li", "wang"))


def test_an_auditor_sees_masks_on_boards_and_notices(community: System) -> None:
    for operation, payload in (("roster-show", BOARD), ("roster-day", DAY), ("roster-notices", NOTICES)):
        text = json.dumps(shown(community, "auditor", operation, payload), ensure_ascii=False)
        assert "李**" in text
        assert not any(secret in text for each in ("li", "wang") for secret in secrets_of(each))


def test_an_operator_follows_the_log_without_its_data(community: System) -> None:
    completed = {"position": 7, "event": "visit.completed.v1"}
    events = [{**completed, "data": {"resident_id": "li", "findings": ["wound-red"]}}]
    assert shown(community, "operator", "events", events) == [{**completed, "data": None}]
    assert "wound-red" not in json.dumps(shown(community, "auditor", "events", events))
    assert reads_of(community).newest(limit=1)[0].resident_ids == ("li",)


def test_names_next_to_a_plan_are_for_those_who_see_names_and_are_on_record(community: System) -> None:
    leader, auditor = (Gate(community, PRINCIPALS[role]) for role in ("leader", "auditor"))
    assert not auditor.sees_names("roster-explain", {"visit-li"}, team_id="east", visit_id="visit-li")
    assert leader.sees_names("roster-explain", {"visit-li", "visit-wang"}, team_id="east", visit_id="visit-li")
    read = reads_of(community).newest(limit=1)[0]
    assert (read.account_id, read.what, read.resident_ids) == ("chen-wei", "roster-explain", ("li", "wang"))
