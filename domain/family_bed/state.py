"""The state of a family bed, and its claims: its resident, its number, a place in its team's load."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.decider import FOREVER, Claim, Refused
from domain.event import value
from domain.family_bed.correction_events import (
    BedCorrection,
    BedDaysCorrected,
    BedOpeningAnnulled,
    BedReopened,
    BedRoundAnnulled,
)
from domain.family_bed.events import (
    BedAgreed,
    BedApplicationReturned,
    BedAppliedFor,
    BedAppliedForAgain,
    BedAssessed,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
    FamilyBedEvent,
)
from domain.local_time import local_day

DAY = timedelta(days=1)


@value
class Round:
    """A round that was made, with its record once that is written."""

    kind: str
    day: date
    written_up: BedRoundWrittenUp | None = None


@value
class HospitalStay:
    """A stay in hospital; `until` is None while it lasts. The bed gives care on the days of transfer and return."""

    since: date
    referral_id: str | None
    until: date | None = None


@value
class FamilyBed:
    """The state of a family bed. `applied` is the newest application."""

    applied: BedAppliedFor | None = None
    returned: BedApplicationReturned | None = None
    assessed: BedAssessed | None = None
    agreed: BedAgreed | None = None
    opened: BedOpened | None = None
    rests_on: BedAssessed | None = None
    extended: BedExtended | None = None
    plans: tuple[BedPlanSet, ...] = ()
    evaluations: tuple[BedPlanEvaluated, ...] = ()
    rounds: dict[str, Round] | None = None
    reviewed: BedReviewed | None = None
    stays: tuple[HospitalStay, ...] = ()
    first_round_by: date | None = None
    settled: BedSettled | None = None
    closed: BedClosed | None = None
    annulled: BedOpened | None = None
    """The opening that was annulled, so that its claims are given back."""
    overdue: tuple[BedFellOverdue, ...] = ()

    @property
    def resident_id(self) -> str | None:
        """The resident of the application."""
        return None if self.applied is None else self.applied.resident_id

    @property
    def in_hospital(self) -> bool:
        """Whether the resident is in hospital now."""
        return self.closed is None and bool(self.stays) and self.stays[-1].until is None

    @property
    def cycle_ends_on(self) -> date | None:
        """The last day of the present cycle, None before the bed is open."""
        if self.extended is not None:
            return self.extended.cycle_ends_on
        return None if self.opened is None else self.opened.cycle_ends_on

    @property
    def care_since(self) -> date | None:
        """The first day of care at home without a break: the opening, or the last return from a hospital."""
        returned = self.stays[-1].until if self.stays else None
        return returned or (None if self.opened is None else self.opened.opened_on)

    def is_open(self, day: date) -> bool:
        """Return whether the bed is the resident's on that day, also during a stay in hospital."""
        return (
            self.opened is not None
            and self.opened.opened_on <= day
            and (self.closed is None or day <= self.closed.closed_on)
        )

    def gives_care(self, day: date) -> bool:
        """Return whether the bed gives care at home on that day."""
        return self.is_open(day) and not any(
            stay.since < day and (stay.until is None or day < stay.until) for stay in self.stays
        )

    def made(self, visit_id: str) -> Round | None:
        """Return the round that was made by a visit."""
        return (self.rounds or {}).get(visit_id)

    def last_round(self, kind: str) -> date | None:
        """Return the day of the last round of a kind since care began without a break."""
        since = self.care_since
        days = [made.day for made in (self.rounds or {}).values() if made.kind == kind]
        return max((day for day in days if since is not None and day >= since), default=None)

    def review_by(self) -> date | None:
        """Return the day by which the next senior review is due."""
        if self.reviewed is not None:
            return self.reviewed.review_by
        return None if self.opened is None else self.opened.review_by


def evolve(bed: FamilyBed, event: FamilyBedEvent) -> FamilyBed:  # noqa: C901 -- one branch for each event
    """Return the state after an event."""
    match event:
        case BedAppliedFor():
            return replace(bed, applied=event)
        case BedApplicationReturned():
            return replace(bed, returned=event)
        case BedAppliedForAgain():
            assert bed.applied is not None
            again = replace(
                bed.applied,
                kind=event.kind,
                indications=event.indications,
                opinion=event.opinion,
                assess_by=event.assess_by,
            )
            return replace(bed, applied=again, returned=None)
        case BedAssessed():
            return replace(bed, assessed=event)
        case BedAgreed():
            return replace(bed, agreed=event)
        case BedOpened():
            return replace(bed, opened=event, rests_on=bed.assessed, first_round_by=event.first_round_by)
        case BedPlanSet():
            kept = tuple(plan for plan in bed.plans if plan.kind != event.kind)
            return replace(bed, plans=(*kept, event), evaluations=evaluations_except(bed, event.kind))
        case BedPlanEvaluated():
            return replace(bed, evaluations=(*evaluations_except(bed, event.kind), event))
        case BedPlanStopped():
            return replace(bed, plans=tuple(plan for plan in bed.plans if plan.kind != event.kind))
        case BedRoundRecorded():
            made = Round(kind=event.kind, day=local_day(event.made_at))
            return replace(bed, rounds={**(bed.rounds or {}), event.visit_id: made})
        case BedRoundWrittenUp():
            rounds = bed.rounds or {}
            return replace(bed, rounds={**rounds, event.visit_id: replace(rounds[event.visit_id], written_up=event)})
        case BedReviewed():
            return replace(bed, reviewed=event)
        case BedExtended():
            return replace(bed, extended=event, rests_on=bed.assessed)
        case BedTransferredToHospital():
            stay = HospitalStay(since=event.transferred_on, referral_id=event.referral_id)
            return replace(bed, stays=(*bed.stays, stay), first_round_by=None)
        case BedReturnedFromHospital():
            back = replace(bed.stays[-1], until=event.returned_on)
            return replace(bed, stays=(*bed.stays[:-1], back), first_round_by=event.first_round_by)
        case BedSettled():
            return replace(bed, settled=event)
        case BedClosed():
            return replace(bed, closed=event)
        case BedFellOverdue():
            return replace(bed, overdue=(*bed.overdue, event))
        case BedRoundAnnulled() | BedOpeningAnnulled() | BedDaysCorrected() | BedReopened():
            return after_correction(bed, event)


def after_correction(bed: FamilyBed, event: BedCorrection) -> FamilyBed:
    """Return the state after a correction, as if the right thing had been recorded."""
    match event:
        case BedRoundAnnulled():
            left = {name: made for name, made in (bed.rounds or {}).items() if name != event.visit_id}
            return replace(bed, rounds=left)
        case BedOpeningAnnulled():
            return replace(bed, opened=None, annulled=bed.opened, rests_on=None, first_round_by=None)
        case BedReopened():
            return replace(bed, closed=None)
        case BedDaysCorrected():
            assert bed.opened is not None, "only a bed that was opened is corrected"
            opened = replace(
                bed.opened,
                opened_on=event.opened_on,
                cycle_ends_on=event.cycle_ends_on,
                first_round_by=event.first_round_by,
                review_by=event.review_by,
            )
            first = event.first_round_by if bed.first_round_by == bed.opened.first_round_by else bed.first_round_by
            closed = bed.closed
            if closed is not None and event.closed_on is not None:
                closed = replace(closed, closed_on=event.closed_on)
            return replace(bed, opened=opened, first_round_by=first, closed=closed)


def evaluations_except(bed: FamilyBed, kind: str) -> tuple[BedPlanEvaluated, ...]:
    """Return the evaluations of the other plan."""
    return tuple(each for each in bed.evaluations if each.kind != kind)


def claims(bed: FamilyBed, event: FamilyBedEvent) -> Iterable[Claim]:
    """Claim one open bed per resident, one bed per number, and one place in the team's load, until it is closed.

    From the application on, the bed claims to be open for its resident, so that an end finds it.
    """
    if isinstance(event, BedOpened | BedClosed | BedDaysCorrected | BedReopened):
        opened = bed.opened
        assert opened is not None
        until = FOREVER if bed.closed is None else bed.closed.closed_on
        yield from place_claims(opened, opened.opened_on, until)
    if isinstance(event, BedOpeningAnnulled) and bed.annulled is not None:
        yield from place_claims(bed.annulled, event.opened_on, event.opened_on - DAY)
    if bed.applied is not None:
        is_over = bed.closed is not None or isinstance(event, BedApplicationReturned)
        yield Claim(
            key=f"open_beds:{bed.applied.resident_id}:{event.family_bed_id}",
            rule="counted-as-open",
            since=date.min + DAY,
            until=date.min if is_over else FOREVER,
        )


def place_claims(opened: BedOpened, since: date, until: date) -> Iterable[Claim]:
    """Yield the claims of an open bed; `until < since` gives them back."""
    yield Claim(key=f"open-bed:{opened.resident_id}", rule="open-bed-exists", since=since, until=until)
    yield Claim(
        key=f"bed-number:{opened.team_id}:{opened.bed_number or opened.family_bed_id}",
        rule="bed-number-taken",
        since=since,
        until=until,
    )
    yield Claim(
        key=f"team_beds:{opened.team_id}:{opened.family_bed_id}", rule="open-bed-exists", since=since, until=until
    )


def require_applied(bed: FamilyBed, bed_id: str) -> BedAppliedFor:
    """Return the application; refuse a bed without one."""
    if bed.applied is None:
        raise Refused("bed-unknown", bed=bed_id)
    return bed.applied


def require_opened(bed: FamilyBed, bed_id: str) -> BedOpened:
    """Return the opening; refuse a bed that never opened."""
    if bed.opened is None:
        raise Refused("bed-not-open", bed=bed_id)
    return bed.opened


def require_open(bed: FamilyBed, bed_id: str, day: date | None = None) -> BedOpened:
    """Return the opening; refuse a bed that is closed by now, or was not open on a day."""
    opened = require_opened(bed, bed_id)
    if bed.closed is not None or (day is not None and not bed.is_open(day)):
        raise Refused("bed-not-open", bed=bed_id)
    return opened


def require_past(day: date, now: datetime) -> None:
    """Refuse a day that is still to come."""
    if day > local_day(now):
        raise Refused("day-in-the-future", day=day)
