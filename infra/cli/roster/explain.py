"""Why a visit of a published roster has its place, or none."""

import msgspec

from domain.decider import Refused, TeamDay
from infra.cli.roster.results import Presented, VisitExplanation
from infra.cli.roster.wording import visit_names
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.warnings import holiday_of
from infra.planning.on_terms import HELD_WITH
from infra.planning.published_roster import read_published
from schedulers import explain as explaining
from schedulers.problem import Problem

LACKS_QUALIFICATION = "member-has-the-qualifications"
HELD_WITH_ANOTHER = "held-with-another-member"


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
    held = held_services(problem, visit_id)
    for option in plain["options"]:
        if option["service"] in held and option["rule"] == LACKS_QUALIFICATION:
            option["rule"] = HELD_WITH_ANOTHER
    holiday = holiday_of(wanted, session.settings.packs)
    head = {"team_id": team_id, "day": wanted, "revision": roster.revision, "holiday": holiday}
    return Presented(result=msgspec.convert({**head, **plain}, VisitExplanation), names=names)


def held_services(problem: Problem, visit_id: str) -> set[int]:
    """Return the parts of a visit that the leader holds with one member, which the solver knows as a qualification."""
    (demand,) = (each for each in problem.demands if each.id == visit_id)
    return {
        number
        for number, service in enumerate(demand.services)
        if any(code.startswith(HELD_WITH) for code in service.qualifications)
    }
