"""Which packs rule is adopted with a reason; others do not decide."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decider import Refused
from domain.policy import AdoptedPack, AdoptPacks, PacksAdopted, Policy, known_packs, packs_in_turn, require_adopted
from domain.policy_pack import PACKS, in_force
from tests.rules import holds
from tests.spec import NOW, given

ADOPT = AdoptPacks(packs="SZ", reason="set-up")
ADOPTED = PacksAdopted(packs="SZ", versions=packs_in_turn("SZ"), reason="set-up", by="boss", adopted_at=NOW)


@holds("A12.7")
def test_packs_are_adopted_with_a_reason_and_those_that_rule_change_nothing():
    given().when(ADOPT, actor="boss").then(ADOPTED)
    given(ADOPTED).when(replace(ADOPT, reason="review"), actor="boss").then_nothing()
    nation = PacksAdopted(packs="CN", versions=packs_in_turn("CN"), reason="correction", by="boss", adopted_at=NOW)
    given(ADOPTED).when(AdoptPacks(packs="CN", reason="correction"), actor="boss").then(nation)
    given().when(replace(ADOPT, packs="13800000001")).then_refused("packs-unknown")


def test_the_packs_of_a_region_rule_in_turn_and_one_version_rules_on_every_day():
    turns = packs_in_turn("SZ")
    days = [each.from_day for each in turns]
    assert days == sorted(days)
    assert [in_force("SZ", each.from_day).version for each in turns] == [each.version for each in turns]
    assert turns[-1].version == in_force("SZ", date(2100, 1, 1)).version
    first = min(pack.effective_from for pack in PACKS)
    assert packs_in_turn("CN-2017") == (AdoptedPack(version="CN-2017", from_day=first),)
    assert (known_packs("SZ"), known_packs("CN-2017"), known_packs("XX")) == ("SZ", "CN-2017", "CN")


@holds("A12.7")
def test_packs_of_the_settings_that_nobody_adopted_do_not_decide():
    require_adopted(Policy(), "CN")
    require_adopted(Policy(adopted=ADOPTED), "SZ")
    with pytest.raises(Refused) as refused:
        require_adopted(Policy(adopted=ADOPTED), "CN-2017")
    assert (refused.value.rule, refused.value.values) == ("packs-not-adopted", {"packs": "CN-2017", "adopted": "SZ"})
