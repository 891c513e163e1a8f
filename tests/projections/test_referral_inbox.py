"""Referrals on their way to a hospital and back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.referral.commands import Slip
from domain.referral.events import (
    ReferralAppointmentPassed,
    ReferralDeclined,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralWithdrawn,
)
from infra.rows.sqlite import SqliteRows
from projections.referral_inbox import ReferralInbox, ReferralTimes, quantile
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_timers import due_at

WHOSE = {"referral_id": "r1", "resident_id": "wang", "team_id": "team-1"}
DECLINED = ReferralDeclined(**WHOSE, answered_at=b.at(b.TODAY, 10), reason="no-bed")
UNANSWERED = ReferralLeftUnanswered(**WHOSE, institution_id="city-3", answer_by=b.REFERRED.answer_by)
PASSED = ReferralAppointmentPassed(**WHOSE, appointment_at=b.at(b.TODAY, 9))
NOT_ATTENDED = ReferralNotAttended(**WHOSE, appointment_at=b.at(b.TODAY, 9))
WITHDRAWN = ReferralWithdrawn(**WHOSE, reason="resident-declined")
OVERDUE = ReferralFollowUpOverdue(**WHOSE, stage="transfer", follow_up_by=date(2026, 3, 7))
SEEN_THERE = ReferralFollowedUp(**WHOSE, stage="transfer", followed_up_on=b.TODAY, visit_id=None, in_time=True)
FOLLOWED_UP = replace(SEEN_THERE, stage="return", followed_up_on=date(2026, 3, 8), visit_id="v9", in_time=False)


def statuses(rows_of: RowsOf, *events: object) -> list[object]:
    return [rows_of(*events[:n]).ask("SELECT status FROM referrals_v1")[0]["status"] for n in range(1, len(events) + 1)]


def test_a_referral_goes_up_and_comes_back(rows_of: RowsOf) -> None:
    question = replace(
        b.REFERRED, criteria=("chest-pain",), green_channel=True, in_contract=True, slip=Slip(tests=("ecg",))
    )
    stay = (b.ATTENDED, b.ADMITTED, SEEN_THERE, b.DISCHARGED, b.REFERRED_DOWN, b.RETURNED, FOLLOWED_UP)
    steps = [question, replace(b.ACCEPTED, green_channel=True), b.APPOINTED, *stay]
    seen = statuses(rows_of, *steps)
    assert seen[:5] == ["requested", "accepted", "scheduled", "attended", "in-hospital"]
    assert seen[5:] == ["in-hospital", "discharged", "referred-down", "returned", "followed-up"]
    (row,) = rows_of(*steps).ask("SELECT * FROM referrals_v1")
    assert row == {
        "referral_id": "r1",
        "resident_id": "wang",
        "contract_id": "c1",
        "team_id": "team-1",
        "institution_id": "city-3",
        "urgency": "ordinary",
        "reason": "I10",
        "criteria": '["chest-pain"]',
        "green_channel": 1,
        "in_contract": 1,
        "former_referral_id": None,
        "slip": '{"cautions":[],"conditions":[],"rehabilitation":[],"tests":["ecg"]}',
        "requested_at": "2026-03-02T01:00:00Z",
        "answer_by": "2026-03-05T01:00:00Z",
        "status": "followed-up",
        "answered_at": "2026-03-02T01:00:00Z",
        "unanswered": 0,
        "granted": 1,
        "decline_reason": None,
        "withdraw_reason": None,
        "ward": "cardiology",
        "bed": "12",
        "appointment_at": "2026-03-02T01:00:00Z",
        "appointment_passed": 0,
        "attended_at": "2026-03-02T01:00:00Z",
        "admitted_on": "2026-03-02",
        "discharged_on": "2026-03-02",
        "plan": '{"diagnoses":["I10"],"plan":["two-drugs"],"prescriptions":["amlodipine-5mg"],'
        '"rehabilitation":[],"tests":["ecg"]}',
        "returned_on": "2026-03-02",
        "advice": "[]",
        "follow_up_by": "2026-03-16",
        "followed_up_on": "2026-03-08",
        "visit_id": "v9",
        "in_time": 0,
        "overdue": 0,
    }


def test_an_appointment_that_nobody_kept_leads_to_another_or_to_none(rows_of: RowsOf) -> None:
    missed = (b.REFERRED, b.ACCEPTED, b.APPOINTED, PASSED)
    (row,) = rows_of(*missed).ask("SELECT status, appointment_passed FROM referrals_v1")
    assert row == {"status": "scheduled", "appointment_passed": 1}
    assert statuses(rows_of, *missed, NOT_ATTENDED, WITHDRAWN)[-2:] == ["not-attended", "withdrawn"]
    (row,) = rows_of(*missed, replace(b.APPOINTED, appointment_at=b.at(b.TOMORROW, 9))).ask(
        "SELECT * FROM referrals_v1"
    )
    assert (row["status"], row["appointment_passed"]) == ("scheduled", 0)


def test_what_nobody_did_by_its_day_is_marked(rows_of: RowsOf) -> None:
    (row,) = rows_of(b.REFERRED, UNANSWERED).ask("SELECT unanswered FROM referrals_v1")
    assert row["unanswered"] == 1
    stay = (b.REFERRED, b.ACCEPTED, b.ATTENDED, b.ADMITTED, OVERDUE)
    assert rows_of(*stay).ask("SELECT overdue FROM referrals_v1")[0]["overdue"] == 1
    assert rows_of(*stay, b.DISCHARGED).ask("SELECT overdue FROM referrals_v1")[0]["overdue"] == 0


def test_the_referral_inbox_shows_the_next_follow_up_first(rows_of: RowsOf) -> None:
    def coming_back(referral_id: str, by: date) -> list[object]:
        return [
            replace(b.REFERRED, referral_id=referral_id),
            replace(b.RETURNED, referral_id=referral_id, follow_up_by=by),
        ]

    rows = rows_of(
        replace(b.REFERRED, referral_id="old", requested_at=b.at(b.YESTERDAY, 9)),
        replace(b.REFERRED, referral_id="urgent", urgency="urgent"),
        *coming_back("second", date(2026, 3, 9)),
        *coming_back("first", date(2026, 3, 4)),
        replace(b.REFERRED, referral_id="no"),
        replace(DECLINED, referral_id="no"),
        replace(b.REFERRED, referral_id="seen"),
        replace(b.ATTENDED, referral_id="seen"),
        replace(SEEN_THERE, referral_id="seen"),
        replace(b.REFERRED, referral_id="elsewhere", team_id="team-2", institution_id="h2"),
    )

    def inbox(**question: object) -> list[str]:
        return [row["referral_id"] for row in answer(ReferralInbox(**question), rows)]  # type: ignore[arg-type]

    assert inbox(team_id="team-1") == ["first", "second", "urgent", "old"]
    assert inbox(team_id="team-2") == inbox(institution_id="h2") == ["elsewhere"]
    assert inbox(status="declined") == ["no"]
    assert inbox(status="attended") == ["seen"]


def test_the_times_of_the_steps_are_told_by_urgency(rows_of: RowsOf) -> None:
    events: list[object] = []
    for number in range(1, 11):
        at = b.REFERRED.requested_at + timedelta(hours=number)
        whose: dict[str, Any] = {"referral_id": f"r{number}"}
        events.append(replace(b.REFERRED, **whose, urgency="urgent", answer_by=b.at(b.TODAY, 11)))
        events.append(replace(b.ACCEPTED, **whose, answered_at=at, green_channel=number <= 5))
        events.append(replace(b.ATTENDED, **whose, attended_at=at + timedelta(hours=1)))
    events += [replace(b.REFERRED, referral_id="o"), replace(DECLINED, referral_id="o")]
    events.append(replace(b.REFERRED, referral_id="before", requested_at=b.at(b.YESTERDAY, 23)))
    rows: SqliteRows = rows_of(*events)
    ordinary, urgent = answer(ReferralTimes(from_day=b.TODAY, to_day=b.TODAY), rows)
    assert (ordinary["urgency"], ordinary["referrals"], ordinary["declined"]) == ("ordinary", 1, 1)
    assert ordinary["green_share"] is None
    assert ordinary["hours_to_attended_p90"] is None
    assert urgent == {
        "urgency": "urgent",
        "referrals": 10,
        "accepted": 10,
        "declined": 0,
        "attended": 10,
        "in_contract": 0,
        "in_time_share": 0.2,
        "green_share": 0.5,
        "hours_to_answered_median": 5,
        "hours_to_answered_p90": 9,
        "hours_to_appointment_median": None,
        "hours_to_appointment_p90": None,
        "hours_to_attended_median": 6,
        "hours_to_attended_p90": 10,
    }
    for question in ({"institution_id": "h9"}, {"team_id": "team-9"}):
        assert answer(ReferralTimes(from_day=b.TODAY, to_day=b.TODAY, **question), rows) == []


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], part) for part in (0.25, 0.5, 0.9)] == [1.0, 2.0, 4.0]
    assert quantile([], 0.5) is None


def test_hours_appointments_and_follow_ups_come_to_their_end(rows_of: RowsOf) -> None:
    answer_by, day_over = {"answer:r1": "2026-03-05T01:00:00Z"}, {"appointment:r1": "2026-03-02T16:00:00Z"}
    assert due_at(rows_of(b.REFERRED)) == answer_by
    for answered in (b.ACCEPTED, DECLINED, UNANSWERED, WITHDRAWN):
        assert due_at(rows_of(b.REFERRED, answered)) == {}
    appointed = (b.REFERRED, b.ACCEPTED, b.APPOINTED)
    assert due_at(rows_of(*appointed)) == day_over
    for over in (PASSED, NOT_ATTENDED, WITHDRAWN):
        assert due_at(rows_of(*appointed, over)) == {}
    seen = (*appointed, b.ATTENDED)
    assert due_at(rows_of(*seen)) == {"follow-up:r1": "2026-03-16T16:00:00Z"}
    assert due_at(rows_of(*seen, b.ADMITTED)) == {"follow-up:r1": "2026-03-07T16:00:00Z"}
    for done in (OVERDUE, SEEN_THERE):
        assert due_at(rows_of(*seen, b.ADMITTED, done)) == {}
    assert due_at(rows_of(*seen, b.ADMITTED, SEEN_THERE, b.DISCHARGED)) == {"follow-up:r1": "2026-03-07T16:00:00Z"}
