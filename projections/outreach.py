"""Outreach: whom to ask next to sign: contracts that end soon, then people of key groups without a contract.

The rows are those of other projections. People who died or moved away are never asked, and people who refused
the service comes last.
"""

from datetime import date, timedelta

from domain.event import value
from domain.policy_pack import PolicyPack, in_force
from projections.questions import Question, Row, Rows, ask_where

ENDING = """SELECT c.resident_id, c.contract_id, c.team_id, c.institution_id, c.ends_on, c.status, r.name, r.phone
FROM caseload_v1 c LEFT JOIN residents_v1 r ON r.resident_id = c.resident_id"""

RUNS = (
    "c.starts_on <= :day",
    "c.ends_on >= :day",
    "(c.ends_on <= :last OR c.status = 'pending-signature')",
    "c.end_reason IS NULL",
    "(r.departed IS NULL OR r.departed_after >= :day)",
)

UNSIGNED = """SELECT g.resident_id, g.group_name, g.from_day AS since, r.institution_id, r.name, r.phone,
(SELECT c.end_reason FROM caseload_v1 c WHERE c.resident_id = g.resident_id AND c.ends_on < :day
 ORDER BY c.ends_on DESC LIMIT 1) AS last_end,
(SELECT c.team_id FROM caseload_v1 c WHERE c.resident_id = g.resident_id AND c.ends_on < :day
 ORDER BY c.ends_on DESC LIMIT 1) AS last_team
FROM group_changes_v1 g JOIN residents_v1 r ON r.resident_id = g.resident_id"""

BELONGS = (
    "g.belongs = 1",
    """g.from_day = (SELECT max(h.from_day) FROM group_changes_v1 h
    WHERE h.resident_id = g.resident_id AND h.group_name = g.group_name AND h.from_day <= :day)""",
    "(r.departed IS NULL OR r.departed_after >= :day)",
    "NOT EXISTS (SELECT 1 FROM merged_residents_v1 m WHERE m.resident_id = r.resident_id)",
    "NOT EXISTS (SELECT 1 FROM caseload_v1 c WHERE c.resident_id = g.resident_id AND c.ends_on >= :day)",
)

NEVER = frozenset({"died", "moved-out"})
LAST = frozenset({"refused-service", "own-wish"})


@value
class WhoNext:
    """Ask whom an institution, or one of its teams, should ask next: renewals, and key groups that are not signed.

    With a team: only people whom it signed before, and its own renewals.
    """

    day: date
    institution_id: str | None = None
    team_id: str | None = None
    region: str = "SZ"
    limit: int = 50


def who_next(question: WhoNext, rows: Rows) -> list[Row]:
    """Return people in the order in which they should be asked, with `reason`, `name`, `phone` and `groups`.

    `renewal-due`: the contract ends within the pack's days of reminding, the first to end first (`ends_on`);
    `signature-due`: it was deemed renewed and awaits its signature.
    `key-group-unsigned`: not under contract, in most groups first; `last_team` and `last_end` are those of an earlier
    contract. People who refused or ended it by their own wish come last.
    """
    pack = in_force(question.region, question.day)
    residents = [*renewals(question, rows, pack), *unsigned(question, rows, pack)]
    return residents[: question.limit]


def renewals(question: WhoNext, rows: Rows, pack: PolicyPack) -> list[Row]:
    """Return the contracts that end within the days of reminding."""
    of_institution = "c.institution_id = :institution_id" if question.institution_id else ""
    of_team = "c.team_id = :team_id" if question.team_id else ""
    residents = ask_where(
        rows,
        ENDING,
        [*RUNS, of_institution, of_team],
        "ORDER BY c.ends_on, c.contract_id",
        day=question.day.isoformat(),
        last=(question.day + timedelta(days=pack.renewal_reminder_days)).isoformat(),
        institution_id=question.institution_id,
        team_id=question.team_id,
    )
    return [
        {"reason": "signature-due" if row["status"] == "pending-signature" else "renewal-due", **row}
        for row in residents
    ]


def unsigned(question: WhoNext, rows: Rows, pack: PolicyPack) -> list[Row]:
    """Return the people of key groups that count under the pack who are not signed."""
    people: dict[str, Row] = {}
    residents = ask_where(
        rows,
        UNSIGNED,
        [*BELONGS, "r.institution_id = :institution_id" if question.institution_id else ""],
        "ORDER BY g.resident_id, g.group_name",
        day=question.day.isoformat(),
        institution_id=question.institution_id,
    )
    for row in residents:
        if row["group_name"] not in pack.key_groups or row["last_end"] in NEVER:
            continue
        if question.team_id is not None and row["last_team"] != question.team_id:
            continue
        about = {
            name: row[name] for name in ("resident_id", "institution_id", "name", "phone", "last_team", "last_end")
        }
        person = people.setdefault(
            str(row["resident_id"]), {"reason": "key-group-unsigned", **about, "groups": [], "since": row["since"]}
        )
        person["groups"].append(row["group_name"])
        person["since"] = min(str(person["since"]), str(row["since"]))
    return sorted(
        people.values(),
        key=lambda row: (row["last_end"] in LAST, -len(row["groups"]), row["since"], row["resident_id"]),
    )


WHO_NEXT = Question(asks=WhoNext, answer=who_next, example=WhoNext(day=date(2026, 3, 2), institution_id="centre-east"))
