"""What the solver is told and what it answers: plain data in integers, ids only, no solver types.

Times are seconds after the local midnight of the day; places are indices into square travel matrices in seconds.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from schedulers.parameters import DEFAULT_PROOF, DEFAULT_SEARCH, ProofParameters, SearchParameters

Sync = Literal["single", "simultaneous", "sequential"]
Proof = Literal["proved", "within", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the team on this day.

    `works` are the intervals in which she may be on the way or at work (shift less breaks and absences, sorted,
    disjoint; empty when she is off). The last one may be overrun by `overtime` seconds at a cost; nothing ends later.
    """

    id: str
    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    works: tuple[tuple[int, int], ...]
    overtime: int = 0
    start_place: int
    end_place: int
    mode: str = "walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One person's part of a demand: any of `roles`, all of `qualifications`, `seconds` long."""

    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: int
    named: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A service that must stay with this member at this start: a started visit, the leader's word, the frozen part."""

    member_id: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A visit to place: one service, or two by different members at once or one after the other.

    `opens` is hard, `closes` is the latest start that is not late. `gap` is the least and most seconds from the first
    start to the second of a sequential demand. `slack_days` is what is left to the legal deadline (0: today is the
    last day); `priority` 1 to 9, 9 is most pressing. `previous` is the published assignment, service by service.
    `not_with` are members who must not go (incompatible). `wish` is the resident's wished span of the start.
    """

    id: str
    place: int
    services: tuple[Service, ...]
    sync: Sync = "single"
    gap: tuple[int, int] = (0, 0)
    opens: int
    closes: int
    priority: int = 5
    slack_days: int = 7
    wish: tuple[int, int] | None = None
    not_with: tuple[str, ...] = ()
    pins: tuple[Pin | None, ...] = ()
    previous: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much work the answer is worth. Counted, never timed, so that the same problem has the same answer.

    `iterations` of the search over all restarts; `deterministic` seconds of CP-SAT (0: no proof is tried).
    """

    iterations: int
    deterministic: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelFrom:
    """Where the seconds of one way of travel are from: a source, as `grid` or `streets:3f2a91c0`.

    Of all `ways` from one place to another, `straight` are straight lines instead, `because` of a rule (kebab case).
    """

    source: str
    ways: int
    straight: int = 0
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A team-day. `travel[mode][i][j]` are seconds from place i to place j, there and back not always alike.

    `apart` are pairs of members who must not do one demand together.
    `travel_from` says for each mode where they are from; a problem of before there was a choice says nothing. Of the
    demands with a published place, `most_moved` may have another one or none; None: as many as it takes.
    `search` and `proof` are the parameters of the engines.
    """

    team_id: str
    day: str
    members: tuple[Member, ...]
    demands: tuple[Demand, ...]
    travel: dict[str, tuple[tuple[int, ...], ...]]
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    most_moved: int | None = None
    seed: int = 1
    budget: Budget
    search: SearchParameters = DEFAULT_SEARCH
    proof: ProofParameters = DEFAULT_PROOF

    def stored(self) -> dict[str, object]:
        """Return the canonical document's fields, in their order: all but parameters that have their defaults.

        Keys of nested dictionaries are sorted, those of the document are not.
        """
        document: dict[str, object] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name not in PARAMETERS or value != each.default:
                document[each.name] = dict(sorted(value.items())) if isinstance(value, dict) else value
        return document


PARAMETERS = ("search", "proof")
"""Fields of a problem that are stored only where they differ from their defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One service of a demand, placed: who, from when to when, and the travel before it, in seconds."""

    demand_id: str
    service: int
    member_id: str
    start: int
    end: int
    travel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A demand left out and the rule that kept it out (kebab case, told in both languages from the catalogues)."""

    demand_id: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The answer for a team-day, sorted by member and start.

    `costs` are by column of `Tier`. `bound_tier` is the first tier that is not proved optimal and `bound` a lower bound
    of its cost, given the tiers above; both None when all are proved, or when nothing was proved.
    """

    team_id: str
    day: str
    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    costs: tuple[int, ...]
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None
    iterations: int
    solver: str
