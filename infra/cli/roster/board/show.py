"""The newest roster of a team's day, from the rows, and what has changed since it was published."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from domain.decider import Refused, TeamDay
from domain.planning.stays import HomeService, numbers_of_stays
from infra.cli.roster.board.results import RosterView
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.warnings import holiday_of
from infra.planning.leader.day_board import Board, board_of
from infra.planning.leader.kept_terms import terms_not_kept
from infra.planning.published_roster import late_on, read_published, require_formed, travel_of_document
from infra.planning.today.behind_plan import minutes_behind_plan
from projections.questions import Row
from projections.registry import answer
from projections.roster_board import TeamRoster
from projections.visit_days import VisitsOn, visits_on


def show(session: Session, team_id: str, date: str) -> RosterView:
    """Return the newest roster. Refused `team-not-formed` or `roster-not-published`."""
    wanted = day(date, "date")
    team_day = TeamDay(team_id, wanted)
    with session.open(asks=True) as system:
        roster = answer(TeamRoster(team_id=team_id, day=wanted), system.rows)
        if not isinstance(roster, dict):
            require_formed(system.store, team_id)
            raise Refused("roster-not-published", team=team_id, day=wanted)
        published = read_published(system.store, team_day, roster["revision"])
        travel, late = travel_of_document(published.document), late_on(published)
        board = board_of(system, published)
        broken = terms_not_kept(system, team_day)
        on_day = visits_on(VisitsOn(team_id=team_id, day=wanted), system.rows)
        came = {str(visit["visit_id"]): visit["parts"] for visit in on_day}
        behind_plan = minutes_behind_plan(system.store, published, roster["slots"], session.settings.packs)
    to_call = {*roster["moved"], *board.without_member, *(each.demand_id for each in late.visits)}
    left_out = {str(left["visit_id"]) for left in roster["unplaced"]}
    parts = Counter(str(slot["visit_id"]) for slot in roster["slots"])
    more = {
        "travel_from": travel,
        "late": late,
        "holiday": holiday_of(wanted, session.settings.packs),
        "published_at": published.recorded_at,
        "changes": board.changes,
        "without_member": board.without_member,
        "members": board.members,
        "broken": broken,
    }
    slots = [
        {
            **slot,
            **about_visit(board, str(slot["visit_id"]), to_call if slot["status"] != "completed" else set()),
            "part": int(slot["service"]) + 1,
            "parts": parts[str(slot["visit_id"])],
            "stay": stay,
            "minutes_late": behind_plan.get(str(slot["visit_id"]), 0),
            "ends_by_forecast": slot["status"] == "started" and is_under_way(came.get(str(slot["visit_id"])), slot),
        }
        for slot, stay in with_stays(roster["slots"])
    ]
    unplaced = [{**left, **about_visit(board, str(left["visit_id"]), left_out)} for left in roster["unplaced"]]
    shown: Mapping[str, Any] = {**roster, "slots": slots, "unplaced": unplaced, **msgspec.to_builtins(more)}
    return msgspec.convert(shown, RosterView)


def is_under_way(parts: Sequence[Row] | None, slot: Row) -> bool:
    """Say whether the member of a slot is in the home; where no parts are recorded, all members of the visit are."""
    if not parts:
        return True
    return any(each["service"] == slot["service"] and each["left_at"] is None for each in parts)


def with_stays(slots: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Yield slots, by member and start, with the numbers of their stays in the member's day."""
    for _, mine in groupby(slots, key=lambda slot: str(slot["member_id"])):
        services = list(mine)
        homes = [
            HomeService(home_id=each["resident_id"], address=each["address"], travel_seconds=each["travel_seconds"])
            for each in services
        ]
        yield from zip(services, numbers_of_stays(homes), strict=True)


def about_visit(board: Board, visit_id: str, to_call: set[str]) -> dict[str, Any]:
    """Return a visit's window, its days of slack, and the telephone where the leader may have to call."""
    visit: Row = board.visits.get(visit_id, {})
    return {
        "phone": visit.get("phone") if visit_id in to_call else None,
        "opens_at": visit.get("opens_at"),
        "closes_at": visit.get("closes_at"),
        "slack_days": board.slack_days.get(visit_id),
    }
