"""Alliances and their activities."""

from collections.abc import Iterator
from datetime import date
from random import Random

from domain.alliance.commands import Trainee
from domain.alliance.events import (
    ActivityRecorded,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    SlotsHeld,
    TrainingRecorded,
)
from domain.team.commands import Member
from tests.domain import builders as b
from tests.projections.histories.cutting import cut


def alliance(luck: Random) -> Iterator[tuple[str, object]]:
    ids = {"alliance_id": "county"}
    wu = Member(member_id="prof-wu", role="specialist", shifts=b.WEEK)
    events: list[object] = [
        AllianceFormed(**ids, name="县域医联体", institution_id="city-3", formed_on=date(2025, 1, 1)),
        InstitutionAdmitted(**ids, institution_id="fuhai", from_day=date(2025, 2, 1)),
        ExpertSent(
            **ids,
            posting_id="p1",
            member=wu,
            institution_id="fuhai",
            team_id="team-1",
            from_day=b.TODAY,
            to_day=date(2026, 3, 6),
        ),
        ExpertRecalled(**ids, posting_id="p1", member_id="prof-wu", team_id="team-1", last_day=b.TOMORROW),
        ActivityRecorded(
            **ids,
            activity_id="a1",
            kind="lecture",
            institution_id="fuhai",
            held_on=b.TODAY,
            expert_ids=("prof-wu",),
            people=35,
        ),
        TrainingRecorded(
            **ids,
            training_id="n1",
            topic="insulin",
            from_day=b.YESTERDAY,
            to_day=b.TODAY,
            trainees=(Trainee(member_id="he", institution_id="fuhai", hours=6),),
        ),
        InstitutionReleased(**ids, institution_id="fuhai", last_day=date(2026, 12, 31)),
    ]
    yield from cut(luck, "alliance-county", events)
    held = SlotsHeld(**ids, institution_id="city-3", specialty="cardiology", month=date(2026, 3, 1), slots=20)
    yield "alliance-county", held
