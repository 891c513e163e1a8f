"""The nearest hospital that opens coronary vessels, named in a heart emergency."""

from dataclasses import replace
from datetime import date

from domain.care_plan.events import ReferralAdvised
from domain.institution import InstitutionClosed
from domain.institution_area import AbilityRecorded
from projections.care_tasks import AdvisedReferrals
from projections.resources.abilities import NearestHospitals
from projections.resources.triage import TriageAdvice
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.rules import holds

HOME = replace(b.WANG, personal=replace(b.WANG.personal, home_x=0, home_y=0))
NEAR = replace(b.HOSPITAL, institution_id="near", name="近医院", x=300, y=400)
FAR = replace(b.HOSPITAL, institution_id="far", name="远医院", x=3000, y=4000)
UNABLE = replace(b.HOSPITAL, institution_id="next-door", name="邻医院", x=1, y=0)
FAR_CAN = AbilityRecorded(institution_id="far", ability="coronary-intervention", offered=True, from_day=b.YESTERDAY)
NEAR_CAN = replace(FAR_CAN, institution_id="near", from_day=b.TODAY)
ADVISED = ReferralAdvised(
    resident_id="wang",
    care_task_id="t1",
    contract_id="c1",
    team_id="team-1",
    urgency="urgent",
    criteria=("acute-coronary-syndrome-suspected",),
    nearest_pci=True,
    advised_on=b.TODAY,
    follow_up_by=date(2026, 3, 16),
)
ALL = (b.CENTRE, HOME, NEAR, FAR, UNABLE, FAR_CAN, NEAR_CAN)


@holds("A8.4")
def test_the_nearest_hospital_that_can_is_named_with_its_metres(rows_of: RowsOf) -> None:
    rows = rows_of(*ALL)
    near = answer(NearestHospitals(resident_id="wang", day=b.TODAY), rows)
    assert [(each["institution_id"], each["metres"]) for each in near] == [("near", 500), ("far", 5000)]
    assert [each["institution_id"] for each in answer(NearestHospitals(resident_id="wang", day=b.YESTERDAY), rows)] == [
        "far"
    ]
    assert answer(NearestHospitals(resident_id="nobody", day=b.TODAY), rows) == []


def test_a_hospital_that_is_closed_or_can_no_longer_is_not_named(rows_of: RowsOf) -> None:
    closed = InstitutionClosed(institution_id="near", closed_on=b.TODAY)
    over = replace(FAR_CAN, offered=False, from_day=b.TODAY)
    assert answer(NearestHospitals(resident_id="wang", day=b.TODAY), rows_of(*ALL, closed, over)) == []


@holds("A8.4")
def test_advice_for_the_heart_names_the_hospital_and_other_advice_names_none(rows_of: RowsOf) -> None:
    other = replace(ADVISED, care_task_id="t2", criteria=("shock",), nearest_pci=False)
    rows = answer(AdvisedReferrals(team_id="team-1"), rows_of(*ALL, ADVISED, other))
    assert {row["care_task_id"]: (row["pci_hospital_id"], row["pci_hospital"]) for row in rows} == {
        "t1": ("near", "近医院"),
        "t2": (None, None),
    }


def test_triage_names_the_nearest_hospitals_for_the_heart_and_none_before(rows_of: RowsOf) -> None:
    rows = rows_of(*ALL)
    heart = TriageAdvice(resident_id="wang", day=b.TODAY, present=("acute-coronary-syndrome-suspected",))
    advised = answer(heart, rows)
    assert (advised["urgency"], advised["complete"], advised["next_signs"]) == ("urgent", True, [])
    assert [each["name"] for each in advised["hospitals"]] == ["近医院", "远医院"]
    asking = answer(TriageAdvice(resident_id="wang", day=b.TODAY, absent=("chest-pain",)), rows)
    assert (asking["urgency"], asking["hospitals"], asking["complete"]) == (None, [], False)
    assert "chest-pain" not in asking["next_signs"]
