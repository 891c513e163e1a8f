"""A team's week as people read it."""

from collections.abc import Iterator
from datetime import date

from infra.cli.roster.results import Presented
from infra.cli.roster.views import warned
from infra.cli.roster.week_results import DayLoad, PlannedVisitDay, PlannedWeek, PlannedWeeks
from infra.cli.roster.wording import few, minutes_in_words, revision_number
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table


def weeks(planned: PlannedWeeks, words: Translator) -> Iterator[Block]:
    """Show weeks one after the other."""
    for each in planned.items:
        yield from week(each, words)
    yield from warned([warning for each in planned.items for warning in each.result.warnings], words)


def week(presented: Presented[PlannedWeek], words: Translator) -> Iterator[Block]:
    """Show how full the days are, the day of each visit that may wait, and how good the plan is."""
    plan = presented.result
    state = "week-recorded" if plan.recorded else "dry-run" if plan.dry_run else "unchanged"
    number = f" · {revision_number(plan.revision, words)}" if plan.revision else ""
    yield f"{plan.team_id} {plan.monday} · {words.say(state)}{number}"
    for day, holiday in plan.days_off.items():
        yield f"{_day(date.fromisoformat(day), words)}: {words.label('holiday', holiday)}"
    yield _loads(plan, words)
    yield from _visits(presented, words)
    yield _proof(plan, words)


def _loads(plan: PlannedWeek, words: Translator) -> Table:
    """Return how full each role is on each day, of its hours less the reserve."""
    days = [words.label("weekday", str(number)) for number in range(7)]
    table = Table((words.say("role"), *days), numeric=range(1, 8))
    loads = {(each.role, each.day): each for each in plan.loads}
    for role in dict.fromkeys(each.role for each in plan.loads):
        table.add(words.label("role", role), *(_share(loads.get((role, number)), words) for number in range(7)))
    return table


def _share(load: DayLoad | None, words: Translator) -> str:
    if load is None:
        return "—"
    if not load.of_minutes:
        return minutes_in_words(load.minutes, words) if load.minutes else ""
    return f"{100 * load.minutes // load.of_minutes} %"


def _visits(presented: Presented[PlannedWeek], words: Translator) -> Iterator[Block]:
    plan = presented.result
    if not plan.visits:
        yield words.say("no-visit-may-wait")
        return
    table = Table(words.headings("day", "visit", "was-meant-for", "reason"))
    for visit in sorted(plan.visits, key=_day_order):
        before = presented.previous_days.get(visit.visit_id, visit.day)
        was = _day(before, words) if before != visit.day else ""
        name = presented.names.get(visit.visit_id, visit.visit_id)
        table.add(_day(visit.day, words), name, was, words.label("week-reason", visit.because))
    yield table
    if plan.moved:
        yield words.say("would-move", {"visits": few(plan.moved), "count": len(plan.moved)})


def _day_order(visit: PlannedVisitDay) -> tuple[bool, date, str]:
    return (visit.day is None, visit.day or date.max, visit.visit_id)


def _day(day: date | None, words: Translator) -> str:
    if day is None:
        return words.say("put-off")
    return f"{day} {words.label('weekday', str(day.weekday()))}"


def _proof(plan: PlannedWeek, words: Translator) -> str:
    if plan.proof == "proved":
        return words.say("week-proved")
    cost = plan.costs.get(plan.bound_tier or "", 0)
    values = {"tier": words.label("week-tier", plan.bound_tier or ""), "cost": cost, "bound": plan.bound}
    return words.say("week-within", values)
