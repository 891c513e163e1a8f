"""The team that an event concerns: its own field, or the team of the visit that it names."""

from infra.codec import CorruptEvent
from infra.store.recorded import StoredEvent
from infra.system import System
from projections.roster_board import team_and_days


def team_of_event(system: System, event: StoredEvent) -> str | None:
    """Return the team; None where the event concerns none, or cannot be read."""
    try:
        content = event.event
    except CorruptEvent:
        return None
    team_id = getattr(content, "team_id", None)
    visit_id = getattr(content, "visit_id", None)
    if team_id is None and visit_id is not None:
        visit = team_and_days(system.rows, visit_id)
        team_id = None if visit is None else visit["team_id"]
    return team_id
