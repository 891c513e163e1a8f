"""A bed's cycles: opened, extended, settled, closed; and their deadlines (A7)."""

from datetime import date, datetime, timedelta
from typing import get_args

from domain.decider import Refused
from domain.family_bed.application import check_fit, require_fit
from domain.family_bed.commands import Axis, CloseBed, EndBed, ExtendBed, OpenBed, ReportBedOverdue, SettleBed
from domain.family_bed.events import (
    BedApplicationReturned,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedSettled,
    FamilyBedEvent,
)
from domain.family_bed.state import FamilyBed, require_applied, require_open, require_opened, require_past
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team.state import Team


def open_(
    command: OpenBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack, team: Team, team_beds: int
) -> list[FamilyBedEvent]:
    """Open a bed that was assessed as fit and agreed, for a cycle within the pack's, under a doctor and a nurse."""
    applied = require_applied(bed, command.family_bed_id)
    if bed.opened is not None:
        if bed.opened.opened_on == command.opened_on and bed.opened.doctor_id == command.doctor_id:
            return []
        raise Refused("bed-already-opened", bed=command.family_bed_id)
    check_opening(command, bed, now)
    days = cycle_days(command.days, pack)
    check_seats(command, team)
    check_load(command, team_beds, pack)
    return [
        BedOpened(
            family_bed_id=command.family_bed_id,
            resident_id=applied.resident_id,
            team_id=command.team_id,
            kind=applied.kind,
            opened_on=command.opened_on,
            cycle_ends_on=command.opened_on + timedelta(days=days - 1),
            first_round_by=first_round_by(command.opened_on, pack),
            round_every_days=pack.round_every_days,
            nurse_round_every_days=pack.nurse_round_every_days,
            doctor_id=command.doctor_id,
            nurse_id=command.nurse_id,
            bed_number=command.bed_number or command.family_bed_id,
            diagnoses=command.diagnoses,
            review_by=command.opened_on + timedelta(days=pack.senior_review_days),
            beds_of_team=team_beds + 1,
            crowded=team_beds + 1 > pack.team_beds_warn,
            override_by=command.override_by if team_beds >= pack.team_beds_most else None,
        )
    ]


def extend(command: ExtendBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack) -> list[FamilyBedEvent]:
    """Begin another cycle near the end of this one, on an assessment that is newer than the cycle (A7)."""
    opened = require_open(bed, command.family_bed_id)
    if bed.extended is not None and bed.extended.extended_on == command.extended_on:
        return []
    ends_on = bed.cycle_ends_on
    assert ends_on is not None
    require_past(command.extended_on, now)
    assessed = bed.assessed
    before = date.min if bed.rests_on is None else bed.rests_on.assessed_on
    if assessed is None or assessed.assessed_on <= before:
        raise Refused("extension-not-assessed", bed=command.family_bed_id)
    check_fit(assessed)
    earliest = ends_on - timedelta(days=pack.bed_extension_window_days)
    if command.extended_on < max(earliest, assessed.assessed_on):
        raise Refused("extension-too-early", bed=command.family_bed_id, day=max(earliest, assessed.assessed_on))
    begins = max(ends_on + timedelta(days=1), command.extended_on)
    return [
        BedExtended(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            cycle=2 if bed.extended is None else bed.extended.cycle + 1,
            extended_on=command.extended_on,
            cycle_ends_on=begins + timedelta(days=cycle_days(command.days, pack) - 1),
            assessed_on=assessed.assessed_on,
        )
    ]


def settle(command: SettleBed, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Settle an open bed's account; a later settlement replaces it. A bed that closed without one is settled once."""
    opened = require_opened(bed, command.family_bed_id)
    settled = BedSettled(
        family_bed_id=command.family_bed_id,
        resident_id=opened.resident_id,
        team_id=opened.team_id,
        settled_on=command.settled_on,
        amount_fen=command.amount_fen,
        insurance_fen=command.insurance_fen,
    )
    if bed.settled == settled:
        return []
    if bed.closed is None or bed.settled is not None:
        require_open(bed, command.family_bed_id, command.settled_on)
    require_past(command.settled_on, now)
    if not 0 <= command.insurance_fen <= command.amount_fen:
        raise Refused("settlement-does-not-add-up", amount=command.amount_fen, insurance=command.insurance_fen)
    return [settled]


def close(command: CloseBed, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Close an open bed with a settled account, not before its opening or the last stay in hospital."""
    opened = require_opened(bed, command.family_bed_id)
    if bed.closed is not None:
        if bed.closed.closed_on == command.closed_on and bed.closed.outcome == command.outcome:
            return []
        raise Refused("bed-not-open", bed=command.family_bed_id)
    least = first_closing_day(bed, opened)
    if command.closed_on < least:
        raise Refused("bed-closed-before-opened", bed=command.family_bed_id, day=least)
    require_past(command.closed_on, now)
    if bed.settled is None:
        raise Refused("bed-not-settled", bed=command.family_bed_id)
    return [
        BedClosed(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            closed_on=command.closed_on,
            outcome=command.outcome,
        )
    ]


def end(command: EndBed, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Close an open bed as of the resident's last day, or its opening or last stay if that is later.

    No account is waited for: it can be settled after this end. A bed that is not open yet loses its application.
    """
    if bed.applied is None or bed.closed is not None:
        return []
    if bed.opened is None:
        if bed.returned is not None:
            return []
        return [BedApplicationReturned(family_bed_id=command.family_bed_id, reason="resident-departed")]
    return [
        BedClosed(
            family_bed_id=command.family_bed_id,
            resident_id=bed.opened.resident_id,
            team_id=bed.opened.team_id,
            closed_on=max(command.last_day, first_closing_day(bed, bed.opened)),
            outcome=command.outcome,
        )
    ]


def first_closing_day(bed: FamilyBed, opened: BedOpened) -> date:
    """Return the first day on which an open bed can be closed: its opening, or the end of its last stay."""
    return max([opened.opened_on, *(stay.until or stay.since for stay in bed.stays)])


def report_overdue(command: ReportBedOverdue, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Record once that a current deadline has passed; it closes nothing."""
    require_applied(bed, command.family_bed_id)
    overdue = BedFellOverdue(family_bed_id=command.family_bed_id, what=command.what, due_on=command.due_on)
    if overdue in bed.overdue or local_day(now) <= command.due_on or deadline(bed, command.what) != command.due_on:
        return []
    return [overdue]


def deadline(bed: FamilyBed, what: str) -> date | None:
    """Return the current deadline of this kind, None if there is none."""
    if what == "assessment":
        pending = bed.applied is not None and bed.returned is None and bed.assessed is None
        return bed.applied.assess_by if pending and bed.applied else None
    if bed.opened is None or bed.closed is not None:
        return None
    if what == "cycle":
        return bed.cycle_ends_on
    if what == "review":
        return bed.review_by()
    return bed.first_round_by if bed.last_round("bed-round") is None else None


def first_round_by(day: date, pack: PolicyPack) -> date:
    """Return the last day on which a doctor's first round is in time, counted from the first day of care."""
    return day + timedelta(hours=pack.first_round_hours) - timedelta(days=1)


def cycle_days(requested_days: int | None, pack: PolicyPack) -> int:
    """Return the days of a cycle; refuse more than the pack's, or less than one."""
    days = pack.bed_cycle_days if requested_days is None else requested_days
    if not 1 <= days <= pack.bed_cycle_days:
        raise Refused("bed-cycle-outside-limits", days=days, most=pack.bed_cycle_days)
    return days


def check_opening(command: OpenBed, bed: FamilyBed, now: datetime) -> None:
    """Refuse another team, an unfit or not agreed bed, a day out of order, and an incomplete diagnosis."""
    if bed.applied is not None and bed.applied.team_id != command.team_id:
        raise Refused("bed-of-another-team", bed=command.family_bed_id, team=bed.applied.team_id)
    assessed = require_fit(bed, command.family_bed_id)
    if bed.agreed is None:
        raise Refused("bed-not-agreed", bed=command.family_bed_id)
    if command.opened_on < assessed.assessed_on:
        raise Refused("bed-opened-before-assessed", bed=command.family_bed_id, day=assessed.assessed_on)
    if command.opened_on < bed.agreed.agreed_on:
        raise Refused("bed-opened-before-agreed", bed=command.family_bed_id, day=bed.agreed.agreed_on)
    require_past(command.opened_on, now)
    axes = {diagnosis.axis for diagnosis in command.diagnoses}
    for axis in get_args(Axis):
        if axis not in axes:
            raise Refused("diagnosis-missing", bed=command.family_bed_id, axis=axis)


def check_seats(command: OpenBed, team: Team) -> None:
    """Refuse a doctor or nurse who does not hold that seat in the team on the day."""
    for member_id, role in ((command.doctor_id, "gp"), (command.nurse_id, "nurse")):
        member = team.member_on(member_id, command.opened_on)
        if member is None or member.role != role:
            raise Refused("named-member-not-seated", team=command.team_id, member=member_id, role=role)


def check_load(command: OpenBed, team_beds: int, pack: PolicyPack) -> None:
    """Refuse more beds than a team may have, unless a person overrides it [GK]."""
    if team_beds >= pack.team_beds_most and command.override_by is None:
        raise Refused("bed-capacity-reached", team=command.team_id, beds=team_beds, most=pack.team_beds_most)
