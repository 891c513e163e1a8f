"""What a contract owes the key groups of its resident (A5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.care_plan.asked import PlanContractCare
from domain.care_plan.facts import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import CarePlan
from domain.care_plan.tasks import needs_of, new_and_open
from domain.contract import Contract
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import CareRule, PolicyPack
from domain.resident import Resident


def plan_contract_care(
    command: PlanContractCare,
    plan: CarePlan,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    resident: Resident,
) -> list[CarePlanEvent]:
    """Owe each key group its services (A5) in windows spread over the term; windows that are over are not owed."""
    if contract.signed is None or contract.term_starts_on is None or contract.ends_on is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    if contract.signed.resident_id != command.resident_id:
        raise Refused("contract-of-another-resident", contract=command.contract_id, resident=command.resident_id)
    homebound = resident.homebound
    tasks = [
        CareTaskScheduled(
            resident_id=command.resident_id,
            care_task_id=f"{command.contract_id}.{contract.term}.{rule.kind}.{number}",
            kind=rule.kind,
            source="contract",
            source_id=command.contract_id,
            contract_id=command.contract_id,
            family_bed_id=None,
            team_id=contract.team_id or contract.signed.team_id,
            needs=needs_of(rule.roles, (rule.minutes,) * len(rule.roles), contract.doctor_id, contract.nurse_id),
            sync="single" if len(rule.roles) == 1 else "simultaneous",
            at_home=rule.at_home or homebound,
            priority=rule.priority,
            window_from=first,
            window_to=last,
            lost_after=last + timedelta(days=pack.late_days),
        )
        for rule in pack.care
        if rule.group in resident.groups and not (rule.at_start and contract.term > 1)
        for number, (first, last) in enumerate(windows(rule, contract.term_starts_on, contract.ends_on), start=1)
    ]
    return new_and_open(plan, tasks, local_day(now))


def windows(rule: CareRule, starts_on: date, ends_on: date) -> Iterator[tuple[date, date]]:
    """Yield the windows of a rule in a term: each in the middle of its share of the year, or one at the start."""
    if rule.at_start:
        yield starts_on, min(starts_on + timedelta(days=rule.window_days - 1), ends_on)
        return
    share = 365 / rule.times
    lead = timedelta(days=max(0, round((share - rule.window_days) / 2)))
    number = 0
    while (first := starts_on + timedelta(days=round(share * number)) + lead) <= ends_on:
        yield first, min(first + timedelta(days=rule.window_days - 1), ends_on)
        number += 1
