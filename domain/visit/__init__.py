"""A visit is requested, assigned, carried out or missed, and never edited."""

from domain.contract import CONTRACT
from domain.decider import Decider, decision, members_of
from domain.family_bed import FAMILY_BED
from domain.inputs import NOW, PACK, exists, one, unseated
from domain.resident import RESIDENT
from domain.team import TEAM
from domain.visit.carry_out import assign, complete, miss, release, start
from domain.visit.change import cancel, hand_over, request_again, reschedule
from domain.visit.commands import (
    AnnulVisit,
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    CorrectFindings,
    CorrectVisit,
    EndVisit,
    HandOverVisit,
    MissVisit,
    RaiseVisitAlarm,
    RecordPartnerAbsent,
    ReinstateVisit,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    StartVisit,
    VisitCommand,
)
from domain.visit.corrections import annul, correct, correct_findings, reinstate
from domain.visit.endings import end
from domain.visit.events import VisitEvent
from domain.visit.presence import raise_alarm, record_partner_absent
from domain.visit.request import request
from domain.visit.state import Visit, claims, evolve, touches

__all__ = ["VISIT"]

DECISIONS = (
    decision(
        RequestVisit,
        request,
        now=NOW,
        pack=PACK,
        contract=one(CONTRACT),
        family_bed=one(FAMILY_BED),
        resident=one(RESIDENT),
        team=one(TEAM),
        task_exists=exists("care_plan", by="resident_id", part="care_task_id"),
        strangers=unseated(by="assessor_id"),
    ),
    decision(AssignVisit, assign),
    decision(ReleaseVisit, release),
    decision(StartVisit, start, now=NOW, pack=PACK, team=one(TEAM)),
    decision(CompleteVisit, complete, now=NOW, pack=PACK),
    decision(RecordPartnerAbsent, record_partner_absent, pack=PACK),
    decision(RaiseVisitAlarm, raise_alarm, now=NOW),
    decision(MissVisit, miss, now=NOW, contract=one(CONTRACT), family_bed=one(FAMILY_BED), resident=one(RESIDENT)),
    decision(
        RequestVisitAgain,
        request_again,
        now=NOW,
        pack=PACK,
        contract=one(CONTRACT),
        family_bed=one(FAMILY_BED),
        resident=one(RESIDENT),
    ),
    decision(
        RescheduleVisit,
        reschedule,
        now=NOW,
        pack=PACK,
        team=one(TEAM),
        contract=one(CONTRACT),
        family_bed=one(FAMILY_BED),
        resident=one(RESIDENT),
    ),
    decision(HandOverVisit, hand_over, now=NOW, pack=PACK, team=one(TEAM)),
    decision(CancelVisit, cancel, now=NOW),
    decision(EndVisit, end, now=NOW),
    decision(AnnulVisit, annul),
    decision(CorrectVisit, correct, now=NOW, pack=PACK),
    decision(CorrectFindings, correct_findings),
    decision(
        ReinstateVisit,
        reinstate,
        now=NOW,
        contract=one(CONTRACT),
        family_bed=one(FAMILY_BED),
        resident=one(RESIDENT),
    ),
)

VISIT: Decider[Visit, VisitEvent, VisitCommand] = Decider(
    category="visit",
    initial=Visit(),
    evolve=evolve,
    commands=members_of(VisitCommand),
    events=members_of(VisitEvent),
    decisions=DECISIONS,
    identify=lambda command: command.visit_id,
    claims=claims,
    touches=touches,
)
