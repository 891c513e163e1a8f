"""The newest roster as people read it: what has changed, each member's day, what has no place, and what it costs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from infra.cli.roster.board.results import ChangeOfDay, DayOfMember, RosterView, Slot, UnplacedVisit
from infra.cli.roster.results import Lateness
from infra.cli.roster.wording import (
    amount,
    broken_terms,
    clock,
    late_by,
    late_in_words,
    length,
    proof_in_words,
    revision_number,
    travel_in_words,
)
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

COSTS = {
    "unplaced": "cost-unplaced",
    "urgent": "cost-urgent",
    "disruption": "cost-disruption",
    "continuity": "cost-continuity",
    "tardiness": "cost-tardiness",
    "imbalance": "cost-imbalance",
    "travel": "cost-travel",
    "fairness": "cost-fairness",
    "wish": "cost-wish",
}
"""The sentences for what a roster costs in each tier."""

CHANGES = {
    "back": "change-back",
    "joined": "change-joined",
    "left": "change-left",
    "cancelled": "change-cancelled",
    "missed": "change-missed",
    "missed-again": "change-missed-again",
    "elsewhere": "change-elsewhere",
    "requested": "change-requested",
    "altered": "change-altered",
}
"""The words for what has changed since a publication, but for members who are away."""


def board(view: RosterView, words: Translator) -> Iterator[Block]:
    """Show the newest roster; what has changed since it was published comes first."""
    yield f"{view.team_id} {view.day} · {revision_number(view.revision, words)}"
    if view.changes:
        yield changed(view, words)
    if view.without_member:
        yield words.say("visits-without-member", {"visits": words.listed(view.without_member)})
    yield from broken_terms(view.broken, words)
    for member_id in dict.fromkeys(slot.member_id for slot in view.slots):
        slots = sorted((slot for slot in view.slots if slot.member_id == member_id), key=lambda slot: slot.starts_at)
        yield _member(member_id, slots, view, words)
        yield from _entered_again(member_id, slots, words)
        yield from _way_home(member_id, view.members, words)
    yield from _idle_and_absent(view, words)
    yield from _unplaced(view, words)
    yield from late_in_words(Lateness(overtime=view.late.overtime), words)
    yield from _costs(view, words)
    yield from travel_in_words(view.travel_from, words)


def changed(view: RosterView, words: Translator) -> str:
    """Return what has changed since the roster was published, in one sentence."""
    groups: dict[tuple[str, str], list[str]] = {}
    for change in view.changes:
        why = _absence(change, words) if change.kind == "away" else words.label("miss-reason", change.reason)
        groups.setdefault((change.kind, why), []).append(change.member_id or change.visit_id or "")
    parts = [
        f"{words.listed(names)} {why}"
        if kind == "away"
        else words.say(CHANGES[kind], {"names": words.listed(names), "reason": why})
        for (kind, why), names in groups.items()
    ]
    values = {"since": _since(view.published_at, view), "changes": words.clauses(parts)}
    return words.say("day-has-changed", values)


def _absence(change: ChangeOfDay, words: Translator) -> str:
    """Return why a member is away, and when if it is not the whole day."""
    reason = words.label("absence-reason", change.reason) if change.reason else words.say("away")
    hours = "" if change.begins is None else f" {clock(change.begins)}–{clock(change.ends)}"
    return f"{reason}{hours}"


def _since(moment: datetime, view: RosterView) -> str:
    """Return the time of a publication; the date too, if it is not of the day or of the evening before."""
    text = shown(moment, seconds=False)
    near = {view.day.isoformat(), (view.day - timedelta(days=1)).isoformat()}
    return text[11:] if text[:10] in near else text


def _member(member_id: str, slots: Sequence[Slot], view: RosterView, words: Translator) -> Table:
    role = slots[0].role
    title = _with_role(member_id, role, words)
    phones = any(slot.phone for slot in slots)
    keys = ["time", "visit", "resident", "address", "window", "days-left", "travel", "status"]
    table = Table(words.headings(*keys, *(["phone"] if phones else [])), title=title)
    for _, group in groupby(slots, key=lambda slot: slot.stay):
        stay = list(group)
        starts, ends = (shown(moment, seconds=False)[11:] for moment in (stay[0].starts_at, stay[-1].ends_at))
        cells = [
            f"{starts}–{ends}",
            " + ".join(_visit(slot.visit_id, slot.purpose, words) for slot in stay),
            _each(slot.name or slot.resident_id or "" for slot in stay),
            _each(slot.address or "" for slot in stay),
            _each(_window(slot.opens_at, slot.closes_at, words) for slot in stay),
            _each("" if slot.slack_days is None else str(slot.slack_days) for slot in stay),
            length(stay[0].travel_seconds, words),
            _each(" · ".join(_marks(slot, view, words)) for slot in stay),
        ]
        table.add(*cells, *([_each(slot.phone or "" for slot in stay)] if phones else []))
    return table


def _each(texts: Iterable[str]) -> str:
    """Return the texts of the services of a stay, one where all are the same."""
    return " + ".join(dict.fromkeys(texts))


def _visit(visit_id: str, purpose: str | None, words: Translator) -> str:
    return " · ".join(part for part in (visit_id, words.label("care-task", purpose)) if part)


def _with_role(member_id: str, role: str | None, words: Translator) -> str:
    if not role:
        return member_id
    return words.with_note(member_id, words.label("role", role))


def _window(opens_at: int | None, closes_at: int | None, words: Translator) -> str:
    """Return the hours in which a visit begins."""
    if opens_at is None and closes_at is None:
        return words.say("all-day")
    return "–".join("" if minute is None else clock(minute * 60) for minute in (opens_at, closes_at))


def _marks(slot: Slot, view: RosterView, words: Translator) -> Iterator[str]:
    """Yield what is to be seen of a service: its status, who comes too, that it moved, is late, or nobody can go."""
    yield words.label("status", slot.status)
    for other in view.slots:
        if other.visit_id == slot.visit_id and other.service != slot.service:
            values = {"member": other.member_id, "time": shown(other.starts_at, seconds=False)[11:]}
            yield words.say("together-with", values)
    if slot.ends_by_forecast:
        yield words.say("end-is-a-forecast")
    if slot.visit_id in view.moved and slot.status == "assigned":
        yield words.say("moved")
    if slot.minutes_late:
        yield words.say("later-than-planned", {"minutes": slot.minutes_late})
    for late in view.late.visits:
        if (late.demand_id, late.service) == (slot.visit_id, slot.service):
            yield late_by(late, words)
    if slot.visit_id in view.without_member:
        yield words.say("nobody-can-go")


def _entered_again(member_id: str, slots: Sequence[Slot], words: Translator) -> Iterator[str]:
    """Yield the homes that a member leaves and comes back to, with the stays there."""
    homes: dict[str, dict[int, Slot]] = {}
    for slot in slots:
        homes.setdefault(slot.address or slot.resident_id or slot.visit_id, {}).setdefault(slot.stay, slot)
    for stays in (each for each in homes.values() if len(each) > 1):
        first = next(iter(stays.values()))
        times = [f"{slot.visit_id} {shown(slot.starts_at, seconds=False)[11:]}" for slot in stays.values()]
        values = {"member": member_id, "resident": first.name or first.resident_id, "stays": words.listed(times)}
        yield words.say("home-entered-again", values)


def _way_home(member_id: str, members: Iterable[DayOfMember], words: Translator) -> Iterator[str]:
    """Yield when a member's work ends, when they are back, and when they rest."""
    for member in members:
        if member.member_id == member_id and member.works and member.back is not None and member.way_home is not None:
            values = {
                "ends": clock(member.last_ends),
                "way": length(member.way_home, words),
                "back": clock(member.back),
            }
            yield words.say("member-back", {"member": member_id, **values})
        if member.member_id == member_id and member.rests:
            spans = [f"{clock(begins)}–{clock(ends)}" for begins, ends in member.rests]
            yield words.say("member-rests", {"member": member_id, "rests": words.listed(spans)})


def _idle_and_absent(view: RosterView, words: Translator) -> Iterator[str]:
    """Yield the members who work and have no visit, and those who are away."""
    idle = [each for each in view.members if each.works and not each.visits]
    if idle:
        names = [_with_role(each.member_id, each.role, words) for each in idle]
        yield words.say("members-idle", {"members": words.listed(names)})
    for member in view.members:
        if member.reason is not None:
            reason = words.label("absence-reason", member.reason)
            spans = [f"{clock(begins)}–{clock(ends)}" for begins, ends in member.works]
            hours = words.listed(spans) if spans else ""
            key = "member-away-in-part" if hours else "member-absent"
            yield words.say(key, {"member": member.member_id, "reason": reason, "hours": hours})


def _unplaced(view: RosterView, words: Translator) -> Iterator[Block]:
    if view.unplaced:
        yield _left_out(view.unplaced, view.holiday, words)
    elif not view.changes:
        yield words.say("every-visit-has-a-place")


def _left_out(unplaced: Sequence[UnplacedVisit], holiday: str | None, words: Translator) -> Table:
    table = Table(words.headings("unplaced", "resident", "priority", "days-left", "phone", "reason"))
    for left in unplaced:
        table.add(
            _visit(left.visit_id, left.purpose, words),
            left.name or left.resident_id or "",
            str(left.priority),
            "" if left.slack_days is None else str(left.slack_days),
            left.phone or "",
            words.why(left.rule, holiday),
        )
    return table


def _costs(view: RosterView, words: Translator) -> Iterator[str]:
    """Yield what the roster costs, in words, and how good it is known to be; a changed day says of when that is."""
    costs = {each.tier: each.cost for each in view.costs}
    parts = [
        words.say(COSTS[tier], {"amount": amount(tier, cost, words)})
        for tier, cost in costs.items()
        if cost and tier in COSTS
    ]
    listed = words.clauses(parts) or words.say("no-cost")
    yield words.say("costs-are", {"costs": listed})
    proof = proof_in_words(view.proof, view.bound_tier, view.bound, costs.get(view.bound_tier or ""), words)
    values = {"since": _since(view.published_at, view), "proof": proof}
    yield words.say("as-the-day-was", values) if view.changes else proof
