"""Coverage, outreach and fulfilment, from the read models."""

from datetime import date
from typing import cast

from domain.local_time import local_day
from infra.cli.reports.results import CoverageReport, FulfilmentReport, OutreachList
from infra.cli.session import Session
from infra.edges.moments import day
from projections.coverage import Coverage
from projections.entitlements import Fulfilment
from projections.outreach import WhoNext
from projections.questions import Row


def coverage(session: Session, at: str | None, institution: str | None) -> CoverageReport:
    """Return signed residents and key groups against the targets of the pack in force."""
    wanted = _day(at, "at")
    with session.open(asks=True) as system:
        question = Coverage(
            day=wanted or local_day(system.now()), institution_id=institution, region=session.settings.packs
        )
        return CoverageReport(**cast(Row, session.ask(system, question)))


def who_next(session: Session, at: str | None, institution: str | None, team: str | None, limit: int) -> OutreachList:
    """Return residents to ask next: renewals that are due, then key groups that are not signed."""
    wanted = _day(at, "at")
    with session.open(asks=True) as system:
        question = WhoNext(
            day=wanted or local_day(system.now()),
            institution_id=institution,
            team_id=team,
            region=session.settings.region,
            limit=limit,
        )
        return OutreachList(cast(list[Row], session.ask(system, question)))


def fulfilment(session: Session, at: str | None, since: str | None, team: str | None) -> FulfilmentReport:
    """Return what running contracts grant and what was served of it, by team."""
    wanted, begun = _day(at, "at"), _day(since, "since")
    with session.open(asks=True) as system:
        question = Fulfilment(day=wanted or local_day(system.now()), since=begun, team_id=team)
        return FulfilmentReport(question.day.isoformat(), cast(list[Row], session.ask(system, question)))


def _day(text: str | None, field: str) -> date | None:
    return day(text, field) if text else None
