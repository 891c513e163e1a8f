"""Cover for a member who is away, and the way that is taken."""

import msgspec

from domain.team.commands import AbsenceReason
from infra.cli.roster.moment.results import CoverTaken, WaysToCover
from infra.cli.session import Session
from infra.edges.moments import day, moment
from infra.planning.moment.cover import search_cover, take_cover


def cover(
    session: Session,
    member_id: str,
    date: str,
    since: str | None,
    team_id: str | None,
    choice: str | None,
    reason: AbsenceReason,
    actor: str,
) -> WaysToCover | CoverTaken:
    """Return the ways to cover, or take one of them."""
    wanted = day(date, "date")
    starts_at = None if since is None else moment(f"{wanted}T{since}" if len(since) <= 5 else since, "from")
    with session.open() as system, session.working("planning"):
        if choice is None:
            answer = search_cover(system, member_id, wanted, starts_at, team_id).answer
            return msgspec.convert(msgspec.to_builtins(answer), WaysToCover)
        taken = take_cover(system, member_id, wanted, starts_at, choice, team_id=team_id, reason=reason, actor=actor)
    return msgspec.convert(msgspec.to_builtins(taken), CoverTaken)
