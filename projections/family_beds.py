"""Questions about family beds: the census, rounds against the plan, plans, and overdue deadlines."""

from datetime import date, timedelta
from typing import get_args

from domain.event import value
from domain.family_bed.events import FamilyBedEvent
from domain.local_time import at_local, local_day
from projections.changes import Projection, day_text, moment
from projections.family_bed_rows import (
    BED_OVERDUE_V1,
    BED_PLANS_V1,
    BED_ROUNDS_V1,
    BED_STAYS_V1,
    FAMILY_BEDS_V1,
    project,
)
from projections.questions import Question, Row, Rows, Scalar, ask_where, opened_json, parsed_moment


@value
class BedCensus:
    """Ask for the beds that are open, or were on a day; of one team, of one institution or of all."""

    day: date | None = None
    team_id: str | None = None
    institution_id: str | None = None


def bed_census(question: BedCensus, rows: Rows) -> list[Row]:
    """Return beds with the resident's `name` and `address`, `last_round_at` and, for a day, `days_since_round`.

    Rounds after the day are left out; a bed without a doctor's round since care began counts its days from there.
    `away` says whether the resident was in hospital on the day, `round_overdue` whether more days than the bed's have
    passed since the last round.
    """
    day = question.day
    beds = ask_where(
        rows,
        """SELECT b.*, t.institution_id, r.name, r.address FROM family_beds_v1 b
        LEFT JOIN residents_v1 r ON r.resident_id = b.resident_id LEFT JOIN teams_v1 t ON t.team_id = b.team_id""",
        [
            "b.team_id = :team_id" if question.team_id else "",
            "t.institution_id = :institution_id" if question.institution_id else "",
            "b.opened_on <= :day AND (b.closed_on IS NULL OR b.closed_on >= :day)" if day else "b.status = 'open'",
        ],
        "ORDER BY b.family_bed_id",
        team_id=question.team_id,
        institution_id=question.institution_id,
        day=day_text(day),
    )
    rounds = last_rounds(question, rows)
    stays = stays_of(rows, question.team_id)
    answer = [bed_row(bed, rounds.get(bed["family_bed_id"]), stays.get(bed["family_bed_id"], []), day) for bed in beds]
    return opened_json(answer, "indications", "diagnoses")


def last_rounds(question: BedCensus, rows: Rows) -> dict[Scalar, Scalar]:
    """Return the moment of each bed's last doctor's round, up to the day that is asked for."""
    day = question.day
    last = ask_where(
        rows,
        """SELECT b.family_bed_id, max(m.made_at) AS last_round_at
        FROM family_beds_v1 b JOIN bed_rounds_v1 m ON m.family_bed_id = b.family_bed_id""",
        [
            "m.kind = 'bed-round'",
            "b.team_id = :team_id" if question.team_id else "",
            "m.made_at < :before" if day else "",
        ],
        "GROUP BY b.family_bed_id",
        team_id=question.team_id,
        before=moment(at_local(day + timedelta(days=1))) if day else None,
    )
    return {row["family_bed_id"]: row["last_round_at"] for row in last}


def stays_of(rows: Rows, team_id: str | None) -> dict[Scalar, list[dict[str, Scalar]]]:
    """Return the stays in hospital by bed, the first one first."""
    rows_of_stays = ask_where(
        rows,
        "SELECT s.* FROM bed_stays_v1 s JOIN family_beds_v1 b ON b.family_bed_id = s.family_bed_id",
        ["b.team_id = :team_id" if team_id else ""],
        "ORDER BY s.family_bed_id, s.since",
        team_id=team_id,
    )
    stays: dict[Scalar, list[dict[str, Scalar]]] = {}
    for stay in rows_of_stays:
        stays.setdefault(stay["family_bed_id"], []).append(stay)
    return stays


def bed_row(bed: dict[str, Scalar], last_round_at: Scalar, stays: list[dict[str, Scalar]], day: date | None) -> Row:
    """Return a bed with its last round and, for a day, whether its resident was away."""
    if day is None:
        away = bed["in_hospital_since"] is not None
        return {**bed, "last_round_at": last_round_at, "days_since_round": None, "away": away, "round_overdue": None}
    text = day.isoformat()
    away = any(str(s["since"]) < text and (s["until"] is None or text < str(s["until"])) for s in stays)
    back = [str(s["until"]) for s in stays if s["until"] is not None and str(s["until"]) <= text]
    made_at = parsed_moment(last_round_at)
    begun = max([str(bed["opened_on"]), *back])
    since = max(date.fromisoformat(begun), local_day(made_at) if made_at else date.min)
    days = (day - since).days
    return {
        **bed,
        "last_round_at": last_round_at,
        "days_since_round": days,
        "away": away,
        "round_overdue": not away and days > int(str(bed["round_every_days"])),
    }


@value
class BedRounds:
    """Ask for the rounds made at a bed and their records."""

    family_bed_id: str


def bed_rounds(question: BedRounds, rows: Rows) -> list[Row]:
    """Return rounds by their moment, each with `days_since_last` of its kind; None for the first."""
    rounds = rows.ask(
        "SELECT * FROM bed_rounds_v1 WHERE family_bed_id = :family_bed_id ORDER BY made_at, visit_id",
        family_bed_id=question.family_bed_id,
    )
    last: dict[Scalar, date] = {}
    answer = []
    for row in opened_json(rounds, "member_ids", "findings", "measured", "complaints", "tests"):
        made_at = parsed_moment(row["made_at"])
        assert made_at is not None
        day, kind = local_day(made_at), row["kind"]
        answer.append({**row, "days_since_last": (day - last[kind]).days if kind in last else None})
        last[kind] = day
    return answer


@value
class BedPlans:
    """Ask for a bed's treatment and nursing plans."""

    family_bed_id: str


def bed_plans(question: BedPlans, rows: Rows) -> list[Row]:
    """Return the newest plan of each kind, with its newest evaluation and its end."""
    plans = rows.ask(
        "SELECT * FROM bed_plans_v1 WHERE family_bed_id = :family_bed_id ORDER BY kind",
        family_bed_id=question.family_bed_id,
    )
    return opened_json(plans, "diagnoses", "goals", "measures")


@value
class OverdueBeds:
    """Ask which deadlines of beds passed, of one team or of all; closed beds are left out unless they are wanted."""

    team_id: str | None = None
    closed: bool = False


def overdue_beds(question: OverdueBeds, rows: Rows) -> list[Row]:
    """Return `what` was due on `due_on`, with the bed's resident, team and status, the oldest first."""
    deadlines = ask_where(
        rows,
        """SELECT o.family_bed_id, o.what, o.due_on, b.resident_id, b.team_id, b.status
        FROM bed_overdue_v1 o JOIN family_beds_v1 b ON b.family_bed_id = o.family_bed_id""",
        [
            "b.team_id = :team_id" if question.team_id else "",
            "" if question.closed else "b.status <> 'closed'",
        ],
        "ORDER BY o.due_on, o.family_bed_id, o.what",
        team_id=question.team_id,
    )
    return [{**row} for row in deadlines]


def open_beds(rows: Rows) -> list[Row]:
    """Return the open beds by id: `family_bed_id`, `team_id`."""
    sql = "SELECT family_bed_id, team_id FROM family_beds_v1 WHERE status = 'open' ORDER BY family_bed_id"
    return [{**row} for row in rows.ask(sql)]


FAMILY_BEDS = Projection(
    name="family_beds",
    tables=(FAMILY_BEDS_V1, BED_ROUNDS_V1, BED_PLANS_V1, BED_STAYS_V1, BED_OVERDUE_V1),
    events=get_args(FamilyBedEvent),
    project=project,
    questions=(
        Question(asks=BedCensus, answer=bed_census, example=BedCensus(day=date(2026, 3, 2), team_id="team-east")),
        Question(asks=BedRounds, answer=bed_rounds, example=BedRounds(family_bed_id="bed-0003")),
        Question(asks=BedPlans, answer=bed_plans, example=BedPlans(family_bed_id="bed-0003")),
        Question(asks=OverdueBeds, answer=overdue_beds, example=OverdueBeds(team_id="team-east")),
    ),
)
