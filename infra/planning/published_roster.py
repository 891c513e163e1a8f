"""A published roster of the log with its stored problem: verified by the checker, and solved again.

A published roster names its problem by digest, so both can be checked years later without the rows of that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import msgspec
import orjson

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local
from domain.roster import ROSTER
from domain.roster.events import RosterAnswer, RosterBounded, RosterRevised
from domain.roster.state import roster_id_of
from domain.team import TEAM
from infra.planning.solver_pool import solve
from infra.store.recorded import document_digest
from infra.store.store import EventStore
from schedulers.check import RosterRejected, check, costs
from schedulers.lateness import Lateness, lateness
from schedulers.plan import MoreMustMove
from schedulers.problem import Assignment, Problem, Roster, TravelFrom, Unplaced
from schedulers.tiers import TIERS

DOCUMENT_RULES = ("problem-not-kept", "problem-altered", "problem-unreadable", "problem-of-another-roster")
"""The refusals of a stored problem that cannot be used."""

BY_HAND = "by-hand"
"""The stored name of the solver of a roster that a leader made."""

BOUND_ABOVE = "bound-above-its-cost"


@value
class Fault:
    """A rule that a published roster or its problem breaks (kebab case), and where; `values` fill its sentence."""

    rule: str
    detail: str
    values: Mapping[str, str] = field(default_factory=dict)


@value
class CostCheck:
    """A tier's cost as it was published (`told`) and as it is counted now; None where it cannot be counted."""

    tier: str
    told: int
    counted: int | None


@value
class Verdict:
    """The checker's verdict on a published roster; without faults the roster is what it says it is."""

    team_id: str
    day: date
    revision: int
    recorded_at: datetime
    solver: str
    problem_digest: str
    faults: tuple[Fault, ...]
    costs: tuple[CostCheck, ...]
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)


@value
class Replay:
    """A stored problem solved again. `identical` byte for byte, but for the names of the two solvers.

    `differing` are the visits that have another place, or are left out in one roster only. `bound_identical` says
    whether a later proof comes out alike, None if there was none.
    """

    team_id: str
    day: date
    revision: int
    identical: bool
    solver: str
    solver_now: str
    differing: tuple[str, ...]
    costs: tuple[CostCheck, ...]
    bound_identical: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRoster:
    """One revision of a team-day's roster: its event, the bytes of its problem, and the bound of a later proof."""

    team_day: TeamDay
    revision: int
    recorded_at: datetime
    event: RosterAnswer
    document: bytes | None
    bound: RosterBounded | None = None

    @property
    def roster(self) -> Roster:
        """The roster in the solver's terms: seconds after the local midnight."""
        event, solution, midnight = self.event, self.event.solution, at_local(self.team_day.day)
        by_tier = {each.tier: each.cost for each in solution.costs}
        return Roster(
            team_id=event.team_id,
            day=event.day.isoformat(),
            assignments=tuple(
                Assignment(
                    demand_id=slot.visit_id,
                    service=slot.service,
                    member_id=slot.member_id,
                    start=int((slot.starts_at - midnight).total_seconds()),
                    end=int((slot.ends_at - midnight).total_seconds()),
                    travel=slot.travel_seconds,
                )
                for slot in event.slots
            ),
            unplaced=tuple(Unplaced(demand_id=left.visit_id, rule=left.rule) for left in event.unplaced),
            costs=tuple(by_tier.get(tier, 0) for tier in TIERS),
            proof=solution.proof,
            bound_tier=solution.bound_tier,
            bound=solution.bound,
            iterations=solution.iterations,
            solver=solution.solver,
            order=tuple(each.tier for each in solution.costs),
        )

    def problem(self) -> Problem:
        """Return the stored problem. Refused by one of `DOCUMENT_RULES` if it is not the one that was solved."""
        solution = self.event.solution
        digest, roster_id = solution.problem_digest, roster_id_of(self.team_day.team_id, self.team_day.day)
        if self.document is None:
            raise Refused("problem-not-kept", roster=roster_id, digest=digest)
        if (stored_digest := document_digest(self.document)) != digest:
            raise Refused("problem-altered", roster=roster_id, digest=digest, found=stored_digest)
        try:
            problem = msgspec.json.decode(self.document, type=Problem)
        except msgspec.MsgspecError as error:
            raise Refused("problem-unreadable", roster=roster_id, detail=str(error)) from error
        published_for = (self.event.team_id, self.event.day.isoformat(), solution.seed, solution.deterministic)
        if (problem.team_id, problem.day, problem.seed, problem.budget.deterministic) != published_for:
            raise Refused("problem-of-another-roster", roster=roster_id)
        return problem


def require_formed(store: EventStore, team_id: str) -> None:
    """Refuse `team-not-formed` for a team that does not exist, before anything is said of its days."""
    if not store.read(TEAM.stream(team_id)):
        raise Refused("team-not-formed", team=team_id)


def read_published(store: EventStore, team_day: TeamDay, revision: int | None = None) -> PublishedRoster:
    """Return a revision of a team-day's roster, by default the newest.

    Refused `team-not-formed`, `roster-not-published` or `revision-unknown`.
    """
    roster_id = roster_id_of(team_day.team_id, team_day.day)
    answers: list[tuple[RosterAnswer, datetime]] = []
    bounds: dict[int, RosterBounded] = {}
    for recorded in store.read(ROSTER.stream(roster_id)):
        event = recorded.event
        if isinstance(event, RosterAnswer):
            answers.append((event, recorded.metadata.recorded_at))
        elif isinstance(event, RosterBounded):
            bounds[event.revision] = event
    if not answers:
        require_formed(store, team_day.team_id)
        raise Refused("roster-not-published", team=team_day.team_id, day=team_day.day)
    if revision is not None and not 1 <= revision <= len(answers):
        raise Refused("revision-unknown", roster=roster_id, revision=revision, last=len(answers))
    answer, recorded_at = answers[(revision or len(answers)) - 1]
    number = answer.revision if isinstance(answer, RosterRevised) else 1
    return PublishedRoster(
        team_day=team_day,
        revision=number,
        recorded_at=recorded_at,
        event=answer,
        document=store.document(answer.solution.problem_digest),
        bound=bounds.get(number),
    )


def verify(published: PublishedRoster) -> Verdict:
    """Check a published roster against its stored problem: every hard rule, and the cost of each tier."""
    counted: tuple[int, ...] | None = None
    try:
        problem = published.problem()
    except Refused as refusal:
        values = {name: str(value) for name, value in refusal.values.items()}
        detail = ", ".join(f"{name} {value}" for name, value in values.items())
        faults: tuple[Fault, ...] = (Fault(rule=refusal.rule, detail=detail, values=values),)
    else:
        broken = check(problem, published.roster)
        faults = (*(Fault(rule=each.rule, detail=each.detail) for each in broken), *bound_faults(published))
        if not any(each.rule == "every-demand-answered" for each in broken):
            counted = costs(problem, published.roster)
    solution = published.event.solution
    return Verdict(
        team_id=published.team_day.team_id,
        day=published.team_day.day,
        revision=published.revision,
        recorded_at=published.recorded_at,
        solver=solution.solver,
        problem_digest=solution.problem_digest,
        faults=faults,
        costs=cost_checks(published.roster, counted),
        travel_from=travel_of_document(published.document),
    )


def bound_faults(published: PublishedRoster) -> list[Fault]:
    """Return a fault for each bound above the cost that it bounds."""
    by_tier = {each.tier: each.cost for each in published.event.solution.costs}
    bounds = [(each.bound_tier, each.bound) for each in (published.event.solution, published.bound) if each is not None]
    return [
        Fault(rule=BOUND_ABOVE, detail=f"{tier}: {bound} above {by_tier[tier]}")
        for tier, bound in bounds
        if tier in by_tier and bound is not None and bound > by_tier[tier]
    ]


class _TravelOnly(msgspec.Struct):
    """A stored problem, read for the source of its travel times only."""

    travel_from: dict[str, TravelFrom] = {}


def travel_of_document(document: bytes | None) -> dict[str, TravelFrom]:
    """Return the sources of a stored problem's travel times by mode; none if it cannot be read."""
    try:
        return {} if document is None else msgspec.json.decode(document, type=_TravelOnly).travel_from
    except msgspec.MsgspecError:
        return {}


def late_on(published: PublishedRoster) -> Lateness:
    """Return what is late on a published roster; nothing if its problem cannot be read."""
    try:
        return lateness(published.problem(), published.roster)
    except Refused:
        return Lateness()


def replay(published: PublishedRoster) -> Replay:
    """Solve the stored problem again, with its seed and its budget, and compare.

    Refused by one of `DOCUMENT_RULES`, `placed-by-hand` if no solver found it, or `replay-impossible` if this solver
    finds no roster at all.
    """
    before = published.roster
    if before.solver == BY_HAND:
        raise Refused("placed-by-hand", roster=roster_id_of(*published.team_day), revision=published.revision)
    try:
        again = solve(published.problem())
    except (MoreMustMove, RosterRejected) as error:
        raise Refused("replay-impossible", solver=before.solver, detail=str(error)) from error
    return Replay(
        team_id=published.team_day.team_id,
        day=published.team_day.day,
        revision=published.revision,
        identical=canonical(replace(again, solver=before.solver)) == canonical(before),
        solver=before.solver,
        solver_now=again.solver,
        differing=differing(before, again),
        costs=cost_checks(before, again.costs),
        bound_identical=is_proved_alike(published),
    )


def is_proved_alike(published: PublishedRoster) -> bool | None:
    """Say whether the later proof of a roster comes out alike, None if there was none."""
    from schedulers.prove_published import prove_published  # noqa: PLC0415 -- only a proof needs its solvers

    bound = published.bound
    if bound is None:
        return None
    try:
        again = prove_published(published.problem(), published.roster, bound.deterministic)
    except RosterRejected:
        return False
    return (again.proof, again.bound_tier, again.bound) == (bound.proof, bound.bound_tier, bound.bound)


def canonical(roster: Roster) -> bytes:
    """Return the canonical bytes of a roster."""
    return orjson.dumps(roster, option=orjson.OPT_SORT_KEYS)


def differing(one: Roster, other: Roster) -> tuple[str, ...]:
    """Return the visits that have another place, or are left out in one roster only, sorted."""
    placed = set(one.assignments) ^ set(other.assignments)
    left_out = set(one.unplaced) ^ set(other.unplaced)
    return tuple(sorted({each.demand_id for each in placed} | {each.demand_id for each in left_out}))


def cost_checks(published: Roster, counted: tuple[int, ...] | None) -> tuple[CostCheck, ...]:
    """Return the cost of each of the roster's tiers as published and as counted, most important first."""
    values = dict(zip(TIERS, counted or (), strict=False))
    costs = dict(zip(TIERS, published.costs, strict=True))
    known = (tier for tier in published.order if tier in costs)
    return tuple(CostCheck(tier=tier, told=costs[tier], counted=values.get(tier)) for tier in known)
