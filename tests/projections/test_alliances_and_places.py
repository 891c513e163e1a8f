"""What alliances did in a period, which institution is near, and how many people each serves."""

from dataclasses import replace
from datetime import date

from domain.institution import CensusRecorded, InstitutionClosed
from projections.alliances import Alliances, AllianceWork
from projections.institutions import InstitutionLoad, NearestInstitutions
from tests.domain import builders as b
from tests.domain.test_alliance import ADMITTED, FORMED, HELD, RECALLED, RELEASED, SENT, TRAINED
from tests.projections.conftest import Told, answer
from tests.rules import holds

NEAR = replace(b.CENTRE, x=1200, y=-700)
FAR = replace(b.CENTRE, institution_id="far", x=9000, y=0, district="futian")
CENSUS = CensusRecorded(institution_id="fuhai", counted_on=date(2026, 1, 1), population=50_000, groups=())


@holds("A8.17")
def test_a_period_is_counted_as_experts_clinics_operations_lectures_and_trainees(told: Told) -> None:
    operation = replace(HELD, activity_id="a2", kind="operation", people=1, expert_ids=("wu", "zhou"))
    earlier = replace(HELD, activity_id="a3", held_on=date(2025, 12, 31))
    rows = told(FORMED, ADMITTED, SENT, HELD, operation, earlier, TRAINED)
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


def test_an_expert_who_was_called_back_counts_for_the_days_that_she_was_there(told: Told) -> None:
    march = AllianceWork(from_day=date(2026, 3, 1), to_day=date(2026, 3, 31))
    (work,) = answer(march, told(FORMED, ADMITTED, SENT, RECALLED))
    assert (work["experts"], work["expert_days"]) == (1, 1)
    (never,) = answer(march, told(FORMED, ADMITTED, SENT, replace(RECALLED, last_day=b.TODAY)))
    assert (never["experts"], never["expert_days"]) == (0, 0)


def test_alliances_are_told_with_their_institutions(told: Told) -> None:
    assert answer(Alliances(), told(FORMED, ADMITTED))[0]["institutions"] == ["city-3", "fuhai"]
    assert answer(Alliances(), told(FORMED, ADMITTED, RELEASED))[0]["institutions"] == ["city-3"]


def test_the_nearest_institution_is_open_has_a_place_and_may_sign(told: Told) -> None:
    hospital = replace(b.HOSPITAL, x=1200, y=-300)
    rows = told(b.WANG, NEAR, FAR, hospital, replace(b.CENTRE, institution_id="nowhere"))
    asked = NearestInstitutions(resident_id="wang", day=b.TODAY)
    assert [(row["institution_id"], row["metres"]) for row in answer(asked, rows)] == [("fuhai", 400), ("far", 7806)]
    assert len(answer(replace(asked, limit=1), rows)) == 1
    closed = told(b.WANG, NEAR, FAR, InstitutionClosed(institution_id="fuhai", closed_on=b.TODAY))
    assert [row["institution_id"] for row in answer(asked, closed)] == ["far"]
    assert answer(replace(asked, resident_id="nobody"), rows) == []


@holds("A3.1")
def test_people_of_an_institution_stand_beside_one_for_twenty_thousand(told: Told) -> None:
    rows = told(b.CENTRE, b.HOSPITAL, FAR, CENSUS, b.WANG)
    load = answer(InstitutionLoad(day=b.TODAY), rows)
    assert (load["pack"], load["people_per_institution"]) == ("SZ-2018", 20_000)
    baoan, futian = load["districts"]
    assert (baoan["district"], baoan["population"], baoan["open"], baoan["wanted"]) == ("baoan", 50_000, 1, 3)
    (centre,) = baoan["institutions"]
    assert (centre["institution_id"], centre["registered"], centre["share"]) == ("fuhai", 1, 2.5)
    assert (futian["population"], futian["wanted"], futian["institutions"][0]["share"]) == (None, None, None)
