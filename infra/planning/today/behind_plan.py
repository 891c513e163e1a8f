"""How late the visits of a published roster are, behind the starts that were planned in good time."""

from collections.abc import Sequence
from datetime import datetime

from domain.decider import TeamDay
from domain.local_time import DAY_SECONDS, seconds_into
from domain.planning.forecast import is_late, minutes_late, planned_starts
from domain.policy_pack import in_force
from domain.roster import ROSTER
from domain.roster.events import RosterAnswer, RosterRevised
from domain.roster.state import roster_id_of
from infra.planning.published_roster import PublishedRoster
from infra.store.store import EventStore
from projections.questions import Row

NO_WINDOW = 2 * DAY_SECONDS
"""Lateness behind a window is another matter."""


def minutes_behind_plan(
    store: EventStore, published: PublishedRoster, slots: Sequence[Row], packs: str
) -> dict[str, int]:
    """Return by how many minutes visits of a roster begin behind their planned starts; only those that are late.

    `slots` are the roster's, with the state of their visits.
    """
    day, pack = published.team_day.day, in_force(packs, published.team_day.day)
    starts: dict[str, int] = {}
    for slot in slots:
        second = seconds_into(day, datetime.fromisoformat(str(slot["starts_at"])))
        starts[str(slot["visit_id"])] = min(second, starts.get(str(slot["visit_id"]), second))
    begun = {str(slot["visit_id"]) for slot in slots if slot["status"] in {"started", "completed"}}
    revisions = [(when, known) for _, when, known in revisions_of(store, published.team_day)]
    planned = planned_starts(revisions, {name: starts[name] for name in begun}, pack)
    return {
        name: minutes_late(start, planned.get(name), NO_WINDOW)
        for name, start in starts.items()
        if is_late(start, planned.get(name), NO_WINDOW, pack)
    }


def revisions_of(store: EventStore, team_day: TeamDay) -> list[tuple[int, int, dict[str, int]]]:
    """Return each revision of the day's roster: its number, the second of its publication, and the visits' starts."""
    revisions = []
    for recorded in store.read(ROSTER.stream(roster_id_of(team_day.team_id, team_day.day))):
        if isinstance(recorded.event, RosterAnswer):
            starts: dict[str, int] = {}
            for slot in recorded.event.slots:
                second = seconds_into(team_day.day, slot.starts_at)
                starts[slot.visit_id] = min(second, starts.get(slot.visit_id, second))
            number = recorded.event.revision if isinstance(recorded.event, RosterRevised) else 1
            revisions.append((number, seconds_into(team_day.day, recorded.metadata.recorded_at), starts))
    return revisions
