"""The days of one team, or of all, planned and published."""

from dataclasses import replace
from typing import Any

import msgspec

from infra.cli.roster.results import PlannedDays, PlannedTeamDay
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.problems import OptionsError
from infra.edges.warnings import day_warnings, holiday_of
from infra.planning.leader.publish_draft import KeptDraft, keep_draft
from infra.planning.plan_day import PlannedDay, plan_day


def plan(session: Session, words: tuple[str, ...], *, dry_run: bool, if_revision: int | None) -> PlannedDays:
    """Plan a day of one team, or of all, and publish the rosters unless it is a dry run."""
    if len(words) > 2:
        raise OptionsError("roster plan takes a team, if any, and a day")
    wanted = day(words[-1], "date")
    team_id = words[0] if len(words) == 2 else None
    if if_revision is not None and team_id is None:
        raise OptionsError("roster plan takes a revision of one team's day only: name the team")
    with session.open() as system, session.working("planning") as on_progress:
        planned = plan_day(
            system, wanted, team_id=team_id, dry_run=dry_run, if_revision=if_revision, on_progress=on_progress
        )
        drafts = [keep_draft(system, each) if dry_run else None for each in planned]
    days = zip(planned, drafts, strict=True)
    return PlannedDays(tuple(planned_team_day(each, session.settings.packs, draft) for each, draft in days), dry_run)


def planned_team_day(planned: PlannedDay, region: str, draft: KeptDraft | None = None) -> PlannedTeamDay:
    """Return the result of a planned day; the region's calendar decides what is warned of."""
    return msgspec.convert(plain_day(planned, region, draft), PlannedTeamDay)


def plain_day(planned: PlannedDay, region: str, draft: KeptDraft | None) -> dict[str, Any]:
    """Return the fields of a planned day with its warnings, and the token of a dry run."""
    plain: dict[str, Any] = msgspec.to_builtins(replace(planned, solved=None))
    warnings = msgspec.to_builtins(tuple(day_warnings(planned.day, region)))
    holiday = holiday_of(planned.day, region)
    return {**plain, "holiday": holiday, "warnings": warnings, "draft": msgspec.to_builtins(draft)}
