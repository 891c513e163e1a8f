"""After an end nothing stays open: what the care plan lists, and what each visit, bed and referral makes of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.care_plan.commands import CancelCare, EndCare, FallDueCareTask, MoveCare, PauseCare, ResumeCare
from domain.care_plan.events import (
    CareResumed,
    CareTaskCancelled,
    CareTaskFellDue,
    CareTaskScheduled,
    ContractLaidDown,
    ContractTakenUp,
    OpenCareEnded,
    OpenVisitsMoved,
)
from domain.contract.commands import ExpireContract, SettlePackage, TerminateContract
from domain.contract.events import (
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    ContractTransferred,
    PackagePaid,
)
from domain.decider import FOREVER
from domain.family_bed.commands import ApplyForBed, EndBed, SettleBed
from domain.family_bed.events import BedApplicationReturned, BedClosed, BedSettled
from domain.package import GrantedItem
from domain.referral import REFERRAL
from domain.referral.commands import EndReferral
from domain.referral.events import ReferralEnded, ReferralFollowedUp, ReferralWithdrawn
from domain.resident.commands import RecordDeparture
from domain.resident.events import ResidentDeparted
from domain.visit import VISIT
from domain.visit.commands import EndVisit, HandOverVisit, MissVisit, RequestVisit, RequestVisitAgain, RescheduleVisit
from domain.visit.events import (
    VisitCancelled,
    VisitHandedOver,
    VisitMissed,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from tests.domain.builders import (
    ACCEPTED,
    APPLIED,
    ASSIGNED,
    ATTENDED,
    BED_OPENED,
    REFERRED,
    REQUESTED,
    SIGNED,
    TEAM_1,
    TEAM_2,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.spec import SZ_2018, claimed, given

SUNDAY = date(2026, 3, 8)
DIED = ResidentDeparted(resident_id="wang", reason="died", last_day=YESTERDAY)
MOVED = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=YESTERDAY)
WILL_MOVE = replace(MOVED, last_day=TOMORROW)
TERM = ContractTakenUp(
    resident_id="wang",
    contract_id="c1",
    term=1,
    team_id="team-1",
    doctor_id="li",
    nurse_id="he",
    starts_on=YESTERDAY,
    ends_on=date(2027, 3, 1),
)
TASK = CareTaskScheduled(
    resident_id="wang",
    care_task_id="t1",
    kind="hypertension-follow-up",
    source="contract",
    source_id="c1",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=REQUESTED.needs,
    sync="single",
    at_home=True,
    priority=5,
    window_from=TODAY,
    window_to=SUNDAY,
    lost_after=SUNDAY,
)
LATER = replace(TASK, care_task_id="t2", kind="elder-exam", window_from=SUNDAY, window_to=SUNDAY)
DUE = CareTaskFellDue(
    resident_id="wang",
    care_task_id="t1",
    kind="hypertension-follow-up",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=REQUESTED.needs,
    sync="single",
    at_home=True,
    priority=5,
    window_from=TODAY,
    window_to=SUNDAY,
)
END = EndCare(resident_id="wang", last_day=YESTERDAY, cause="died")
ENDED = OpenCareEnded(resident_id="wang", cause="died", last_day=YESTERDAY, source_id=None, to_come=False)
DOWN = ContractLaidDown(resident_id="wang", contract_id="c1", last_day=YESTERDAY)
OPEN: dict[str, Any] = {"open_visits": ("v1",), "open_beds": ("b1",), "open_referrals": ("r1",)}


def gone(task: CareTaskScheduled, cause: Any, *, visited: bool = False) -> CareTaskCancelled:
    """Return the cancellation of a task of Wang's."""
    return CareTaskCancelled(
        resident_id="wang", care_task_id=task.care_task_id, team_id="team-1", cause=cause, asked=visited
    )


# The care plan lists what is open


def test_a_death_ends_every_task_contract_visit_bed_and_referral():
    all_of_it = replace(ENDED, visit_ids=("v1",), contract_ids=("c1",), family_bed_ids=("b1",), referral_ids=("r1",))
    given(TERM, TASK, LATER, DUE).when(END, resident=[WANG, DIED], **OPEN).then(
        DOWN, gone(TASK, "died", visited=True), gone(LATER, "died"), all_of_it
    )
    given().when(END, resident=[WANG, DIED]).then_nothing()


def test_a_death_of_today_leaves_no_task():
    today = replace(END, last_day=TODAY)
    died = [WANG, replace(DIED, last_day=TODAY)]
    assert gone(TASK, "died", visited=True) in given(TASK, DUE).when(today, resident=died).decided()


def test_a_move_that_is_announced_leaves_what_stands_until_its_last_day_and_ends_the_rest_after_it():
    move = EndCare(resident_id="wang", last_day=TOMORROW, cause="moved-out")
    announced = OpenCareEnded(
        resident_id="wang",
        cause="moved-out",
        last_day=TOMORROW,
        source_id=None,
        to_come=True,
        visit_ids=("v1", "t1"),
        contract_ids=("c1",),
    )
    down = replace(DOWN, last_day=TOMORROW)
    there: dict[str, Any] = {"resident": [WANG, WILL_MOVE], **OPEN}
    given(TERM, TASK, LATER, DUE).when(move, **there).then(down, gone(LATER, "moved-out"), announced)
    over = replace(
        announced, to_come=False, visit_ids=("v1",), contract_ids=(), family_bed_ids=("b1",), referral_ids=("r1",)
    )
    past = (TERM, TASK, LATER, DUE, down, gone(LATER, "moved-out"), announced)
    given(*past).when(move, **there, now=at(SUNDAY, 0)).then(gone(TASK, "moved-out", visited=True), over)
    given(*past).when(move, resident=[WANG], now=at(SUNDAY, 0)).then(
        replace(announced, to_come=False, visit_ids=(), contract_ids=())
    )


def test_the_early_end_of_a_contract_ends_what_is_open_under_it_and_its_referrals():
    end = CancelCare(resident_id="wang", source_id="c1", last_day=YESTERDAY, cause="contract-over")
    listed = replace(ENDED, cause="contract-over", source_id="c1", visit_ids=("v1",), referral_ids=("r1",))
    held: dict[str, Any] = {"open_visits": ("v1",), "open_referrals": ("r1",)}
    follow_up = replace(LATER, care_task_id="r1.return-follow-up", source="referral", source_id="r1")
    other = replace(LATER, care_task_id="b1.1", source="family_bed", source_id="b1", contract_id=None)
    given(TERM, TASK, DUE, follow_up, other).when(end, **held).then(
        DOWN, gone(TASK, "contract-over", visited=True), gone(follow_up, "contract-over"), listed
    )


def test_nothing_falls_due_for_somebody_who_is_gone_or_at_the_home_of_somebody_in_hospital():
    due = FallDueCareTask(resident_id="wang", care_task_id="t1")
    given(TERM, TASK).when(due, resident=[WANG, DIED]).then(gone(TASK, "died"))
    given(TERM, TASK).when(due, resident=[WANG, MOVED]).then(gone(TASK, "moved-out"))
    paused = replace(ENDED, cause="in-hospital", last_day=TODAY)
    given(TERM, TASK, paused).when(due, resident=[WANG]).then(gone(TASK, "in-hospital"))


def test_a_stay_in_hospital_cancels_what_is_due_at_home_and_the_return_owes_it_again():
    pause = PauseCare(resident_id="wang", since=TODAY, referral_id="r1")
    paused = replace(
        ENDED, cause="in-hospital", last_day=TODAY, source_id="r1", visit_ids=("v1",), family_bed_ids=("b1",)
    )
    held: dict[str, Any] = {"open_visits": ("v1",), "open_beds": ("b1",)}
    off = gone(TASK, "in-hospital", visited=True)
    given(TERM, TASK, LATER, DUE).when(pause, **held).then(off, paused)
    given(TERM, paused).when(pause, **held).then_nothing()
    back = ResumeCare(resident_id="wang", returned_on=TOMORROW)
    resumed = CareResumed(resident_id="wang", returned_on=TOMORROW, family_bed_ids=("b1",))
    past = (TERM, TASK, LATER, DUE, off, paused)
    given(*past).when(back, now=at(TOMORROW, 9)).then(resumed, replace(TASK, care_task_id="t1.2"))
    given(*past).when(back, now=at(date(2026, 3, 9), 9)).then(resumed)
    given(TERM, TASK).when(back).then_nothing()


def test_visits_requested_by_hand_move_with_their_contract():
    to = ContractTransferred(
        contract_id="c1",
        resident_id="wang",
        from_team_id="team-1",
        team_id="team-2",
        institution_id="fuhai",
        from_day=TODAY,
        doctor_id="chen",
        nurse_id="fang",
    )
    moved = OpenVisitsMoved(
        resident_id="wang",
        contract_id="c1",
        team_id="team-2",
        doctor_id="chen",
        nurse_id="fang",
        visit_ids=("v1",),
    )
    move = MoveCare(resident_id="wang", contract_id="c1")
    given().when(move, contract=[SIGNED, to], open_visits=("v1",)).then(moved)
    hand_over = HandOverVisit(visit_id="v1", team_id="team-2", contract_id="c1", doctor_id="chen", nurse_id="fang")
    given(REQUESTED).when(hand_over, team=[TEAM_2]).then(
        VisitHandedOver(
            visit_id="v1",
            resident_id="wang",
            from_team_id="team-1",
            team_id="team-2",
            care_task_id="t1",
            needs=(replace(REQUESTED.needs[0], named_id="chen"),),
            window_to=SUNDAY,
            plan_from=TODAY,
            was_on=None,
        )
    )
    given(REQUESTED).when(replace(hand_over, contract_id="c2"), team=[TEAM_2]).then_nothing()
    started = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
    given(REQUESTED, ASSIGNED, started).when(hand_over, team=[TEAM_2]).then_nothing()


# A visit ends with what it rests on


END_VISIT = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="died")
CANCELLED = VisitCancelled(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id="t1",
    reason="died",
    was_on=None,
    waited_for=TODAY,
    family_bed_id=None,
)


def test_a_visit_to_the_dead_is_cancelled_and_its_day_planned_again():
    given(REQUESTED).when(END_VISIT).then(CANCELLED)
    given(REQUESTED, ASSIGNED).when(replace(END_VISIT, last_day=TODAY)).then(
        replace(CANCELLED, was_on=TODAY, waited_for=None)
    )
    given(REQUESTED, CANCELLED).when(END_VISIT).then_nothing()
    started = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
    given(REQUESTED, ASSIGNED, started).when(END_VISIT).then_nothing()
    given().when(END_VISIT).then_nothing()


def test_a_visit_before_the_last_day_stays_and_a_longer_window_ends_on_it():
    move = EndVisit(visit_id="v1", last_day=TOMORROW, cause="moved-out")
    cut = VisitRescheduled(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        care_task_id="t1",
        window_from=TODAY,
        window_to=TOMORROW,
        plan_from=TODAY,
        opens_at=None,
        closes_at=None,
        was_on=None,
        waited_for=TODAY,
    )
    given(REQUESTED).when(move).then(cut)
    given(REQUESTED, ASSIGNED).when(move).then_nothing()
    given(REQUESTED, replace(ASSIGNED, day=SUNDAY)).when(move).then(replace(cut, was_on=SUNDAY, waited_for=None))
    given(replace(REQUESTED, window_to=TOMORROW)).when(move).then_nothing()
    given(replace(REQUESTED, window_from=SUNDAY)).when(move).then(
        replace(CANCELLED, reason="moved-out", waited_for=SUNDAY)
    )


def test_the_end_of_a_contract_or_bed_concerns_the_visits_that_rest_on_it():
    over = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="contract-over", source_id="c1")
    given(REQUESTED).when(over).then(replace(CANCELLED, reason="contract-over"))
    given(REQUESTED).when(replace(over, source_id="c2")).then_nothing()
    at_bed = replace(REQUESTED, family_bed_id="b1")
    closed = EndVisit(visit_id="v1", last_day=YESTERDAY, cause="bed-closed", source_id="b1")
    given(at_bed).when(closed).then_nothing()
    given(replace(at_bed, contract_id=None)).when(closed).then(
        replace(CANCELLED, reason="bed-closed", family_bed_id="b1")
    )


def test_a_visit_that_could_not_be_made_is_cancelled_and_not_missed():
    miss = MissVisit(visit_id="v1", reason="not-started")
    assigned = (REQUESTED, ASSIGNED)
    off = replace(CANCELLED, was_on=TODAY, waited_for=None)
    given(*assigned).when(miss, resident=[WANG, replace(DIED, last_day=TODAY)]).then(off)
    given(*assigned).when(miss, resident=[WANG, MOVED]).then(replace(off, reason="moved-out"))
    ended = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY, reason="lost-to-follow-up"
    )
    signed = replace(SIGNED, starts_on=YESTERDAY)
    given(*assigned).when(miss, contract=[signed, ended]).then(replace(off, reason="contract-over"))
    given(*assigned).when(miss, contract=[signed]).decided()


def test_nothing_is_requested_again_of_somebody_who_is_gone_or_without_a_contract():
    missed = VisitMissed(
        visit_id="v1", resident_id="wang", team_id="team-1", care_task_id="t1", reason="not-started", attempt=1
    )
    again = RequestVisitAgain(visit_id="v1")
    given(REQUESTED, missed).when(again, resident=[WANG, DIED]).then_refused(
        "resident-departed", resident="wang", last_day=YESTERDAY
    )
    over = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=TODAY)
    given(REQUESTED, missed).when(again, contract=[replace(SIGNED, ends_on=TODAY), over]).then_refused(
        "no-valid-contract-or-bed", visit="v1", day=TOMORROW
    )
    given(REQUESTED, missed).when(again, resident=[WANG, WILL_MOVE]).then(
        VisitRequestedAgain(
            visit_id="v1",
            resident_id="wang",
            team_id="team-1",
            attempt=2,
            window_from=TOMORROW,
            window_to=TOMORROW,
            plan_from=TOMORROW,
        )
    )


def test_no_visit_is_requested_or_moved_beyond_the_last_day():
    request = RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        purpose="home-call",
        window_from=TODAY,
        window_to=SUNDAY,
    )
    of: dict[str, Any] = {"contract": [SIGNED], "team": [TEAM_1]}
    given().when(request, **of, resident=[WANG, DIED]).then_refused("resident-departed", resident="wang")
    given().when(request, **of, resident=[WANG, WILL_MOVE]).then_refused(
        "window-after-last-day", visit="v1", ends=SUNDAY, last_day=TOMORROW
    )
    assert given().when(replace(request, window_to=TOMORROW), **of, resident=[WANG, WILL_MOVE]).decided()
    (cut,) = given().when(replace(request, care_task_id="t1"), **of, resident=[WANG, WILL_MOVE]).decided()
    assert cut.window_to == TOMORROW
    notice = ContractTerminated(
        contract_id="c1", resident_id="wang", team_id="team-1", last_day=TOMORROW, reason="own-wish"
    )
    given().when(request, **{**of, "contract": [SIGNED, notice]}).then_refused("window-after-last-day")
    move = RescheduleVisit(visit_id="v1", window_from=TOMORROW, window_to=SUNDAY)
    given(REQUESTED).when(move, contract=[SIGNED, notice]).then_refused("window-after-last-day", last_day=TOMORROW)
    given(REQUESTED).when(move, resident=[WANG, MOVED]).then_refused("resident-departed", last_day=YESTERDAY)


def test_a_visit_requested_by_hand_is_open_for_its_resident_until_it_is_over():
    by_hand = replace(REQUESTED, care_task_id=None)
    (held,) = claimed(VISIT, by_hand)
    assert (held.key, held.until) == ("open_visits:wang:v1", FOREVER)
    (back,) = claimed(VISIT, by_hand, replace(CANCELLED, care_task_id=None))
    assert back.until < back.since
    assert claimed(VISIT, REQUESTED) == []


# Beds, referrals, contracts


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
