"""The finder: who finds whom by what, and that what it looks through leaves nothing behind."""

import json
from typing import Any

import pytest

from domain.decider import Refused
from infra.access.gate import Gate
from infra.access.principal import Grant, Principal
from infra.access.reads import reads_of
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.finder import search as finder
from infra.finder.search import SearchAnswer, fitness, search
from infra.system import System
from tests.access.two_teams import PEOPLE, PRINCIPALS, secrets_of


def gate_of(system: System, role: str, purpose: str | None = None) -> Gate:
    return Gate(system, PRINCIPALS[role], purpose, "request-find")


def shown(system: System, role: str, text: str, purpose: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what a role is shown of a search, in plain data."""
    gate = gate_of(system, role, purpose)
    plain = json.loads(to_json(search(system, gate, text, **more)))
    answer: dict[str, Any] = gate.show("find", plain)
    return answer


def residents(answer: dict[str, Any] | SearchAnswer) -> list[tuple[str, str]]:
    plain = answer if isinstance(answer, dict) else json.loads(to_json(answer))
    return [(each["resident_id"], each["because"]) for each in plain["hits"] if each["kind"] == "resident"]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("li", "id"),
        ("440304194101110017", "number"),
        ("４４０３０４ 19410111 0017", "number"),
        (PEOPLE["li"].phone, "phone"),
        ("+86 138-1111-1111", "phone"),
        (str(PEOPLE["li"].family_phone), "phone"),
        ("李秀英", "name"),
        ("秀英", "name"),
        ("lixiuying", "name"),
        ("lxy", "name"),
        ("xiuying", "name"),
        ("Li Xiuying", "name"),
        ("福华路", "address"),
        ("李 福华路", "address"),
    ],
)
def test_a_leader_finds_a_resident_of_their_team_by_id_number_phone_name_and_address(
    community: System, text: str, because: str
) -> None:
    assert residents(shown(community, "leader", text)) == [("li", because)]


def test_a_resident_comes_with_their_contract_visits_and_referrals(community: System) -> None:
    hits = shown(community, "leader", "李秀英")["hits"]
    assert {each["kind"] for each in hits} >= {"resident", "contract", "visit", "bed", "referral"}
    assert {each["resident_id"] for each in hits} == {"li"}


def test_records_and_staff_are_found_by_their_ids(community: System) -> None:
    for text, kind in (
        ("contract-li", "contract"),
        ("visit-li", "visit"),
        ("bed-li", "bed"),
        ("referral-li", "referral"),
    ):
        (hit,) = shown(community, "leader", text)["hits"]
        assert (hit["kind"], hit["id"], hit["because"]) == (kind, text, "id")
    for text, kind in (("east", "team"), ("centre-east", "institution"), ("east-nurse-1", "member")):
        assert (kind, text) in [(each["kind"], each["id"]) for each in shown(community, "leader", text)["staff"]]


@pytest.mark.parametrize("text", ["zhao", "440304194303130032", PEOPLE["zhao"].phone, "赵玉兰", "东门巷", "visit-zhao"])
def test_nobody_of_another_scope_is_found_by_anything(community: System, text: str) -> None:
    for role in ("member", "leader", "clerk", "hospital"):
        assert shown(community, role, text)["hits"] == []


def test_a_member_finds_the_residents_of_their_own_visits_alone(community: System) -> None:
    assert residents(shown(community, "member", "李秀英")) == [("li", "name")]
    assert residents(shown(community, "member", "王建国")) == []
    assert residents(shown(community, "member", PEOPLE["wang"].phone)) == []


def test_a_hospital_finds_those_who_are_referred_to_it_and_by_no_address(community: System) -> None:
    assert residents(shown(community, "hospital", "李秀英")) == [("li", "name")]
    assert residents(shown(community, "hospital", "福华路")) == []


def test_an_auditor_finds_by_names_for_a_purpose_only_and_by_whole_numbers_in_masks(community: System) -> None:
    assert residents(shown(community, "auditor", "赵玉兰")) == []
    masked = shown(community, "auditor", "440304194303130032")
    assert residents(masked) == [("zhao", "number")]
    assert not any(secret in json.dumps(masked, ensure_ascii=False) for secret in secrets_of("zhao"))
    assert residents(shown(community, "auditor", "赵玉兰", "complaint")) == [("zhao", "name")]


def test_a_role_that_sees_names_does_not_lend_them_to_one_that_does_not(community: System) -> None:
    both = Principal(
        account_id="two-roles", grants=(Grant(role="auditor"), Grant(role="leader", scope="team", scope_id="east"))
    )
    gate = Gate(community, both, None, "request-find")
    assert residents(search(community, gate, "赵玉兰")) == []
    assert residents(search(community, gate, "赵玉兰", team_id="west")) == []
    assert residents(search(community, gate, "李秀英")) == [("li", "name")]


@pytest.mark.parametrize("role", ["operator", "resident", "service"])
def test_roles_that_look_after_nobody_do_not_search(community: System, role: str) -> None:
    with pytest.raises(Refused) as refused:
        gate_of(community, role).check_operation("find")
    assert refused.value.rule == "role-not-allowed"


def test_each_look_is_on_record_with_those_who_were_shown_and_without_the_text(community: System) -> None:
    shown(community, "leader", "李秀英")
    read = reads_of(community).newest(limit=1)[0]
    assert (read.account_id, read.what, read.resident_ids) == ("chen-wei", "find", ("li",))
    shown(community, "leader", "不存在的人")
    read = reads_of(community).newest(limit=1)[0]
    assert (read.what, read.resident_ids) == ("find", ())
    assert "不存在" not in str(read)


def test_a_scope_that_is_too_wide_for_names_is_refused_and_a_team_or_a_number_is_not(
    community: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "MOST_OPENED", 2)
    gate = gate_of(community, "auditor", "complaint")
    with pytest.raises(UsageError) as refused:
        search(community, gate, "李秀英")
    assert (refused.value.rule, refused.value.values["most"]) == ("scope-too-wide-for-names", 2)
    assert residents(search(community, gate, "赵玉兰", team_id="west")) == [("zhao", "name")]
    assert residents(search(community, gate, PEOPLE["li"].phone)) == [("li", "phone")]


@pytest.mark.parametrize("text", ["", " · ", "李" * 101])
def test_a_text_that_says_nothing_or_is_too_long_is_refused(community: System, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        search(community, gate_of(community, "leader"), text)
    assert refused.value.rule == "search-text-unusable"


def test_the_closest_name_comes_first() -> None:
    names = {name: fitness(["王芳"], name, "福华路") for name in ("王芳", "王芳芳", "小王芳", "李芳")}
    assert names == {"王芳": (0, "name"), "王芳芳": (1, "name"), "小王芳": (2, "name"), "李芳": None}
    assert fitness(["王", "福华"], "王芳", "福华路1号") == (6, "address")
    assert fitness(["买买提"], "买买提·艾力", "") == (1, "name")
