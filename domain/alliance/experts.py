"""Experts of the leading hospital, posted to institutions of the alliance (A8)."""

from datetime import timedelta

from domain.alliance.commands import RecallExpert, SendExpert
from domain.alliance.events import AllianceEvent, ExpertRecalled, ExpertSent
from domain.alliance.state import Alliance, require_belongs, require_formed
from domain.decider import Refused
from domain.team.guests import LONGEST_STAY_DAYS
from domain.team.state import Team


def send(command: SendExpert, alliance: Alliance, *, team: Team) -> list[AllianceEvent]:
    """Send an expert down to an institution of the alliance, to a team of it if one is named."""
    formed = require_formed(alliance, command.alliance_id)
    sent = ExpertSent(
        alliance_id=command.alliance_id,
        posting_id=command.posting_id,
        member=command.member,
        institution_id=command.institution_id,
        team_id=command.team_id,
        from_day=command.from_day,
        to_day=command.to_day,
    )
    known = next((posting for posting in alliance.postings if posting.posting_id == command.posting_id), None)
    if known == sent:
        return []
    if known is not None:
        raise Refused("posting-already-known", posting=command.posting_id)
    require_belongs(alliance, command.institution_id, command.alliance_id)
    if command.institution_id == formed.institution_id:
        raise Refused("expert-not-sent-down", institution=command.institution_id)
    if command.team_id is not None and team.institution_id != command.institution_id:
        raise Refused("team-of-another-institution", team=command.team_id, institution=command.institution_id)
    days = (command.to_day - command.from_day).days + 1
    if days < 1:
        raise Refused("stay-ends-before-it-begins", stay=command.posting_id)
    if days > LONGEST_STAY_DAYS:
        raise Refused("stay-too-long", stay=command.posting_id, days=LONGEST_STAY_DAYS)
    return [sent]


def recall(command: RecallExpert, alliance: Alliance) -> list[AllianceEvent]:
    """Recall an expert earlier; an expert who is not posted, or is back by then, needs no recall."""
    require_formed(alliance, command.alliance_id)
    sent = next((posting for posting in alliance.postings if posting.posting_id == command.posting_id), None)
    if sent is None or sent.to_day <= command.last_day:
        return []
    last_day = max(command.last_day, sent.from_day - timedelta(days=1))
    if last_day == sent.to_day:
        return []
    return [
        ExpertRecalled(
            alliance_id=command.alliance_id,
            posting_id=command.posting_id,
            member_id=sent.member.member_id,
            team_id=sent.team_id,
            last_day=last_day,
        )
    ]
