"""Family beds and the rounds made at them."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.event import value
from domain.family_bed import BedAppliedFor, BedAssessed, BedClosed, BedOpened, BedRoundRecorded
from domain.local_time import at_local, local_day
from projections.asking import Question, Row, Rows, Scalar, ask_where, parsed_moment
from projections.changes import Change, Projection, Table, day_text, moment

FAMILY_BEDS_V1 = Table(
    "family_beds_v1",
    "family_bed_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "kind": "text",
        "status": "text",
        "fit": "int",
        "opened_on": "text",
        "cycle_ends_on": "text",
        "first_round_by": "text",
        "round_every_days": "int",
        "closed_on": "text",
        "outcome": "text",
        "doctor_id": "text",
        "nurse_id": "text",
    },
    indexes=(("team_id", "status"), ("resident_id",), ("opened_on", "closed_on")),
)
"""`status` is applied, assessed, open or closed; `fit` says whether condition and dwelling allow care at home."""

BED_ROUNDS_V1 = Table(
    "bed_rounds_v1",
    "bed_round_key",  # bed|visit
    {"family_bed_id": "text", "visit_id": "text", "made_at": "text"},
    indexes=(("family_bed_id", "made_at"),),
)

BedFact = BedAppliedFor | BedAssessed | BedOpened | BedRoundRecorded | BedClosed


def project(fact: BedFact) -> Iterator[Change]:
    """Follow a family bed."""
    bed = fact.family_bed_id
    match fact:
        case BedAppliedFor():
            yield FAMILY_BEDS_V1.put(
                bed, resident_id=fact.resident_id, team_id=fact.team_id, kind=fact.kind, status="applied"
            )
        case BedAssessed():
            yield FAMILY_BEDS_V1.patch(bed, status="assessed", fit=int(fact.condition_fits and fact.dwelling_fits))
        case BedOpened():
            yield FAMILY_BEDS_V1.patch(
                bed,
                status="open",
                team_id=fact.team_id,
                opened_on=fact.opened_on.isoformat(),
                cycle_ends_on=fact.cycle_ends_on.isoformat(),
                first_round_by=fact.first_round_by.isoformat(),
                round_every_days=fact.round_every_days,
                doctor_id=fact.doctor_id,
                nurse_id=fact.nurse_id,
            )
        case BedRoundRecorded():
            yield BED_ROUNDS_V1.put(
                f"{bed}|{fact.visit_id}", family_bed_id=bed, visit_id=fact.visit_id, made_at=moment(fact.made_at)
            )
        case BedClosed():
            yield FAMILY_BEDS_V1.patch(bed, status="closed", closed_on=fact.closed_on.isoformat(), outcome=fact.outcome)


@value
class BedCensus:
    """Ask for the beds that are open, or were on a day; of one team or of all."""

    day: date | None = None
    team_id: str | None = None


def bed_census(question: BedCensus, rows: Rows) -> list[Row]:
    """Return beds with the resident's `name` and `address`, `last_round_at` and, for a day, `days_since_round`.

    Rounds after the day are left out; a bed without a round counts its days from the opening.
    """
    day = question.day
    found = ask_where(
        rows,
        "SELECT b.*, r.name, r.address FROM family_beds_v1 b LEFT JOIN residents_v1 r ON r.resident_id = b.resident_id",
        [
            "b.team_id = :team_id" if question.team_id else "",
            "b.opened_on <= :day AND (b.closed_on IS NULL OR b.closed_on >= :day)" if day else "b.status = 'open'",
        ],
        "ORDER BY b.family_bed_id",
        team_id=question.team_id,
        day=day_text(day),
    )
    last = ask_where(
        rows,
        """SELECT b.family_bed_id, max(m.made_at) AS last_round_at
        FROM family_beds_v1 b JOIN bed_rounds_v1 m ON m.family_bed_id = b.family_bed_id""",
        ["b.team_id = :team_id" if question.team_id else "", "m.made_at < :before" if day else ""],
        "GROUP BY b.family_bed_id",
        team_id=question.team_id,
        before=moment(at_local(day + timedelta(days=1))) if day else None,
    )
    rounds = {row["family_bed_id"]: row["last_round_at"] for row in last}
    return [bed_row(bed, rounds.get(bed["family_bed_id"]), day) for bed in found]


def bed_row(bed: dict[str, Scalar], last_round_at: Scalar, day: date | None) -> Row:
    """Return a bed with its last round."""
    made_at = parsed_moment(last_round_at)
    since = local_day(made_at) if made_at else date.fromisoformat(str(bed["opened_on"]))
    return {**bed, "last_round_at": last_round_at, "days_since_round": (day - since).days if day else None}


FAMILY_BEDS = Projection(
    name="family_beds",
    tables=(FAMILY_BEDS_V1, BED_ROUNDS_V1),
    events=(BedAppliedFor, BedAssessed, BedOpened, BedRoundRecorded, BedClosed),
    project=project,
    questions=(
        Question(asks=BedCensus, answer=bed_census, example=BedCensus(day=date(2026, 3, 2), team_id="team-east")),
    ),
)
