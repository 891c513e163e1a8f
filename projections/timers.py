"""Timers: commands that fall due with time, each a row until it is no longer wanted."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

from domain.care_plan.commands import CancelCare, EndCare, FallDueCareTask, MissCareTask
from domain.care_plan.events import (
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskScheduled,
    OpenCareEnded,
)
from domain.contract.commands import ExpireContract
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
)
from domain.event import value
from domain.family_bed.commands import Overdue, ReportBedOverdue
from domain.family_bed.events import (
    BedApplicationReturned,
    BedAppliedFor,
    BedAppliedForAgain,
    BedAssessed,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedTransferredToHospital,
)
from domain.local_time import at_local, local_day
from domain.referral.commands import RecordAppointmentPassed, RecordFollowUpOverdue, RecordUnanswered
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAppointmentPassed,
    ReferralAttended,
    ReferralDeclined,
    ReferralDischarged,
    ReferralEnded,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralReferredDown,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
    ReferralWithdrawn,
)
from domain.resident.commands import ReviewKeyGroups
from domain.resident.events import (
    EvidenceShown,
    KeyGroupTagged,
    KeyGroupUntagged,
    PersonalDetailsCorrected,
    ResidentDeparted,
    ResidentRegistered,
)
from domain.team.commands import ReviewStaffing
from domain.team.events import (
    GuestInvited,
    GuestWithdrawn,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    SeatFellEmpty,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDisbanded,
    TeamFormed,
)
from domain.visit.commands import MissVisit, RaiseVisitAlarm
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitReleased,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from projections.changes import Change, Projection, Put, moment
from projections.corrections.corrected_timers import CorrectedEvent, corrected
from projections.corrections.timer_rows import TIMERS_V1, end_of, moment_of, timer
from projections.questions import Question, Row, Rows, Scalar, opened_json, parsed_moment, whole

FALL_DUE_MINUTE = -8 * 60
"""A care task falls due at 16:00 local time of the day before its window, in time for the planning of that day."""

EndedTask = CareTaskDone | CareTaskDoneLate | CareTaskMissed | CareTaskLost | CareTaskCancelled
TaskEvent = CareTaskScheduled | CareTaskFellDue | EndedTask
ContractEvent = ContractSigned | ContractRenewed | ContractDeemedRenewed | ContractTerminated | ContractExpired
WantedVisit = VisitRequested | VisitRequestedAgain | VisitRescheduled | VisitHandedOver | VisitReleased
EndedVisit = VisitCompleted | VisitMissed | VisitCancelled
VisitUnderWay = VisitStarted | VisitJoined | VisitLeft | VisitAlarmRaised
VisitEvent = WantedVisit | VisitAssigned | VisitUnderWay | EndedVisit
BedEvent = (
    BedAppliedFor
    | BedAppliedForAgain
    | BedApplicationReturned
    | BedAssessed
    | BedOpened
    | BedExtended
    | BedReviewed
    | BedRoundRecorded
    | BedTransferredToHospital
    | BedReturnedFromHospital
    | BedFellOverdue
    | BedClosed
)
AgeEvent = ResidentRegistered | PersonalDetailsCorrected | EvidenceShown
GroupEvent = KeyGroupTagged | KeyGroupUntagged | ResidentDeparted
Answered = ReferralAccepted | ReferralDeclined | ReferralLeftUnanswered
Appointed = ReferralAppointmentPassed | ReferralNotAttended
Stayed = ReferralAttended | ReferralAdmitted | ReferralDischarged | ReferralReferredDown | ReferralReturned
FollowedUp = ReferralFollowedUp | ReferralFollowUpOverdue | ReferralEnded
SentEvent = ReferralRequested | Answered | ReferralScheduled | Appointed | ReferralWithdrawn
ReferralEvent = SentEvent | Stayed | FollowedUp
StaffEvent = (
    TeamFormed
    | MemberJoined
    | MemberLeft
    | LicenceRecorded
    | GuestInvited
    | GuestWithdrawn
    | SeatFellEmpty
    | TeamBecameUnderstaffed
    | StaffingRestored
    | TeamDisbanded
)
PersonEvent = AgeEvent | GroupEvent | OpenCareEnded
PeopleEvent = PersonEvent | StaffEvent
TimedEvent = TaskEvent | ContractEvent | VisitEvent | PeopleEvent | ReferralEvent | BedEvent | CorrectedEvent


def project(event: TimedEvent) -> Iterator[Change]:
    """Set and take away timers."""
    if isinstance(event, CorrectedEvent):
        yield from corrected(event)
        return
    if isinstance(event, VisitUnderWay | EndedVisit):
        yield from of_visit(event)
        return
    if isinstance(event, BedEvent):
        yield from of_bed(event)
        return
    if isinstance(event, PeopleEvent):
        yield of_staff(event) if isinstance(event, StaffEvent) else of_person(event)
        return
    match event:
        case CareTaskScheduled():
            yield from of_task(event)
        case CareTaskFellDue():
            yield TIMERS_V1.drop(f"fall-due:{event.care_task_id}")
        case CareTaskDone() | CareTaskDoneLate() | CareTaskMissed() | CareTaskLost() | CareTaskCancelled():
            yield TIMERS_V1.drop(f"fall-due:{event.care_task_id}")
            yield TIMERS_V1.drop(f"lost:{event.care_task_id}")
        case ContractSigned() | ContractRenewed() | ContractDeemedRenewed() | ContractTerminated() | ContractExpired():
            yield of_contract(event)
        case VisitRequested() | VisitRequestedAgain() | VisitRescheduled() | VisitHandedOver() | VisitReleased():
            miss = MissVisit(visit_id=event.visit_id, reason="window-passed")
            yield timer(f"visit-over:{event.visit_id}", end_of(event.window_to), miss)
        case VisitAssigned():
            miss = MissVisit(visit_id=event.visit_id, reason="not-started")
            yield timer(f"visit-over:{event.visit_id}", end_of_visit(event), miss)
        case _:
            yield from of_referral(event)


def of_contract(event: ContractEvent) -> Change:
    """Let a term expire, or a deemed one that nobody signed."""
    match event:
        case ContractSigned() | ContractRenewed():
            last = event.ends_on
        case ContractDeemedRenewed():
            last = event.sign_by
        case _:
            return TIMERS_V1.drop(f"expire:{event.contract_id}")
    return timer(f"expire:{event.contract_id}", end_of(last), ExpireContract(contract_id=event.contract_id))


def of_end(event: OpenCareEnded) -> Change:
    """Let what is left after an announced last day be ended."""
    timer_id = f"care-over:{event.resident_id}:{event.source_id or event.cause}"
    if not event.to_come:
        return TIMERS_V1.drop(timer_id)
    last_day, cause = event.last_day, event.cause
    command: object = EndCare(resident_id=event.resident_id, last_day=last_day, cause=cause)
    if event.source_id is not None:
        command = CancelCare(resident_id=event.resident_id, source_id=event.source_id, last_day=last_day, cause=cause)
    return timer(timer_id, end_of(last_day), command)


def of_visit(event: VisitUnderWay | EndedVisit) -> Iterator[Change]:
    """Tell the leader if nobody leaves a home for too long; a visit that has begun is not over by itself."""
    yield TIMERS_V1.drop(f"visit-over:{event.visit_id}")
    due_at = event.alarm_at if isinstance(event, VisitStarted | VisitJoined | VisitLeft) else None
    if due_at is None:
        yield TIMERS_V1.drop(f"alarm:{event.visit_id}")
    else:
        yield timer(f"alarm:{event.visit_id}", moment(due_at), RaiseVisitAlarm(visit_id=event.visit_id))


def of_referral(event: ReferralEvent) -> Iterator[Change]:
    """Let a hospital's hours, an appointment's day and a follow-up's days end."""
    referral = event.referral_id
    match event:
        case ReferralRequested():
            yield timer(f"answer:{referral}", moment(event.answer_by), RecordUnanswered(referral_id=referral))
        case ReferralAccepted() | ReferralDeclined() | ReferralLeftUnanswered():
            yield TIMERS_V1.drop(f"answer:{referral}")
        case ReferralScheduled():
            over = end_of(local_day(event.appointment_at))
            yield timer(f"appointment:{referral}", over, RecordAppointmentPassed(referral_id=referral))
        case ReferralAppointmentPassed() | ReferralNotAttended():
            yield TIMERS_V1.drop(f"appointment:{referral}")
        case ReferralWithdrawn():
            yield TIMERS_V1.drop(f"answer:{referral}")
            yield TIMERS_V1.drop(f"appointment:{referral}")
        case ReferralFollowedUp() | ReferralFollowUpOverdue() | ReferralEnded():
            yield TIMERS_V1.drop(f"follow-up:{referral}")
        case _:
            yield TIMERS_V1.drop(f"appointment:{referral}")
            overdue = RecordFollowUpOverdue(referral_id=referral)
            yield timer(f"follow-up:{referral}", end_of(event.follow_up_by), overdue)


def of_staff(event: StaffEvent) -> Change:
    """Let a team's mandatory seats be looked at on the next day on which time alone changes who holds them."""
    review_on = None if isinstance(event, TeamDisbanded) else event.review_on
    if review_on is None:
        return TIMERS_V1.drop(f"staffing:{event.team_id}")
    return timer(f"staffing:{event.team_id}", moment_of(review_on, 0), ReviewStaffing(team_id=event.team_id))


def of_person(event: PersonEvent) -> Change:
    """Let groups be looked at when age or childbed changes them, and what an announced end left be ended."""
    match event:
        case OpenCareEnded():
            return of_end(event)
        case ResidentRegistered() | PersonalDetailsCorrected() | EvidenceShown():
            return of_group(
                event.resident_id, "elder", None if event.elder_on is None else moment_of(event.elder_on, 0)
            )
        case KeyGroupTagged():
            return of_group(event.resident_id, event.group, None if event.ends_on is None else end_of(event.ends_on))
        case KeyGroupUntagged():
            return of_group(event.resident_id, event.group, None)
        case ResidentDeparted():
            return of_group(event.resident_id, "elder", None)


def of_group(resident_id: str, group: str, due_at: str | None) -> Change:
    """Let a resident's groups be looked at when time adds or ends one; never if no day is known."""
    timer_id = f"group:{resident_id}:{group}"
    if due_at is None:
        return TIMERS_V1.drop(timer_id)
    return timer(timer_id, due_at, ReviewKeyGroups(resident_id=resident_id))


def of_bed(event: BedEvent) -> Iterator[Change]:
    """Report a bed whose assessment, first round, senior review or cycle is overdue."""
    bed = event.family_bed_id
    match event:
        case BedAppliedFor() | BedAppliedForAgain() if event.assess_by is not None:
            yield bed_timer(bed, "assessment", event.assess_by)
        case BedApplicationReturned() | BedAssessed():
            yield TIMERS_V1.drop(f"bed-assessment:{bed}")
        case BedOpened():
            yield bed_timer(bed, "first-round", event.first_round_by)
            yield bed_timer(bed, "cycle", event.cycle_ends_on)
            if event.review_by is not None:
                yield bed_timer(bed, "review", event.review_by)
        case BedExtended():
            yield bed_timer(bed, "cycle", event.cycle_ends_on)
        case BedReviewed():
            yield bed_timer(bed, "review", event.review_by)
        case BedReturnedFromHospital():
            yield bed_timer(bed, "first-round", event.first_round_by)
        case BedRoundRecorded(kind="bed-round") | BedTransferredToHospital():
            yield TIMERS_V1.drop(f"bed-first-round:{bed}")
        case BedFellOverdue():
            yield TIMERS_V1.drop(f"bed-{event.what}:{bed}")
        case BedClosed():
            yield from (TIMERS_V1.drop(f"bed-{what}:{bed}") for what in ("first-round", "review", "cycle"))


def bed_timer(bed_id: str, what: Overdue, due_on: date) -> Put:
    """Return the row that reports a deadline of a bed after its day."""
    report = ReportBedOverdue(family_bed_id=bed_id, what=what, due_on=due_on)
    return timer(f"bed-{what}:{bed_id}", end_of(due_on), report)


def of_task(event: CareTaskScheduled) -> Iterator[Put]:
    """Let a task fall due on the eve of its window, and be lost when it is no longer worth doing."""
    due = FallDueCareTask(resident_id=event.resident_id, care_task_id=event.care_task_id)
    lost = MissCareTask(resident_id=event.resident_id, care_task_id=event.care_task_id)
    yield timer(f"fall-due:{event.care_task_id}", moment_of(event.window_from, FALL_DUE_MINUTE), due)
    yield timer(f"lost:{event.care_task_id}", end_of(event.lost_after), lost)


def end_of_visit(event: VisitAssigned) -> str:
    """Return when an assigned visit that has not begun is missed: at midnight, or at its end in the night after."""
    return max((end_of(event.day), *(moment(slot.ends_at) for slot in event.slots)))


@value
class DueTimers:
    """Ask what has fallen due by a moment."""

    now: datetime
    limit: int = 100


def due_timers(question: DueTimers, rows: Rows) -> list[Row]:
    """Return timers with `command` {name, data} taken apart, the longest overdue first."""
    return opened_json(due_by(rows, question.now, limit=question.limit), "command")


def due_by(rows: Rows, now: datetime, *, limit: int | None = None) -> list[dict[str, Scalar]]:
    """Return the timers that are due at a moment, or up to `limit` of them, the longest overdue first."""
    most = "" if limit is None else f" LIMIT {limit}"
    return rows.ask(
        f"SELECT timer_id, due_at, command FROM timers_v1 WHERE due_at <= :now ORDER BY due_at, timer_id{most}",  # noqa: S608 -- a number
        now=moment(now),
    )


def falling_due_at_home(rows: Rows, team_id: str, last: date) -> list[dict[str, Scalar]]:
    """Return the timers by which a team's care tasks at home fall due whose window begins by a day, in their order."""
    return rows.ask(
        """SELECT t.timer_id, t.due_at, t.command FROM owed_at_home_v1 o
        JOIN timers_v1 t ON t.timer_id = 'fall-due:' || o.care_task_id
        WHERE o.team_id = :team_id AND o.window_from <= :last ORDER BY t.due_at, t.timer_id""",
        team_id=team_id,
        last=last.isoformat(),
    )


def overdue(rows: Rows, now: datetime) -> tuple[int, datetime | None]:
    """Return how many timers are due at a moment, and since when the oldest is."""
    (row,) = rows.ask(
        "SELECT count(*) AS due, min(due_at) AS since FROM timers_v1 WHERE due_at <= :now", now=moment(now)
    )
    return whole(row["due"]), parsed_moment(row["since"])


@value
class NextTimer:
    """Ask when something falls due next."""


def next_timer(question: NextTimer, rows: Rows) -> Row | None:  # noqa: ARG001 -- the signature of every answer
    """Return the earliest timer's `timer_id` and `due_at`, overdue or not; None if time will bring nothing."""
    timers = rows.ask("SELECT timer_id, due_at FROM timers_v1 ORDER BY due_at, timer_id LIMIT 1")
    return {**timers[0]} if timers else None


TIMERS = Projection(
    name="timers",
    tables=(TIMERS_V1,),
    events=get_args(TimedEvent),
    project=project,
    questions=(
        Question(
            asks=DueTimers,
            answer=due_timers,
            example=DueTimers(now=at_local(date(2026, 3, 2)), limit=100),
        ),
        Question(asks=NextTimer, answer=next_timer, example=NextTimer()),
    ),
)
