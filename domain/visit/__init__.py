"""A visit is asked for, assigned, carried out or missed, and never edited."""

from typing import get_args

from domain.decider import Decider
from domain.visit.asked import (
    AssignVisit,
    CancelReason,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissReason,
    MissVisit,
    Need,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    Slot,
    StartVisit,
    Sync,
)
from domain.visit.facts import (
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitEvent,
    VisitHandedOver,
    VisitMissed,
    VisitReleased,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from domain.visit.making import (
    assign,
    complete,
    miss,
    release,
    start,
)
from domain.visit.state import Status, Visit, evolve, touches
from domain.visit.wanting import (
    cancel,
    hand_over,
    request,
    request_again,
    reschedule,
)

__all__ = [
    "VISIT",
    "AssignVisit",
    "CancelReason",
    "CancelVisit",
    "CompleteVisit",
    "HandOverVisit",
    "MissReason",
    "MissVisit",
    "Need",
    "ReleaseVisit",
    "RequestVisit",
    "RequestVisitAgain",
    "RescheduleVisit",
    "Slot",
    "StartVisit",
    "Status",
    "Sync",
    "Visit",
    "VisitAssigned",
    "VisitCancelled",
    "VisitCompleted",
    "VisitEvent",
    "VisitHandedOver",
    "VisitMissed",
    "VisitReleased",
    "VisitRequested",
    "VisitRequestedAgain",
    "VisitRescheduled",
    "VisitStarted",
]

VISIT: Decider[Visit, VisitEvent] = Decider(
    category="visit",
    initial=Visit(),
    evolve=evolve,
    decisions={
        RequestVisit: request,
        AssignVisit: assign,
        ReleaseVisit: release,
        StartVisit: start,
        CompleteVisit: complete,
        MissVisit: miss,
        RequestVisitAgain: request_again,
        RescheduleVisit: reschedule,
        HandOverVisit: hand_over,
        CancelVisit: cancel,
    },
    events=get_args(VisitEvent),
    identify=lambda command: command.visit_id,
    touches=touches,
)
