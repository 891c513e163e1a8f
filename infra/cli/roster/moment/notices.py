"""Whom to tell what about a team's day, and that somebody was told."""

import msgspec

from domain.decider import TeamDay
from domain.notice import NoticeChannel
from infra.cli.records.results import CommandAnswer
from infra.cli.roster.moment.results import ListedNotices
from infra.cli.session import Session
from infra.edges.moments import day
from infra.planning.moment.notices import due_notices, record_notice


def notices(session: Session, team_id: str, date: str, since: int) -> ListedNotices:
    """Return the notices that are due."""
    wanted = day(date, "date")
    with session.open(asks=True) as system:
        due = due_notices(system, TeamDay(team_id, wanted), since)
    return msgspec.convert(msgspec.to_builtins(due), ListedNotices)


def record(
    session: Session,
    team_id: str,
    date: str,
    visit_id: str,
    notified_by: str,
    channel: NoticeChannel | None,
    actor: str,
) -> CommandAnswer:
    """Record that a resident was told."""
    wanted = day(date, "date")
    with session.open() as system:
        answer = record_notice(system, TeamDay(team_id, wanted), visit_id, notified_by, channel, actor)
    return CommandAnswer.of(answer, None)
