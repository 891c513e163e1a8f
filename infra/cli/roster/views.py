"""Rosters as people read them."""

from collections.abc import Iterable, Iterator, Sequence

from infra.cli.roster.results import (
    MemberAway,
    MovedVisit,
    NamedRoster,
    Placement,
    PlannedDays,
    PlannedTeamDay,
    Presented,
    ProvedRoster,
    ReplannedTeamDay,
    ReplayedRoster,
    RosterDocument,
    Verification,
    WhatIfComparison,
)
from infra.cli.roster.wording import (
    amount,
    broken_terms,
    clock,
    cost_table,
    difference_in_words,
    few,
    late_in_words,
    named_costs,
    proof_in_words,
    publish_hint,
    revision_number,
    sentence,
    sentences,
    travel_in_words,
)
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.edges.warnings import Warned, warning_in_words
from schedulers.tiers import TIERS

PINNED_STAYS = "pinned-stays"
"""The rule of a visit that moved because the leader holds it elsewhere."""


def planned(days: PlannedDays, words: Translator) -> Iterator[Block]:
    """Show planned days, a row for each."""
    table = Table(words.headings("team", "day", "roster", "visits", "unplaced", "travel", "proof"), numeric=(3, 4, 5))
    for each in days.items:
        table.add(*_summary(each, words, dry_run=days.dry_run))
    yield table
    for each in days.items:
        for line in (*broken_terms(each.broken, words), *travel_in_words(each.travel_from, words, faults=True)):
            yield f"{each.team_id} {each.day} · {line}"
        if each.draft is not None:
            yield f"{each.team_id} {each.day} · {publish_hint(each.draft, words)}"
    yield from warned([warning for each in days.items for warning in each.warnings], words)


def warned(warnings: Iterable[Warned], words: Translator) -> Iterator[Block]:
    """Show warnings, each once, on standard error."""
    texts = (warning_in_words(each, words) for each in warnings)
    yield from (Notice(f"{words.say('warning')}: {text}") for text in dict.fromkeys(texts))


def _summary(day: PlannedTeamDay, words: Translator, *, dry_run: bool) -> list[str]:
    roster = day.roster
    if roster is None:
        waits = f" · {words.say('visits-wait-for', {'day': day.waits_for})}" if day.waits_for else ""
        return [day.team_id, day.day.isoformat(), words.say("nothing-to-plan") + waits, "0", "0", "0", ""]
    state = "dry-run" if dry_run else "published" if day.published else "unchanged"
    numbered = {"published": "published-revision", "unchanged": "unchanged-revision"}
    known = words.say(numbered[state], {"number": day.revision}) if day.revision else words.say(state)
    costs = named_costs(roster.costs, TIERS)
    cost = costs.get(roster.bound_tier or "")
    return [
        day.team_id,
        day.day.isoformat(),
        known,
        str(len({part.demand_id for part in roster.assignments})),
        str(len(roster.unplaced)),
        amount("travel", costs["travel"], words),  # the way home is in it
        proof_in_words(roster.proof, roster.bound_tier, roster.bound, cost, words),
    ]


def replanned(presented: Presented[ReplannedTeamDay], words: Translator) -> Iterator[Block]:
    """Show a day that was planned again, and each moved visit with its reason."""
    day = presented.result
    state = "nothing-to-plan" if day.roster is None else "dry-run" if presented.dry_run else "unchanged"
    number = f" · {revision_number(day.revision, words)}" if day.revision else ""
    yield f"{day.team_id} {day.day} · {words.say('published' if day.published else state)}{number}"
    yield from broken_terms(day.broken, words)
    yield from travel_in_words(day.travel_from, words, faults=True)
    yield from warned(day.warnings, words)
    for key, visits in (("new-visits", day.new), ("visits-gone", day.gone)):
        if visits:
            yield words.say(key, {"visits": few(visits), "count": len(visits)})
    if day.roster is not None:
        yield from _left_out(day.roster, words, day.holiday)
    yield from late_in_words(day.late, words)
    yield from _moved(presented, words)
    if day.draft is not None:
        yield publish_hint(day.draft, words)


def _moved(presented: Presented[ReplannedTeamDay], words: Translator) -> Iterator[Block]:
    """Show each moved visit with its reason."""
    day = presented.result
    if not day.moves:
        yield words.say("nothing-moved")
        return
    table = Table(words.headings("visit", "before", "after", "reason"))
    for move in day.moves:
        name = presented.names.get(move.demand_id, move.demand_id)
        table.add(name, _at(move.before), _at(move.after) or "—", reason(move, words, day.absences))
    yield table


def _left_out(roster: RosterDocument | NamedRoster, words: Translator, holiday: str | None = None) -> Iterator[str]:
    for left in roster.unplaced:
        yield f"{words.say('unplaced')}: {left.demand_id}: {words.why(left.rule, holiday)}"


def _at(places: Sequence[Placement]) -> str:
    return ", ".join(f"{place.member_id} {clock(place.start)}" for place in places)


def reason(move: MovedVisit, words: Translator, absences: Sequence[MemberAway] = ()) -> str:
    """Return why a visit moved: what changed the day, then what the other choice would cost."""
    if move.rule == PINNED_STAYS:
        return words.say("move-pinned")
    values = {"member": move.member_id, "rule": words.say(move.rule) if move.rule else "", "visit": move.other_id}
    if move.tier is not None and move.cost is not None:
        values |= {"tier": words.label("tier", move.tier), "cost": amount(move.tier, move.cost, words, signed=True)}
    because, cause = _because(move, words, absences), move.cause
    if cause == "move-member-away" and because:
        if move.tier is None:
            return because
        waits = any(place.member_id == move.member_id for place in move.after)
        cause = "move-somebody-else" if waits else "move-waiting"
    elif cause == "move-cost" and move.difference is not None and move.difference.left_out:
        cause = "move-would-leave-out"
        values |= {"visits": few(move.difference.left_out)}
    because = because if cause in {"move-cost", "move-would-leave-out", "move-somebody-else", "move-waiting"} else ""
    return sentences(because, words.say(cause, values))


def _because(move: MovedVisit, words: Translator, absences: Sequence[MemberAway]) -> str:
    if move.because is None:
        return ""
    for away in absences:
        if move.because == "because-member-away" and away.member_id == move.because_id:
            starts, ends = (shown(moment, seconds=False)[11:] for moment in (away.starts_at, away.ends_at))
            why = words.label("absence-reason", away.reason)
            return words.say("because-absence", {"member": away.member_id, "why": why, "starts": starts, "ends": ends})
    return words.say(move.because, {"member": move.because_id, "visit": move.because_id})


def compared(comparison: WhatIfComparison, words: Translator) -> Iterator[Block]:
    """Show the present roster and the other one, tier by tier, and what differs."""
    revision = comparison.revision
    present = revision_number(revision, words) if revision else words.say("as-it-would-be-planned")
    source = words.say("from-the-stored-problem" if comparison.stored else "from-the-rows")
    yield f"{comparison.team_id} {comparison.day} · {present} · {source}"
    rosters = (comparison.present, comparison.other)
    table = Table(("", *words.headings("present", "what-if")), numeric=(1, 2))
    for tier in comparison.present.costs:
        table.add(words.label("tier", tier), *(amount(tier, roster.costs.get(tier, 0), words) for roster in rosters))
    placed = (str(len({part.demand_id for part in roster.assignments})) for roster in rosters)
    table.add(words.say("visits-placed"), *placed)
    table.add(words.say("visits-left-out"), *(str(len(roster.unplaced)) for roster in rosters))
    yield table
    yield difference_in_words(comparison.difference, words)
    yield from _left_out(comparison.other, words)


def verified(presented: Presented[Verification], words: Translator) -> Iterator[Block]:
    """Show whether a published roster is what it says it is."""
    yield presented.heading
    verdict = presented.result.verdict
    for fault in verdict.faults:
        text = sentence(words.say(fault.rule, fault.values))
        yield f"{text} [{fault.rule}]" if fault.values else f"{text} [{fault.rule}] {fault.detail}"
    yield cost_table(verdict.costs, words)
    yield from travel_in_words(verdict.travel_from, words)
    yield words.say("roster-not-verified" if verdict.faults else "roster-verified")


def replayed(presented: Presented[ReplayedRoster], words: Translator) -> Iterator[Block]:
    """Show whether the solver finds a published roster again."""
    replay = presented.result
    yield presented.heading
    if replay.solver != replay.solver_now:
        yield words.say("other-solver", {"then": replay.solver, "now": replay.solver_now})
    yield cost_table(replay.costs, words)
    values = {"visits": few(replay.differing), "count": len(replay.differing)}
    yield words.say("replay-identical") if replay.identical else words.say("replay-differs", values)
    if replay.bound_identical is not None:
        yield words.say("bound-identical" if replay.bound_identical else "bound-differs")


def proved(presented: Presented[ProvedRoster], words: Translator) -> Iterator[Block]:
    """Show what is known of a roster."""
    yield presented.heading
    proof = presented.result
    yield proof_in_words(proof.proof, proof.bound_tier, proof.bound, presented.cost_of_bound_tier, words)
