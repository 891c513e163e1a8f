"""Referrals to a hospital and back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from domain.referral.events import (
    ReferralAppointmentPassed,
    ReferralDeclined,
    ReferralEnded,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralWithdrawn,
)
from tests.domain import builders as b
from tests.projections.histories.cutting import cut


def referral(luck: Random, referral_id: str, person: str) -> Iterator[tuple[str, object]]:
    ids: dict[str, Any] = {"referral_id": referral_id, "resident_id": person, "team_id": "team-1"}
    requested = replace(b.REFERRED, **ids, urgency=luck.choice(["urgent", "ordinary"]))
    unanswered = ReferralLeftUnanswered(**ids, institution_id="city-3", answer_by=requested.answer_by)
    if luck.random() < 0.3:
        declined = ReferralDeclined(**ids, answered_at=b.at(b.TODAY, 11), reason="no-bed")
        return cut(luck, f"referral-{referral_id}", [requested, unanswered, declined])
    accepted, appointed = replace(b.ACCEPTED, **ids), replace(b.APPOINTED, **ids)
    if luck.random() < 0.3:
        appointment = {**ids, "appointment_at": appointed.appointment_at}
        passed, missed = ReferralAppointmentPassed(**appointment), ReferralNotAttended(**appointment)
        withdrawn = ReferralWithdrawn(**ids, reason="resident-declined")
        return cut(luck, f"referral-{referral_id}", [requested, accepted, appointed, passed, missed, withdrawn])
    if luck.random() < 0.2:
        over = ReferralEnded(**ids, reason="moved-out", last_day=b.TODAY)
        attended = replace(b.ATTENDED, **ids)
        return cut(luck, f"referral-{referral_id}", [requested, accepted, appointed, attended, over])
    overdue = ReferralFollowUpOverdue(**ids, stage="transfer", follow_up_by=date(2026, 3, 7))
    seen, seen_again = (
        ReferralFollowedUp(**ids, stage=stage, followed_up_on=b.TOMORROW, visit_id=None, in_time=False)
        for stage in ("transfer", "return")
    )
    stay = [replace(event, **ids) for event in (b.ATTENDED, b.ADMITTED, b.DISCHARGED, b.REFERRED_DOWN, b.RETURNED)]
    steps: list[object] = [accepted, appointed, *stay[:2], overdue, seen, *stay[2:], seen_again]
    return cut(luck, f"referral-{referral_id}", [requested, *steps])
