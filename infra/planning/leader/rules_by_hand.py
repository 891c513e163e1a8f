"""The checker's answer to what is done by hand, as a refusal in words."""

from domain.decider import Refused
from schedulers.check import Violation, check
from schedulers.problem import Pin, Problem, Roster
from schedulers.rules import HARD_RULES

PLACE_BREAKS = "place-breaks-rule"
ROSTER_BREAKS = "roster-breaks-rule"


def broken_rule(problem: Problem, roster: Roster, allowed: tuple[Violation, ...] = ()) -> Violation | None:
    """Return the first hard rule that a roster breaks, None if it keeps all; `allowed` were broken before."""
    broken = [each for each in check(problem, roster) if each not in allowed]
    order = {rule: number for number, rule in enumerate(HARD_RULES)}
    return min(broken, key=lambda each: order.get(each.rule, len(order)), default=None)


def place_refused(problem: Problem, visit_id: str, place: str, rule: str, detail: str = "") -> Refused:
    """Return the refusal of a place of a visit; its rule is the solver's, its sentence says who, when and why."""
    where = f" ({detail})" if detail and not detail.startswith(f"{visit_id}:") else ""
    refusal = Refused(rule, visit=visit_id, place=place, day=problem.day, broken=rule, detail=where)
    refusal.sentence = PLACE_BREAKS
    return refusal


def places_in_words(places: tuple[Pin, ...]) -> str:
    """Return who goes and when: n1 10:00."""
    return " + ".join(f"{pin.member_id} {clock_of(pin.start)}" for pin in places)


def clock_of(second: int) -> str:
    """Return a second of the day as 09:30."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def roster_refused(roster_id: str, violation: Violation) -> Refused:
    """Return the refusal of a roster by hand; its rule is the solver's."""
    refusal = Refused(violation.rule, roster=roster_id, broken=violation.rule, detail=f" ({violation.detail})")
    refusal.sentence = ROSTER_BREAKS
    return refusal
