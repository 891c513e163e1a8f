"""Whatever is asked in whatever order: a history never holds what must not be, and asking twice never doubles it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.care_plan import (
    CARE_PLAN,
    CancelCare,
    CancelCareTask,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    PlanBedCare,
    PlanContractCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
)
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
from domain.decider import Decider, Refused
from domain.local_time import local_day
from domain.policy_pack import SZ_2018
from domain.visit import (
    VISIT,
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissVisit,
    Need,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    Slot,
    StartVisit,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitMissed,
    VisitRequested,
    VisitStarted,
)
from tests.domain.builders import APPLIED, BED_OPENED, REFERRED, RETURNED, SIGNED, TEAM_1, TEAM_2, TODAY, WANG, in_group
from tests.spec import NOW, facts_for, folded

Step = tuple[timedelta, Any, dict[str, Any]]
"""How much later than the step before, what is asked (or what is asked at that moment), and other aggregates."""


OFTEN = 4
"""How much likelier a step is on the way than one that ends it: without it most walks would end at once."""


@dataclass
class Walk:
    """A history, with the moment at which each event was decided."""

    events: list[Any]
    moments: list[datetime]


def walk(decider: Decider[Any, Any], steps: Sequence[Step]) -> Walk:
    """Ask one after the other; each answer is asked for twice, and the second time nothing new is said."""
    history, now, state = Walk([], []), NOW, decider.initial
    for later, asked, given_facts in steps:
        now += later
        command = asked(now) if callable(asked) else asked
        facts = facts_for(command, **given_facts)
        if "now" in facts:
            facts["now"] = now
        try:
            said = decider.decide(command, state, **facts)
        except Refused:
            continue
        state = reduce(decider.evolve, said, state)
        history.events += said
        history.moments += [now] * len(said)
        try:
            again = decider.decide(command, state, **facts)
        except Refused:
            continue
        assert again == [], f"{command} was asked twice and said {said}, then {again}"
    return history


def every_walk(decider: Decider[Any, Any], start: Step, steps: st.SearchStrategy[list[Step]]) -> Any:
    """Make a test of a law about histories; the walks must meet nearly every event, or they prove little."""

    def decorate(law: Callable[[Walk], None]) -> Callable[[], None]:
        def test() -> None:
            met: set[type] = set()

            @settings(derandomize=True, deadline=None, max_examples=100)
            @given(steps)
            def go(some: list[Step]) -> None:
                history = walk(decider, [start, *some])
                met.update(type(fact) for fact in history.events)
                law(history)

            go()
            assert len(met) >= len(decider.events) - 2, f"the walks met only {met}"

        return test

    return decorate


def steps_of(*asked: st.SearchStrategy[Any], days: int = 40) -> st.SearchStrategy[list[Step]]:
    """Return walks of some length; about half of the steps follow in the same minute."""
    later = st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(days=days)))
    asks = st.one_of(*asked).map(lambda told: told if isinstance(told, tuple) else (told, {}))
    return st.lists(st.tuples(later, asks).map(lambda s: (s[0], *s[1])), min_size=15, max_size=30)


def near(day: date, days: int = 800) -> st.SearchStrategy[date]:
    return st.dates(day - timedelta(days=5), day + timedelta(days=days))


# Contract

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


# Care plan

MOVED_AWAY = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
)
SHORT_BED = [APPLIED, replace(BED_OPENED, cycle_ends_on=TODAY + timedelta(days=9))]
TASKS = st.sampled_from(["c1.1.hypertension-follow-up.1", "r1.follow-up"])
PLAN_STEPS = st.sampled_from(
    [
        (
            PlanContractCare(resident_id="wang", contract_id="c1"),
            {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]},
        ),
        (PlanBedCare(resident_id="wang", family_bed_id="b1"), {"family_bed": SHORT_BED}),
        (PlanReferralFollowUp(resident_id="wang", referral_id="r1"), {"referral": [REFERRED, RETURNED]}),
    ]
)
ABOUT_A_TASK: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    *OFTEN * [(FallDueCareTask, {})],
    *OFTEN * [(RecordCareTaskPlanned, {"day": near(TODAY, 300)})],
    (RecordCareTaskPlanned, {"day": st.none()}),
    (CompleteCareTask, {"done_on": near(TODAY, 300)}),
    (lambda **told: lambda now: CompleteCareTask(done_on=local_day(now), **told), {}),
    (MissCareTask, {}),
    (CancelCareTask, {"cause": st.just("no-longer-needed")}),
)
CARE_STEPS = steps_of(
    PLAN_STEPS,
    st.just((MoveCare(resident_id="wang", contract_id="c1"), {"contract": [SIGNED, MOVED_AWAY]})),
    st.builds(
        CancelCare,
        resident_id=st.just("wang"),
        source_id=st.sampled_from(["c1", "b1"]),
        last_day=near(TODAY, 300),
        cause=st.sampled_from(["contract-over", "bed-closed"]),
    ),
    *(st.builds(command, resident_id=st.just("wang"), care_task_id=TASKS, **more) for command, more in ABOUT_A_TASK),
    days=30,
)
PLAN_FIRST: Step = (
    timedelta(0),
    PlanContractCare(resident_id="wang", contract_id="c1"),
    {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]},
)
ENDS = (CareTaskDone, CareTaskDoneLate, CareTaskMissed, CareTaskCancelled)


@every_walk(CARE_PLAN, PLAN_FIRST, CARE_STEPS)
def test_a_care_task_is_scheduled_once_falls_due_once_and_ends_once(history):
    stage: dict[str, str] = {}
    for fact in history.events:
        task = fact.care_task_id
        match fact:
            case CareTaskScheduled():
                assert task not in stage
                stage[task] = "scheduled"
            case CareTaskFellDue():
                assert stage[task] == "scheduled"
                stage[task] = "due"
            case CareTaskPlanned() | CareTaskUnplanned():
                assert stage[task] == "due"
            case CareTaskMoved():
                assert stage[task] != "over"
            case _:
                assert isinstance(fact, ENDS)
                assert stage[task] != "over", f"{fact} after the end"
                stage[task] = "over"
    plan = folded(CARE_PLAN, *history.events)
    assert plan.tasks.keys() == stage.keys()
    for name, task in plan.tasks.items():
        assert (task.status in {"done", "done-late", "missed", "cancelled"}) == (stage[name] == "over")
        assert task.status != "planned" or task.day is not None


# Visit


def slot_at(moment: datetime) -> Slot:
    return Slot(member_id="li", starts_at=moment, ends_at=moment + timedelta(minutes=20))


MOMENTS = st.timedeltas(timedelta(days=-1), timedelta(days=12)).map(lambda later: NOW + later)
REQUEST: Step = (
    timedelta(0),
    RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        purpose="bed-round",
        needs=(Need(roles=("gp",), minutes=20),),
        window_from=TODAY,
        window_to=TODAY + timedelta(days=7),
    ),
    {"contract": [SIGNED]},
)
VISIT_STEPS = steps_of(
    st.just(REQUEST[1:]),
    *OFTEN
    * [st.just(lambda now: AssignVisit(visit_id="v1", roster_id="r", day=local_day(now), slots=(slot_at(now),)))],
    st.builds(
        AssignVisit,
        visit_id=st.just("v1"),
        roster_id=st.just("r"),
        day=near(TODAY, 12),
        slots=st.sampled_from([(slot_at(NOW),), ()]),
    ),
    st.just(ReleaseVisit(visit_id="v1", roster_id="r")),
    st.just(StartVisit(visit_id="v1", entered_at=NOW)),
    st.builds(StartVisit, visit_id=st.just("v1"), entered_at=MOMENTS),
    *OFTEN * [st.just(lambda now: StartVisit(visit_id="v1", entered_at=now))],
    *OFTEN * [st.just(lambda now: CompleteVisit(visit_id="v1", left_at=now))],
    st.builds(CompleteVisit, visit_id=st.just("v1"), left_at=MOMENTS),
    st.builds(MissVisit, visit_id=st.just("v1"), reason=st.just("nobody-home")),
    st.just(RequestVisitAgain(visit_id="v1")),
    st.builds(RescheduleVisit, visit_id=st.just("v1"), window_from=near(TODAY, 12), window_to=near(TODAY, 12)),
    st.builds(HandOverVisit, visit_id=st.just("v1"), team_id=st.sampled_from(["team-1", "team-2"])),
    st.builds(CancelVisit, visit_id=st.just("v1"), reason=st.just("other")),
    days=1,
)


@every_walk(VISIT, REQUEST, VISIT_STEPS)
def test_a_visit_is_over_once_and_only_an_assigned_one_begins(history):
    seen: list[Any] = []
    for fact, now in zip(history.events, history.moments, strict=True):
        assert not any(isinstance(f, VisitCompleted | VisitCancelled) for f in seen), f"{fact} after the end"
        match fact:
            case VisitRequested():
                assert seen == []
            case VisitStarted():
                assert isinstance(seen[-1], VisitAssigned)
                assert fact.entered_at <= now
            case VisitCompleted():
                assert isinstance(seen[-1], VisitStarted)
                assert fact.entered_at < fact.left_at <= now
            case VisitMissed():
                assert fact.attempt <= SZ_2018.visit_attempts
            case _:
                assert not isinstance(seen[-1], VisitStarted), f"{fact} while under way"
        seen.append(fact)
    assert sum(isinstance(f, VisitMissed) for f in seen) <= SZ_2018.visit_attempts
