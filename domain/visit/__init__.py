"""A visit is asked for, assigned, carried out or missed, and never edited."""

from typing import get_args

from domain.decider import Decider
from domain.visit.carry_out import assign, complete, miss, release, start
from domain.visit.change import cancel, hand_over, request_again, reschedule
from domain.visit.commands import (
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissVisit,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    StartVisit,
)
from domain.visit.events import VisitEvent
from domain.visit.request import request
from domain.visit.state import Visit, evolve, touches

__all__ = ["VISIT"]

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
