"""How well a chronic disease is looked after."""

from dataclasses import replace
from datetime import date, timedelta

from domain.care_plan.events import CareTaskDone, CareTaskScheduled, Outcome
from domain.resident.events import KeyGroupTagged
from infra.rows.sqlite import SqliteRows
from projections.disease_quality import DiseaseQuality
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.rules import holds

TAGGED = KeyGroupTagged(resident_id="wang", group="hypertension", since=date(2025, 1, 1))
YEAR_END = b.SIGNED.ends_on


def follow_up(number: int, outcome: Outcome, *, done_on: date, resident_id: str = "wang") -> list[object]:
    """Return a follow-up that was owed and done."""
    task = f"{resident_id}.{number}"
    return [
        CareTaskScheduled(
            resident_id=resident_id,
            care_task_id=task,
            kind="hypertension-follow-up",
            source="contract",
            source_id="c1",
            contract_id="c1",
            family_bed_id=None,
            team_id="team-1",
            needs=(),
            sync="single",
            at_home=False,
            priority=5,
            window_from=done_on,
            window_to=done_on,
            lost_after=done_on,
        ),
        CareTaskDone(
            resident_id=resident_id,
            care_task_id=task,
            source="contract",
            source_id="c1",
            done_on=done_on,
            visit_id=None,
            outcome=outcome,
        ),
    ]


def quality(rows: SqliteRows, day: date = YEAR_END) -> dict[str, object]:
    (line,) = answer(DiseaseQuality(day=day), rows)
    return {name: line[name] for name in ("team_id", "signed", "managed", "to_norm", "controlled")}


def year(*outcomes: Outcome) -> list[object]:
    """Return one follow-up a quarter, with these outcomes."""
    days = [b.TODAY + timedelta(days=40 + 90 * number) for number in range(len(outcomes))]
    return [
        event
        for number, (day, outcome) in enumerate(zip(days, outcomes, strict=True))
        for event in follow_up(number, outcome, done_on=day)
    ]


@holds("A9.9")
def test_four_follow_ups_a_year_are_the_norm_and_the_last_one_tells_whether_it_is_controlled(rows_of: RowsOf) -> None:
    rows = rows_of(b.SIGNED, TAGGED, *year("uncontrolled", "uncontrolled", "controlled", "controlled"))
    assert quality(rows) == {"team_id": "team-1", "signed": 1, "managed": 1, "to_norm": 1, "controlled": 1}


def test_three_are_managed_and_not_to_the_norm_and_a_high_pressure_at_the_end_is_not_controlled(
    rows_of: RowsOf,
) -> None:
    rows = rows_of(b.SIGNED, TAGGED, *year("controlled", "controlled", "uncontrolled"))
    assert quality(rows) == {"team_id": "team-1", "signed": 1, "managed": 1, "to_norm": 0, "controlled": 0}


def test_who_is_signed_and_was_never_seen_counts_as_signed_alone(rows_of: RowsOf) -> None:
    second = replace(b.SIGNED, contract_id="c2", resident_id="zhao")
    ill = replace(TAGGED, resident_id="zhao")
    rows = rows_of(b.SIGNED, second, TAGGED, ill, *year("controlled"))
    (line,) = answer(DiseaseQuality(day=YEAR_END), rows)
    assert (line["signed"], line["managed"], line["managed_share"]) == (2, 1, 0.5)


def test_what_was_done_more_than_a_year_ago_or_later_than_the_day_does_not_count(rows_of: RowsOf) -> None:
    events = [
        *follow_up(1, "controlled", done_on=YEAR_END - timedelta(days=365)),
        *follow_up(2, "controlled", done_on=YEAR_END + timedelta(days=1)),
    ]
    assert quality(rows_of(b.SIGNED, TAGGED, *events))["managed"] == 0
    for day in (YEAR_END - timedelta(days=364), YEAR_END):
        assert quality(rows_of(b.SIGNED, TAGGED, *follow_up(1, "controlled", done_on=day)))["managed"] == 1


def test_a_day_before_the_contract_has_nobody(rows_of: RowsOf) -> None:
    assert answer(DiseaseQuality(day=b.YESTERDAY), rows_of(b.SIGNED, TAGGED)) == []
