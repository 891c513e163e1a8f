"""Notices: what residents were last told about their visits, and whom to call."""

from collections.abc import Collection, Iterator
from datetime import date

from domain.event import value
from domain.notice import NoticeEvent, NoticeRecorded
from projections.changes import Change, Projection, Table, as_json, moment
from projections.questions import Question, Row, Rows, opened_json

NOTICES_V1 = Table(
    "notices_v1",
    "visit_id",
    {
        "resident_id": "text",
        "day": "text",
        "starts_at": "text",
        "member_ids": "text",
        "channel": "text",
        "notified_by": "text",
        "notified_at": "text",
    },
    indexes=(("resident_id",), ("day",)),
)
"""The newest notice about each visit; without `starts_at` that nobody comes. `member_ids` is JSON [member_id]."""


def project(event: NoticeEvent) -> Iterator[Change]:
    """Follow notices."""
    yield NOTICES_V1.put(
        event.visit_id,
        resident_id=event.resident_id,
        day=event.day.isoformat(),
        starts_at=None if event.starts_at is None else moment(event.starts_at),
        member_ids=as_json(event.member_ids),
        channel=event.channel,
        notified_by=event.notified_by,
        notified_at=moment(event.notified_at),
    )


@value
class ResidentNotices:
    """Ask what a resident was last told about each of their visits."""

    resident_id: str


def resident_notices(question: ResidentNotices, rows: Rows) -> list[Row]:
    """Return the newest notice about each visit, the latest notice first, with `member_ids` taken apart."""
    sql = "SELECT * FROM notices_v1 WHERE resident_id = :resident_id ORDER BY notified_at DESC, visit_id"
    return opened_json(rows.ask(sql, resident_id=question.resident_id), "member_ids")


def newest_notices(rows: Rows, visit_ids: Collection[str]) -> dict[str, Row]:
    """Return the newest notice about each of these visits, by visit."""
    matching = opened_json(ask_in(rows, "SELECT * FROM notices_v1 WHERE visit_id IN", visit_ids), "member_ids")
    return {str(row["visit_id"]): row for row in matching}


def visits_noticed(rows: Rows, team_id: str, day: date) -> set[str]:
    """Return the team's visits about whose time on a day a resident was told."""
    noticed = rows.ask(
        """SELECT n.visit_id FROM notices_v1 n JOIN visits_v1 v ON v.visit_id = n.visit_id
        WHERE n.day = :day AND v.team_id = :team_id""",
        day=day.isoformat(),
        team_id=team_id,
    )
    return {str(row["visit_id"]) for row in noticed}


def visits_now(rows: Rows, visit_ids: Collection[str]) -> dict[str, Row]:
    """Return what these visits are now, by visit.

    `resident_id`, `purpose`, `status`, `day`, `slots`, `attempt`, `window_from` and `cancel_reason`.
    """
    sql = """SELECT visit_id, resident_id, purpose, status, day, slots, attempt, window_from, cancel_reason
        FROM visits_v1 WHERE visit_id IN"""
    matching = opened_json(ask_in(rows, sql, visit_ids), "slots")
    return {str(row["visit_id"]): row for row in matching}


def contacts_of(rows: Rows, resident_ids: Collection[str]) -> dict[str, Row]:
    """Return whom to call for each resident, and how.

    `name`, `phone`, `departed`, `consented` (since which day they consent to notices, None if they do not), `channel`,
    `family_name` and `family_phone`.
    """
    matching = ask_in(
        rows,
        """SELECT r.resident_id, r.name, r.phone, r.departed, c.given_on AS consented, h.channel, f.family_name,
        f.family_phone FROM residents_v1 r
        LEFT JOIN consents_v1 c
            ON c.resident_id = r.resident_id AND c.kind = 'visit-notices' AND c.withdrawn_on IS NULL
        LEFT JOIN notice_channels_v1 h ON h.resident_id = r.resident_id
        LEFT JOIN family_phones_v1 f ON f.resident_id = r.resident_id
        WHERE r.resident_id IN""",
        resident_ids,
    )
    return {str(row["resident_id"]): row for row in matching}


def ask_in(rows: Rows, select: str, ids: Collection[str]) -> list[Row]:
    """Ask a SELECT that ends with IN about these ids; nothing for no ids."""
    names = {f"id{number}": each for number, each in enumerate(sorted(ids))}
    if not names:
        return []
    return [{**row} for row in rows.ask(f"{select} ({', '.join(':' + name for name in names)})", **names)]


NOTICES = Projection(
    name="notices",
    tables=(NOTICES_V1,),
    events=(NoticeRecorded,),
    project=project,
    questions=(
        Question(asks=ResidentNotices, answer=resident_notices, example=ResidentNotices(resident_id="resident-0007")),
    ),
)
