"""Referral inbox: referrals to a hospital and back, the next step of each, and how long each step took."""

from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Literal, get_args

from domain.event import value
from domain.local_time import at_local
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAppointmentPassed,
    ReferralAttended,
    ReferralDeclined,
    ReferralDischarged,
    ReferralEnded,
    ReferralEvent,
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
from projections.changes import Change, Projection, Table, as_json, moment
from projections.questions import Question, Row, Rows, Scalar, ask_where, opened_json, parsed_moment, share

ReferralStatus = Literal[
    "requested",
    "accepted",
    "declined",
    "withdrawn",
    "scheduled",
    "not-attended",
    "attended",
    "in-hospital",
    "discharged",
    "referred-down",
    "returned",
    "followed-up",
    "ended",
]

REFERRALS_V1 = Table(
    "referrals_v1",
    "referral_id",
    {
        "resident_id": "text",
        "contract_id": "text",
        "team_id": "text",
        "institution_id": "text",
        "urgency": "text",
        "reason": "text",
        "criteria": "text",
        "green_channel": "int",
        "in_contract": "int",
        "former_referral_id": "text",
        "slip": "text",
        "requested_at": "text",
        "answer_by": "text",
        "status": "text",
        "answered_at": "text",
        "unanswered": "int",
        "granted": "int",
        "decline_reason": "text",
        "withdraw_reason": "text",
        "ward": "text",
        "bed": "text",
        "appointment_at": "text",
        "appointment_passed": "int",
        "attended_at": "text",
        "admitted_on": "text",
        "discharged_on": "text",
        "plan": "text",
        "returned_on": "text",
        "advice": "text",
        "follow_up_by": "text",
        "followed_up_on": "text",
        "visit_id": "text",
        "in_time": "int",
        "overdue": "int",
    },
    indexes=(("team_id", "status"), ("institution_id", "status"), ("resident_id",), ("requested_at",)),
)
"""`institution_id` is the hospital. `criteria` and `advice` are JSON [code], `slip` and `plan` JSON objects of codes.

`granted`: the green channel was. `unanswered`, `appointment_passed` and `overdue` say that a deadline went by.
`follow_up_by` to `overdue` are of the newest follow-up; `visit_id` is the visit by which it was done.
"""


def project(event: ReferralEvent) -> Iterator[Change]:
    """Follow a referral up to the hospital's door."""
    referral = event.referral_id
    match event:
        case ReferralRequested():
            yield REFERRALS_V1.put(referral, **requested(event))
        case ReferralAccepted():
            yield REFERRALS_V1.patch(
                referral,
                status="accepted",
                answered_at=moment(event.answered_at),
                granted=int(event.green_channel),
                ward=event.ward,
                bed=event.bed,
            )
        case ReferralDeclined():
            yield REFERRALS_V1.patch(
                referral, status="declined", answered_at=moment(event.answered_at), decline_reason=event.reason
            )
        case ReferralLeftUnanswered():
            yield REFERRALS_V1.patch(referral, unanswered=1)
        case ReferralEnded():
            yield REFERRALS_V1.patch(referral, status="ended", withdraw_reason=event.reason, overdue=0)
        case ReferralWithdrawn():
            yield REFERRALS_V1.patch(referral, status="withdrawn", withdraw_reason=event.reason)
        case ReferralScheduled():
            yield REFERRALS_V1.patch(
                referral, status="scheduled", appointment_at=moment(event.appointment_at), appointment_passed=0
            )
        case ReferralAppointmentPassed():
            yield REFERRALS_V1.patch(referral, appointment_passed=1)
        case ReferralNotAttended():
            yield REFERRALS_V1.patch(referral, status="not-attended", appointment_passed=0)
        case _:
            yield from project_stay(event)


def requested(event: ReferralRequested) -> dict[str, Scalar]:
    """Return the columns of a new row."""
    return {
        "resident_id": event.resident_id,
        "contract_id": event.contract_id,
        "team_id": event.team_id,
        "institution_id": event.institution_id,
        "urgency": event.urgency,
        "reason": event.reason,
        "criteria": as_json(event.criteria),
        "green_channel": int(event.green_channel),
        "in_contract": int(event.in_contract),
        "former_referral_id": event.former_referral_id,
        "slip": as_json(event.slip),
        "requested_at": moment(event.requested_at),
        "answer_by": moment(event.answer_by),
        "status": "requested",
        "unanswered": 0,
        "appointment_passed": 0,
        "overdue": 0,
    }


def project_stay(
    event: ReferralAttended
    | ReferralAdmitted
    | ReferralDischarged
    | ReferralReferredDown
    | ReferralReturned
    | ReferralFollowedUp
    | ReferralFollowUpOverdue,
) -> Iterator[Change]:
    """Follow a referral in the hospital and back."""
    referral = event.referral_id
    match event:
        case ReferralAttended():
            yield went_on(event, "attended", attended_at=moment(event.attended_at), appointment_passed=0)
        case ReferralAdmitted():
            bed = {name: value for name, value in (("ward", event.ward), ("bed", event.bed)) if value is not None}
            yield went_on(event, "in-hospital", admitted_on=event.admitted_on.isoformat(), **bed)
        case ReferralDischarged():
            yield went_on(event, "discharged", discharged_on=event.discharged_on.isoformat())
        case ReferralReferredDown():
            plan = {
                "diagnoses": event.diagnoses,
                "plan": event.plan,
                "tests": event.tests,
                "rehabilitation": event.rehabilitation,
                "prescriptions": event.prescriptions,
            }
            yield went_on(event, "referred-down", plan=as_json(plan))
        case ReferralReturned():
            yield went_on(event, "returned", returned_on=event.returned_on.isoformat(), advice=as_json(event.advice))
        case ReferralFollowedUp():
            over = {"status": "followed-up"} if event.stage == "return" else {}
            yield REFERRALS_V1.patch(
                referral,
                followed_up_on=event.followed_up_on.isoformat(),
                visit_id=event.visit_id,
                in_time=int(event.in_time),
                **over,
            )
        case ReferralFollowUpOverdue():
            yield REFERRALS_V1.patch(referral, overdue=1)


def went_on(
    event: ReferralAttended | ReferralAdmitted | ReferralDischarged | ReferralReferredDown | ReferralReturned,
    status: ReferralStatus,
    **columns: Scalar,
) -> Change:
    """Return that the resident is at another place, with a follow-up that is still to be done."""
    return REFERRALS_V1.patch(
        event.referral_id,
        status=status,
        follow_up_by=event.follow_up_by.isoformat(),
        followed_up_on=None,
        visit_id=None,
        in_time=None,
        overdue=0,
        **columns,
    )


@value
class ReferralInbox:
    """Ask for referrals of one status (otherwise those for which somebody must still do something).

    Of one team, or of one hospital; both None asks for all.
    """

    team_id: str | None = None
    institution_id: str | None = None
    status: ReferralStatus | None = None


OPEN = """(f.status NOT IN ('declined', 'withdrawn', 'followed-up', 'ended')
 AND NOT (f.status = 'attended' AND f.followed_up_on IS NOT NULL))"""
"""A referral to a specialist that was followed up needs nothing more."""


def referral_inbox(question: ReferralInbox, rows: Rows) -> list[Row]:
    """Return referrals with the resident's `name`: the next follow-up first, then urgent ones, then the oldest."""
    referrals = ask_where(
        rows,
        "SELECT f.*, r.name FROM referrals_v1 f LEFT JOIN residents_v1 r ON r.resident_id = f.resident_id",
        [
            "f.team_id = :team_id" if question.team_id else "",
            "f.institution_id = :institution_id" if question.institution_id else "",
            "f.status = :status" if question.status else OPEN,
        ],
        """ORDER BY CASE WHEN f.follow_up_by IS NULL OR f.followed_up_on IS NOT NULL THEN 1 ELSE 0 END, f.follow_up_by,
        CASE f.urgency WHEN 'urgent' THEN 0 ELSE 1 END, f.requested_at, f.referral_id""",
        team_id=question.team_id,
        institution_id=question.institution_id,
        status=question.status,
    )
    return opened_json(referrals, "criteria", "slip", "plan", "advice")


@value
class ReferralTimes:
    """Ask how long the steps of referrals took that were asked for between two days, both included.

    Of one hospital or team, if named.
    """

    from_day: date
    to_day: date
    institution_id: str | None = None
    team_id: str | None = None


STEPS = ("answered_at", "appointment_at", "attended_at")


def referral_times(question: ReferralTimes, rows: Rows) -> list[Row]:
    """Return a row for each urgency: how many, how they ended, and the times of their steps in hours.

    Each time is counted from the request: its median and the time within which nine of ten were done. `green_share`
    is the share of accepted ones that came through the green channel, `in_time_share` that of those answered in time.
    """
    referrals = ask_where(
        rows,
        "SELECT urgency, requested_at, answer_by, answered_at, appointment_at, attended_at, granted,"
        " decline_reason, in_contract FROM referrals_v1",
        [
            "requested_at >= :begins AND requested_at < :ends",
            "institution_id = :institution_id" if question.institution_id else "",
            "team_id = :team_id" if question.team_id else "",
        ],
        "ORDER BY referral_id",
        begins=moment(at_local(question.from_day)),
        ends=moment(at_local(question.to_day, 24 * 60)),
        institution_id=question.institution_id,
        team_id=question.team_id,
    )
    by_urgency: dict[Scalar, list[dict[str, Scalar]]] = {}
    for row in referrals:
        by_urgency.setdefault(row["urgency"], []).append(row)
    return [{"urgency": urgency, **times_of(some)} for urgency, some in sorted(by_urgency.items(), key=str)]


def times_of(rows: list[dict[str, Scalar]]) -> Row:
    """Return how many referrals there are, their shares, and how long their steps took."""
    answered = [row for row in rows if row["answered_at"] is not None]
    accepted = [row for row in answered if row["decline_reason"] is None]
    in_time = sum(str(row["answered_at"]) <= str(row["answer_by"]) for row in answered)
    line: Row = {
        "referrals": len(rows),
        "accepted": len(accepted),
        "declined": len(answered) - len(accepted),
        "attended": sum(row["attended_at"] is not None for row in rows),
        "in_contract": sum(row["in_contract"] == 1 for row in rows),
        "in_time_share": share(in_time, len(answered)),
        "green_share": share(sum(row["granted"] == 1 for row in accepted), len(accepted)),
    }
    for step in STEPS:
        name = step.removesuffix("_at")
        took = sorted(hours for row in rows if (hours := hours_until(row, step)) is not None)
        line |= {f"hours_to_{name}_median": quantile(took, 0.5), f"hours_to_{name}_p90": quantile(took, 0.9)}
    return line


def hours_until(row: dict[str, Scalar], step: str) -> float | None:
    """Return the hours from the request to a step; None if it has not come."""
    begins, ends = parsed_moment(row["requested_at"]), parsed_moment(row[step])
    return None if begins is None or ends is None else (ends - begins).total_seconds() / 3600


def quantile(values: list[float], part: float) -> float | None:
    """Return the smallest of these sorted values that is not below `part` of them; None of none."""
    if not values:
        return None
    return round(values[ceil(len(values) * part) - 1], 2)


REFERRAL_INBOX = Projection(
    name="referral_inbox",
    tables=(REFERRALS_V1,),
    events=get_args(ReferralEvent),
    project=project,
    questions=(
        Question(
            asks=ReferralInbox,
            answer=referral_inbox,
            example=ReferralInbox(team_id="team-east", status="returned"),
        ),
        Question(
            asks=ReferralTimes,
            answer=referral_times,
            example=ReferralTimes(from_day=date(2026, 1, 1), to_day=date(2026, 12, 31)),
        ),
    ),
)
