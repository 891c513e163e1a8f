"""Corrections of a family bed: a round, an opening or a closing that was recorded by mistake or on the wrong day."""

from datetime import datetime

from domain.corrections import check_correction, check_reason
from domain.decider import Refused
from domain.family_bed.commands import AnnulBedOpening, AnnulRound, CorrectBedDays, ReopenBed
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.family_bed.events import FamilyBedEvent
from domain.family_bed.state import FamilyBed, require_opened, require_past
from domain.policy_pack import PolicyPack
from domain.policy_pack.pack import Touched
from domain.resident.state import Resident


def annul_round(command: AnnulRound, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Annul a round once; without another one the first round is due again by its day."""
    opened = require_opened(bed, command.family_bed_id)
    made = bed.made(command.visit_id)
    if made is None:
        return []
    check_reason(command.reason)
    others = [each for name, each in (bed.rounds or {}).items() if name != command.visit_id and each.kind == made.kind]
    first = bed.first_round_by if made.kind == "bed-round" and not others and bed.closed is None else None
    return [
        BedRoundAnnulled(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            visit_id=command.visit_id,
            kind=made.kind,
            day=made.day,
            first_round_by=first,
            reason=command.reason,
        )
    ]


def annul_opening(command: AnnulBedOpening, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Annul the opening of a bed at which nothing was done and that is not closed."""
    if bed.opened is None and bed.annulled is not None:
        return []
    opened = require_opened(bed, command.family_bed_id)
    check_reason(command.reason)
    if bed.closed is not None:
        raise Refused("bed-already-closed", bed=command.family_bed_id, day=bed.closed.closed_on)
    if bed.rounds or bed.stays or bed.settled is not None:
        raise Refused("bed-gave-care", bed=command.family_bed_id)
    return [
        BedOpeningAnnulled(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            opened_on=opened.opened_on,
            reason=command.reason,
        )
    ]


def correct_days(command: CorrectBedDays, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Correct the days of a bed around what was done at it; the first cycle keeps its length."""
    opened = require_opened(bed, command.family_bed_id)
    was_closed_on = None if bed.closed is None else bed.closed.closed_on
    opened_on, closed_on = command.opened_on or opened.opened_on, command.closed_on or was_closed_on
    if (opened_on, closed_on) == (opened.opened_on, was_closed_on):
        return []
    check_reason(command.reason)
    if closed_on is not None and bed.closed is None:
        raise Refused("bed-not-closed", bed=command.family_bed_id)
    require_past(max(opened_on, closed_on or opened_on), now)
    if bed.agreed is not None and opened_on < bed.agreed.agreed_on:
        raise Refused("bed-opened-before-agreed", bed=command.family_bed_id, day=bed.agreed.agreed_on)
    days = [made.day for made in (bed.rounds or {}).values()]
    days += [day for stay in bed.stays for day in (stay.since, stay.until) if day is not None]
    first, last = min(days, default=opened_on), max([opened_on, *days])
    if opened_on > first:
        raise Refused("bed-opened-after-care", bed=command.family_bed_id, day=first)
    if closed_on is not None and closed_on < last:
        raise Refused("bed-closed-before-opened", bed=command.family_bed_id, day=last)
    moved = opened_on - opened.opened_on
    return [
        BedDaysCorrected(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            opened_on=opened_on,
            cycle_ends_on=opened.cycle_ends_on + moved,
            first_round_by=opened.first_round_by + moved,
            review_by=None if opened.review_by is None else opened.review_by + moved,
            closed_on=closed_on,
            extended=bed.extended is not None,
            was_opened_on=opened.opened_on,
            was_closed_on=was_closed_on,
            reason=command.reason,
        )
    ]


def reopen(
    command: ReopenBed, bed: FamilyBed, *, actor: str, pack: PolicyPack, resident: Resident
) -> list[FamilyBedEvent]:
    """Open a bed again that was closed by mistake; not for somebody who is gone, nor beside another bed (claimed)."""
    opened = require_opened(bed, command.family_bed_id)
    closed = bed.closed
    if closed is None or command.outcome not in {None, closed.outcome}:
        return []
    touches: frozenset[Touched] = frozenset({"death"} if closed.outcome == "died" else ())
    check_correction(command.reason, command.allowed_by, actor, pack, touches)
    if resident.departed is not None:
        raise Refused("resident-departed", resident=opened.resident_id, last_day=resident.departed.last_day)
    return [
        BedReopened(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            closed_on=closed.closed_on,
            outcome=closed.outcome,
            cycle_ends_on=bed.cycle_ends_on or opened.cycle_ends_on,
            review_by=bed.review_by(),
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]
