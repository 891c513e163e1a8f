"""What alliances did in a period, which institution is near, and how many people each serves."""

from dataclasses import replace
from datetime import date

from domain.institution import CensusRecorded, InstitutionClosed
from projections.alliances import Alliances, AllianceWork
from projections.institutions import InstitutionLoad, NearestInstitutions
from tests.domain import builders as b
from tests.domain.test_alliance import ADMITTED, FORMED, HELD, RECALLED, RELEASED, SENT, TRAINED
from tests.projections.conftest import RowsOf, answer
from tests.rules import holds

NEAR = replace(b.CENTRE, x=1200, y=-700)
FAR = replace(b.CENTRE, institution_id="far", x=9000, y=0, district="futian")
CENSUS = CensusRecorded(institution_id="fuhai", counted_on=date(2026, 1, 1), population=50_000, groups=())


@holds("A8.17")
def test_a_period_is_counted_as_experts_clinics_operations_lectures_and_trainees(rows_of: RowsOf) -> None:
    operation = replace(HELD, activity_id="a2", kind="operation", people=1, expert_ids=("wu", "zhou"))
    earlier = replace(HELD, activity_id="a3", held_on=date(2025, 12, 31))
    rows = rows_of(FORMED, ADMITTED, SENT, HELD, operation, earlier, TRAINED)
    (work,) = answer(AllianceWork(from_day=date(2026, 1, 1), to_day=date(2026, 3, 4)), rows)
    assert work == {
        "alliance_id": "county",
        "name": "县域医联体",
        "institution_id": "city-3",
        "formed_on": "2026-03-02",
        "experts": 2,
        "expert_days": 2,
        "clinics": 0,
        "clinic_people": 0,
        "operations": 1,
        "operation_people": 1,
        "lectures": 1,
        "lecture_people": 35,
        "trainees": 1,
        "training_hours": 12,
    }
    (later,) = answer(AllianceWork(from_day=date(2026, 4, 1), to_day=date(2026, 4, 30), alliance_id="county"), rows)
    assert (later["experts"], later["lectures"], later["trainees"]) == (0, 0, 0)
    assert answer(AllianceWork(from_day=b.TODAY, to_day=b.TODAY, alliance_id="other"), rows) == []


def test_an_expert_who_was_called_back_counts_for_the_days_that_she_was_there(rows_of: RowsOf) -> None:
    march = AllianceWork(from_day=date(2026, 3, 1), to_day=date(2026, 3, 31))
    (work,) = answer(march, rows_of(FORMED, ADMITTED, SENT, RECALLED))
    assert (work["experts"], work["expert_days"]) == (1, 1)
    (never,) = answer(march, rows_of(FORMED, ADMITTED, SENT, replace(RECALLED, last_day=b.TODAY)))
    assert (never["experts"], never["expert_days"]) == (0, 0)


def test_alliances_are_told_with_their_institutions(rows_of: RowsOf) -> None:
    assert answer(Alliances(), rows_of(FORMED, ADMITTED))[0]["institutions"] == ["city-3", "fuhai"]
    assert answer(Alliances(), rows_of(FORMED, ADMITTED, RELEASED))[0]["institutions"] == ["city-3"]


def test_the_nearest_institution_is_open_has_a_place_and_may_sign(rows_of: RowsOf) -> None:
    hospital = replace(b.HOSPITAL, x=1200, y=-300)
    rows = rows_of(b.WANG, NEAR, FAR, hospital, replace(b.CENTRE, institution_id="nowhere"))
    question = NearestInstitutions(resident_id="wang", day=b.TODAY)
    assert [(row["institution_id"], row["metres"]) for row in answer(question, rows)] == [("fuhai", 400), ("far", 7806)]
    assert len(answer(replace(question, limit=1), rows)) == 1
    closed = rows_of(b.WANG, NEAR, FAR, InstitutionClosed(institution_id="fuhai", closed_on=b.TODAY))
    assert [row["institution_id"] for row in answer(question, closed)] == ["far"]
    assert answer(replace(question, resident_id="nobody"), rows) == []


@holds("A3.1")
def test_people_of_an_institution_stand_beside_one_for_twenty_thousand(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, b.HOSPITAL, FAR, CENSUS, b.WANG)
    load = answer(InstitutionLoad(day=b.TODAY), rows)
    assert (load["pack"], load["people_per_institution"]) == ("SZ-2025", 20_000)
    baoan, futian = load["districts"]
    assert (baoan["district"], baoan["population"], baoan["open"], baoan["wanted"]) == ("baoan", 50_000, 1, 3)
    (centre,) = baoan["institutions"]
    assert (centre["institution_id"], centre["registered"], centre["share"]) == ("fuhai", 1, 2.5)
    assert (futian["population"], futian["wanted"], futian["institutions"][0]["share"]) == (None, None, None)
