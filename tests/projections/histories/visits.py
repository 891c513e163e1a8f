"""Visits, by one member and by two, and notices about them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from domain.notice import NoticeRecorded
from domain.visit.commands import Part
from domain.visit.events import (
    VisitAlarmRaised,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from tests.domain import builders as b
from tests.projections.histories import corrections as corrected
from tests.projections.histories.cutting import cut


def visit(luck: Random, visit_id: str, person: str) -> Iterator[tuple[str, object]]:
    whose: dict[str, Any] = {"visit_id": visit_id, "resident_id": person, "team_id": "team-1"}
    missed = VisitMissed(**whose, care_task_id=None, reason="nobody-home", attempt=1)
    window = {"window_from": b.TOMORROW, "window_to": date(2026, 3, 12), "plan_from": b.TOMORROW}
    assigned = replace(b.ASSIGNED, visit_id=visit_id, resident_id=person)
    ending: list[object] = luck.choice(
        [
            [
                VisitStarted(visit_id=visit_id, team_id="team-1", entered_at=b.at(b.TODAY, 8)),
                VisitCompleted(
                    **whose,
                    care_task_id=None,
                    family_bed_id=None,
                    member_ids=("li",),
                    entered_at=b.at(b.TODAY, 8),
                    left_at=b.at(b.TODAY, 8, 25),
                    findings=(),
                ),
            ],
            list(two_members(visit_id, whose)),
            [missed, VisitRequestedAgain(**whose, attempt=2, **window), assigned],  # type: ignore[arg-type]
            [VisitCancelled(**whose, care_task_id=None, reason="in-hospital", was_on=b.TODAY, waited_for=None)],
            corrected.of_visit(whose),
            corrected.of_made(whose, luck),
        ]
    )
    events = [
        replace(b.REQUESTED, visit_id=visit_id, resident_id=person),
        assigned,
        VisitReleased(**whose, care_task_id=None, roster_id="x", window_to=date(2026, 3, 8)),
        VisitRescheduled(**whose, care_task_id=None, **window, opens_at=540, closes_at=None, was_on=None),  # type: ignore[arg-type]
        VisitHandedOver(
            visit_id=visit_id,
            resident_id=person,
            from_team_id="team-1",
            team_id="team-2",
            care_task_id=None,
            needs=b.REQUESTED.needs,
            window_to=date(2026, 3, 12),
            plan_from=b.TODAY,
            was_on=None,
        ),
        assigned,
        *ending,
    ]
    return cut(luck, f"visit-{visit_id}", events)


def notice(luck: Random, visit_id: str, person: str) -> Iterator[tuple[str, object]]:
    first = NoticeRecorded(
        visit_id=visit_id,
        resident_id=person,
        day=b.TODAY,
        starts_at=b.at(b.TODAY, 8),
        member_ids=("li",),
        channel="call",
        notified_by="li",
        notified_at=b.at(b.YESTERDAY, 17),
    )
    nobody = replace(first, starts_at=None, member_ids=(), channel="in-person", notified_at=b.at(b.TODAY, 7))
    return cut(luck, f"notice-{visit_id}", [first, nobody], least=0)


def two_members(visit_id: str, whose: dict[str, Any]) -> Iterator[object]:
    """Yield a visit by two members, one of whom stays too long and whose partner does not come."""
    about: dict[str, Any] = {"visit_id": visit_id, "team_id": "team-1", "day": b.TODAY}
    there = Part(service=0, member_id="li", entered_at=b.at(b.TODAY, 8))
    joined = Part(service=1, member_id="he", entered_at=b.at(b.TODAY, 8, 2))
    due = b.at(b.TODAY, 9, 20)
    yield VisitStarted(**about, entered_at=there.entered_at, parts=(there,), alarm_at=due)
    yield VisitJoined(**about, parts=(there, joined), alarm_at=due)
    yield VisitAlarmRaised(**about, member_ids=("li", "he"), entered_at=there.entered_at, alarm_at=due)
    gone = replace(there, left_at=b.at(b.TODAY, 9, 25))
    findings: dict[str, Any] = {"findings": ("wound-clean",), "measured": (), "signatures": ()}
    yield VisitLeft(**about, parts=(gone, joined), **findings, alarm_at=due)
    yield VisitPartnerAbsent(**about, member_id="fang", absent=(2,))
    yield VisitMissed(**whose, care_task_id=None, reason="partner-absent", attempt=1, was_on=b.TODAY)
    yield VisitRequestedAgain(
        **whose,
        attempt=2,
        window_from=b.TOMORROW,
        window_to=date(2026, 3, 12),
        plan_from=b.TOMORROW,
        needs=b.REQUESTED.needs,
    )
