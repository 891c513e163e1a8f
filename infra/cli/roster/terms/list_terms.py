"""The leader's terms of a day, with who set them and whether they are kept."""

from datetime import datetime
from typing import Any

import msgspec

from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, Term, VisitPinned
from domain.decider import Refused, TeamDay
from infra.cli.roster.results import UnkeptTerm
from infra.cli.roster.terms.results import DayTerm, TermsOfDay
from infra.cli.session import Session
from infra.edges.moments import day
from infra.planning.leader.kept_terms import SetTerm, terms_not_kept, terms_set
from projections.places import team_base


def terms(session: Session, team_id: str, date: str) -> TermsOfDay:
    """Return the terms of a day that were not withdrawn. Refused `team-not-formed`."""
    wanted = day(date, "date")
    team_day = TeamDay(team_id, wanted)
    with session.open(asks=True) as system:
        if team_base(system.rows, team_id) is None:
            raise Refused("team-not-formed", team=team_id)
        listed = tuple(day_term(each) for each in terms_set(system, team_day))
        broken = terms_not_kept(system, team_day) if listed else ()
    return TermsOfDay(
        team_id=team_id,
        day=wanted,
        terms=listed,
        broken=msgspec.convert(msgspec.to_builtins(broken), tuple[UnkeptTerm, ...]),
    )


def day_term(each: SetTerm) -> DayTerm:
    """Return the result of a term."""
    return DayTerm(
        term_id=each.term.term_id,
        set_by=each.set_by,
        set_at=each.set_at,
        until=each.term.until,
        lasts=each.lasts,
        kept=each.kept,
        moved=each.moved,
        **_fields(each.term),
    )


def _fields(term: Term) -> dict[str, Any]:
    match term:
        case VisitPinned():
            starts_at: datetime | None = term.starts_at
            return {
                "kind": "pin",
                "visit_id": term.visit_id,
                "part": term.service + 1,
                "member_id": term.member_id,
                "starts_at": starts_at,
            }
        case DayHeld():
            return {"kind": "hold", "before": term.before}
        case MovesLimited():
            return {"kind": "limit", "most": term.most, "since_revision": term.since_revision}
        case PairForbidden():
            return {
                "kind": "apart",
                "member_id": term.member_id,
                "other_member_id": term.other_member_id,
                "resident_id": term.resident_id,
                "visit_id": term.visit_id,
            }
