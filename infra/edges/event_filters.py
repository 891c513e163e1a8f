"""Filters of events: the same on the command line, over HTTP and on live lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.account import ACCOUNT
from domain.decider import Refused
from domain.registry import DECIDERS, EVENT_TYPES
from domain.team import TEAM
from infra.codec import CorruptEvent
from infra.edges.moments import moment
from infra.edges.problems import UsageError
from infra.store.recorded import StoredEvent
from infra.system import System
from projections.feeds.resident_records import team_responsible

CATEGORIES = frozenset(each.category for each in DECIDERS)
"""The kinds of aggregates: what a stream's name begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted: all of those that are named must fit. `since` and `until` are moments of recording.

    `team_id` wants events that name the team, and those of its visits, contracts, beds and referrals.
    """

    category: str | None = None
    stream: str | None = None
    name: str | None = None
    actor: str | None = None
    correlation: str | None = None
    team_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def wants_all(self) -> bool:
        """Say whether every event fits."""
        return self == EventFilter()

    @property
    def columns(self) -> dict[str, str | None]:
        """Return what the store itself can choose by."""
        return {"category": self.category, "stream": self.stream, "name": self.name}

    def fits(self, stream: str, name: str) -> bool:
        """Say whether an event fits by where it stands and what it is called."""
        return (
            (self.category is None or stream.startswith(f"{self.category}-"))
            and self.stream in {None, stream}
            and self.name in {None, name}
        )

    def fits_event(self, event: StoredEvent, system: System) -> bool:
        """Say whether an event fits; rows tell the team of what does not name it."""
        if not self.fits(event.stream, event.name):
            return False
        metadata = event.metadata
        return (
            self.actor in {None, metadata.actor}
            and self.correlation in {None, metadata.correlation_id}
            and (self.since is None or metadata.recorded_at >= self.since)
            and (self.until is None or metadata.recorded_at <= self.until)
            and (self.team_id is None or self.team_id in teams_of(event, system))
        )


def filter_of(named: Mapping[str, str | None]) -> EventFilter:
    """Return the filter that a query or options name.

    UsageError `bad-moment`, `category-unknown` with the known ones, or `event-name-unknown` with those of the same
    aggregate: the empty answer of an unknown name would be taken for the truth.
    """
    category, name = named.get("category"), named.get("name")
    if category is not None and category not in CATEGORIES:
        raise UsageError("category-unknown", field="category", category=category, known=", ".join(sorted(CATEGORIES)))
    if name is not None and name not in EVENT_TYPES:
        near = sorted(each for each in EVENT_TYPES if each.split(".")[0] == name.split(".")[0])
        raise UsageError("event-name-unknown", field="name", name=name, known=", ".join(near or sorted(CATEGORIES)))
    recorded_from, recorded_until = named.get("recorded_from"), named.get("recorded_until")
    return EventFilter(
        category=category,
        stream=named.get("stream"),
        name=name,
        actor=named.get("actor"),
        correlation=named.get("correlation"),
        team_id=named.get("team_id"),
        since=None if recorded_from is None else moment(recorded_from, "recorded_from"),
        until=None if recorded_until is None else moment(recorded_until, "recorded_until", end_of_day=True),
    )


def require_known_people(system: System, chosen: EventFilter) -> None:
    """Refuse a team or an actor that does not exist: `team-unknown`, `account-unknown`.

    Actors are accounts where the log begins with one. Where it does not, anything may have been an actor's name.
    """
    store = system.store
    if chosen.team_id is not None and not store.read(TEAM.stream(chosen.team_id)):
        raise Refused("team-unknown", team=chosen.team_id)
    if chosen.actor is None or chosen.actor.partition(":")[0] in PARTS:
        return
    begins_with_an_account = any(each.stream.startswith(f"{ACCOUNT.category}-") for each in store.after(0, 1))
    if begins_with_an_account and not store.read(ACCOUNT.stream(chosen.actor)):
        raise Refused("account-unknown", account=chosen.actor)


PARTS = frozenset({"planner", "timer", "reaction", "importer"})
"""Actors that are parts of the program; a reaction's name follows behind a colon."""


def teams_of(event: StoredEvent, system: System) -> set[str]:
    """Return the teams that an event concerns: those that it names, and the one that is responsible for its stream."""
    try:
        content = event.event
    except CorruptEvent:
        return set()
    named = {getattr(content, field, None) for field in ("team_id", "to_team_id", "former_team_id")}
    category, _, identity = event.stream.partition("-")
    about = {
        category: identity,
        "visit": getattr(content, "visit_id", None),
        "contract": getattr(content, "contract_id", None),
    }
    named |= {team_responsible(system.rows, kind, each) for kind, each in about.items() if each}
    return {each for each in named if each}
