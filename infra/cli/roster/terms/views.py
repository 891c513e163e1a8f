"""The leader's terms as people read them."""

from collections.abc import Iterator
from datetime import datetime

from infra.cli.roster.results import Presented
from infra.cli.roster.terms.results import DayTerm, HandPlacedVisit, TermsOfDay
from infra.cli.roster.wording import broken_terms, clock, difference_in_words, publish_hint, revision_number
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table


def terms(day: TermsOfDay, words: Translator) -> Iterator[Block]:
    """Show the terms of a day, a row for each, then those that cannot be kept."""
    yield f"{day.team_id} {day.day}"
    if not day.terms:
        yield words.say("no-terms")
        return
    table = Table(words.headings("day-term", "what-it-holds", "until", "set-by", "kept"))
    for term in day.terms:
        table.add(term.term_id, in_words(term, words), _until(term, words), _set_by(term), _kept(term, words))
    yield table
    yield from broken_terms(day.broken, words)


def in_words(term: DayTerm, words: Translator) -> str:
    """Return what a term holds."""
    match term.kind:
        case "pin":
            return words.say("term-pin", {"visit": _visit(term, words), "place": _place(term)})
        case "hold":
            return words.say("term-hold", {"time": _time(term.before)})
        case "limit":
            values = {"most": term.most, "revision": term.since_revision, "count": term.moved or 0}
            return words.say("term-limit", values)
        case "apart":
            other = term.other_member_id or term.resident_id or term.visit_id
            return words.say("term-apart", {"member": term.member_id, "other": other})


def _visit(term: DayTerm, words: Translator) -> str:
    if term.part in {None, 1}:
        return str(term.visit_id)
    return words.say("part-of", {"visit": term.visit_id, "part": term.part})


def _place(term: DayTerm) -> str:
    return " ".join(part for part in (term.member_id, _time(term.starts_at)) if part)


def _time(moment: datetime | None) -> str:
    return "" if moment is None else shown(moment, seconds=False)[11:]


def _until(term: DayTerm, words: Translator) -> str:
    text = shown(term.until, seconds=False)[11:]
    if not term.lasts:
        return words.say("term-is-over")
    return words.say("end-of-day") if text == "00:00" else text


def _set_by(term: DayTerm) -> str:
    return f"{term.set_by} {shown(term.set_at, seconds=False)}"


def _kept(term: DayTerm, words: Translator) -> str:
    return "" if term.kept is None or not term.lasts else words.say("yes" if term.kept else "no")


def placed(presented: Presented[HandPlacedVisit], words: Translator) -> Iterator[Block]:
    """Show the place of a visit before and after, and what the day costs more."""
    visit = presented.result
    state = "dry-run" if presented.dry_run else "published" if visit.published else "unchanged"
    number = f" · {revision_number(visit.revision, words)}" if visit.revision else ""
    yield f"{visit.team_id} {visit.day} · {words.say(state)}{number}"
    before, after = (
        " + ".join(f"{each.member_id} {clock(each.start)}" for each in places) or "—"
        for places in (visit.before, visit.after)
    )
    yield f"{presented.names.get(visit.visit_id, visit.visit_id)}: {before} → {after}"
    yield words.say("place-keeps-rules", {"difference": difference_in_words(visit.difference, words)})
    if visit.draft is not None:
        yield publish_hint(visit.draft, words)
