"""Beds and referrals of somebody who is gone end, and none begins."""

from dataclasses import replace
from typing import Any

from domain.decider import FOREVER
from domain.family_bed.commands import ApplyForBed, EndBed, SettleBed
from domain.family_bed.events import BedApplicationReturned, BedClosed, BedSettled
from domain.referral import REFERRAL
from domain.referral.commands import EndReferral
from domain.referral.events import ReferralEnded, ReferralFollowedUp, ReferralWithdrawn
from tests.domain.builders import (
    ACCEPTED,
    APPLIED,
    ATTENDED,
    BED_OPENED,
    MERGED,
    REFERRED,
    TEAM_1,
    TODAY,
    WANG,
    YESTERDAY,
)
from tests.domain.endings.departures import DIED
from tests.spec import claimed, given


def test_the_bed_of_somebody_who_is_gone_is_closed_without_waiting_for_its_account_which_is_settled_later():
    end = EndBed(family_bed_id="b1", last_day=TODAY, outcome="died")
    closed = BedClosed(family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=TODAY, outcome="died")
    given(APPLIED, BED_OPENED).when(end).then(closed)
    given(APPLIED, BED_OPENED).when(replace(end, last_day=YESTERDAY)).then(closed)
    given(APPLIED, BED_OPENED, closed).when(end).then_nothing()
    given().when(end).then_nothing()
    given(APPLIED).when(end).then(BedApplicationReturned(family_bed_id="b1", reason="resident-departed"))
    settle = SettleBed(family_bed_id="b1", settled_on=TODAY, amount_fen=100, insurance_fen=60)
    given(APPLIED, BED_OPENED, closed).when(settle).then(
        BedSettled(
            family_bed_id="b1",
            resident_id="wang",
            team_id="team-1",
            settled_on=TODAY,
            amount_fen=100,
            insurance_fen=60,
        )
    )


def test_nobody_applies_for_a_bed_of_somebody_who_is_gone():
    apply = ApplyForBed(
        family_bed_id="b2", resident_id="wang", team_id="team-1", kind="treatment", indications=("bedridden",)
    )
    given().when(apply, resident=[WANG, DIED], team=[TEAM_1]).then_refused("resident-departed", resident="wang")
    given().when(apply, resident=[WANG, MERGED], team=[TEAM_1]).then_refused("resident-merged", kept="wang-2")


def test_a_referral_is_withdrawn_before_the_hospital_saw_its_resident_and_ended_after_it():
    end = EndReferral(referral_id="r1", reason="died", last_day=YESTERDAY)
    who: dict[str, Any] = {"referral_id": "r1", "resident_id": "wang", "team_id": "team-1", "reason": "died"}
    given(REFERRED, ACCEPTED).when(end).then(ReferralWithdrawn(**who))
    given(REFERRED, ACCEPTED, ATTENDED).when(end).then(ReferralEnded(**who, last_day=YESTERDAY))
    given(REFERRED).when(replace(end, source_id="c2", reason="contract-over")).then_nothing()
    given().when(end).then_nothing()
    seen = ReferralFollowedUp(
        referral_id="r1",
        resident_id="wang",
        team_id="team-1",
        stage="transfer",
        followed_up_on=TODAY,
        visit_id=None,
        in_time=True,
    )
    given(REFERRED, ACCEPTED, ATTENDED, seen).when(end).then_nothing()
    (open_,), (over,) = claimed(REFERRAL, REFERRED), claimed(REFERRAL, REFERRED, ReferralWithdrawn(**who))
    assert (open_.key, open_.until) == ("open_referrals:wang:r1", FOREVER)
    assert over.until < over.since
