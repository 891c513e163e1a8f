"""Why a visit of a published roster has its place, or none."""

import msgspec

from domain.decider import Refused, TeamDay
from infra.cli.roster.results import Presented, VisitExplanation
from infra.cli.roster.wording import visit_names
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.warnings import holiday_of
from infra.planning.published_roster import read_published
from schedulers import explain as explaining


def explain(
    session: Session, team_id: str, date: str, visit_id: str, revision: int | None
) -> Presented[VisitExplanation]:
    """Explain a visit's place in a revision of a roster. Refused `visit-not-on-the-day`."""
    wanted = day(date, "date")
    with session.open() as system:
        roster = read_published(system.store, TeamDay(team_id, wanted), revision)
        names = visit_names(session.words, system.rows, {visit_id})
    problem = roster.problem()
    if visit_id not in {demand.id for demand in problem.demands}:
        raise Refused("visit-not-on-the-day", visit=visit_id, day=wanted)
    plain = msgspec.to_builtins(explaining.explain(problem, roster.roster, visit_id))
    holiday = holiday_of(wanted, session.settings.packs)
    head = {"team_id": team_id, "day": wanted, "revision": roster.revision, "holiday": holiday}
    return Presented(result=msgspec.convert({**head, **plain}, VisitExplanation), names=names)
