"""The newest roster of a team's day, from the rows."""

import msgspec

from domain.decider import Refused, TeamDay
from infra.cli.roster.board_results import RosterView
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.warnings import holiday_of
from infra.planning.published_roster import late_on, read_published, travel_of_document
from projections.registry import answer
from projections.roster_board import TeamRoster


def show(session: Session, team_id: str, date: str) -> RosterView:
    """Return the newest roster. Refused `roster-not-published`."""
    wanted = day(date, "date")
    with session.open(asks=True) as system:
        board = answer(TeamRoster(team_id=team_id, day=wanted), system.rows)
        if not isinstance(board, dict):
            raise Refused("roster-not-published", team=team_id, day=wanted)
        published = read_published(system.store, TeamDay(team_id, wanted), board["revision"])
        travel, late = travel_of_document(published.document), late_on(published)
    holiday = holiday_of(wanted, session.settings.packs)
    more = msgspec.to_builtins({"travel_from": travel, "late": late, "holiday": holiday})
    return msgspec.convert({**board, **more}, RosterView)
