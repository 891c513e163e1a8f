"""A contract that was ended, signed, counted or paid by mistake, or on the wrong day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.contract import CONTRACT
from domain.contract.commands import (
    AnnulContract,
    AnnulPackageEntry,
    CorrectContractEnd,
    CorrectSigning,
    MoveContract,
    ReinstateContract,
    ReturnEntitlement,
)
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    EntitlementReturned,
    PackageEntryAnnulled,
    SigningCorrected,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractRenewed,
    ContractTerminated,
    ContractTransferred,
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.contract.term_account import Ledger
from domain.package import granted, package_of
from domain.resident.events import ResidentRegistered
from tests.domain.builders import HEALTH_EDUCATION, MERGED, SIGNED, TODAY, TOMORROW, WANG, YESTERDAY, in_group
from tests.domain.endings.departures import DIED, MOVED
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given

LAST_DAY = SIGNED.ends_on
IN_APRIL, IN_MAY = date(2026, 4, 30), date(2026, 5, 31)
IDS: dict[str, Any] = {"contract_id": "c1", "resident_id": "wang", "team_id": "team-1"}
WHY: dict[str, Any] = {"reason": "entered by mistake"}
ENDED = ContractTerminated(**IDS, last_day=IN_APRIL, reason="own-wish")
DEAD = ContractTerminated(**IDS, last_day=YESTERDAY, reason="died")
SERVED = EntitlementConsumed(
    **IDS,
    term=1,
    item="health-education",
    kind="health-education",
    service_id="s1",
    served_on=TODAY,
    left=1,
    to_norm=True,
    insurance_fen=0,
    public_health_fen=500,
    resident_fen=0,
)
BEYOND = ServedBeyondPackage(**IDS, term=1, kind="dressing", service_id="s2", served_on=TODAY)
TERM: dict[str, Any] = {"term": 1, "package": "basic"}
PAID = PackagePaid(**IDS, **TERM, payer="resident", amount_fen=900, paid_on=TODAY)
SETTLED = PackageSettled(**IDS, **TERM, paid_fen=900, used_fen=200, refund_fen=700, settled_on=TODAY)
REFUNDED = PackageRefunded(**IDS, **TERM, amount_fen=700, refunded_on=TODAY)
LI = ResidentRegistered(
    resident_id="li",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=WANG.resident_since,
    homebound=False,
    personal=WANG.personal,
)

RETURN = ReturnEntitlement(contract_id="c1", service_id="s1", **WHY)
RETURNED = EntitlementReturned(
    **IDS, term=1, item="health-education", kind="health-education", service_id="s1", served_on=TODAY, **WHY
)
ANNUL = AnnulContract(contract_id="c1", **WHY)
ANNULLED = ContractAnnulled(**IDS, term=1, starts_on=TODAY, ends_on=LAST_DAY, **WHY)
REINSTATE = ReinstateContract(contract_id="c1", **WHY)
REINSTATED = ContractReinstated(
    **IDS, starts_on=TODAY, last_day=IN_APRIL, ends_on=LAST_DAY, end_reason=None, term=1, sign_by=None, **WHY
)
CORRECT_END = CorrectContractEnd(contract_id="c1", last_day=IN_MAY, **WHY)
END_CORRECTED = ContractEndCorrected(**IDS, was_last_day=IN_APRIL, last_day=IN_MAY, end_reason="own-wish", **WHY)
CORRECT_SIGNING = CorrectSigning(contract_id="c1", signed_on=YESTERDAY, starts_on=YESTERDAY, **WHY)
SIGNING_CORRECTED = SigningCorrected(
    **IDS,
    first_team_id="team-1",
    institution_id="fuhai",
    term=1,
    signed_on=YESTERDAY,
    starts_on=YESTERDAY,
    ends_on=date(2027, 2, 28),
    package="basic",
    entitlements=SIGNED.entitlements,
    package_guarded_until=None,
    remind_on=date(2027, 2, 12),
    was_signed_on=TODAY,
    was_starts_on=TODAY,
    was_ends_on=LAST_DAY,
    was_package="basic",
    **WHY,
)
MOVE = MoveContract(contract_id="c1", resident_id="li", **WHY)
MOVED_TO_LI = ContractMovedToResident(
    contract_id="c1",
    resident_id="li",
    from_resident_id="wang",
    team_id="team-1",
    term=1,
    starts_on=TODAY,
    ends_on=LAST_DAY,
    package="basic",
    key_groups=(),
    entitlements=SIGNED.entitlements,
    **WHY,
)
RENEWED = ContractRenewed(
    **IDS,
    term=2,
    signed_on=date(2027, 2, 1),
    starts_on=date(2027, 3, 2),
    ends_on=date(2028, 3, 1),
    signed_by="resident",
    signed_at="desk",
    entitlements=SIGNED.entitlements,
)
DEEMED = ContractDeemedRenewed(
    **IDS,
    term=2,
    starts_on=date(2027, 3, 2),
    sign_by=date(2027, 3, 31),
    package="basic",
    entitlements=SIGNED.entitlements,
)
TRANSFERRED = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
)


def account(*events: object) -> Ledger:
    """Return the account of the first term after these events."""
    ledger: Ledger = folded(CONTRACT, SIGNED, *events).ledgers[0]
    return ledger


# What was counted and paid


@holds("A10.11")
def test_a_service_counted_by_mistake_is_taken_back_once_and_what_it_used_is_left_again():
    given(SIGNED, SERVED).when(RETURN).then(RETURNED)
    given(SIGNED).when(RETURN).then_nothing()
    given().when(RETURN).then_refused("contract-unknown", contract="c1")
    given(SIGNED, SERVED).when(replace(RETURN, reason="")).then_refused("correction-without-reason")
    given(SIGNED, SERVED, PAID, SETTLED).when(RETURN).then_refused("package-already-settled", contract="c1")
    assert account(SERVED).left_for("health-education") == (HEALTH_EDUCATION, 1)
    assert account(SERVED, RETURNED).left_for("health-education") == (HEALTH_EDUCATION, 2)
    beyond = replace(RETURNED, item=None, kind="dressing", service_id="s2")
    given(SIGNED, BEYOND).when(replace(RETURN, service_id="s2")).then(beyond)
    assert account(BEYOND, beyond).services == {}


@holds("A10.11")
def test_the_entries_of_an_account_are_annulled_the_newest_first_with_a_second_person():
    def entry(what: Any, amount: int, payer: Any = None) -> PackageEntryAnnulled:
        return PackageEntryAnnulled(
            **IDS, **TERM, entry=what, payer=payer, amount_fen=amount, day=TODAY, **WHY, allowed_by="head"
        )

    refund = AnnulPackageEntry(contract_id="c1", entry="refund", **WHY, allowed_by="head")
    settlement, payment = replace(refund, entry="settlement"), replace(refund, entry="payment", payer="resident")
    whole = given(SIGNED, PAID, SETTLED, REFUNDED)
    whole.when(refund).then(entry("refund", 700))
    whole.when(settlement).then_refused("package-already-refunded", contract="c1")
    whole.when(payment).then_refused("package-already-settled", contract="c1")
    given(SIGNED, PAID, SETTLED).when(settlement).then(entry("settlement", 200))
    given(SIGNED, PAID).when(payment).then(entry("payment", 900, "resident"))
    given(SIGNED).when(payment).then_nothing()
    given(SIGNED).when(settlement).then_nothing()
    given().when(payment).then_refused("contract-unknown", contract="c1")
    given(SIGNED).when(replace(payment, term=3)).then_refused("term-unknown", term=3)
    given(SIGNED, PAID).when(replace(payment, payer=None)).then_refused("payer-missing", contract="c1")
    given(SIGNED, PAID).when(replace(payment, reason="")).then_refused("correction-without-reason")
    given(SIGNED, PAID).when(replace(payment, allowed_by=None)).then_refused("second-person-missing")
    given(SIGNED, PAID).when(payment, actor="head").then_refused("second-person-is-actor")
    after = account(PAID, SETTLED, REFUNDED, entry("refund", 700), entry("settlement", 200))
    assert after.is_open
    assert account(PAID, entry("payment", 900, "resident")).paid == {}


# A signature by mistake


def test_a_contract_signed_by_mistake_never_held_and_nothing_counts_under_it():
    given(SIGNED, SERVED).when(ANNUL).then(RETURNED, ANNULLED)
    given(SIGNED, ANNULLED).when(ANNUL).then_nothing()
    given().when(ANNUL).then_refused("contract-unknown", contract="c1")
    given(SIGNED).when(replace(ANNUL, reason="")).then_refused("correction-without-reason")
    given(SIGNED).when(replace(ANNUL, allowed_by="admin")).then_refused("second-person-is-actor")
    given(SIGNED, PAID).when(ANNUL).then_refused("package-already-paid", contract="c1")
    contract = folded(CONTRACT, SIGNED, ANNULLED)
    assert not contract.covers(TODAY)
    assert contract.status(TODAY) == "annulled"


def test_an_annulled_contract_gives_back_all_that_it_claims():
    assert claimed(CONTRACT, replace(SIGNED, package_guarded_until=LAST_DAY), ANNULLED)
    assert all(
        claim.until < claim.since
        for claim in claimed(CONTRACT, replace(SIGNED, package_guarded_until=LAST_DAY), ANNULLED)
    )


def test_a_contract_goes_to_the_right_resident_with_what_their_groups_call_for():
    given(SIGNED).when(MOVE, resident=[LI]).then(MOVED_TO_LI)
    given(SIGNED, SERVED).when(MOVE, resident=[LI]).then(RETURNED, MOVED_TO_LI)
    given(SIGNED, MOVED_TO_LI).when(MOVE, resident=[LI]).then_nothing()
    ill = [LI, replace(in_group("hypertension"), resident_id="li")]
    (moved,) = given(SIGNED).when(MOVE, resident=ill).decided()
    assert moved.key_groups == ("hypertension",)
    assert folded(CONTRACT, SIGNED, MOVED_TO_LI).resident_id == "li"


def test_a_contract_goes_to_nobody_who_may_not_sign_and_not_after_its_end():
    given().when(MOVE, resident=[LI]).then_refused("contract-unknown", contract="c1")
    given(SIGNED).when(MOVE).then_refused("resident-not-registered", resident="li")
    given(SIGNED).when(MOVE, resident=[LI, replace(DIED, resident_id="li")]).then_refused("resident-died")
    given(SIGNED).when(MOVE, resident=[LI, replace(MERGED, resident_id="li")]).then_refused(
        "resident-merged", kept="wang-2"
    )
    moved = replace(DIED, resident_id="li", reason="moved-out", last_day=date(2020, 1, 1))
    given(SIGNED).when(MOVE, resident=[LI, moved]).then_refused("resident-moved-out")
    newcomer = replace(LI, evidence="half-year-residence", resident_since=TODAY)
    given(SIGNED).when(MOVE, resident=[newcomer]).then_refused("not-eligible")
    given(SIGNED, ENDED).when(MOVE, resident=[LI]).then_refused("contract-over", contract="c1")
    given(SIGNED, PAID, SETTLED).when(replace(MOVE, allowed_by="head"), resident=[LI]).then_refused(
        "package-already-settled"
    )
    given(SIGNED, PAID).when(MOVE, resident=[LI]).then_refused("second-person-missing")
    given(SIGNED).when(replace(MOVE, reason=""), resident=[LI]).then_refused("correction-without-reason")
    given(SIGNED).when(replace(MOVE, allowed_by="admin"), resident=[LI]).then_refused("second-person-is-actor")
    old = replace(SIGNED, package="of-yesteryear")
    given(old).when(MOVE, resident=[LI]).then_refused("package-unknown", package="of-yesteryear")


@holds("A1.3")
def test_a_contract_that_moves_claims_the_right_resident_and_gives_the_wrong_one_back():
    by_key = {claim.key: claim for claim in claimed(CONTRACT, SIGNED, MOVED_TO_LI)}
    assert by_key["active-contract:li"].rule == "active-contract-exists"
    assert (by_key["active-contract:li"].since, by_key["active-contract:li"].until) == (TODAY, LAST_DAY)
    assert by_key["active-contract:wang"].until < by_key["active-contract:wang"].since


# A wrong signature


def test_wrong_days_of_a_signature_are_corrected_and_the_term_keeps_its_length():
    given(SIGNED).when(CORRECT_SIGNING, resident=[WANG]).then(SIGNING_CORRECTED)
    given(SIGNED, SIGNING_CORRECTED).when(CORRECT_SIGNING, resident=[WANG]).then_nothing()
    corrected = folded(CONTRACT, SIGNED, SIGNING_CORRECTED)
    assert corrected.covers(YESTERDAY)
    assert corrected.team_on(YESTERDAY) == "team-1"
    assert {claim.since for claim in claimed(CONTRACT, SIGNED, SIGNING_CORRECTED)} == {YESTERDAY}


def test_a_wrong_package_is_corrected_and_its_services_are_counted_again():
    chronic = package_of(SZ_2018.packages, "chronic")
    assert chronic is not None
    command = CorrectSigning(contract_id="c1", package="chronic", **WHY)
    events = given(SIGNED, SERVED, BEYOND).when(command, resident=[WANG]).decided()
    assert events[0].entitlements == granted(chronic, (), TODAY)
    assert events[1:3] == [RETURNED, replace(RETURNED, item=None, kind="dressing", service_id="s2")]
    assert [event.service_id for event in events[3:]] == ["s1", "s2"]
    keys = {claim.key: claim for claim in claimed(CONTRACT, SIGNED, events[0])}
    assert keys["package:basic:wang"].until < keys["package:basic:wang"].since
    assert keys["package:chronic:wang"].until == events[0].package_guarded_until


def test_a_signature_is_corrected_inside_its_limits_only():
    wang: dict[str, Any] = {"resident": [WANG]}
    signed = given(SIGNED)
    given().when(CORRECT_SIGNING, **wang).then_refused("contract-unknown", contract="c1")
    signed.when(replace(CORRECT_SIGNING, signed_on=TOMORROW, starts_on=TOMORROW), **wang).then_refused(
        "day-in-the-future"
    )
    signed.when(replace(CORRECT_SIGNING, signed_on=TODAY), **wang).then_refused("start-outside-limits")
    signed.when(replace(CORRECT_SIGNING, term_months=6), **wang).then_refused("term-outside-limits", months=6)
    signed.when(replace(CORRECT_SIGNING, package="gold"), **wang).then_refused("package-unknown", package="gold")
    signed.when(CORRECT_SIGNING).then_refused("resident-not-registered")
    signed.when(CORRECT_SIGNING, resident=[WANG, DIED]).then_refused("resident-died")
    signed.when(CORRECT_SIGNING, resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")
    long_gone = replace(DIED, reason="moved-out", last_day=date(2020, 1, 1))
    signed.when(CORRECT_SIGNING, resident=[WANG, long_gone]).then_refused("resident-moved-out")
    newcomer = replace(WANG, evidence="half-year-residence", resident_since=TODAY)
    signed.when(CORRECT_SIGNING, resident=[newcomer]).then_refused("not-eligible")
    signed.when(replace(CORRECT_SIGNING, reason=""), **wang).then_refused("correction-without-reason")
    signed.when(replace(CORRECT_SIGNING, allowed_by="admin"), **wang).then_refused("second-person-is-actor")
    given(SIGNED, ENDED).when(CORRECT_SIGNING, **wang).then_refused("contract-over", contract="c1")
    given(SIGNED, DEEMED).when(CORRECT_SIGNING, **wang).then_refused("term-not-signed", contract="c1")
    given(SIGNED, RENEWED).when(CORRECT_SIGNING, **wang).then_refused("term-follows-another", contract="c1")
    later = replace(CORRECT_SIGNING, signed_on=None, starts_on=TOMORROW)
    given(SIGNED, SERVED).when(later, **wang).then_refused("served-before-start", day=TODAY)
    given(SIGNED, TRANSFERRED).when(later, **wang).then_refused("start-outside-limits", latest=YESTERDAY)
    paid = given(SIGNED, PAID)
    paid.when(replace(CORRECT_SIGNING, package="chronic"), **wang).then_refused("package-already-paid")


def test_the_length_of_a_renewal_is_corrected():
    command = CorrectSigning(contract_id="c1", term_months=24, **WHY)
    renewed = given(SIGNED, replace(RENEWED, signed_on=TODAY))
    (corrected,) = renewed.when(command, resident=[WANG]).decided()
    assert (corrected.term, corrected.starts_on, corrected.ends_on) == (2, date(2027, 3, 2), date(2029, 3, 1))
    contract = folded(CONTRACT, SIGNED, RENEWED, corrected)
    assert (contract.signed, contract.ends_on) == (SIGNED, date(2029, 3, 1))


# A wrong end


def test_a_contract_ended_by_mistake_runs_again_to_the_end_of_its_term():
    given(SIGNED, ENDED).when(REINSTATE, resident=[WANG]).then(REINSTATED)
    given(SIGNED).when(REINSTATE).then_nothing()
    given(SIGNED, ENDED).when(replace(REINSTATE, ended_by="died"), resident=[WANG]).then_nothing()
    given().when(REINSTATE).then_refused("contract-unknown", contract="c1")
    given(SIGNED, ENDED).when(replace(REINSTATE, reason=""), resident=[WANG]).then_refused("correction-without-reason")
    given(SIGNED, ENDED).when(replace(REINSTATE, allowed_by="admin"), resident=[WANG]).then_refused(
        "second-person-is-actor"
    )
    given(SIGNED, DEAD).when(REINSTATE, resident=[WANG]).then_refused("second-person-missing")
    assert folded(CONTRACT, SIGNED, ENDED, REINSTATED).covers(IN_MAY)


@holds("A1.3")
def test_a_contract_that_runs_again_claims_its_resident_again():
    assert ("active-contract:wang", LAST_DAY) in {
        (claim.key, claim.until) for claim in claimed(CONTRACT, SIGNED, ENDED, REINSTATED)
    }


def test_no_contract_of_somebody_who_is_gone_runs_again():
    by_death = replace(REINSTATE, allowed_by="head")
    given(SIGNED, DEAD).when(by_death, resident=[WANG, DIED]).then_refused("resident-departed", resident="wang")
    given(SIGNED, ENDED).when(REINSTATE, resident=[WANG, MOVED]).then_refused("resident-departed", resident="wang")


def test_a_notice_that_a_mistaken_death_replaced_stands_again():
    (again,) = given(SIGNED, ENDED, DEAD).when(replace(REINSTATE, allowed_by="head"), resident=[WANG]).decided()
    assert (again.ends_on, again.end_reason) == (IN_APRIL, "own-wish")
    contract = folded(CONTRACT, SIGNED, ENDED, DEAD, again)
    assert (contract.ended, contract.ends_on) == ("terminated", IN_APRIL)


def test_a_contract_ended_on_the_wrong_day_ends_on_the_right_one():
    given(SIGNED, ENDED).when(CORRECT_END, resident=[WANG]).then(END_CORRECTED)
    given(SIGNED, ENDED, END_CORRECTED).when(CORRECT_END, resident=[WANG]).then_nothing()
    given(SIGNED).when(CORRECT_END).then_nothing()
    given(SIGNED, ENDED).when(replace(CORRECT_END, ended_by="moved-out")).then_nothing()
    assert folded(CONTRACT, SIGNED, ENDED, END_CORRECTED).covers(IN_MAY)


def test_a_corrected_end_is_inside_the_term_and_follows_the_departure():
    ended = given(SIGNED, ENDED)
    given().when(CORRECT_END).then_refused("contract-unknown", contract="c1")
    ended.when(replace(CORRECT_END, reason=""), resident=[WANG]).then_refused("correction-without-reason")
    ended.when(replace(CORRECT_END, allowed_by="admin"), resident=[WANG]).then_refused("second-person-is-actor")
    ended.when(replace(CORRECT_END, last_day=LAST_DAY), resident=[WANG]).then_refused("last-day-outside-term")
    ended.when(replace(CORRECT_END, last_day=YESTERDAY), resident=[WANG]).then_refused("last-day-outside-term")
    dead = given(SIGNED, DEAD)
    dead.when(CORRECT_END, resident=[WANG, DIED]).then_refused("second-person-missing")
    by_two = replace(CORRECT_END, allowed_by="head")
    dead.when(by_two, resident=[WANG, DIED]).then_refused("departure-says-otherwise", day=YESTERDAY)
    dead.when(by_two, resident=[WANG]).then_refused("day-in-the-future", day=IN_MAY)
    eve = YESTERDAY - timedelta(days=1)
    (corrected,) = dead.when(replace(by_two, last_day=eve), resident=[WANG, replace(DIED, last_day=eve)]).decided()
    assert (corrected.was_last_day, corrected.last_day, corrected.end_reason) == (YESTERDAY, eve, "died")
