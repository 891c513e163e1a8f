"""Events that correct a visit; each carries what it replaces."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date

from domain.event import event
from domain.visit.commands import CancelReason


@event("visit.reinstated.v1")
class VisitReinstated:
    """The visit is wanted again inside its window: it was cancelled by mistake, for `was`."""

    visit_id: str
    resident_id: str
    team_id: str
    window_from: date
    window_to: date
    plan_from: date
    was: CancelReason
    reason: str


VisitCorrection = VisitReinstated
