"""Contracts through the whole system: facts that no command names, places of a team, guards, and what is used."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.care_plan.commands import CompleteCareTask
from domain.contract.commands import (
    ConsumeEntitlement,
    RenewContract,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.contract.events import ContractSigned, ContractTransferred
from domain.decider import Refused
from domain.institution import CloseInstitution
from domain.local_time import at_local
from domain.package import package_of
from domain.policy_pack import PACKS
from domain.resident.commands import GiveConsent
from domain.survey import RecordSatisfaction, Score
from domain.team.commands import FormTeam
from infra.system import System
from projections.entitlements import Entitlements, Fulfilment
from projections.registry import answer
from tests.rules import holds
from tests.small_town import MONDAY, centre, member, run_commands, signed, town

TUESDAY = MONDAY + timedelta(days=1)
WEST = FormTeam(
    team_id="west", institution_id="centre", base_x=0, base_y=0, members=(member("gp", 9), member("nurse", 9))
)


def newest(system: System, contract_id: str) -> Any:
    return list(system.store.read(f"contract-{contract_id}"))[-1].event


def refusal(system: System, command: object) -> str:
    with pytest.raises(Refused) as refused:
        system.execute(command, actor="test")
    return refused.value.rule


def sign(resident: str, **more: Any) -> list[object]:
    """Return what brings a resident to her signature with other details."""
    *before, contract = signed(resident)
    assert isinstance(contract, SignContract)
    return [*before, replace(contract, **more)]


@holds("A1.11")
def test_the_chosen_hospital_is_looked_at_and_written_down(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *sign("li", institution_ids=("hospital",)))
        event = newest(system, "contract-of-li")
        assert isinstance(event, ContractSigned)
        assert [(each.institution_id, each.tier) for each in event.institutions] == [("centre", 1), ("hospital", 2)]
        *before, nowhere = sign("he", institution_ids=("nowhere",))
        run_commands(system, *before)
        assert refusal(system, nowhere) == "institution-not-open"


@holds("A2.4")
def test_the_contracts_of_a_team_are_counted_and_a_place_that_is_left_is_free(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), WEST, *signed("li"), *signed("he"))
        assert newest(system, "contract-of-he").team_load == 2
        run_commands(system, TransferContract(contract_id="contract-of-li", team_id="west", consent=True))
        moved = newest(system, "contract-of-li")
        assert isinstance(moved, ContractTransferred)
        assert moved.team_load == 1
        system.clock.set(at_local(TUESDAY, 540))
        run_commands(system, *signed("sun", starts_on=TUESDAY))
        assert newest(system, "contract-of-sun").team_load == 2


@holds("A1.2")
def test_a_renewal_finds_its_resident_team_and_institution_by_the_contract(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(
            system,
            *centre(),
            *signed("li"),
            GiveConsent(resident_id="li", kind="health-data", given_on=MONDAY),
            CloseInstitution(institution_id="centre", closed_on=date(2027, 2, 1)),
        )
        renew = RenewContract(contract_id="contract-of-li", signed_on=date(2027, 1, 31), agreement_read=True)
        system.clock.set(at_local(date(2027, 2, 1), 540))
        assert refusal(system, renew) == "institution-not-open"
        open_still = tmp_path / "open"
    with town(open_still) as system:
        consent = GiveConsent(resident_id="li", kind="health-data", given_on=MONDAY)
        run_commands(system, *centre(), *signed("li"), consent)
        system.clock.set(at_local(date(2027, 2, 1), 540))
        run_commands(system, renew)
        assert newest(system, "contract-of-li").term == 2


@holds("A1.9")
def test_a_paid_package_is_guarded_across_contracts_and_a_free_one_is_not(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *sign("li", package="chronic"))
        run_commands(system, TerminateContract(contract_id="contract-of-li", last_day=MONDAY, reason="re-sign"))
        again = signed("li", starts_on=TUESDAY)[-1]
        assert isinstance(again, SignContract)
        system.clock.set(at_local(TUESDAY, 540))
        once_more = replace(again, contract_id="anew", package="chronic")
        assert refusal(system, once_more) == "package-signed-lately"
        run_commands(system, replace(once_more, package="basic"))


@holds("A9.6")
def test_a_resident_answers_once_in_a_quarter(tmp_path: Path) -> None:
    answers = RecordSatisfaction(
        survey_id="q1",
        resident_id="li",
        contract_id="contract-of-li",
        answered_on=MONDAY,
        scores=(Score(question="access", score=4),),
    )
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), answers)
        assert refusal(system, replace(answers, survey_id="q2")) == "answered-lately"


@holds("A9.4")
def test_every_kind_of_care_that_a_pack_owes_uses_an_item_of_the_basic_package() -> None:
    for pack in PACKS:
        basic = package_of(pack.packages, "basic")
        assert basic is not None
        kinds = {kind for item in basic.items for kind in (item.code, *item.kinds)}
        assert {rule.kind for rule in pack.care} <= kinds


@holds("A9.4")
def test_a_follow_up_that_is_done_uses_its_item_once(tmp_path: Path) -> None:
    task = "contract-of-li.1.hypertension-follow-up.1"
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        day = date(2026, 4, 20)
        system.clock.set(at_local(day, 540))
        run_commands(system, CompleteCareTask(resident_id="li", care_task_id=task, done_on=day))
        system.follower.settle(system.now())
        system.follower.settle(system.now())
        term: Any = answer(Entitlements(contract_id="contract-of-li", day=day), system.rows)
        used = {item["item"]: item["used"] for item in term["items"] if item["used"]}
        assert used == {"hypertension-care": 1}


@holds("A9.7")
def test_a_served_contract_is_told_from_one_that_was_only_signed_and_the_rows_are_built_alike(tmp_path: Path) -> None:
    used = ConsumeEntitlement(contract_id="contract-of-li", item="health-education", service_id="s1", served_on=MONDAY)
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *signed("he"), used, used)
        system.follower.settle(system.now())
        lines: Any = answer(Fulfilment(day=MONDAY), system.rows)
        (line,) = lines
        assert (line["contracts"], line["used"], line["unserved"]) == (2, 1, 1)
        assert system.check_rows() == []
