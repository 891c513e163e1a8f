"""A published roster as the log holds it, with its stored problem: verified by the checker, and solved again."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import msgspec
import orjson

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local
from domain.roster import ROSTER, RosterAnswer, RosterBounded, RosterRevised, roster_id_of
from infra.planning.solver_pool import solve
from infra.store.recorded import document_digest
from infra.store.store import EventStore
from schedulers.check import RosterRejected, check, costs
from schedulers.plan import MoreMustMove
from schedulers.problem import Assignment, Problem, Roster, TravelFrom, Unplaced
from schedulers.tiers import TIERS

MISSING, ALTERED, UNREADABLE, OTHERWISE = (
    "problem-not-kept", "problem-altered", "problem-unreadable", "problem-of-another-roster"
)  # fmt: skip

BOUND_ABOVE = "bound-above-its-cost"

DOCUMENT_RULES = (MISSING, ALTERED, UNREADABLE, OTHERWISE)
"""What may be wrong with a stored problem, before its roster is looked at."""


@value
class Fault:
    """A rule that a published roster or its problem breaks (kebab case), and where."""

    rule: str
    detail: str


@value
class TierTold:
    """A tier's cost as it was published and as it is counted now; None where it cannot be counted."""

    tier: str
    told: int
    counted: int | None


@value
class Verdict:
    """What the checker says of a published roster; without faults it is what it says it is."""

    team_id: str
    day: date
    revision: int
    recorded_at: datetime
    solver: str
    problem_digest: str
    faults: tuple[Fault, ...]
    costs: tuple[TierTold, ...]
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)


@value
class Replay:
    """A stored problem solved again. `identical` byte for byte, but for the names of the solvers that found them.

    `differing` are the visits whose places differ, or that are left out in one of both. Where a bound became known
    later, `bound_identical` says whether the proof says the same again.
    """

    team_id: str
    day: date
    revision: int
    identical: bool
    solver: str
    solver_now: str
    differing: tuple[str, ...]
    costs: tuple[TierTold, ...]
    bound_identical: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One revision of a team-day's roster, as recorded."""

    team_day: TeamDay
    revision: int
    recorded_at: datetime
    fact: RosterAnswer
    document: bytes | None
    bound: RosterBounded | None = None
    """What became known of it later, if anything did."""

    @property
    def roster(self) -> Roster:
        """The roster in the solver's terms: seconds after the local midnight."""
        fact, solution, midnight = self.fact, self.fact.solution, at_local(self.team_day.day)
        told = {each.tier: each.cost for each in solution.costs}
        return Roster(
            team_id=fact.team_id,
            day=fact.day.isoformat(),
            assignments=tuple(
                Assignment(
                    demand_id=slot.visit_id,
                    service=slot.service,
                    member_id=slot.member_id,
                    start=int((slot.starts_at - midnight).total_seconds()),
                    end=int((slot.ends_at - midnight).total_seconds()),
                    travel=slot.travel_seconds,
                )
                for slot in fact.slots
            ),
            unplaced=tuple(Unplaced(demand_id=left.visit_id, rule=left.rule) for left in fact.unplaced),
            costs=tuple(told.get(tier, 0) for tier in TIERS),
            proof=solution.proof,
            bound_tier=solution.bound_tier,
            bound=solution.bound,
            iterations=solution.iterations,
            solver=solution.solver,
        )

    def problem(self) -> Problem:
        """Return the stored problem. Refused by one of `DOCUMENT_RULES` if it is not the one that was solved."""
        digest, named = self.fact.solution.problem_digest, roster_id_of(self.team_day.team_id, self.team_day.day)
        if self.document is None:
            raise Refused("problem-not-kept", roster=named, digest=digest)
        if (found := document_digest(self.document)) != digest:
            raise Refused("problem-altered", roster=named, digest=digest, found=found)
        try:
            problem = msgspec.json.decode(self.document, type=Problem)
        except msgspec.MsgspecError as error:
            raise Refused("problem-unreadable", roster=named, detail=str(error)) from error
        solution = self.fact.solution
        told = (self.fact.team_id, self.fact.day.isoformat(), solution.seed, solution.deterministic)
        if (problem.team_id, problem.day, problem.seed, problem.budget.deterministic) != told:
            raise Refused("problem-of-another-roster", roster=named)
        return problem


def published(store: EventStore, team_day: TeamDay, revision: int | None = None) -> Published:
    """Return a revision of a team-day's roster, the newest if none is named.

    Refused `roster-not-published` or `revision-unknown`.
    """
    roster_id = roster_id_of(team_day.team_id, team_day.day)
    answers: list[tuple[RosterAnswer, datetime]] = []
    bounds: dict[int, RosterBounded] = {}
    for each in store.read(ROSTER.stream(roster_id)):
        fact = each.event
        if isinstance(fact, RosterAnswer):
            answers.append((fact, each.metadata.recorded_at))
        elif isinstance(fact, RosterBounded):
            bounds[fact.revision] = fact
    if not answers:
        raise Refused("roster-not-published", team=team_day.team_id, day=team_day.day)
    if revision is not None and not 1 <= revision <= len(answers):
        raise Refused("revision-unknown", roster=roster_id, revision=revision, last=len(answers))
    found, recorded_at = answers[(revision or len(answers)) - 1]
    number = found.revision if isinstance(found, RosterRevised) else 1
    return Published(
        team_day=team_day,
        revision=number,
        recorded_at=recorded_at,
        fact=found,
        document=store.document(found.solution.problem_digest),
        bound=bounds.get(number),
    )


def verify(found: Published) -> Verdict:
    """Hold a published roster against its stored problem: every hard rule, and the cost of each tier."""
    counted: tuple[int, ...] | None = None
    try:
        problem = found.problem()
    except Refused as refusal:
        values = ", ".join(f"{name} {value}" for name, value in refusal.values.items())
        faults: tuple[Fault, ...] = (Fault(rule=refusal.rule, detail=values),)
    else:
        broken = check(problem, found.roster)
        faults = (*(Fault(rule=each.rule, detail=each.detail) for each in broken), *disproved(found))
        if not any(each.rule == "every-demand-answered" for each in broken):
            counted = costs(problem, found.roster)
    return Verdict(
        team_id=found.team_day.team_id,
        day=found.team_day.day,
        revision=found.revision,
        recorded_at=found.recorded_at,
        solver=found.fact.solution.solver,
        problem_digest=found.fact.solution.problem_digest,
        faults=faults,
        costs=beside(found.roster.costs, counted),
        travel_from=travel_told(found.document),
    )


def disproved(found: Published) -> list[Fault]:
    """Return a fault for each bound above the cost that it bounds."""
    costs = {each.tier: each.cost for each in found.fact.solution.costs}
    told = [(each.bound_tier, each.bound) for each in (found.fact.solution, found.bound) if each is not None]
    return [
        Fault(rule=BOUND_ABOVE, detail=f"{tier}: {bound} above {costs[tier]}")
        for tier, bound in told
        if tier in costs and bound is not None and bound > costs[tier]
    ]


class _TravelTold(msgspec.Struct):
    """A stored problem, of which only this is read."""

    travel_from: dict[str, TravelFrom] = {}


def travel_told(document: bytes | None) -> dict[str, TravelFrom]:
    """Return what a stored problem says of its travel times, by mode; nothing where it says nothing."""
    try:
        return {} if document is None else msgspec.json.decode(document, type=_TravelTold).travel_from
    except msgspec.MsgspecError:
        return {}


def replay(found: Published) -> Replay:
    """Solve the stored problem again, with its seed and its budget, and compare.

    Refused by one of `DOCUMENT_RULES`, or `replay-impossible` if this solver finds no roster at all.
    """
    before = found.roster
    try:
        again = solve(found.problem())
    except (MoreMustMove, RosterRejected) as error:
        raise Refused("replay-impossible", solver=before.solver, detail=str(error)) from error
    identical = canonical(replace(again, solver=before.solver)) == canonical(before)
    return Replay(
        team_id=found.team_day.team_id,
        day=found.team_day.day,
        revision=found.revision,
        identical=identical,
        solver=before.solver,
        solver_now=again.solver,
        differing=differing(before, again),
        costs=beside(before.costs, again.costs),
        bound_identical=proved_alike(found),
    )


def proved_alike(found: Published) -> bool | None:
    """Say whether the later proof of a roster says the same again, None if there was none."""
    from schedulers.prove_published import bounded  # noqa: PLC0415 -- loaded by who proves

    told = found.bound
    if told is None:
        return None
    try:
        again = bounded(found.problem(), found.roster, told.deterministic)
    except RosterRejected:
        return False
    return (again.proof, again.bound_tier, again.bound) == (told.proof, told.bound_tier, told.bound)


def canonical(roster: Roster) -> bytes:
    """Return the canonical bytes of a roster."""
    return orjson.dumps(roster, option=orjson.OPT_SORT_KEYS)


def differing(one: Roster, other: Roster) -> tuple[str, ...]:
    """Return the visits whose places differ, or that are left out in one of both, sorted."""
    parts = set(one.assignments) ^ set(other.assignments)
    left = set(one.unplaced) ^ set(other.unplaced)
    return tuple(sorted({each.demand_id for each in parts} | {each.demand_id for each in left}))


def beside(told: tuple[int, ...], counted: tuple[int, ...] | None) -> tuple[TierTold, ...]:
    """Return the costs by tier, as told and as counted."""
    values = counted or (None,) * len(TIERS)
    return tuple(
        TierTold(tier=tier, told=cost, counted=value) for tier, cost, value in zip(TIERS, told, values, strict=True)
    )
