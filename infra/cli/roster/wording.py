"""How rosters are told to people: hours, costs by tier, and what one roster has that another has not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from infra.cli.with_session import Session
from schedulers.tiers import ORDER, UNIT_SECONDS

if TYPE_CHECKING:
    from projections.questions import Rows
    from schedulers.counterfactual import Difference
    from schedulers.problem import TravelFrom


def clock(second: int | None) -> str:
    """Return a second of the day as people read it, 09:30."""
    return "" if second is None else f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def amount(tier: str, cost: int, *, signed: bool = False) -> str:
    """Return a tier's cost: minutes and seconds for time, a plain number for what is counted."""
    sign = "-" if cost < 0 else "+" if signed else ""
    if tier not in UNIT_SECONDS:
        return f"{sign}{abs(cost)}"
    minutes, seconds = divmod(abs(cost) * UNIT_SECONDS[tier], 60)
    return f"{sign}{minutes} min" if not seconds else f"{sign}{minutes}:{seconds:02d} min"


def told_costs(session: Session, costs: Sequence[int], *, signed: bool = False) -> str:
    """Return the costs of all tiers that are not zero, most important first."""
    told = [
        f"{session.label('tier', tier.label)} {amount(tier.label, costs[tier], signed=signed)}"
        for tier in ORDER
        if costs[tier]
    ]
    return ", ".join(told) or session.say("no-cost")


def told_difference(session: Session, found: "Difference") -> str:
    """Return what another roster costs more, and which visits it leaves out, places or moves."""
    told = [told_costs(session, found.costs, signed=True)]
    for key, visits in (
        ("would-be-left-out", found.left_out),
        ("would-be-placed", found.placed),
        ("would-move", found.moved),
    ):
        if visits:
            told.append(session.say(key, {"visits": few(visits), "count": len(visits)}))
    return "; ".join(told)


def told_proof(session: Session, proof: str, tier: str | None, bound: int | None, cost: int | None) -> str:
    """Return how good a roster is known to be."""
    if proof != "within" or tier is None or bound is None or not cost:
        return session.say(f"proof-{'unknown' if proof == 'within' else proof}")
    percent = f"{100 * (cost - bound) / cost:.1f}"
    return session.say("proof-within", {"percent": percent, "tier": session.label("tier", tier)})


def visit_names(session: Session, rows: "Rows", visit_ids: set[str]) -> dict[str, str]:
    """Return how people call these visits: the id, what is done, and with whom."""
    from projections.roster_board import visits_of  # noqa: PLC0415 -- read models are loaded when one is asked

    found = visits_of(rows, visit_ids)
    return {
        name: " · ".join(
            str(part)
            for part in (name, session.label("care-task", each["purpose"]), each["name"] or each["resident_id"])
            if part
        )
        for name, each in found.items()
    }


def few(names: Sequence[str], most: int = 4) -> str:
    """Return a list of names, cut where it is long."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def told_travel(session: Session, travel_from: "Mapping[str, TravelFrom]", *, faults: bool = False) -> Iterator[str]:
    """Yield where travel times are from, a line for each mode; nothing of the grid, which is what is assumed.

    With `faults` only what is a straight line instead is told.
    """
    for mode, told in travel_from.items():
        if not told.straight and (faults or told.source == "grid"):
            continue
        kind, colon, number = told.source.partition(":")
        source = session.label("travel-source", kind) + (f" {number}" if colon else "")
        values: dict[str, str | int] = {"mode": session.label("travel-mode", mode), "source": source}
        if told.straight:
            values |= {"straight": told.straight, "ways": told.ways, "why": session.say(told.because or "")}
        yield session.say("travel-is-straight" if told.straight else "travel-is-from", values)
