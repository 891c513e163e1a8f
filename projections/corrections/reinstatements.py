"""What a person has to look at after a departure was annulled: parts that could not go on by themselves."""

from collections.abc import Iterator

from domain.care_plan.commands import CarePart
from domain.care_plan.events import CareReinstated, LeftAsEnded
from domain.event import value
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, ask_where

REINSTATEMENTS_V1 = Table(
    "reinstatements_v1",
    "reinstatement_key",  # resident|part|id
    {
        "resident_id": "text",
        "part": "text",
        "part_id": "text",
        "cause": "text",
        "last_day": "text",
        "left_because": "text",
    },
    indexes=(("resident_id",),),
)
"""All that may have ended with a departure that never was; `left_because` is why a person left a part as ended."""


def project(event: CareReinstated | LeftAsEnded) -> Iterator[Change]:
    """Keep each part, and whether a person left it as ended."""
    if isinstance(event, LeftAsEnded):
        key = f"{event.resident_id}|{event.part}|{event.part_id}"
        yield REINSTATEMENTS_V1.patch(key, left_because=event.reason)
        return
    parts: tuple[tuple[CarePart, tuple[str, ...]], ...] = (
        ("visit", event.visit_ids),
        ("contract", event.contract_ids),
        ("family-bed", event.family_bed_ids),
        ("referral", event.referral_ids),
    )
    for part, ids in parts:
        for part_id in ids:
            yield REINSTATEMENTS_V1.put(
                f"{event.resident_id}|{part}|{part_id}",
                resident_id=event.resident_id,
                part=part,
                part_id=part_id,
                cause=event.cause,
                last_day=event.last_day.isoformat(),
            )


STILL_ENDED = """SELECT e.resident_id, e.part, e.part_id, e.cause, e.last_day,
coalesce(c.team_id, v.team_id, b.team_id, f.team_id) AS team_id FROM reinstatements_v1 e
LEFT JOIN caseload_v1 c ON e.part = 'contract' AND c.contract_id = e.part_id
AND c.status = 'terminated' AND c.end_reason = e.cause
LEFT JOIN visits_v1 v ON e.part = 'visit' AND v.visit_id = e.part_id AND v.care_task_id IS NULL
AND v.status = 'cancelled' AND v.cancel_reason = e.cause
LEFT JOIN family_beds_v1 b ON e.part = 'family-bed' AND b.family_bed_id = e.part_id
AND ((b.status = 'closed' AND (b.outcome = e.cause OR (e.cause = 'moved-out' AND b.outcome = 'other')))
OR (b.status = 'returned' AND b.return_reason = 'resident-departed'))
LEFT JOIN referrals_v1 f ON e.part = 'referral' AND f.referral_id = e.part_id
AND f.status IN ('withdrawn', 'ended') AND f.withdraw_reason = e.cause"""


@value
class OpenReinstatements:
    """Ask what is still ended although the departure with which it ended was annulled; of one team or of all."""

    team_id: str | None = None


def open_reinstatements(question: OpenReinstatements, rows: Rows) -> list[Row]:
    """Return parts with `resident_id`, `part`, `part_id`, `team_id`, and the departure's `cause` and `last_day`.

    A part is gone from the list once it goes on, or a person left it as ended.
    """
    parts = ask_where(
        rows,
        STILL_ENDED,
        [
            "e.left_because IS NULL",
            "coalesce(c.team_id, v.team_id, b.team_id, f.team_id) = :team_id"
            if question.team_id
            else "coalesce(c.team_id, v.team_id, b.team_id, f.team_id) IS NOT NULL",
        ],
        "ORDER BY e.resident_id, e.part, e.part_id",
        team_id=question.team_id,
    )
    return [{**row} for row in parts]


REINSTATEMENTS = Projection(
    name="reinstatements",
    tables=(REINSTATEMENTS_V1,),
    events=(CareReinstated, LeftAsEnded),
    project=project,
    questions=(
        Question(asks=OpenReinstatements, answer=open_reinstatements, example=OpenReinstatements(team_id="team-east")),
    ),
)
