"""A roster: the published plan of one team's day, with members and times of visits, and unplaced visits."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from domain.decider import Decider, Refused, TeamDay, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW
from domain.local_time import LOCAL, local_day

Proof = Literal["proved", "within", "unknown"]

# Commands


@value
class RosterSlot:
    """One person's part of one visit, with the travel before it in seconds."""

    visit_id: str
    service: int
    member_id: str
    starts_at: datetime
    ends_at: datetime
    travel_seconds: int


@value
class UnplacedVisit:
    """A visit without a place, and the rule or cost that kept it out."""

    visit_id: str
    rule: str


@value
class TierCost:
    """The cost of one tier, in that tier's unit."""

    tier: str
    cost: int


@value
class Solution:
    """The search that made a roster, with all that reproduces it.

    `problem_digest` names the stored problem; `iterations` and `deterministic` are the budget that was spent.
    """

    problem_digest: str
    solver: str
    seed: int
    iterations: int
    deterministic: float
    costs: tuple[TierCost, ...]
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None


@command
class PublishRoster:
    """Publish the roster of a team's day, or revise a published one.

    `carried_over_to` is the team's next working day, which gets the unplaced visits. `if_revision` is the revision that
    was read, 0 if none was published: another one is not replaced unseen.
    """

    team_id: str
    day: date
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    solution: Solution
    carried_over_to: date | None = None
    if_revision: int | None = None


@command
class RecordBound:
    """Record a proof of a published revision that was completed after its publication.

    `bound` is a lower bound of the cost at `bound_tier`, the first tier that is not proved; None where all are.
    """

    team_id: str
    day: date
    revision: int
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None
    solver: str
    deterministic: float


RosterCommand = PublishRoster | RecordBound

# Events: the stored shapes; changing one is a new version


@event("roster.published.v1")
class RosterPublished:
    """The team's day is planned."""

    roster_id: str
    team_id: str
    day: date
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    solution: Solution
    carried_over_to: date | None


@event("roster.revised.v1")
class RosterRevised:
    """The roster changed; `moved` are visits whose members or times differ from the revision before."""

    roster_id: str
    team_id: str
    day: date
    revision: int
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    moved: tuple[str, ...]
    solution: Solution
    carried_over_to: date | None


@event("roster.bounded.v1")
class RosterBounded:
    """A published revision has a better proof; its assignments stay.

    `deterministic` are the seconds of counted work that the proof was allowed.
    """

    roster_id: str
    team_id: str
    day: date
    revision: int
    proof: Proof
    bound_tier: str | None
    bound: int | None
    solver: str
    deterministic: float


RosterAnswer = RosterPublished | RosterRevised
"""Events that contain a whole roster."""

RosterEvent = RosterPublished | RosterRevised | RosterBounded

# State


@value
class Roster:
    """The state of a roster."""

    revision: int = 0
    slots: tuple[RosterSlot, ...] = ()
    unplaced: tuple[UnplacedVisit, ...] = ()
    costs: tuple[TierCost, ...] = ()
    known: tuple[int, int] = (-1, 0)
    """The number of proved tiers, and the bound of the next; a greater pair is a better proof, -1 is none."""
    earlier: tuple[tuple[RosterSlot, ...], ...] = ()
    """The slots of each revision before the newest, the first one first."""


def evolve(roster: Roster, event: RosterEvent) -> Roster:
    """Return the state after an event."""
    match event:
        case RosterPublished() | RosterRevised():
            solution = event.solution
            return replace(
                roster,
                revision=event.revision if isinstance(event, RosterRevised) else 1,
                slots=event.slots,
                unplaced=event.unplaced,
                costs=solution.costs,
                known=known(solution.costs, solution.proof, solution.bound_tier, solution.bound),
                earlier=(*roster.earlier, roster.slots) if roster.revision else (),
            )
        case RosterBounded():
            return replace(roster, known=known(roster.costs, event.proof, event.bound_tier, event.bound))


def known(costs: tuple[TierCost, ...], proof: Proof, bound_tier: str | None, bound: int | None) -> tuple[int, int]:
    """Return the number of proved tiers, and the bound of the next; (-1, 0) without a proof."""
    if proof == "proved":
        return len(costs), 0
    tiers = [each.tier for each in costs]
    if proof == "unknown" or bound_tier not in tiers:
        return -1, 0
    return tiers.index(bound_tier), bound or 0


def touches(roster: Roster, event: RosterEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- shared signature
    """Yield the team's next working day, which gets the unplaced visits."""
    if not isinstance(event, RosterBounded) and event.carried_over_to is not None:
        yield TeamDay(event.team_id, event.carried_over_to)


# Decisions


def publish(command: PublishRoster, roster: Roster, *, now: datetime) -> list[RosterEvent]:
    """Publish or revise; the same assignments again change nothing. The revision that was read must be the newest."""
    roster_id = roster_id_of(command.team_id, command.day)
    if is_over(command.day, roster.slots, now):
        raise Refused("roster-day-over", roster=roster_id)
    check_revision(roster_id, roster, command.if_revision)
    check_slots(command)
    if roster.revision and (roster.slots, roster.unplaced) == (command.slots, command.unplaced):
        return []
    if roster.revision == 0:
        return [
            RosterPublished(
                roster_id=roster_id,
                team_id=command.team_id,
                day=command.day,
                slots=command.slots,
                unplaced=command.unplaced,
                solution=command.solution,
                carried_over_to=command.carried_over_to,
            )
        ]
    return [
        RosterRevised(
            roster_id=roster_id,
            team_id=command.team_id,
            day=command.day,
            revision=roster.revision + 1,
            slots=command.slots,
            unplaced=command.unplaced,
            moved=moved(roster.slots, command.slots),
            solution=command.solution,
            carried_over_to=command.carried_over_to,
        )
    ]


def is_over(day: date, slots: Iterable[RosterSlot], now: datetime) -> bool:
    """Say whether a roster's day is over: after its midnight, or in the night after it, when its last visit has ended.

    `slots` are the published ones. A shift over midnight belongs to the day on which it begins.
    """
    nights = (local_day(now) - day).days
    return nights > 1 or (nights == 1 and all(slot.ends_at <= now for slot in slots))


def record_bound(command: RecordBound, roster: Roster) -> list[RosterEvent]:
    """Record a better bound of the newest revision; an older revision or an equal bound changes nothing."""
    check_bound(command, roster)
    better = known(roster.costs, command.proof, command.bound_tier, command.bound)
    if command.revision < roster.revision or better <= roster.known:
        return []
    proved = command.proof == "proved"
    return [
        RosterBounded(
            roster_id=roster_id_of(command.team_id, command.day),
            team_id=command.team_id,
            day=command.day,
            revision=command.revision,
            proof=command.proof,
            bound_tier=None if proved else command.bound_tier,
            bound=None if proved else better[1],
            solver=command.solver,
            deterministic=command.deterministic,
        )
    ]


def check_bound(command: RecordBound, roster: Roster) -> None:
    """Refuse a bound of an unpublished revision, and one above the newest revision's cost."""
    roster_id = roster_id_of(command.team_id, command.day)
    if roster.revision == 0:
        raise Refused("roster-not-published", team=command.team_id, day=command.day)
    if not 1 <= command.revision <= roster.revision:
        raise Refused("revision-unknown", roster=roster_id, revision=command.revision, last=roster.revision)
    cost = next((each.cost for each in roster.costs if each.tier == command.bound_tier), None)
    if command.revision == roster.revision and cost is not None and (command.bound or 0) > cost:
        raise Refused("bound-above-cost", roster=roster_id, tier=command.bound_tier, bound=command.bound, cost=cost)


def roster_id_of(team_id: str, day: date) -> str:
    """Return the identity of a team-day's roster."""
    return f"{team_id}.{day.isoformat()}"


def check_revision(roster_id: str, roster: Roster, read: int | None) -> None:
    """Refuse a revision that is not the newest; the refusal says what changed since."""
    if read is None or read == roster.revision:
        return
    slots = (*roster.earlier, roster.slots)
    if read > roster.revision:
        raise Refused("revision-unknown", roster=roster_id, revision=read, last=roster.revision)
    before = slots[read - 1] if read > 0 else ()
    raise Refused(
        "roster-changed",
        roster=roster_id,
        read=read,
        revision=roster.revision,
        difference="; ".join(differences(before, roster.slots)),
    )


def check_slots(command: PublishRoster) -> None:
    """Refuse a member in two places at once, and a visit that is both placed and unplaced."""
    placed = {slot.visit_id for slot in command.slots}
    for left in command.unplaced:
        if left.visit_id in placed:
            raise Refused("placed-and-unplaced", visit=left.visit_id)
    by_member = sorted(command.slots, key=lambda slot: (slot.member_id, slot.starts_at))
    for before, after in pairwise(by_member):
        if before.member_id == after.member_id and after.starts_at < before.ends_at:
            raise Refused("member-in-two-places", member=after.member_id, visit=after.visit_id)


def moved(before: tuple[RosterSlot, ...], after: tuple[RosterSlot, ...]) -> tuple[str, ...]:
    """Return the visits in both rosters whose members or times differ, sorted."""

    old, new = by_visit(before), by_visit(after)
    return tuple(sorted(visit for visit in old.keys() & new.keys() if old[visit] != new[visit]))


def moved_since(before: tuple[RosterSlot, ...], roster: Roster) -> int:
    """Return how many visits of earlier slots have another place now or lost it; those that are gone do not count."""
    left = {each.visit_id for each in roster.unplaced}
    return len(moved(before, roster.slots)) + len(by_visit(before).keys() & left)


def differences(before: tuple[RosterSlot, ...], after: tuple[RosterSlot, ...]) -> tuple[str, ...]:
    """Return each visit with another place in the second roster, like `V2: n2 08:38 → n1 09:25`; `—` is no place."""
    old, new = by_visit(before), by_visit(after)
    return tuple(
        f"{visit}: {place_of(old.get(visit, []))} → {place_of(new.get(visit, []))}"
        for visit in sorted(old.keys() | new.keys())
        if old.get(visit) != new.get(visit)
    )


Part = tuple[int, str, datetime]
"""A service of a visit, its member and its start."""


def by_visit(slots: tuple[RosterSlot, ...]) -> dict[str, list[Part]]:
    """Return the parts of each visit, sorted."""
    parts: dict[str, list[Part]] = {}
    for slot in slots:
        parts.setdefault(slot.visit_id, []).append((slot.service, slot.member_id, slot.starts_at))
    return {visit: sorted(mine) for visit, mine in parts.items()}


def place_of(parts: list[Part]) -> str:
    """Return who goes to a visit and when, in local time."""
    return " + ".join(f"{member} {starts_at.astimezone(LOCAL):%H:%M}" for _, member, starts_at in parts) or "—"


DECISIONS = (
    decision(PublishRoster, publish, now=NOW),
    decision(RecordBound, record_bound),
)

ROSTER: Decider[Roster, RosterEvent, RosterCommand] = Decider(
    category="roster",
    initial=Roster(),
    evolve=evolve,
    commands=members_of(RosterCommand),
    events=members_of(RosterEvent),
    decisions=DECISIONS,
    identify=lambda command: roster_id_of(command.team_id, command.day),
    touches=touches,
)
