"""Events that correct a family bed; each carries what it replaces."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date

from domain.event import event
from domain.family_bed.commands import BedOutcome


@event("family_bed.round_annulled.v1")
class BedRoundAnnulled:
    """A round was recorded by mistake, or twice. `first_round_by` is the deadline that stands again, if any."""

    family_bed_id: str
    resident_id: str
    visit_id: str
    kind: str
    day: date
    first_round_by: date | None
    reason: str


@event("family_bed.opening_annulled.v1")
class BedOpeningAnnulled:
    """The opening was recorded by mistake: the bed is agreed and not open."""

    family_bed_id: str
    resident_id: str
    team_id: str
    opened_on: date
    reason: str


@event("family_bed.days_corrected.v1")
class BedDaysCorrected:
    """The bed opened or closed on other days than was recorded (`was_`); its first cycle moves with the opening.

    `extended`: another cycle has begun, whose end stays.
    """

    family_bed_id: str
    resident_id: str
    team_id: str
    opened_on: date
    cycle_ends_on: date
    first_round_by: date
    review_by: date | None
    closed_on: date | None
    extended: bool
    was_opened_on: date
    was_closed_on: date | None
    reason: str


@event("family_bed.reopened.v1")
class BedReopened:
    """The bed is open as before: `outcome` on `closed_on` was recorded by mistake."""

    family_bed_id: str
    resident_id: str
    team_id: str
    closed_on: date
    outcome: BedOutcome
    cycle_ends_on: date
    review_by: date | None
    reason: str
    allowed_by: str | None = None


BedCorrection = BedRoundAnnulled | BedOpeningAnnulled | BedDaysCorrected | BedReopened
