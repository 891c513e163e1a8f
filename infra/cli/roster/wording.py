"""Rosters in words: hours, costs by tier, differences, proofs and sources of travel times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.local_time import MINUTE, whole_minutes
from infra.cli.roster.results import (
    DraftToken,
    Lateness,
    LateVisit,
    NamedDifference,
    RosterDifference,
    TierCost,
    TravelTimesSource,
    UnkeptTerm,
)
from infra.edges.phrases import Translator
from infra.edges.reports import Table
from projections.questions import Rows
from projections.roster_board import visits_of
from schedulers.tiers import TIERS, UNIT_SECONDS


def clock(second: int | None) -> str:
    """Return a second of the day as people read it, 09:30."""
    return "" if second is None else f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def amount(tier: str, cost: int, words: Translator, *, signed: bool = False) -> str:
    """Return a tier's cost: whole minutes for time, seconds below one minute, a plain number for a count."""
    sign = "-" if cost < 0 else "+" if signed else ""
    if tier not in UNIT_SECONDS:
        return f"{sign}{abs(cost)}"
    return length(abs(cost) * UNIT_SECONDS[tier], words, sign)


def length(seconds: int, words: Translator, sign: str = "") -> str:
    """Return a length of time: whole minutes, seconds below one minute."""
    if 0 < seconds < MINUTE:
        return words.say("cost-in-seconds", {"seconds": f"{sign}{seconds}"})
    return words.say("minutes", {"minutes": f"{sign}{whole_minutes(seconds)}"})


def minutes_in_words(minutes: int, words: Translator) -> str:
    """Return a number of minutes."""
    return words.say("minutes", {"minutes": minutes})


def revision_number(revision: int, words: Translator) -> str:
    """Return what people call a revision: revision 2."""
    return words.say("revision-number", {"number": revision})


def named_costs(costs: Sequence[int], order: Sequence[str]) -> dict[str, int]:
    """Return costs by column under the names of their tiers, in the order of these names."""
    by_name = dict(zip(TIERS, costs, strict=True))
    return {tier: by_name[tier] for tier in order}


def costs_in_words(costs: Mapping[str, int], words: Translator, *, signed: bool = False) -> str:
    """Return the costs of all tiers that are not zero, most important first."""
    parts = [
        f"{words.label('tier', tier)} {amount(tier, cost, words, signed=signed)}"
        for tier, cost in costs.items()
        if cost
    ]
    return words.clauses(parts) or words.say("no-cost")


def difference_in_words(difference: RosterDifference | NamedDifference, words: Translator) -> str:
    """Return what another roster costs more, and which visits it leaves out, places or moves."""
    if isinstance(difference, NamedDifference):
        costs = difference.costs
    else:
        costs = named_costs(difference.costs, difference.order)
    parts = [costs_in_words(costs, words, signed=True)]
    for key, visits in (
        ("would-be-left-out", difference.left_out),
        ("would-be-placed", difference.placed),
        ("would-move", difference.moved),
    ):
        if visits:
            parts.append(words.say(key, {"visits": few(visits), "count": len(visits)}))
    return ("；" if words.language == "zh" else "; ").join(parts)


def proof_in_words(proof: str, tier: str | None, bound: int | None, cost: int | None, words: Translator) -> str:
    """Return how good a roster is known to be."""
    if proof != "within" or tier is None or bound is None or not cost:
        return words.say(f"proof-{'unknown' if proof == 'within' else proof}")
    percent = f"{100 * (cost - bound) / cost:.1f}"
    return words.say("proof-within", {"percent": percent, "tier": words.label("tier", tier)})


def late_by(late: LateVisit, words: Translator) -> str:
    """Return by how much a visit is late, and the window it misses."""
    opens = clock(late.opens) if late.opens < late.closes else ""  # a frozen hour may lie behind the window
    values = {"length": length(late.seconds, words), "opens": opens, "closes": clock(late.closes)}
    return words.say("late-by-urgent" if late.urgent else "late-by", values)


def late_in_words(lateness: Lateness, words: Translator) -> Iterator[str]:
    """Yield a line for each visit that is late, and for each member who works overtime."""
    for late in lateness.visits:
        values = {"visit": late.demand_id, "member": late.member_id, "start": clock(late.start)}
        yield words.say("late-visit", values | {"late": late_by(late, words)})
    for over in lateness.overtime:
        values = {"member": over.member_id, "ends": clock(over.ends), "shift_ends": clock(over.shift_ends)}
        yield words.say("works-overtime", values | {"length": length(over.seconds, words)})


def sentences(*parts: str) -> str:
    """Return sentences one after the other; a full stop of Chinese needs no space behind it."""
    return "".join(part if part.endswith("。") else f"{part} " for part in parts if part).strip()


def sentence(text: str) -> str:
    """Return a rule's words as a sentence of their own."""
    return text[:1].upper() + text[1:]


def few(names: Sequence[str], most: int = 4) -> str:
    """Return a list of names, cut where it is long."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def travel_in_words(
    travel_from: Mapping[str, TravelTimesSource], words: Translator, *, faults: bool = False
) -> Iterator[str]:
    """Yield the source of travel times, a line for each mode; nothing for the grid, which is the default.

    With `faults` only straight lines in place of ways are mentioned.
    """
    for mode, travel in travel_from.items():
        if not travel.straight and (faults or travel.source == "grid"):
            continue
        kind, colon, number = travel.source.partition(":")
        source = words.label("travel-source", kind) + (f" {number}" if colon else "")
        values: dict[str, str | int] = {"mode": words.label("travel-mode", mode), "source": source}
        if travel.straight:
            values |= {"straight": travel.straight, "ways": travel.ways, "why": words.say(travel.because or "")}
        yield words.say("travel-is-straight" if travel.straight else "travel-is-from", values)


def broken_terms(broken: Iterable[UnkeptTerm], words: Translator) -> Iterator[str]:
    """Yield a line for each term of the leader that gave way, with the rule in its way."""
    for each in broken:
        if each.least is not None:
            yield words.say("limit-not-kept", {"least": each.least})
        else:
            values = {"term": each.term_id, "visit": each.visit_id or "", "broken": each.rule}
            yield words.say("term-not-kept", values)


def publish_hint(draft: DraftToken, words: Translator) -> str:
    """Return how a dry run is published exactly as it was read, and which problem it answers."""
    return words.say("publish-exactly", {"token": draft.token, "digest": draft.problem_digest[:16]})


def cost_table(costs: Iterable[TierCost], words: Translator) -> Table:
    """Return the costs as they were published and as counted again."""
    table = Table(words.headings("tier", "published", "counted-again"), numeric=(1, 2))
    for each in costs:
        again = "—" if each.counted is None else amount(each.tier, each.counted, words)
        table.add(words.label("tier", each.tier), amount(each.tier, each.told, words), again)
    return table


def visit_names(words: Translator, rows: Rows, visit_ids: set[str]) -> dict[str, str]:
    """Return what people call these visits: the id, the purpose and the resident."""
    return {
        name: " · ".join(
            str(part)
            for part in (name, words.label("care-task", each["purpose"]), each["name"] or each["resident_id"])
            if part
        )
        for name, each in visits_of(rows, visit_ids).items()
    }
