"""Breaking glass: somebody who treats residents sees one record outside their roles, for hours, and it is on record."""

import json
from copy import copy
from datetime import timedelta

import pytest

from domain.decider import Refused
from domain.visit.commands import StartVisit
from infra.access.gate import Gate
from infra.access.principal import Grant, Principal
from infra.access.reads import reads_of
from infra.clock import OwnClock
from infra.system import System
from projections.accounts import BreakGlassUses
from projections.care_tasks import ResidentCareTasks
from projections.caseload import TeamCaseload
from projections.residents import ResidentCard
from tests.access.two_teams import NOON, ON_CALL, PEOPLE, PRINCIPALS


def refused(system: System, question: object) -> str:
    with pytest.raises(Refused) as refusal:
        Gate(system, ON_CALL).ask(question)
    return refusal.value.rule


def test_who_broke_glass_sees_the_resident_named_and_nobody_else(community: System) -> None:
    card = Gate(community, ON_CALL).ask(ResidentCard(resident_id="zhao"))
    assert isinstance(card, dict)
    assert (card["name"], card["phone"]) == (PEOPLE["zhao"].name, PEOPLE["zhao"].phone)
    assert Gate(community, ON_CALL).ask(ResidentCareTasks(resident_id="zhao"))
    assert refused(community, ResidentCard(resident_id="sun")) == "outside-scope"
    assert refused(community, TeamCaseload(team_id="west")) == "outside-scope"


def test_what_was_seen_in_an_emergency_is_on_record_as_such(community: System) -> None:
    Gate(community, ON_CALL, "emergency").ask(ResidentCard(resident_id="zhao"))
    read = reads_of(community).of_resident("zhao")[0]
    assert (read.account_id, read.outcome, read.purpose) == (ON_CALL.account_id, "emergency", "emergency")


def test_what_was_seen_in_an_emergency_has_the_purpose_of_one_by_itself(community: System) -> None:
    Gate(community, ON_CALL).ask(ResidentCard(resident_id="zhao"))
    assert reads_of(community).of_resident("zhao")[0].purpose == "emergency"


def test_who_broke_glass_sees_and_does_nothing(community: System) -> None:
    with pytest.raises(Refused, match="outside-scope"):
        Gate(community, ON_CALL).check_command(StartVisit(visit_id="visit-zhao", entered_at=NOON))


def test_after_its_hours_the_record_is_closed_again(community: System) -> None:
    later = copy(community)
    later.clock = OwnClock(NOON + timedelta(hours=4))
    assert refused(later, ResidentCard(resident_id="zhao")) == "outside-scope"


def test_the_administrator_is_told_who_broke_glass_and_why(community: System) -> None:
    uses = Gate(community, PRINCIPALS["administrator"]).ask(BreakGlassUses())
    assert isinstance(uses, list)
    assert [(use["account_id"], use["resident_id"], use["reason"]) for use in uses] == [
        (ON_CALL.account_id, "zhao", "emergency-care")
    ]
    assert PEOPLE["zhao"].name not in json.dumps(uses, ensure_ascii=False)


def test_reads_in_an_emergency_and_for_an_audit_are_shown_to_the_administrator(community: System) -> None:
    Gate(community, PRINCIPALS["leader"], "payment").ask(ResidentCard(resident_id="li"))
    Gate(community, PRINCIPALS["auditor"], "complaint").ask(TeamCaseload(team_id="east"))
    Gate(community, ON_CALL).ask(ResidentCard(resident_id="zhao"))
    administrator = Principal(account_id="city", grants=(Grant(role="administrator"),))
    emergency, audit = Gate(community, administrator).exceptional_reads(limit=2)
    assert (emergency["account_id"], emergency["purpose"], emergency["residents"]) == (
        ON_CALL.account_id,
        "emergency",
        1,
    )
    assert (audit["account_id"], audit["purpose"], audit["residents"]) == ("zheng-li", "complaint", 2)
    assert not any("resident_id" in row or "resident_ids" in row for row in (emergency, audit))
