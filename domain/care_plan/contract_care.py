"""The services that a contract owes its resident: those of the resident's key groups and those of everyone (A5)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce

from domain.care_plan.commands import PlanContractCare, PlanGroupCare
from domain.care_plan.events import CarePlanEvent, CareTaskScheduled, ContractTakenUp
from domain.care_plan.schedule import windows_of
from domain.care_plan.state import CarePlan, CareTask, evolve
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import new_and_open, open_of_kind, task_of
from domain.care_plan.trip_sharing import due_alone
from domain.contract.state import Contract
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import EVERYONE, CareRule, PolicyPack
from domain.resident.state import Resident


def plan_contract_care(
    command: PlanContractCare,
    plan: CarePlan,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    resident: Resident,
) -> list[CarePlanEvent]:
    """Take up the contract's newest term and schedule the services of the resident's groups in it (A5).

    No service is owed in a window that is over.
    """
    if contract.signed is None or contract.term_starts_on is None or contract.ends_on is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    if contract.signed.resident_id != command.resident_id:
        raise Refused("contract-of-another-resident", contract=command.contract_id, resident=command.resident_id)
    term = term_of(command.resident_id, command.contract_id, contract)
    known = any(is_same_term(old, term) for old in plan.terms)
    today = local_day(now)
    owed = [
        task
        for task, chained in owed_by(pack.care, resident, term, pack, today)
        if not (chained and open_of_kind(plan, task.kind))
    ]
    return [*([] if known else [term]), *new_and_open(plan, owed, today)]


def term_of(resident_id: str, contract_id: str, contract: Contract) -> ContractTakenUp:
    """Return the newest term of a signed contract, as care is owed under it."""
    assert contract.signed is not None
    return ContractTakenUp(
        resident_id=resident_id,
        contract_id=contract_id,
        term=contract.term,
        team_id=contract.team_id or contract.signed.team_id,
        doctor_id=contract.doctor_id,
        nurse_id=contract.nurse_id,
        starts_on=contract.term_starts_on or contract.signed.starts_on,
        ends_on=contract.ends_on or contract.signed.ends_on,
    )


def is_same_term(old: ContractTakenUp, term: ContractTakenUp) -> bool:
    """Return whether a term was taken up as it is; one that awaited its signature was shorter then (A1.8)."""
    return (old.contract_id, old.term, old.starts_on, old.ends_on) == (
        term.contract_id,
        term.term,
        term.starts_on,
        term.ends_on,
    )


def plan_group_care(
    command: PlanGroupCare, plan: CarePlan, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[CarePlanEvent]:
    """Replan the care of a group, and of groups that depend on it, by the resident's tags under each term.

    After a changed tag, anchor or stage, tasks that are owed no longer are cancelled and newly owed ones scheduled.
    Without a contract nothing is owed.
    """
    today = local_day(now)
    rules = [rule for rule in pack.care if command.group in (rule.group, *rule.but_not)]
    terms = [term for term in plan.terms if term.ends_on >= today]
    owed = [each for term in terms for each in owed_by(rules, resident, term, pack, today)]
    windows = {(task.kind, task.window_from, task.window_to) for task, _ in owed}
    chains = {task.kind for task, chained in owed if chained}
    over = [
        task
        for task in plan.tasks.values()
        if task.is_open and is_of_rules(task, rules) and not still_owed(task, windows, chains, resident)
    ]
    ended = [cancellation_of(task, "group-changed") for task in over]
    after = reduce(evolve, ended, plan)
    new = [task for task, chained in owed if not (chained and open_of_kind(after, task.kind))]
    return [*ended, *due_alone(plan, over, today), *new_and_open(after, new, today)]


def is_of_rules(task: CareTask, rules: Iterable[CareRule]) -> bool:
    """Return whether a task is owed by one of these rules, or because of findings at such a task."""
    planned = task.scheduled
    return planned.source == "contract" and any(
        planned.kind == rule.kind or (planned.because is not None and planned.group == rule.group) for rule in rules
    )


def still_owed(task: CareTask, windows: set[tuple[str, date, date]], chains: set[str], resident: Resident) -> bool:
    """Return whether the tags still require an open task; a task required by findings stays with its group."""
    planned = task.scheduled
    if planned.because is not None or planned.kind in chains:
        return planned.group == EVERYONE or planned.group in resident.groups
    return (planned.kind, planned.window_from, planned.window_to) in windows


def owed_by(
    rules: Iterable[CareRule], resident: Resident, term: ContractTakenUp, pack: PolicyPack, today: date
) -> list[tuple[CareTaskScheduled, bool]]:
    """Return the tasks of rules in a term, and whether each begins a chain."""
    return [
        (
            task_of(rule, task_id_of(rule, number, term), window, term, pack, homebound=resident.homebound),
            rule.chained,
        )
        for rule in rules
        for number, window in windows_of(rule, resident, term, today)
    ]


def task_id_of(rule: CareRule, number: int, term: ContractTakenUp) -> str:
    """Return a task's id; a service counted from a day of life keeps its id from term to term."""
    of_term = rule.counted_from == "term" or rule.chained
    return (
        f"{term.contract_id}.{term.term}.{rule.kind}.{number}"
        if of_term
        else f"{term.contract_id}.{rule.kind}.{number}"
    )
