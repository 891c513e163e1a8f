"""A family bed is hospital-grade care at home: applied for, assessed, opened, planned, visited, closed (A7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from domain.decider import FOREVER, Claim, Decider, Refused
from domain.event import event, value
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident import Resident
from domain.team import Team

BedKind = Literal["treatment", "rehabilitation", "palliative"]
PlanKind = Literal["treatment", "nursing"]
Outcome = Literal["cured", "improved", "not-cured", "died", "other"]

# What may be asked


@value
class ApplyForBed:
    """Apply for a family bed; indications are codes."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    indications: tuple[str, ...]


@value
class AssessBed:
    """Say whether the condition and the dwelling allow care at home; both are looked at (A7)."""

    family_bed_id: str
    assessed_on: date
    assessor_id: str
    condition_fits: bool
    dwelling_fits: bool


@value
class OpenBed:
    """Open an assessed bed under a responsible doctor and nurse."""

    family_bed_id: str
    team_id: str
    opened_on: date
    doctor_id: str
    nurse_id: str
    days: int | None = None


@value
class SetBedPlan:
    """Set the treatment or the nursing plan; measures are codes."""

    family_bed_id: str
    kind: PlanKind
    measures: tuple[str, ...]


@value
class RecordRound:
    """Write down a round; `visit_id` is the visit by which it was made."""

    family_bed_id: str
    visit_id: str
    made_at: datetime
    member_ids: tuple[str, ...]
    findings: tuple[str, ...] = ()


@value
class CloseBed:
    """Close an open bed with its outcome."""

    family_bed_id: str
    closed_on: date
    outcome: Outcome


# What is then true


@event("family_bed.applied_for.v1")
class BedAppliedFor:
    """A bed is wanted."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    indications: tuple[str, ...]


@event("family_bed.assessed.v1")
class BedAssessed:
    """Condition and dwelling were looked at."""

    family_bed_id: str
    assessed_on: date
    assessor_id: str
    condition_fits: bool
    dwelling_fits: bool


@event("family_bed.opened.v1")
class BedOpened:
    """Care at home begins; the numbers of the cycle are decided here."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    opened_on: date
    cycle_ends_on: date
    first_round_by: date
    round_every_days: int
    nurse_round_every_days: int
    doctor_id: str
    nurse_id: str


@event("family_bed.plan_set.v1")
class BedPlanSet:
    """A treatment or nursing plan holds from now on."""

    family_bed_id: str
    kind: PlanKind
    measures: tuple[str, ...]


@event("family_bed.round_recorded.v1")
class BedRoundRecorded:
    """A round was made."""

    family_bed_id: str
    resident_id: str
    visit_id: str
    made_at: datetime
    member_ids: tuple[str, ...]
    findings: tuple[str, ...]


@event("family_bed.closed.v1")
class BedClosed:
    """Care at home is over."""

    family_bed_id: str
    resident_id: str
    team_id: str
    closed_on: date
    outcome: Outcome


FamilyBedEvent = BedAppliedFor | BedAssessed | BedOpened | BedPlanSet | BedRoundRecorded | BedClosed

# What is remembered


@value
class FamilyBed:
    """What decisions about, and under, a family bed ask."""

    applied: BedAppliedFor | None = None
    assessed: BedAssessed | None = None
    opened: BedOpened | None = None
    plans: tuple[BedPlanSet, ...] = ()
    rounds: frozenset[str] = frozenset()
    closed: BedClosed | None = None

    def is_open(self, day: date) -> bool:
        """Say whether there is care at home on that day."""
        return (
            self.opened is not None
            and self.opened.opened_on <= day
            and (self.closed is None or day <= self.closed.closed_on)
        )


def evolve(bed: FamilyBed, fact: FamilyBedEvent) -> FamilyBed:
    """Believe an event."""
    match fact:
        case BedAppliedFor():
            return replace(bed, applied=fact)
        case BedAssessed():
            return replace(bed, assessed=fact)
        case BedOpened():
            return replace(bed, opened=fact)
        case BedPlanSet():
            return replace(bed, plans=(*(plan for plan in bed.plans if plan.kind != fact.kind), fact))
        case BedRoundRecorded():
            return replace(bed, rounds=bed.rounds | {fact.visit_id})
        case BedClosed():
            return replace(bed, closed=fact)


def claims(bed: FamilyBed, fact: FamilyBedEvent) -> Iterable[Claim]:
    """One open bed per resident, from its opening until it is closed."""
    if isinstance(fact, BedOpened | BedClosed):
        assert bed.opened is not None
        yield Claim(
            key=f"open-bed:{fact.resident_id}",
            rule="open-bed-exists",
            since=bed.opened.opened_on,
            until=FOREVER if bed.closed is None else bed.closed.closed_on,
        )


# What is decided


def apply_for(command: ApplyForBed, bed: FamilyBed, *, resident: Resident, team: Team) -> list[FamilyBedEvent]:
    """Apply once, for a registered resident, with a reason, to a team."""
    applied = BedAppliedFor(
        family_bed_id=command.family_bed_id,
        resident_id=command.resident_id,
        team_id=command.team_id,
        kind=command.kind,
        indications=command.indications,
    )
    if bed.applied == applied:
        return []
    if bed.applied is not None:
        raise Refused("bed-already-applied-for", bed=command.family_bed_id)
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=command.resident_id)
    if team.formed is None:
        raise Refused("team-not-formed", team=command.team_id)
    if not command.indications:
        raise Refused("indication-missing", bed=command.family_bed_id)
    return [applied]


def assess(command: AssessBed, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Assess a bed that was applied for and is not open yet; a new assessment replaces the last."""
    require_applied(bed, command.family_bed_id)
    assessed = BedAssessed(
        family_bed_id=command.family_bed_id,
        assessed_on=command.assessed_on,
        assessor_id=command.assessor_id,
        condition_fits=command.condition_fits,
        dwelling_fits=command.dwelling_fits,
    )
    if bed.assessed == assessed:
        return []
    if bed.opened is not None:
        raise Refused("bed-already-opened", bed=command.family_bed_id)
    if command.assessed_on > local_day(now):
        raise Refused("day-in-the-future", day=command.assessed_on)
    return [assessed]


def open_(command: OpenBed, bed: FamilyBed, *, pack: PolicyPack, team: Team) -> list[FamilyBedEvent]:
    """Open a bed that was assessed as fit, for a cycle within the pack's, under a doctor and a nurse of the team."""
    applied = require_applied(bed, command.family_bed_id)
    if bed.opened is not None:
        if bed.opened.opened_on == command.opened_on and bed.opened.doctor_id == command.doctor_id:
            return []
        raise Refused("bed-already-opened", bed=command.family_bed_id)
    if applied.team_id != command.team_id:
        raise Refused("bed-of-another-team", bed=command.family_bed_id, team=applied.team_id)
    if bed.assessed is None:
        raise Refused("bed-not-assessed", bed=command.family_bed_id)
    if not (bed.assessed.condition_fits and bed.assessed.dwelling_fits):
        raise Refused("bed-assessed-unfit", bed=command.family_bed_id)
    if command.opened_on < bed.assessed.assessed_on:
        raise Refused("bed-opened-before-assessed", bed=command.family_bed_id, day=bed.assessed.assessed_on)
    days = pack.bed_cycle_days if command.days is None else command.days
    if not 1 <= days <= pack.bed_cycle_days:
        raise Refused("bed-cycle-outside-limits", days=days, most=pack.bed_cycle_days)
    for member_id, role in ((command.doctor_id, "gp"), (command.nurse_id, "nurse")):
        member = team.member(member_id)
        if member is None or member.role != role or member not in team.members_on(command.opened_on):
            raise Refused("named-member-not-seated", team=command.team_id, member=member_id, role=role)
    return [
        BedOpened(
            family_bed_id=command.family_bed_id,
            resident_id=applied.resident_id,
            team_id=command.team_id,
            kind=applied.kind,
            opened_on=command.opened_on,
            cycle_ends_on=command.opened_on + timedelta(days=days - 1),
            first_round_by=command.opened_on + timedelta(hours=pack.first_round_hours) - timedelta(days=1),
            round_every_days=pack.round_every_days,
            nurse_round_every_days=pack.nurse_round_every_days,
            doctor_id=command.doctor_id,
            nurse_id=command.nurse_id,
        )
    ]


def set_plan(command: SetBedPlan, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Replace a plan of an open bed."""
    require_open(bed, command.family_bed_id)
    if not command.measures:
        raise Refused("plan-without-measures", bed=command.family_bed_id)
    plan = BedPlanSet(family_bed_id=command.family_bed_id, kind=command.kind, measures=command.measures)
    return [] if plan in bed.plans else [plan]


def record_round(command: RecordRound, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Write down each visit's round once, while the bed is open."""
    opened = require_opened(bed, command.family_bed_id)
    if command.visit_id in bed.rounds:
        return []
    if not bed.is_open(local_day(command.made_at)):
        raise Refused("bed-not-open", bed=command.family_bed_id)
    return [
        BedRoundRecorded(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            visit_id=command.visit_id,
            made_at=command.made_at,
            member_ids=command.member_ids,
            findings=command.findings,
        )
    ]


def close(command: CloseBed, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Close an open bed, not before it was opened."""
    opened = require_opened(bed, command.family_bed_id)
    if bed.closed is not None:
        if bed.closed.closed_on == command.closed_on and bed.closed.outcome == command.outcome:
            return []
        raise Refused("bed-not-open", bed=command.family_bed_id)
    if command.closed_on < opened.opened_on:
        raise Refused("bed-closed-before-opened", bed=command.family_bed_id, day=opened.opened_on)
    return [
        BedClosed(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            closed_on=command.closed_on,
            outcome=command.outcome,
        )
    ]


def require_applied(bed: FamilyBed, bed_id: str) -> BedAppliedFor:
    """Return the application; refuse a bed that nobody applied for."""
    if bed.applied is None:
        raise Refused("bed-unknown", bed=bed_id)
    return bed.applied


def require_opened(bed: FamilyBed, bed_id: str) -> BedOpened:
    """Return the opening; refuse a bed that never opened."""
    if bed.opened is None:
        raise Refused("bed-not-open", bed=bed_id)
    return bed.opened


def require_open(bed: FamilyBed, bed_id: str) -> None:
    """Refuse a bed that is not open now."""
    require_opened(bed, bed_id)
    if bed.closed is not None:
        raise Refused("bed-not-open", bed=bed_id)


FAMILY_BED: Decider[FamilyBed, FamilyBedEvent] = Decider(
    category="family_bed",
    initial=FamilyBed(),
    evolve=evolve,
    decisions={
        ApplyForBed: apply_for,
        AssessBed: assess,
        OpenBed: open_,
        SetBedPlan: set_plan,
        RecordRound: record_round,
        CloseBed: close,
    },
    events=get_args(FamilyBedEvent),
    identify=lambda command: command.family_bed_id,
    claims=claims,
)
