"""The gate: who may, where, what they see of the answer, and that it is on record before they see it."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.decider import Refused
from domain.team.commands import RecordAbsence
from domain.visit.commands import StartVisit
from infra.access.gate import Gate
from infra.access.principal import Grant, Principal
from infra.access.reads import reads_of
from infra.system import System
from projections.caseload import TeamCaseload
from projections.family_beds import BedCensus
from projections.outreach import WhoNext
from projections.residents import Household, ResidentCard
from projections.roster_board import TeamRoster
from projections.visits import OpenVisits
from tests.access.two_teams import MEMBER, NOON, PEOPLE, PRINCIPALS, secrets_of
from tests.small_town import MONDAY


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.rule


def gate(system: System, role: str, purpose: str | None = None) -> Gate:
    return Gate(system, PRINCIPALS[role], purpose, "request-1")


def visible_residents(system: System, role: str, question: object) -> set[str]:
    answer = gate(system, role).ask(question)
    assert isinstance(answer, list)
    return {row["resident_id"] for row in answer}


def test_nobody_does_anything_before_they_sign_in(community: System) -> None:
    assert refusal(lambda: Gate(community, None)) == "not-signed-in"


def test_a_member_starts_the_own_visit_and_not_a_colleagues(community: System) -> None:
    start = StartVisit(visit_id="visit-li", entered_at=NOON)
    gate(community, "member").check_command(start)
    assert (
        refusal(lambda: gate(community, "member").check_command(replace(start, visit_id="visit-wang")))
        == "outside-scope"
    )
    assert refusal(lambda: gate(community, "clerk").check_command(start)) == "role-not-allowed"


def test_a_refusal_is_logged_with_who_and_what_and_without_ids(
    community: System, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="infra.access.gate")
    start = StartVisit(visit_id="visit-wang", entered_at=NOON)
    refusal(lambda: gate(community, "member").check_command(start))
    refusal(lambda: gate(community, "clerk").ask(ResidentCard(resident_id="zhao")))
    who = PRINCIPALS["member"].account_id
    first, *_ = (record.getMessage() for record in caplog.records)
    assert first == f"access refused: outside-scope, account {who}, StartVisit, request request-1"
    assert not any(each in caplog.text for each in ("visit-wang", "zhao"))


def test_a_member_sees_the_residents_of_the_own_visits_of_the_teams_caseload(community: System) -> None:
    caseload = TeamCaseload(team_id="east", day=MONDAY)
    assert visible_residents(community, "leader", caseload) == {"li", "wang"}
    assert visible_residents(community, "member", caseload) == {"li"}


def test_a_member_sees_their_own_part_of_the_day(community: System) -> None:
    roster = gate(community, "member").ask(TeamRoster(team_id="east", day=MONDAY))
    assert isinstance(roster, dict)
    assert {slot["member_id"] for slot in roster["slots"]} <= {MEMBER.member_id}
    assert visible_residents(community, "member", OpenVisits(team_id="east", day=MONDAY)) == {"li"}


def test_a_leader_sees_their_own_team_alone(community: System) -> None:
    ask = gate(community, "leader").ask
    assert refusal(lambda: ask(TeamCaseload(team_id="west"))) == "outside-scope"
    assert refusal(lambda: ask(ResidentCard(resident_id="zhao"))) == "outside-scope"
    assert visible_residents(community, "leader", BedCensus()) == {"li", "wang"}


def test_a_leader_sees_of_their_institutions_list_the_people_of_their_team(community: System) -> None:
    west = Principal(account_id="w", grants=(Grant(role="leader", scope="team", scope_id="west"),))
    answer = Gate(community, west).ask(WhoNext(day=MONDAY, institution_id="centre-west"))
    assert isinstance(answer, list)
    assert {row["resident_id"] for row in answer} == {"sun"}
    elsewhere = WhoNext(day=MONDAY, institution_id="centre-east")
    assert refusal(lambda: Gate(community, west).ask(elsewhere)) == "outside-scope"


def test_somebody_who_does_not_exist_is_outside_every_scope_but_the_citys(community: System) -> None:
    assert refusal(lambda: gate(community, "leader").ask(ResidentCard(resident_id="nobody"))) == "outside-scope"
    assert gate(community, "auditor").ask(ResidentCard(resident_id="nobody")) is None


def test_a_resident_sees_their_own_record_alone(community: System) -> None:
    card = gate(community, "resident").ask(ResidentCard(resident_id="li"))
    assert isinstance(card, dict)
    assert card["name"] == PEOPLE["li"].name
    assert refusal(lambda: gate(community, "resident").ask(ResidentCard(resident_id="wang"))) == "outside-scope"


def test_an_auditor_sees_masks_until_they_name_the_purpose_of_an_audit(community: System) -> None:
    card = gate(community, "auditor").ask(ResidentCard(resident_id="li"))
    assert isinstance(card, dict)
    assert (card["name"], card["phone"], card["address"]) == ("李**", "138****1111", "福华路***")
    assert not any(secret in json.dumps(card, ensure_ascii=False) for secret in secrets_of("li"))
    opened = gate(community, "auditor", "complaint").ask(ResidentCard(resident_id="li"))
    assert isinstance(opened, dict)
    assert opened["name"] == PEOPLE["li"].name
    assert refusal(lambda: gate(community, "auditor", "curiosity")) == "read-purpose-unknown"


def test_an_auditor_who_treats_nobody_sees_masks(community: System) -> None:
    card = gate(community, "auditor", "treatment").ask(ResidentCard(resident_id="li"))
    assert isinstance(card, dict)
    assert card["name"] == "李**"


def test_a_clerk_sees_no_findings(community: System) -> None:
    beds = gate(community, "clerk").ask(BedCensus(institution_id="centre-east"))
    assert isinstance(beds, list)
    assert {(bed["name"], bed["diagnoses"]) for bed in beds} == {(PEOPLE[each].name, None) for each in ("li", "wang")}


def test_events_with_personal_values_need_a_purpose(community: System) -> None:
    assert refusal(lambda: gate(community, "auditor").check_operation("events-personal")) == "purpose-needed"
    gate(community, "auditor", "inspection").check_operation("events-personal")


def test_a_household_is_seen_as_far_as_its_people_are(community: System) -> None:
    assert visible_residents(community, "leader", Household(household_id="home-of-li")) == {"li"}
    assert visible_residents(community, "leader", Household(household_id="home-of-zhao")) == set()


def test_the_read_is_on_record_with_those_who_were_seen_and_without_their_values(community: System) -> None:
    gate(community, "auditor", "complaint").ask(TeamCaseload(team_id="west"))
    read = reads_of(community).newest(limit=1)[0]
    assert (read.account_id, read.roles, read.purpose) == ("zheng-li", ("auditor",), "complaint")
    assert (read.what, read.resident_ids, read.outcome) == ("TeamCaseload", ("zhao",), "shown")
    assert (read.at, read.request_id) == (NOON, "request-1")


def test_a_refused_look_at_a_resident_is_on_record(community: System) -> None:
    refusal(lambda: gate(community, "leader").ask(ResidentCard(resident_id="zhao")))
    read = reads_of(community).of_resident("zhao")[0]
    assert (read.account_id, read.what, read.outcome) == ("chen-wei", "ResidentCard", "refused")


def test_the_embedded_command_line_loads_nothing_of_the_gate() -> None:
    script = "import infra.wiring, infra.cli.records.ask, sys; print([m for m in sys.modules if 'infra.access.' in m])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_member_records_their_own_absence_and_not_that_of_a_colleague(community: System) -> None:
    gate = Gate(community, PRINCIPALS["member"])
    own = RecordAbsence(team_id="east", absence_id="a2", member_id="east-nurse-1", on=MONDAY, reason="ill")
    gate.check_command(own)
    with pytest.raises(Refused, match="outside-scope"):
        gate.check_command(replace(own, member_id="east-nurse-2"))
