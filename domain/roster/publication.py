"""Publishes and revises a roster, and records better bounds of it."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from domain.decider import Refused
from domain.local_time import local_day
from domain.roster.changes import differences, moved
from domain.roster.commands import PublishRoster, RecordBound, RosterSlot
from domain.roster.events import RosterBounded, RosterEvent, RosterPublished, RosterRevised
from domain.roster.state import Roster, known, roster_id_of


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
