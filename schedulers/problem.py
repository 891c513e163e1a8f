"""The problem of a team-day and its roster: plain data in integers, ids only, no solver types.

Times are seconds after the local midnight of the day; places are indices into square travel matrices in seconds.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from schedulers.parameters import DEFAULT_PROOF, DEFAULT_SEARCH, ProofParameters, SearchParameters
from schedulers.tiers import FIRST_ORDER, WITH_LIMITS, Order, Tier, labels_of, tiers_of

Sync = Literal["single", "simultaneous", "sequential"]
Proof = Literal["proved", "within", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the team on this day.

    `works` are the intervals of travel and work (shift less breaks and absences; sorted, disjoint, empty on a day off).
    The last one may be overrun by `overtime` seconds at a cost; nothing ends later.
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
    """One member's part of a demand: any of `roles`, all of `qualifications`, `seconds` long.

    The member who is `named`, or one of the `preferred`, knows the resident; any other one is a stranger.
    """

    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: int
    named: str | None = None
    preferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A service that must keep this member and start: a started visit, the leader's decision, or inside the freeze."""

    member_id: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """What a resident knows of a demand: the start of its first service, and the members who come."""

    start: int
    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A visit to place: one service, or two or three by different members, simultaneous or sequential.

    `opens` is hard, `closes` is the latest start that is not late. `gap` is the least and most seconds from each start
    to the next of a sequential demand. `slack_days` are left to the legal deadline (0: today is the last day);
    `priority` is 1 to 9, 9 the most urgent. `previous` is the published assignment, service by service, and `notified`
    what the resident knows, if that is something else. `not_with` are incompatible members. `wish` is the resident's
    wished span of the start.
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
    notified: Notified | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The limits of the work: counted, never timed, so that the same problem has the same roster.

    `iterations` of the search over all restarts; `deterministic` seconds of the proof (0: no proof).
    """

    iterations: int
    deterministic: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on lateness is urgent and work is out of balance, in seconds; `urgent_from` is a priority.

    Every second of lateness of a visit of that priority or more is urgent; of other visits those beyond `late`, and of
    a member's overtime those beyond `overtime`. Two members of a role are out of balance by the seconds beyond
    `imbalance` that one of them serves more than the other, hours that only the first is at work set aside.
    """

    urgent_from: int
    late: int
    overtime: int
    imbalance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What it costs to call a resident: `minutes` of disruption.

    A call is due about a demand that loses its place, is made by another member, or begins more than `beyond` seconds
    from what the resident knows.
    """

    minutes: int
    beyond: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelFrom:
    """The source of the travel times of one mode, as `grid` or `streets:3f2a91c0`.

    Of all `ways` from one place to another, `straight` are straight lines instead, `because` of a rule (kebab case).
    """

    source: str
    ways: int
    straight: int = 0
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A team-day. `travel[mode][i][j]` are the seconds from place i to place j, not always symmetric.

    `apart` are pairs of members who must not do one demand together. `travel_from` are the sources of travel by mode,
    empty in problems stored before there was a choice. At most `most_moved` of the demands with a published place may
    move or be left out; None: no limit.
    `day_off` is why the team does not work on this day, and the reason of whatever is left out; empty if it works.
    `search` and `proof` are the parameters of the engines. `order` names the tiers of cost, most important first; a
    tier that it does not name costs nothing. `limits` say what the tiers of urgent lateness and of imbalance count,
    `calls` what a call costs; None: nothing.

    Raises:
        ValueError: the order names a tier that does not exist, one twice, or one whose limits are not there; or its
            first is not `unplaced`.
    """

    team_id: str
    day: str
    members: tuple[Member, ...]
    demands: tuple[Demand, ...]
    travel: dict[str, tuple[tuple[int, ...], ...]]
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    most_moved: int | None = None
    day_off: str = ""
    seed: int = 1
    budget: Budget
    search: SearchParameters = DEFAULT_SEARCH
    proof: ProofParameters = DEFAULT_PROOF
    order: tuple[str, ...] = labels_of(FIRST_ORDER)
    limits: Limits | None = None
    calls: Calls | None = None

    def __post_init__(self) -> None:
        order = self.tiers
        if not order or order[0] != Tier.UNPLACED or len(set(order)) < len(order):
            raise ValueError("an order begins with unplaced and names each tier once")
        if self.limits is None and set(order) & set(WITH_LIMITS):
            raise ValueError("the order names a tier whose limits are not there")

    @property
    def tiers(self) -> Order:
        """The tiers in their order, most important first."""
        return tiers_of(self.order)

    def stored(self) -> dict[str, object]:
        """Return the canonical document's fields, in their order: all but parameters that have their defaults.

        Keys of nested dictionaries are sorted, those of the document are not.
        """
        document: dict[str, object] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name not in PARAMETERS or value != each.default:
                document[each.name] = dict(sorted(value.items())) if isinstance(value, dict) else value
        document["demands"] = [_stored_demand(each) for each in self.demands]
        return document


def _stored_demand(demand: Demand) -> dict[str, object]:
    """Return a demand's fields in their order; preferred members, and what the resident was told, only if there are."""
    stored = {
        each.name: getattr(demand, each.name) for each in fields(demand) if each.name != "notified" or demand.notified
    }
    stored["services"] = [
        {
            each.name: getattr(service, each.name)
            for each in fields(service)
            if each.name != "preferred" or service.preferred
        }
        for service in demand.services
    ]
    return stored


PARAMETERS = ("day_off", "search", "proof", "order", "limits", "calls")
"""Fields of a problem that are stored only where they differ from their defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A placed service of a demand: member, start, end and the travel before it, in seconds."""

    demand_id: str
    service: int
    member_id: str
    start: int
    end: int
    travel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A demand left out and the rule that kept it out (kebab case; the catalogues have its words)."""

    demand_id: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The roster of a team-day; assignments are sorted by member and start.

    `costs` are by column of `Tier`, and `order` names the problem's tiers, most important first. `bound_tier` is the
    first tier that is not proved optimal and `bound` a lower bound of its cost, given the tiers above; both None when
    all are proved, or when nothing was proved.
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
    order: tuple[str, ...] = labels_of(FIRST_ORDER)
