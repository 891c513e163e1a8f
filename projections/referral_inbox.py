"""Referrals on their way to a hospital and back, those to be followed up first."""

from collections.abc import Iterator
from typing import Literal, get_args

from domain.event import value
from domain.referral import (
    ReferralAccepted,
    ReferralDeclined,
    ReferralEvent,
    ReferralFollowedUp,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
)
from projections.asking import Question, Row, Rows, ask_where, opened_json
from projections.changes import Change, Projection, Table, as_json, moment

ReferralStatus = Literal["requested", "accepted", "declined", "scheduled", "returned", "followed-up"]

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
        "requested_on": "text",
        "status": "text",
        "decline_reason": "text",
        "appointment_at": "text",
        "returned_on": "text",
        "follow_up_by": "text",
        "advice": "text",
        "followed_up_on": "text",
        "visit_id": "text",
        "in_time": "int",
    },
    indexes=(("team_id", "status"), ("institution_id", "status"), ("resident_id",)),
)
"""`institution_id` is the hospital; `advice` is JSON [code]; `visit_id` is the visit by which it was followed up."""


def project(fact: ReferralEvent) -> Iterator[Change]:
    """Follow a referral."""
    referral = fact.referral_id
    match fact:
        case ReferralRequested():
            yield REFERRALS_V1.put(
                referral,
                resident_id=fact.resident_id,
                contract_id=fact.contract_id,
                team_id=fact.team_id,
                institution_id=fact.institution_id,
                urgency=fact.urgency,
                reason=fact.reason,
                requested_on=fact.requested_on.isoformat(),
                status="requested",
            )
        case ReferralAccepted():
            yield REFERRALS_V1.patch(referral, status="accepted")
        case ReferralDeclined():
            yield REFERRALS_V1.patch(referral, status="declined", decline_reason=fact.reason)
        case ReferralScheduled():
            yield REFERRALS_V1.patch(referral, status="scheduled", appointment_at=moment(fact.appointment_at))
        case ReferralReturned():
            yield REFERRALS_V1.patch(
                referral,
                status="returned",
                returned_on=fact.returned_on.isoformat(),
                follow_up_by=fact.follow_up_by.isoformat(),
                advice=as_json(fact.advice),
            )
        case ReferralFollowedUp():
            yield REFERRALS_V1.patch(
                referral,
                status="followed-up",
                followed_up_on=fact.followed_up_on.isoformat(),
                visit_id=fact.visit_id,
                in_time=int(fact.in_time),
            )


@value
class ReferralInbox:
    """Ask for referrals of one status (otherwise those for which somebody must still do something), of one team."""

    team_id: str | None = None
    status: ReferralStatus | None = None


def referral_inbox(question: ReferralInbox, rows: Rows) -> list[Row]:
    """Return referrals with the resident's `name`: the next follow-up first, then urgent ones, then the oldest."""
    found = ask_where(
        rows,
        "SELECT f.*, r.name FROM referrals_v1 f LEFT JOIN residents_v1 r ON r.resident_id = f.resident_id",
        [
            "f.team_id = :team_id" if question.team_id else "",
            "f.status = :status" if question.status else "f.status NOT IN ('declined', 'followed-up')",
        ],
        """ORDER BY CASE WHEN f.follow_up_by IS NULL THEN 1 ELSE 0 END, f.follow_up_by,
        CASE f.urgency WHEN 'urgent' THEN 0 ELSE 1 END, f.requested_on, f.referral_id""",
        team_id=question.team_id,
        status=question.status,
    )
    return opened_json(found, "advice")


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
    ),
)
