"""Laws of a contract: no commands, in any order, lead to a forbidden history."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from domain.contract import CONTRACT
from domain.contract.commands import (
    ConsumeEntitlement,
    DiscardDraft,
    DraftContract,
    ExpireContract,
    PayPackage,
    RefundPackage,
    RenewContract,
    SettlePackage,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    EntitlementConsumed,
    LoadOverridden,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.local_time import local_day
from tests.domain.builders import CENTRE, TEAM_1, TEAM_2, TODAY, WANG
from tests.domain.walks.walking import OFTEN, Step, every_walk, near, steps_of
from tests.spec import SZ_2018, folded

WHO = {"resident": [WANG], "team": [TEAM_1], "institution": [CENTRE]}
DEEMED = replace(SZ_2018, auto_renewal="deemed")
PACKS = st.sampled_from([SZ_2018, DEEMED])
LOADS = st.sampled_from([0, 1600, 2000])

SIGN: Step = (
    timedelta(0),
    SignContract(
        contract_id="c1",
        resident_id="wang",
        team_id="team-1",
        package="chronic",
        signed_on=TODAY,
        starts_on=TODAY,
        agreement_read=True,
    ),
    WHO,
)
NOTHING: Step = (timedelta(0), DiscardDraft(contract_id="c1"), {})
ITEMS = st.sampled_from(["home-visit", "dressing", "glucose-test", "chronic-assessment", "foot-care"])
PAYERS = st.sampled_from(["insurance", "public-health", "resident", "resident"])

SIGNING = [
    st.builds(
        SignContract,
        contract_id=st.just("c1"),
        resident_id=st.just("wang"),
        team_id=st.just("team-1"),
        package=st.sampled_from(["basic", "chronic", "chronic"]),
        signed_on=st.just(TODAY),
        starts_on=near(TODAY, 3),
        term_months=st.sampled_from([None, 12, 18]),
        agreement_read=st.sampled_from([True, True, True, False]),
        override_by=st.sampled_from([None, "head-of-centre"]),
        override_reason=st.just("household-together"),
    ).flatmap(lambda command: LOADS.map(lambda load: (command, {**WHO, "team_contracts": load}))),
    st.builds(
        DraftContract,
        contract_id=st.just("c1"),
        resident_id=st.just("wang"),
        team_id=st.just("team-1"),
        package=st.sampled_from(["basic", "chronic"]),
    ).map(lambda command: (command, {"resident": [WANG], "team": [TEAM_1]})),
    st.just(DiscardDraft(contract_id="c1")),
]
RUNNING = [
    *OFTEN
    * [
        st.just(
            (lambda now: RenewContract(contract_id="c1", signed_on=local_day(now), agreement_read=True), WHO),
        )
    ],
    st.builds(
        RenewContract,
        contract_id=st.just("c1"),
        signed_on=near(TODAY),
        term_months=st.sampled_from([None, 24]),
        agreement_read=st.just(True),
    ).map(lambda command: (command, WHO)),
    st.builds(
        TransferContract,
        contract_id=st.just("c1"),
        team_id=st.just("team-2"),
        consent=st.booleans(),
        override_by=st.sampled_from([None, "head-of-centre"]),
        override_reason=st.just("successor-of-a-doctor"),
    ).flatmap(
        lambda command: LOADS.map(
            lambda load: (command, {"team": [TEAM_2], "institution": [CENTRE], "team_contracts": load})
        )
    ),
    st.builds(
        TerminateContract,
        contract_id=st.just("c1"),
        last_day=near(TODAY),
        reason=st.sampled_from(["own-wish", "own-wish", "moved-out", "died"]),
        both_signed=st.booleans(),
    ),
    *2 * [PACKS.map(lambda pack: (ExpireContract(contract_id="c1"), {"resident": [WANG], "pack": pack}))],
]
SERVING = [
    *OFTEN
    * [
        st.builds(
            ConsumeEntitlement,
            contract_id=st.just("c1"),
            item=ITEMS,
            service_id=st.sampled_from([f"s{number}" for number in range(12)]),
            served_on=near(TODAY),
            to_norm=st.booleans(),
        )
    ],
    *2 * [st.builds(PayPackage, contract_id=st.just("c1"), payer=PAYERS, paid_on=st.just(TODAY))],
    *2 * [st.builds(SettlePackage, contract_id=st.just("c1"), settled_on=st.just(TODAY))],
    *2 * [st.builds(RefundPackage, contract_id=st.just("c1"), refunded_on=st.just(TODAY))],
]


@every_walk(
    CONTRACT,
    SIGN,
    steps_of(*SIGNING, *RUNNING, days=60),
    unmet=(
        *(ContractDrafted, DraftDiscarded, LoadOverridden, PackagePaid, PackageSettled, PackageRefunded),
        *(EntitlementConsumed, ServedBeyondPackage),
    ),
)
def test_a_contract_never_changes_after_its_end_and_its_terms_follow_each_other(history):
    ends_on, term, unsigned = date.min, 0, False
    end: ContractEvent | None = None
    for event, now in zip(history.events, history.moments, strict=True):
        assert end is None or is_sooner(event, end, local_day(now)), f"{event} after the end"
        match event:
            case ContractSigned():
                assert term == 0
                term, ends_on = 1, event.ends_on
            case ContractRenewed() if unsigned:
                assert (event.term, local_day(now) <= ends_on) == (term, True)
                ends_on, unsigned = event.ends_on, False
            case ContractRenewed():
                assert (event.term, event.starts_on) == (term + 1, ends_on + timedelta(days=1))
                assert local_day(now) <= ends_on
                assert event.signed_on <= local_day(now)
                term, ends_on = event.term, event.ends_on
            case ContractDeemedRenewed():
                assert not unsigned, "a term that nobody signed is not deemed renewed again"
                assert (event.term, event.starts_on) == (term + 1, ends_on + timedelta(days=1))
                assert ends_on < local_day(now) <= event.sign_by
                term, ends_on, unsigned = event.term, event.sign_by, True
            case ContractTransferred():
                assert event.team_id != event.from_team_id
            case ContractTerminated():
                assert event.last_day < ends_on
                ends_on, end = event.last_day, event
            case ContractExpired():
                assert event.last_day == ends_on < local_day(now)
                end = event
    contract = folded(CONTRACT, *history.events)
    assert not (term and contract.covers(ends_on + timedelta(days=1)))


def is_sooner(event: ContractEvent, end: ContractEvent, today: date) -> bool:
    """Return whether death or a move ends a contract sooner whose announced last day is not over (docs/ends.md)."""
    return (
        isinstance(event, ContractTerminated)
        and isinstance(end, ContractTerminated)
        and event.reason in {"died", "moved-out"}
        and event.last_day < end.last_day
        and today <= end.last_day
    )


@every_walk(
    CONTRACT,
    NOTHING,
    steps_of(*SIGNING, days=2),
    unmet=tuple(event for event in CONTRACT.events if event not in {ContractDrafted, DraftDiscarded, ContractSigned}),
)
def test_a_draft_binds_nobody_and_what_is_signed_was_drafted_or_nothing_was(history):
    drafted = None
    for index, event in enumerate(history.events):
        raised = list(CONTRACT.claims(folded(CONTRACT, *history.events[: index + 1]), event))
        match event:
            case ContractDrafted():
                assert drafted is None
                assert raised == []
                drafted = event
            case DraftDiscarded():
                drafted = None
            case ContractSigned():
                assert drafted is None or drafted.package == event.package
                assert event.starts_on >= event.signed_on
                assert {claim.since for claim in raised} == {event.starts_on}
            case LoadOverridden():
                assert history.events[index - 1].team_load == event.load > event.cap
    loads = [event.team_load or 0 for event in history.events if isinstance(event, ContractSigned)]
    overridden = [event for event in history.events if isinstance(event, LoadOverridden)]
    assert len(overridden) == sum(load > SZ_2018.team_cap for load in loads)


@every_walk(
    CONTRACT,
    SIGN,
    steps_of(*RUNNING, *SERVING, days=80),
    unmet=(ContractDrafted, DraftDiscarded),
)
def test_a_service_counts_once_nothing_is_used_twice_and_money_adds_up(history):
    services, granted, paid, settled = set(), {}, {}, {}
    used: Counter[tuple[int, str]] = Counter()
    for event in history.events:
        match event:
            case ContractSigned():
                granted[1] = {item.item: item.count for item in event.entitlements}
            case ContractRenewed() | ContractDeemedRenewed():
                granted[event.term] = {item.item: item.count for item in event.entitlements}
            case EntitlementConsumed() | ServedBeyondPackage():
                assert event.service_id not in services
                services.add(event.service_id)
                if isinstance(event, EntitlementConsumed):
                    used[event.term, event.item] += 1
                    assert event.left == granted[event.term][event.item] - used[event.term, event.item] >= 0
            case PackagePaid():
                assert (event.term, event.payer) not in paid
                paid[event.term, event.payer] = event.amount_fen
            case PackageSettled():
                assert event.term not in settled
                assert event.paid_fen == paid[event.term, "resident"]
                assert event.refund_fen == max(0, event.paid_fen - event.used_fen)
                settled[event.term] = event
            case PackageRefunded():
                assert event.amount_fen == settled[event.term].refund_fen > 0
            case ContractTerminated():
                newest = max(granted)
                assert event.reason == "died" or (newest, "resident") not in paid or newest in settled
