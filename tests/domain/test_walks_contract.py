"""Whatever is asked of a contract in whatever order, its history never holds what must not be."""

from datetime import date, timedelta

from hypothesis import strategies as st

from domain.contract import (
    CONTRACT,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
    ExpireContract,
    RenewContract,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.local_time import local_day
from tests.domain.builders import TEAM_1, TEAM_2, TODAY, WANG
from tests.domain.walking import OFTEN, Step, every_walk, near, steps_of
from tests.spec import folded

SIGN: Step = (
    timedelta(0),
    SignContract(contract_id="c1", resident_id="wang", team_id="team-1", signed_on=TODAY, starts_on=TODAY),
    {"resident": [WANG], "team": [TEAM_1]},
)
CONTRACT_STEPS = steps_of(
    st.builds(
        SignContract,
        contract_id=st.just("c1"),
        resident_id=st.just("wang"),
        team_id=st.just("team-1"),
        signed_on=st.just(TODAY),
        starts_on=near(TODAY, 3),
        term_months=st.sampled_from([None, 12, 18]),
    ).map(lambda command: (command, {"resident": [WANG], "team": [TEAM_1]})),
    *OFTEN * [st.just(lambda now: RenewContract(contract_id="c1", signed_on=local_day(now)))],
    st.builds(
        RenewContract,
        contract_id=st.just("c1"),
        signed_on=near(TODAY),
        term_months=st.sampled_from([None, 24]),
    ),
    st.builds(
        TransferContract,
        contract_id=st.just("c1"),
        team_id=st.just("team-2"),
        consent=st.booleans(),
    ).map(lambda command: (command, {"team": [TEAM_2]})),
    st.builds(
        TerminateContract,
        contract_id=st.just("c1"),
        last_day=near(TODAY),
        reason=st.sampled_from(["own-wish", "own-wish", "died"]),
    ),
    st.just(ExpireContract(contract_id="c1")),
    days=60,
)


@every_walk(CONTRACT, SIGN, CONTRACT_STEPS)
def test_a_contract_never_changes_after_its_end_and_its_terms_follow_each_other(history):
    ends_on, term, over = date.min, 0, False
    for fact, now in zip(history.events, history.moments, strict=True):
        assert not over, f"{fact} after the end"
        match fact:
            case ContractSigned():
                assert term == 0
                term, ends_on = 1, fact.ends_on
            case ContractRenewed():
                assert (fact.term, fact.starts_on) == (term + 1, ends_on + timedelta(days=1))
                assert local_day(now) <= ends_on
                assert fact.signed_on <= local_day(now)
                term, ends_on = fact.term, fact.ends_on
            case ContractTransferred():
                assert fact.team_id != fact.from_team_id
            case ContractTerminated():
                assert fact.last_day < ends_on
                ends_on, over = fact.last_day, True
            case ContractExpired():
                assert fact.last_day == ends_on < local_day(now)
                over = True
    contract = folded(CONTRACT, *history.events)
    assert not (term and contract.covers(ends_on + timedelta(days=1)))
