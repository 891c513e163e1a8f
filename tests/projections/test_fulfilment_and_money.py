"""What was signed and served, paid and earned, and what residents think of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    DraftDiscarded,
    EntitlementConsumed,
    LoadOverridden,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.package import GrantedItem
from domain.survey import SatisfactionRecorded, Score, SurveyQuestion
from infra.rows.sqlite import SqliteRows
from projections.caseload import ContractDrafts, RemindersDue, TeamLoad
from projections.entitlements import Entitlements, Fulfilment
from projections.money import TeamMoney
from projections.surveys import SenseOfGain
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_contracts_and_people import MOVED, RENEWED, TERMINATED
from tests.projections.test_timers import due_at
from tests.rules import holds
from tests.spec import SZ_2018

ASSESSMENT = GrantedItem(item="chronic-assessment", count=1, finish_by=date(2026, 4, 12), insurance_fen=3600)
SIGNED = replace(b.SIGNED, package="chronic", entitlements=(*b.SIGNED.entitlements, ASSESSMENT))
IDS: dict[str, Any] = {"contract_id": "c1", "resident_id": "wang", "team_id": "team-1", "term": 1}
TAUGHT = EntitlementConsumed(
    **IDS,
    item="health-education",
    kind="health-education",
    service_id="s1",
    served_on=b.TODAY,
    left=1,
    to_norm=True,
    insurance_fen=100,
    public_health_fen=300,
    resident_fen=100,
)
DRESSED = ServedBeyondPackage(**IDS, kind="dressing", service_id="s2", served_on=b.TOMORROW)
SPRING = date(2026, 4, 13)


@holds("A9.4")
def test_a_contract_tells_what_is_granted_used_left_and_overdue(rows_of: RowsOf) -> None:
    rows = rows_of(SIGNED, TAUGHT, DRESSED)
    before, after = (answer(Entitlements(contract_id="c1", day=day), rows) for day in (date(2026, 4, 12), SPRING))
    items = {item["item"]: item for item in after["items"]}
    assert (after["term"], after["package"], after["beyond"]) == (1, "chronic", 1)
    assert items["health-education"] == {
        "item": "health-education",
        "granted": 2,
        "used": 1,
        "left": 1,
        "finish_by": "2027-03-01",
        "overdue": 0,
    }
    assert [sum(item["overdue"] for item in rows_of["items"]) for rows_of in (before, after)] == [0, 1]
    assert answer(Entitlements(contract_id="c1", day=b.YESTERDAY), rows) is None
    first, last = (answer(Entitlements(contract_id="c1", day=day), rows) for day in (b.TODAY, SIGNED.ends_on))
    used = [{item["item"]: item["used"] for item in items["items"]}["health-education"] for items in (first, last)]
    assert (used, first["beyond"], last["beyond"]) == ([1, 1], 0, 1)
    assert answer(Entitlements(contract_id="c1", day=SIGNED.ends_on + timedelta(days=1)), rows) is None


@holds("A9.7")
def test_fulfilment_tells_who_was_signed_and_never_served(rows_of: RowsOf) -> None:
    other = replace(SIGNED, contract_id="c2", resident_id="zhou")
    rows = rows_of(SIGNED, other, TAUGHT, DRESSED)
    (line,) = answer(Fulfilment(day=SPRING), rows)
    assert line == {
        "team_id": "team-1",
        "contracts": 2,
        "granted": 10,
        "used": 1,
        "beyond": 1,
        "overdue": 2,
        "unserved": 1,
        "unserved_share": 0.5,
        "lines": [],
    }
    (alone,) = answer(Fulfilment(day=SPRING, team_id="team-1", contracts=True), rows)
    assert [(each["contract_id"], each["served"]) for each in alone["lines"]] == [("c1", 1), ("c2", 0)]
    (since,) = answer(Fulfilment(day=SPRING, since=b.TOMORROW), rows)
    assert (since["used"], since["beyond"]) == (0, 1)
    assert answer(Fulfilment(day=SPRING, team_id="team-2"), rows) == []


def test_a_new_term_is_fulfilled_anew_and_an_ended_contract_no_longer(rows_of: RowsOf) -> None:
    (line,) = answer(Fulfilment(day=date(2027, 4, 1)), rows_of(SIGNED, TAUGHT, RENEWED))
    assert (line["used"], line["unserved"]) == (0, 1)
    assert answer(Fulfilment(day=date(2026, 10, 1)), rows_of(SIGNED, TERMINATED)) == []
    rows = rows_of(SIGNED, TAUGHT)
    days = (b.YESTERDAY, b.TODAY, SIGNED.ends_on, SIGNED.ends_on + timedelta(days=1))
    assert [[line["used"] for line in answer(Fulfilment(day=day), rows)] for day in days] == [[], [1], [1], []]


PAID = PackagePaid(**IDS, package="chronic", payer="resident", amount_fen=900, paid_on=b.TODAY)
SETTLED = PackageSettled(**IDS, package="chronic", paid_fen=900, used_fen=200, refund_fen=700, settled_on=b.TOMORROW)
REFUNDED = PackageRefunded(**IDS, package="chronic", amount_fen=700, refunded_on=b.TOMORROW)
QUARTER = TeamMoney(from_day=date(2026, 1, 1), to_day=date(2026, 3, 31))


@holds("A9.8")
def test_a_team_is_owed_paid_and_earns_by_what_it_serves_to_norm(rows_of: RowsOf) -> None:
    late = replace(TAUGHT, service_id="s3", to_norm=False)
    rows = rows_of(SIGNED, TAUGHT, late, DRESSED, PAID, SETTLED, REFUNDED)
    (line,) = answer(QUARTER, rows)
    assert line == {
        "team_id": "team-1",
        "terms": 1,
        "due": {"insurance": 3600, "public_health": 3000, "resident": 0},
        "paid": {"insurance": 0, "public_health": 0, "resident": 900},
        "used": 200,
        "refunded": 700,
        "services": 3,
        "to_norm": 1,
        "earned": {"insurance": 100, "public_health": 300, "resident": 100},
        "incentive_fen": 350,
    }
    assert answer(replace(QUARTER, from_day=date(2026, 3, 4)), rows) == []
    assert answer(replace(QUARTER, team_id="team-2"), rows) == []


def paper(number: int, access: int, gain: int, **more: Any) -> SatisfactionRecorded:
    """Return one person's answers; kindness is all of five."""
    scores: list[tuple[SurveyQuestion, int]] = [("access", access), ("health-gain", gain), ("attitude", 5)]
    first = SatisfactionRecorded(
        survey_id=f"q{number}",
        resident_id=f"p{number}",
        contract_id="c1",
        team_id="team-1",
        visit_id=None,
        about="contract",
        answered_on=b.TODAY,
        period_from=date(2026, 1, 1),
        period_to=date(2026, 3, 31),
        scores=tuple(Score(question=question, score=score) for question, score in scores),
    )
    return replace(first, **more)


def gain(rows: SqliteRows) -> Any:
    (line,) = answer(SenseOfGain(from_day=date(2026, 1, 1), to_day=date(2026, 3, 31)), rows)
    return line


@holds("A9.6")
def test_the_sense_of_gain_is_the_mean_of_what_people_have_from_it(rows_of: RowsOf) -> None:
    papers = [paper(1, 5, 5), paper(2, 1, 1), paper(3, 3, 3), paper(4, 5, 3), paper(5, 4, 4)]
    line = gain(rows_of(*papers))
    assert (line["people"], line["index"]) == (5, 60.0)
    assert line["scores"] == {"access": 3.6, "attitude": 5.0, "health-gain": 3.2}


def test_a_few_answers_make_no_index_and_each_person_counts_once(rows_of: RowsOf) -> None:
    papers = [paper(number, 5, 5) for number in range(4)]
    again = paper(9, 1, 1, resident_id="p0", answered_on=b.TOMORROW)
    line = gain(rows_of(*papers, again))
    assert (line["people"], line["index"]) == (4, None)
    assert line["scores"]["access"] == 4.0
    silent = paper(8, 1, 1, scores=(Score(question="attitude", score=1),))
    assert gain(rows_of(*papers, silent))["index"] is None


DRAFTED = ContractDrafted(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    institution_ids=(),
    package="basic",
    drafted_on=b.YESTERDAY,
)
DEEMED = ContractDeemedRenewed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=2,
    starts_on=date(2027, 3, 2),
    sign_by=date(2027, 3, 31),
    package="basic",
    entitlements=(),
)


@holds("A1.5")
def test_a_draft_is_listed_until_it_is_signed_or_thrown_away(rows_of: RowsOf) -> None:
    question = ContractDrafts(team_id="team-1")
    (draft,) = answer(question, rows_of(b.WANG, DRAFTED))
    assert (draft["contract_id"], draft["name"], draft["drafted_on"]) == ("c1", "王芳", "2026-03-01")
    assert answer(question, rows_of(DRAFTED, b.SIGNED)) == []
    assert (
        answer(question, rows_of(DRAFTED, DraftDiscarded(contract_id="c1", resident_id="wang", team_id="team-1"))) == []
    )


@holds("A1.8")
def test_a_resident_is_reminded_a_fortnight_before_the_end_and_while_a_deemed_term_awaits_its_signature(
    rows_of: RowsOf,
) -> None:
    def reminded(day: date, *events: object) -> list[str]:
        return [row["contract_id"] for row in answer(RemindersDue(team_id="team-1", day=day), rows_of(*events))]

    signed = replace(b.SIGNED, remind_on=b.SIGNED.ends_on - timedelta(days=SZ_2018.renewal_reminder_days))
    assert reminded(date(2027, 2, 14), signed) == []
    assert reminded(date(2027, 2, 15), signed) == ["c1"]
    assert [reminded(day, signed) for day in (date(2027, 3, 1), date(2027, 3, 2))] == [["c1"], []]
    assert reminded(date(2027, 2, 15), b.SIGNED, replace(RENEWED, remind_on=date(2028, 2, 16))) == []
    assert reminded(date(2027, 3, 2), b.SIGNED, DEEMED) == ["c1"]
    assert reminded(date(2027, 4, 1), b.SIGNED, DEEMED) == []


@holds("A1.8")
def test_a_deemed_term_ends_after_the_last_day_of_its_signature(rows_of: RowsOf) -> None:
    assert due_at(rows_of(b.SIGNED, DEEMED)) == {"expire:c1": "2027-03-31T16:00:00Z"}


@holds("A2.4")
def test_a_teams_load_stands_beside_warning_and_cap(rows_of: RowsOf) -> None:
    override = LoadOverridden(
        contract_id="c1",
        resident_id="wang",
        team_id="team-1",
        load=2001,
        cap=2000,
        allowed_by="head",
        reason="household-together",
    )
    rows = rows_of(b.SIGNED, override, replace(b.SIGNED, contract_id="c2", resident_id="zhou"))
    line = {"team_id": "team-1", "load": 2, "warn": 1500, "cap": 2000, "overridden": 1}
    assert answer(TeamLoad(day=b.TODAY), rows) == [line]
    assert answer(TeamLoad(day=date(2027, 3, 1), team_id="team-1"), rows) == [line]
    assert answer(TeamLoad(day=date(2027, 3, 2), team_id="team-1"), rows) == []
    moved = rows_of(b.SIGNED, MOVED)
    assert [row["team_id"] for row in answer(TeamLoad(day=b.TODAY), moved)] == ["team-2"]
