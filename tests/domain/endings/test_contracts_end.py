"""Contracts end with a death or a move, whatever end stands, once their account is settled."""

from dataclasses import replace
from datetime import date

import pytest

from domain.contract.commands import ExpireContract, SettlePackage, TerminateContract
from domain.contract.events import (
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    PackagePaid,
)
from domain.package import GrantedItem
from domain.resident.commands import RecordDeparture
from tests.domain.builders import (
    SIGNED,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
)
from tests.domain.endings.departures import DIED, MOVED, SUNDAY, WILL_MOVE
from tests.spec import SZ_2018, given


def test_death_ends_a_contract_that_was_to_begin_or_to_end_later_and_lies_in_the_past():
    died = TerminateContract(contract_id="c1", last_day=YESTERDAY, reason="died")
    ended = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY, reason="died"
    )
    given(SIGNED).when(died).then(ended)
    notice = replace(ended, last_day=SUNDAY, reason="own-wish")
    given(SIGNED, notice).when(replace(died, last_day=TODAY)).then(replace(ended, last_day=TODAY))
    given(SIGNED, notice).when(replace(died, last_day=TODAY, reason="lost-to-follow-up")).then_refused("contract-over")
    given(SIGNED).when(replace(died, last_day=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


@pytest.mark.parametrize("standing", ["own-wish", "lost-to-follow-up", "moved-out", "died"])
@pytest.mark.parametrize("reason", ["own-wish", "moved-out", "died"])
@pytest.mark.parametrize("day", [YESTERDAY, TODAY])
def test_an_end_gives_way_to_a_sooner_death_or_move_and_on_its_own_day_to_a_stronger_one(standing, reason, day):
    stands = ContractTerminated(contract_id="c1", resident_id="wang", team_id="team-1", last_day=TODAY, reason=standing)
    end = TerminateContract(contract_id="c1", last_day=day, reason=reason, both_signed=True)
    sooner = {("own-wish", "moved-out"), ("lost-to-follow-up", "moved-out"), ("moved-out", "moved-out")}
    taken = {(each, "died") for each in ("own-wish", "lost-to-follow-up", "moved-out")} | sooner
    stronger = taken - {("moved-out", "moved-out")}
    if (standing, reason) in (taken if day < TODAY else stronger):
        given(SIGNED, stands).when(end).then(replace(stands, last_day=day, reason=reason))
    elif day == TODAY:
        given(SIGNED, stands).when(end).then_nothing()
    else:
        given(SIGNED, stands).when(end).then_refused("contract-over", contract="c1", last_day=TODAY)


def test_a_paid_package_keeps_the_contract_of_somebody_who_moved_until_it_is_settled():
    item = GrantedItem(item="nursing", count=2, resident_fen=500)
    signed = replace(SIGNED, starts_on=date(2026, 2, 1), entitlements=(item,))
    paid = PackagePaid(
        contract_id="c1",
        resident_id="wang",
        team_id="team-1",
        term=1,
        package="basic",
        payer="resident",
        amount_fen=1000,
        paid_on=date(2026, 2, 1),
    )
    moved = TerminateContract(contract_id="c1", last_day=YESTERDAY, reason="moved-out")
    given(signed, paid).when(moved).then_refused("package-not-settled", contract="c1")
    settle = SettlePackage(contract_id="c1", settled_on=TODAY)
    settled, ended = given(signed, paid).when(settle, resident=[WANG, MOVED]).decided()
    assert (ended.last_day, ended.reason) == (YESTERDAY, "moved-out")
    given(signed, paid).when(settle, resident=[WANG]).then(settled)
    renewed = ContractRenewed(
        contract_id="c1",
        resident_id="wang",
        team_id="team-1",
        term=2,
        signed_on=YESTERDAY,
        starts_on=date(2027, 2, 1),
        ends_on=date(2028, 1, 31),
        signed_by="resident",
        signed_at="desk",
        package="basic",
        agreement=SIGNED.agreement,
        entitlements=(item,),
    )
    older = replace(settle, term=1)
    given(signed, paid, renewed, replace(paid, term=2)).when(older, resident=[WANG, MOVED]).then(settled)
    given(signed, paid, renewed, replace(paid, term=2), settled).when(settle, resident=[WANG, MOVED]).then(
        replace(settled, term=2), ended
    )


def test_the_contract_of_somebody_who_is_gone_is_not_deemed_renewed():
    last = replace(SIGNED, ends_on=YESTERDAY, starts_on=date(2025, 3, 2), signed_on=date(2025, 3, 2))
    expire = ExpireContract(contract_id="c1")
    given(last).when(expire, resident=[WANG, DIED], pack=replace(SZ_2018, auto_renewal="deemed")).then(
        ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY)
    )


def test_a_move_may_be_announced_and_a_death_not():
    move = RecordDeparture(resident_id="wang", reason="moved-out", last_day=TOMORROW)
    given(WANG).when(move).then(WILL_MOVE)
    given(WANG, WILL_MOVE).when(replace(move, last_day=SUNDAY)).then(replace(WILL_MOVE, last_day=SUNDAY))
    given(WANG, MOVED).when(move).then_nothing()


def test_a_death_before_an_announced_move_is_recorded_and_a_move_after_a_death_is_not():
    died = RecordDeparture(resident_id="wang", reason="died", last_day=YESTERDAY)
    given(WANG, WILL_MOVE).when(died).then(DIED)
    given(WANG, DIED).when(replace(died, reason="moved-out", last_day=TODAY)).then_nothing()
