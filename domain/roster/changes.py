"""What differs between two revisions of a roster: visits that moved, and how people read it."""

from collections.abc import Collection
from datetime import datetime

from domain.local_time import LOCAL
from domain.roster.commands import RosterSlot
from domain.roster.state import Roster


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


def differ_only_in_record(
    before: tuple[RosterSlot, ...], after: tuple[RosterSlot, ...], begun: Collection[str], now: datetime
) -> bool:
    """Say whether nothing differs but times that are on record: of visits that have `begun`, what was to begin by now.

    A partner who is merely late is expected from now on, which is no new plan.
    """
    places, plans = (
        tuple({(each.visit_id, each.service, each.member_id) for each in slots} for slots in (before, after)),
        tuple({each for each in slots if each.visit_id not in begun} for slots in (before, after)),
    )
    to_come = {each for each in after if each.visit_id in begun and each.starts_at > now}
    return places[0] == places[1] and plans[0] == plans[1] and to_come <= set(before)


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
