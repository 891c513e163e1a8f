"""A dry run that was read, published exactly so."""

from infra.cli.roster.plan import planned_team_day
from infra.cli.roster.results import PlannedDays
from infra.cli.session import Session
from infra.planning.leader.publish_draft import publish_draft


def publish(session: Session, token: str, actor: str) -> PlannedDays:
    """Publish the dry run of a token. Refused `draft-unknown` or `roster-changed`."""
    with session.open() as system, session.working("planning"):
        planned = publish_draft(system, token.strip().lower(), actor)
    return PlannedDays((planned_team_day(planned, session.settings.packs),))
