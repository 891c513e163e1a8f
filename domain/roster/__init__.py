"""A roster: the published plan of one team's day, with members and times of visits, and unplaced visits."""

from domain.decider import Decider, decision, members_of
from domain.inputs import NOW
from domain.roster.commands import PublishRoster, RecordBound, RosterCommand
from domain.roster.events import RosterEvent
from domain.roster.publication import publish, record_bound
from domain.roster.state import Roster, evolve, roster_id_of, touches

__all__ = ["ROSTER"]

DECISIONS = (
    decision(PublishRoster, publish, now=NOW),
    decision(RecordBound, record_bound),
)

ROSTER: Decider[Roster, RosterEvent, RosterCommand] = Decider(
    category="roster",
    initial=Roster(),
    evolve=evolve,
    commands=members_of(RosterCommand),
    events=members_of(RosterEvent),
    decisions=DECISIONS,
    identify=lambda command: roster_id_of(command.team_id, command.day),
    touches=touches,
)
