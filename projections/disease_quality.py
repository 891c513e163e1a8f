"""Quality of chronic care: residents signed, managed, managed to the norm, controlled at the last follow-up."""

from datetime import date, timedelta
from typing import Literal

from domain.event import value
from domain.policy_pack import PolicyPack, in_force
from projections.questions import Question, Row, Rows, Scalar, ask_where, share

Disease = Literal["hypertension", "diabetes"]

YEAR = timedelta(days=365)

SIGNED = """SELECT DISTINCT t.team_id, g.group_name, c.resident_id
FROM caseload_v1 c JOIN contract_teams_v1 t ON t.contract_id = c.contract_id
JOIN group_changes_v1 g ON g.resident_id = c.resident_id"""

ON_THE_DAY = (
    "c.starts_on <= :day AND c.ends_on >= :day",
    "g.group_name IN ('hypertension', 'diabetes') AND g.belongs = 1",
    """t.from_day = (SELECT max(u.from_day) FROM contract_teams_v1 u
                     WHERE u.contract_id = c.contract_id AND u.from_day <= :day)""",
    """g.from_day = (SELECT max(h.from_day) FROM group_changes_v1 h
                     WHERE h.resident_id = g.resident_id AND h.group_name = g.group_name AND h.from_day <= :day)""",
)

DONE = """SELECT resident_id, kind, outcome, done_on FROM care_tasks_v1
WHERE kind IN ('hypertension-follow-up', 'diabetes-follow-up') AND done_on > :since AND done_on <= :day
ORDER BY done_on, care_task_id"""


@value
class DiseaseQuality:
    """Ask how hypertension and diabetes are looked after on a day, of one team or of all, under a region's pack."""

    day: date
    team_id: str | None = None
    region: str = "SZ"


def disease_quality(question: DiseaseQuality, rows: Rows) -> list[Row]:
    """Return a line per team and disease: `signed` people who have it, and of them in the year up to the day:

    `managed` those followed up once at least, `to_norm` those followed up as often as the pack says, `controlled` those
    whose last follow-up found it controlled, each with its share of the signed (`..._share`, None of nobody).
    """
    pack = in_force(question.region, question.day)
    people = ask_where(
        rows,
        SIGNED,
        (*ON_THE_DAY, "t.team_id = :team_id" if question.team_id else ""),
        "ORDER BY t.team_id, g.group_name, c.resident_id",
        day=question.day.isoformat(),
        **({"team_id": question.team_id} if question.team_id else {}),
    )
    done: dict[tuple[Scalar, Scalar], list[Scalar]] = {}
    since = (question.day - YEAR).isoformat()
    for row in rows.ask(DONE, since=since, day=question.day.isoformat()):
        done.setdefault((row["resident_id"], row["kind"]), []).append(row["outcome"])
    lines: dict[tuple[str, Disease], list[list[Scalar]]] = {}
    for row in people:
        disease: Disease = "hypertension" if row["group_name"] == "hypertension" else "diabetes"
        follow_ups = done.get((row["resident_id"], f"{disease}-follow-up"), [])
        lines.setdefault((str(row["team_id"]), disease), []).append(follow_ups)
    return [
        {"team_id": team_id, "group_name": disease, **of_people(some, times_of(disease, pack))}
        for (team_id, disease), some in lines.items()
    ]


def of_people(outcomes: list[list[Scalar]], times: int) -> Row:
    """Return the figures of people, each with the outcomes of the year's follow-ups, the oldest first."""
    managed = sum(bool(each) for each in outcomes)
    to_norm = sum(len(each) >= times for each in outcomes)
    controlled = sum(bool(each) and each[-1] == "controlled" for each in outcomes)
    counts = {"managed": managed, "to_norm": to_norm, "controlled": controlled}
    shares = {f"{name}_share": share(count, len(outcomes)) for name, count in counts.items()}
    return {"signed": len(outcomes), **counts, **shares}


def times_of(disease: Disease, pack: PolicyPack) -> int:
    """Return how often a year the pack's norm wants a follow-up (A5: four)."""
    return sum(rule.times for rule in pack.care if rule.kind == f"{disease}-follow-up")


QUESTION = Question(
    asks=DiseaseQuality, answer=disease_quality, example=DiseaseQuality(day=date(2026, 3, 2), team_id="team-east")
)
