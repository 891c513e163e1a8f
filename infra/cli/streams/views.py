"""Health, dead letters, topic and clock as people read them: in events, seconds and the domain's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from infra.cli.streams.results import (
    CreatedTopic,
    DeadLettersAt,
    HealthReport,
    ListedDeadLetter,
    RedriveEnd,
    Redriven,
    TimeOfParts,
)
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import Listing
from infra.monitoring.health import (
    DeadLetterCounts,
    LagDetails,
    LoneVisit,
    PlanningHealth,
    ProgressMark,
    Status,
    TimerHealth,
)

KINDS = {
    "institution": "of-institutions",
    "team": "of-teams",
    "resident": "of-residents",
    "contract": "of-contracts",
    "care_plan": "of-care-plans",
    "visit": "of-visits",
    "notice": "of-notices",
    "family_bed": "of-family-beds",
    "referral": "of-referrals",
    "roster": "of-rosters",
    "day_terms": "of-day-terms",
    "team_week": "of-team-weeks",
    "alliance": "of-alliances",
    "survey": "of-surveys",
    "account": "of-accounts",
    "webhook": "of-webhooks",
    "policy": "of-policy",
}
"""The words for events of each aggregate."""

STORE_TIME = {"simulated": "store-simulated", "live": "store-live"}
"""The words for what time the store lives in."""

LENGTHS = (("length-days", 86400), ("length-hours", 3600), ("minutes", 60))


def topic(created: CreatedTopic, words: Translator) -> Iterator[Block]:
    """Show whether the topic was created."""
    yield f"{created.topic}: {words.say('topic-made' if created.made else 'topic-there')}"


def clock(reading: TimeOfParts, words: Translator) -> Iterator[Block]:
    """Show the time of all parts."""
    key = "clock-goes" if not reading.moved else "clock-stands-planning" if reading.plans else "clock-stands"
    yield words.say(key, {"at": shown(reading.now)})


def letters(listing: Listing[ListedDeadLetter], words: Translator) -> Iterator[Block]:
    """Show dead letters as a table."""
    if not listing.items:
        yield words.say("letters-none")
        return
    table = Table(words.headings("position", "projection", "event", "name", "reason", "error", "time"))
    for each in listing.items:
        event, reason = f"{each.stream}:{each.version}", words.say(each.reason)
        table.add(str(each.position), each.projection, event, each.name, reason, each.error, shown(each.at))
    yield table


def letters_in_full(result: DeadLettersAt, words: Translator) -> Iterator[Block]:
    """Show the dead letters of one event, a line for each field."""
    for letter in result.letters:
        for name in letter.__dataclass_fields__:
            value = getattr(letter, name)
            yield f"{words.say(name)}: {'-' if value is None else value}"


def redriven(result: Redriven | RedriveEnd, words: Translator) -> Iterator[Block]:
    """Show what became of the dead letters of a stream."""
    if isinstance(result, RedriveEnd):
        if not result.streams:
            yield words.say("letters-none")
        return
    values = {name: getattr(result, name) for name in result.__dataclass_fields__}
    yield words.say("redriven" if result.position is None else "redriven-not", values)


def status(report: HealthReport, words: Translator) -> Iterator[Block]:
    """Show the system's health, a line for each part."""
    current = report.status
    yield words.say("status-idle" if current.idle else "status-busy", {"last": current.last})
    if current.relay:
        yield _relay(current.relay.behind, words)
    yield from _rows(current.rows, words)
    yield _reactions(current.reactions, words)
    yield from _timers(current.timers, words)
    yield _days(current.team_days, words)
    yield from _letter_counts(current.dead_letters, words)
    yield words.say(STORE_TIME[current.lives])
    yield from _clock_of(current, words)
    yield from (f"! {problem.detail}" for problem in report.problems)
    yield from (f"! {_alarm(each, words)}" for each in current.alarms)


def _alarm(alarm: LoneVisit, words: Translator) -> str:
    values = {
        "visit": alarm.visit_id,
        "team": alarm.team_id,
        "members": words.listed(alarm.member_ids),
        "entered": alarm.entered_at,
        "since": alarm.alarm_at,
    }
    return words.say("nobody-left-the-home", values)


def _relay(lag: LagDetails, words: Translator) -> str:
    return words.say("relay-behind", _waiting([lag], words)) if lag.lag else words.say("relay-at-the-end")


def _rows(marks: Sequence[ProgressMark], words: Translator) -> Iterator[str]:
    """Yield how many read models are up to date, and a line for those that lag at the same places."""
    by_name: dict[str, list[ProgressMark]] = {}
    for mark in marks:
        by_name.setdefault(mark.projection, []).append(mark)
    if not by_name:
        yield words.say("nothing-sent")
        return
    late: dict[tuple[int, ...], list[str]] = {}
    for name, of in by_name.items():
        if any(mark.behind.lag for mark in of):
            late.setdefault(tuple(mark.watermark for mark in of), []).append(name)
    up_to_date = len(by_name) - sum(map(len, late.values()))
    yield words.say("rows-at-the-end", {"count": up_to_date, "all": len(by_name)})
    yield from (_late(", ".join(names), by_name[names[0]], words) for names in late.values())


def _reactions(marks: Sequence[ProgressMark], words: Translator) -> str:
    late = [mark for mark in marks if mark.behind.lag]
    return _late(words.say("reactions"), late, words) if late else words.say("reactions-at-the-end")


def _late(who: str, marks: Sequence[ProgressMark], words: Translator) -> str:
    late = [mark for mark in marks if mark.behind.lag]
    partitions = ", ".join(str(mark.partition) for mark in late if mark.partition is not None) or "-"
    waiting = _waiting([mark.behind for mark in late], words)
    return words.say("who-is-behind", {"who": who, "partitions": partitions, **waiting})


def _waiting(lags: Sequence[LagDetails], words: Translator) -> dict[str, str]:
    """Return the words for events that wait: how many, for how long, of which kinds."""
    count = sum(each.lag for each in lags)
    at_least = any(each.at_least for each in lags)
    ages = [each.age for each in lags if each.age is not None]
    key = "at-least-events" if at_least else "one-event" if count == 1 else "so-many-events"
    kinds: dict[str, int] = {}
    for each in lags:
        for category, number in each.categories.items():
            kinds[category] = kinds.get(category, 0) + number
    return {
        "events": words.say(key, {"count": count}),
        "age": duration(max(ages), words) if ages and not at_least else words.say("unknown-age"),
        "kinds": _kinds(kinds, words),
    }


def _kinds(kinds: Mapping[str, int], words: Translator) -> str:
    ordered = sorted(kinds.items(), key=lambda each: -each[1])
    return ", ".join(words.say(KINDS[name], {"count": count}) for name, count in ordered)


def _timers(timers: TimerHealth, words: Translator) -> Iterator[str]:
    due = {"count": timers.due, "age": duration(timers.age or 0, words)}
    yield words.say("timers-due", due) if timers.due else words.say("timers-none-due")
    if timers.refused:
        refused = {"count": sum(timers.refused.values()), "rules": counted(timers.refused.items())}
        yield words.say("timers-refused", refused)


def counted(numbers: Iterable[tuple[str, int]]) -> str:
    """Return codes with how many there are of each."""
    return ", ".join(f"{name} {number}" for name, number in numbers)


def _days(days: PlanningHealth, words: Translator) -> str:
    if not days.undone:
        return words.say("days-all-planned")
    wait = words.say("unknown-age") if days.longest_wait is None else duration(days.longest_wait, words)
    return words.say("days-undone", {"count": days.undone, "age": wait})


def _letter_counts(counts: Sequence[DeadLetterCounts], words: Translator) -> Iterator[str]:
    if not counts:
        yield words.say("letters-none")
    for each in counts:
        yield words.say("letters-of", {"who": each.projection, "poison": each.poison, "parked": each.parked})


def _clock_of(current: Status, words: Translator) -> Iterator[str]:
    if current.moved:
        key = "clock-stands-planning" if current.plans else "clock-stands"
        yield words.say(key, {"at": shown(current.now)})


def duration(seconds: float, words: Translator) -> str:
    """Return a length of time in one unit: 3 min."""
    for unit, length in LENGTHS:
        if seconds >= 2 * length:
            number = f"{seconds / length:.0f}"
            return words.say(unit, {"number": number, "minutes": number})
    return words.say("length-seconds", {"number": f"{seconds:.0f}"})
