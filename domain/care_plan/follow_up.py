"""Follow-ups of findings (A5): an earlier check, an advised referral, the next window of a chained service.

The later regular windows stay as they are. Nothing is planned beyond the contract.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from domain.care_plan.events import CarePlanEvent, CareTaskScheduled, Outcome, ReferralAdvised
from domain.care_plan.schedule import Days
from domain.care_plan.state import CarePlan, CareTask
from domain.care_plan.tasks import open_of_kind, task_of
from domain.policy_pack import EVERYONE, CareRule, PolicyPack
from domain.screening import Advice

FOLLOW_UP_PRIORITY = 7
ADVICE_FOLLOW_UP = "referral-advice-follow-up"

UNCONTROLLED_TWICE = {
    "hypertension": "pressure-uncontrolled-twice",
    "elder": "pressure-uncontrolled-twice",
    "everyone": "pressure-uncontrolled-twice",
    "diabetes": "glucose-uncontrolled-twice",
}
"""The criterion for a referral that is met when a group's outcome is uncontrolled for the second time in a row."""

RECHECKS = {
    "hypertension": "hypertension-follow-up",
    "elder": "pressure-check",
    "everyone": "pressure-check",
    "diabetes": "diabetes-follow-up",
}
"""The service that checks an uncontrolled outcome of a group again."""

JudgedTask = tuple[CareTask, str | None, Outcome | None]
"""A task that was done, the group to which its outcome belongs, and the outcome."""

ExtraService = tuple[CareRule, Days, CareTask]
"""One more service of a rule, in a window, because of a task."""


def uncontrolled_twice(plan: CarePlan, judged: Iterable[JudgedTask]) -> tuple[str, ...]:
    """Return the criteria met by outcomes that are uncontrolled now and were so the last time."""
    met = [
        UNCONTROLLED_TWICE[group]
        for _, group, outcome in judged
        if group in UNCONTROLLED_TWICE and outcome == "uncontrolled" and plan.outcomes.get(group) == "uncontrolled"
    ]
    return tuple(dict.fromkeys(met))


def follow_ups_of(
    plan: CarePlan, judged: list[JudgedTask], advised: Advice | None, day: date, pack: PolicyPack
) -> Iterator[CarePlanEvent]:
    """Yield the follow-ups of one trip's findings: an advised referral, else an early check; and chained services."""
    leading, group, _ = judged[0]
    soon = next_days(day, pack.recheck_days)
    chains = [each for task, _, outcome in judged for each in next_in_chain(plan, task, day, outcome, pack)]
    wanted = list(required_services(judged, day, pack, uncontrolled=advised is None))
    if advised is not None:
        yield advised_referral(plan, leading, advised, soon)
        if not chains:
            wanted.append((advice_follow_up_rule(group, pack), soon, leading))
    yield from tasks_in_terms(plan, without_open_tasks(plan, wanted), pack)
    yield from chains


def required_services(
    judged: list[JudgedTask], day: date, pack: PolicyPack, *, uncontrolled: bool
) -> Iterator[ExtraService]:
    """Yield the services that findings require, with windows; for uncontrolled outcomes only if `uncontrolled`."""
    rules = {rule.kind: rule for rule in pack.care}
    for task, group, outcome in judged:
        if outcome == "uncontrolled" and uncontrolled and group in RECHECKS and RECHECKS[group] in rules:
            yield rules[RECHECKS[group]], next_days(day, pack.recheck_days), task
        elif outcome == "at-risk" and "pressure-check" in rules:
            last = day + timedelta(days=pack.risk_every_days)
            yield rules["pressure-check"], (last - timedelta(days=pack.risk_window_days - 1), last), task
        elif outcome == "frail" and task.scheduled.kind in rules:
            for number in range(pack.frail_newborn_visits):
                before = day + timedelta(days=pack.frail_newborn_every_days * number)
                yield rules[task.scheduled.kind], next_days(before, pack.frail_newborn_every_days), task


def without_open_tasks(plan: CarePlan, wanted: Iterable[ExtraService]) -> list[ExtraService]:
    """Return the services without those of which a task required by findings is open already."""
    there = {task.scheduled.kind for task in plan.tasks.values() if task.is_open and task.scheduled.because is not None}
    first_named = {(rule.kind, window): (rule, window, task) for rule, window, task in wanted if rule.kind not in there}
    return list(first_named.values())


def next_in_chain(
    plan: CarePlan, task: CareTask, day: date, outcome: Outcome | None, pack: PolicyPack
) -> list[CareTaskScheduled]:
    """Return the next window of a chained service (severe mental disorder), by this outcome or else the last one.

    Unstable: within two weeks; basically stable: two weeks, then a month; stable: three months.
    """
    rule = next((rule for rule in pack.care if rule.chained and rule.kind == task.scheduled.kind), None)
    if rule is None or any(other is not task for other in open_of_kind(plan, rule.kind)):
        return []
    before = plan.outcomes.get(rule.group)
    match outcome or before:
        case "unstable":
            days = pack.unstable_days
        case "basically-stable" if before == "basically-stable":
            days = pack.still_basically_stable_days
        case "basically-stable":
            days = pack.basically_stable_days
        case _:
            days = pack.stable_days
    last = day + timedelta(days=days)
    first = max(day + timedelta(days=1), last - timedelta(days=rule.window_days - 1))
    return list(tasks_in_terms(plan, [(rule, (first, last), task)], pack))


def tasks_in_terms(plan: CarePlan, wanted: Iterable[ExtraService], pack: PolicyPack) -> Iterator[CareTaskScheduled]:
    """Yield tasks under the term in which their windows open, cut at its end; outside a term nothing is owed."""
    for number, (rule, (first, last), task) in enumerate(wanted, start=len(plan.tasks)):
        term = plan.term_on(first)
        if term is not None:
            yield task_of(
                rule,
                f"{term.contract_id}.{rule.kind}.after-{number}",
                (first, min(last, term.ends_on)),
                term,
                pack,
                homebound=task.scheduled.at_home,
                because=task.scheduled.care_task_id,
            )


def next_days(day: date, days: int) -> Days:
    """Return the window of the next days."""
    return day + timedelta(days=1), day + timedelta(days=days)


def advised_referral(plan: CarePlan, task: CareTask, advised: Advice, window: Days) -> ReferralAdvised:
    """Return the advice of a referral, on the day before the window of its follow-up."""
    term = plan.term_on(window[0])
    return ReferralAdvised(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        contract_id=task.scheduled.contract_id or (term.contract_id if term else None),
        team_id=task.team_id,
        urgency=advised.urgency,
        criteria=advised.criteria,
        nearest_pci=advised.nearest_pci,
        advised_on=window[0] - timedelta(days=1),
        follow_up_by=window[1],
    )


def advice_follow_up_rule(group: str | None, pack: PolicyPack) -> CareRule:
    """Return the service that follows up an advised referral."""
    return CareRule(
        group=group or EVERYONE,
        kind=ADVICE_FOLLOW_UP,
        minutes=pack.follow_up_minutes,
        roles=("gp/nurse",),
        priority=FOLLOW_UP_PRIORITY,
    )
