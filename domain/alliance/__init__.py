"""An alliance: a leading hospital sends experts down to the institutions around it, operates, lectures and trains (A8).

The activities of an alliance are counted per period: experts, clinics, operations, lectures, people trained.
"""

from domain.alliance.activities import record_activity, record_training
from domain.alliance.commands import (
    AdmitInstitution,
    AllianceCommand,
    FormAlliance,
    HoldSlots,
    RecallExpert,
    RecordActivity,
    RecordTraining,
    ReleaseInstitution,
    SendExpert,
)
from domain.alliance.events import AllianceEvent
from domain.alliance.experts import recall, send
from domain.alliance.membership import admit, form, release
from domain.alliance.slots import hold_slots
from domain.alliance.state import Alliance, evolve
from domain.decider import Decider, decision, members_of
from domain.inputs import NOW, PACK, one
from domain.institution import INSTITUTION
from domain.team import TEAM

__all__ = ["ALLIANCE"]

DECISIONS = (
    decision(FormAlliance, form, now=NOW, institution=one(INSTITUTION)),
    decision(AdmitInstitution, admit, now=NOW, institution=one(INSTITUTION)),
    decision(ReleaseInstitution, release),
    decision(SendExpert, send, team=one(TEAM)),
    decision(RecallExpert, recall),
    decision(RecordActivity, record_activity, now=NOW, pack=PACK),
    decision(RecordTraining, record_training, now=NOW, pack=PACK),
    decision(HoldSlots, hold_slots),
)

ALLIANCE: Decider[Alliance, AllianceEvent, AllianceCommand] = Decider(
    category="alliance",
    initial=Alliance(),
    evolve=evolve,
    commands=members_of(AllianceCommand),
    events=members_of(AllianceEvent),
    decisions=DECISIONS,
    identify=lambda command: command.alliance_id,
)
