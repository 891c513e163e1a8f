"""Coverage: how many people are signed, with the policy pack's targets, on any day past or present.

Days decide, not the moment of asking: a contract counts from its first day to its last (an early end shortens it), for
the team it had on the day; people belong to the key groups they carried then; the newest census up to then counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from domain.event import value
from domain.numbers_by_year import public_health_sum, with_targets_of
from domain.policy_pack import PolicyPack, in_force
from domain.resident.events import KeyGroupTagged, KeyGroupUntagged
from projections.changes import Change, Projection, Table
from projections.outreach import WHO_NEXT
from projections.questions import Question, Row, Rows, Scalar, parsed, whole
from projections.resources.capacity import CAPACITY

GROUP_CHANGES_V1 = Table(
    "group_changes_v1",
    "group_change_key",  # resident|group|day
    {"resident_id": "text", "group_name": "text", "from_day": "text", "belongs": "int"},
    indexes=(("resident_id", "group_name", "from_day"),),
)
"""From which day on a resident belongs to a key group, or does no longer, until the next row's day."""


def project(event: KeyGroupTagged | KeyGroupUntagged) -> Iterator[Change]:
    """Keep every beginning and end of a stay in a key group; `until` is its last day."""
    belongs = isinstance(event, KeyGroupTagged)
    from_day = (event.since if isinstance(event, KeyGroupTagged) else event.until + timedelta(days=1)).isoformat()
    yield GROUP_CHANGES_V1.put(
        f"{event.resident_id}|{event.group}|{from_day}",
        resident_id=event.resident_id,
        group_name=event.group,
        from_day=from_day,
        belongs=int(belongs),
    )


SIGNED_BY_TEAM = """SELECT t.institution_id, t.team_id, count(*) AS signed
FROM caseload_v1 c JOIN contract_teams_v1 t ON t.contract_id = c.contract_id
WHERE c.starts_on <= :day AND c.ends_on >= :day
AND t.from_day = (SELECT max(u.from_day) FROM contract_teams_v1 u
                  WHERE u.contract_id = c.contract_id AND u.from_day <= :day)
GROUP BY t.institution_id, t.team_id ORDER BY t.institution_id, t.team_id"""

SIGNED_BY_GROUP = """SELECT t.institution_id, t.team_id, g.group_name, count(*) AS signed
FROM caseload_v1 c JOIN contract_teams_v1 t ON t.contract_id = c.contract_id
JOIN group_changes_v1 g ON g.resident_id = c.resident_id
WHERE c.starts_on <= :day AND c.ends_on >= :day
AND t.from_day = (SELECT max(u.from_day) FROM contract_teams_v1 u
                  WHERE u.contract_id = c.contract_id AND u.from_day <= :day)
AND g.belongs = 1
AND g.from_day = (SELECT max(h.from_day) FROM group_changes_v1 h
                  WHERE h.resident_id = g.resident_id AND h.group_name = g.group_name AND h.from_day <= :day)
GROUP BY t.institution_id, t.team_id, g.group_name ORDER BY t.institution_id, t.team_id, g.group_name"""

NEWEST_CENSUS = """SELECT n.institution_id, n.counted_on, n.population, n.group_counts FROM census_v1 n
WHERE n.counted_on = (SELECT max(o.counted_on) FROM census_v1 o
                      WHERE o.institution_id = n.institution_id AND o.counted_on <= :day)"""


@value
class Coverage:
    """Ask how many people are signed on a day, of one institution or of all, under a region's policy pack."""

    day: date
    institution_id: str | None = None
    region: str = "SZ"


def coverage(question: Coverage, rows: Rows) -> Row:
    """Return `day`, `pack`, `public_health`, `total`, `districts` and `institutions`, those with people or signed.

    `public_health` is the newest known sum a head for basic services: its `year` and `fen_a_head`, None if none is.

    Each has `population` (None: nobody counted), `signed`, `rate` (of 1; None without people), `target`, `groups`
    (the same per key group that counts under the pack) and, below an institution, `teams` (`signed`, their `rate` of
    its people, the `cap`, and `groups` with `signed` alone: nobody counts a team's people).
    """
    day = question.day.isoformat()
    pack = with_targets_of(in_force(question.region, question.day), question.day)
    money = public_health_sum(pack, question.day)
    census = {row["institution_id"]: row for row in rows.ask(NEWEST_CENSUS, day=day)}
    by_team = rows.ask(SIGNED_BY_TEAM, day=day)
    by_group = [row for row in rows.ask(SIGNED_BY_GROUP, day=day) if row["group_name"] in pack.key_groups]
    known = {
        row["institution_id"]: row for row in rows.ask("SELECT institution_id, name, district FROM institutions_v1")
    }
    institutions = [
        of_institution(str(institution), known.get(institution, {}), census.get(institution), by_team, by_group, pack)
        for institution in sorted({*census, *(row["institution_id"] for row in by_team)}, key=str)
        if question.institution_id in {None, institution}
    ]
    districts = [
        {"district": district, **total([row for row in institutions if row["district"] == district], pack)}
        for district in sorted({str(row["district"]) for row in institutions if row["district"] is not None})
    ]
    whole_city = {
        "day": day,
        "pack": pack.version,
        "public_health": None if money is None else {"year": money.year, "fen_a_head": money.fen},
        "total": total(institutions, pack),
    }
    return {**whole_city, "districts": districts, "institutions": institutions}


def of_institution(
    institution_id: str,
    known: Mapping[str, Scalar],
    census: dict[str, Scalar] | None,
    by_team: Iterable[dict[str, Scalar]],
    by_group: Iterable[dict[str, Scalar]],
    pack: PolicyPack,
) -> Row:
    """Return the coverage of one institution."""
    population = None if census is None else whole(census["population"])
    counted = parsed(census["group_counts"]) if census else []
    people = {count["group"]: count["people"] for count in counted if count["group"] in pack.key_groups}
    here = [row for row in by_group if row["institution_id"] == institution_id]
    signed: Counter[Scalar] = Counter()
    for row in here:
        signed[row["group_name"]] += whole(row["signed"])
    teams = [row for row in by_team if row["institution_id"] == institution_id]
    return {
        "institution_id": institution_id,
        "name": known.get("name"),
        "district": known.get("district"),
        "counted_on": census and census["counted_on"],
        **part(population, sum(whole(row["signed"]) for row in teams), pack.target_population),
        "groups": [
            {"group_name": group, **part(people.get(group), signed[group], pack.target_key_groups)}
            for group in sorted({*people, *signed}, key=str)
        ],
        "teams": [
            {
                "team_id": row["team_id"],
                **part(population, whole(row["signed"]), None),
                "cap": pack.team_cap,
                "groups": [
                    {"group_name": each["group_name"], **part(None, whole(each["signed"]), pack.target_key_groups)}
                    for each in here
                    if each["team_id"] == row["team_id"]
                ],
            }
            for row in teams
        ],
    }


def total(institutions: list[Row], pack: PolicyPack) -> Row:
    """Return the coverage of several institutions together."""
    groups: dict[str, list[Row]] = {}
    for institution in institutions:
        for group in institution["groups"]:
            groups.setdefault(str(group["group_name"]), []).append(group)
    return {
        **together(institutions, pack.target_population),
        "groups": [
            {"group_name": name, **together(parts, pack.target_key_groups)} for name, parts in sorted(groups.items())
        ],
    }


def together(parts: list[Row], target: float) -> Row:
    """Return one part made of several; people that nobody counted are left out."""
    counted = [whole(row["population"]) for row in parts if row["population"] is not None]
    return part(sum(counted) if counted else None, sum(whole(row["signed"]) for row in parts), target)


def part(population: int | None, signed: int, target: float | None) -> Row:
    """Return one line of coverage."""
    rate = round(signed / population, 4) if population else None
    return {"population": population, "signed": signed, "rate": rate, "target": target}


COVERAGE = Projection(
    name="coverage",
    tables=(GROUP_CHANGES_V1,),
    events=(KeyGroupTagged, KeyGroupUntagged),
    project=project,
    questions=(
        Question(
            asks=Coverage,
            answer=coverage,
            example=Coverage(day=date(2026, 3, 2), institution_id="centre-east"),
        ),
        WHO_NEXT,
        CAPACITY,
    ),
)
