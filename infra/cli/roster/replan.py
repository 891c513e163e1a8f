"""A team's day planned again on the leader's terms."""

from dataclasses import replace

import msgspec

from domain.decider import TeamDay
from infra.cli.roster.plan import plain_day
from infra.cli.roster.results import Presented, ReplannedTeamDay
from infra.cli.roster.wording import visit_names
from infra.cli.session import Session
from infra.edges.moments import day, moment
from infra.planning.leader.publish_draft import keep_draft
from infra.planning.replan_day import replan_day


def replan(
    session: Session,
    team_id: str,
    date: str,
    most_moved: int | None,
    freeze: str | None,
    *,
    dry_run: bool,
    if_revision: int | None,
    actor: str,
) -> Presented[ReplannedTeamDay]:
    """Plan a published day again, and publish unless it is a dry run."""
    wanted = day(date, "date")
    until = None if freeze is None else moment(f"{wanted}T{freeze}" if len(freeze) <= 5 else freeze, "freeze")
    with session.open() as system, session.working("planning"):
        replanned = replan_day(
            system,
            TeamDay(team_id, wanted),
            most_moved=most_moved,
            freeze=until,
            dry_run=dry_run,
            if_revision=if_revision,
            actor=actor,
        )
        draft = keep_draft(system, replanned.planned, replanned.commands) if dry_run else None
        names = visit_names(session.words, system.rows, {move.demand_id for move in replanned.moves})
    plain = msgspec.to_builtins(replace(replanned, planned=replace(replanned.planned, solved=None)))
    day_fields = plain_day(replanned.planned, session.settings.packs, draft)
    result = msgspec.convert({**plain, **day_fields}, ReplannedTeamDay)
    return Presented(result=result, names=names, dry_run=dry_run)
