"""Two records of one person become one; both can be read, and nothing further is recorded under the one given up."""

from dataclasses import replace

from domain.decider import FOREVER
from domain.resident import RESIDENT
from domain.resident.commands import (
    AnnulDeparture,
    AnnulMerge,
    ChooseChannel,
    CorrectDeparture,
    CorrectPersonalDetails,
    GiveConsent,
    JoinHousehold,
    MergeResident,
    RecordBirth,
    RecordDeparture,
    RecordMerge,
    RecordMobility,
    ReviewKeyGroups,
    ShowEvidence,
    TagKeyGroup,
    UntagKeyGroup,
    WithdrawConsent,
)
from domain.resident.events import MergeAnnulled, MergeRecorded
from tests.domain.builders import MERGED, TODAY, WANG, WANG_PERSONAL, YESTERDAY
from tests.rules import holds
from tests.spec import claimed, given

KEPT = replace(WANG, resident_id="wang-2")
MERGE = MergeResident(resident_id="wang", kept_id="wang-2", reason="registered twice", allowed_by="head")
ANNUL = AnnulMerge(resident_id="wang", reason="a namesake", allowed_by="head")
ANNULLED = MergeAnnulled(
    resident_id="wang", kept_id="wang-2", annulled_on=TODAY, reason="a namesake", allowed_by="head"
)
RECORD = RecordMerge(resident_id="wang-2", merged_id="wang", merged=True)
RECORDED = MergeRecorded(resident_id="wang-2", merged_id="wang", merged=True)


@holds("A10.14")
def test_a_record_is_merged_into_another_of_the_same_person():
    given(WANG).when(MERGE, kept=[KEPT]).then(MERGED)
    given(WANG, MERGED).when(MERGE, kept=[KEPT]).then_nothing()


def test_a_merge_names_another_registered_record():
    given().when(MERGE, kept=[KEPT]).then_refused("resident-not-registered", resident="wang")
    given(WANG).when(MERGE).then_refused("resident-not-registered", resident="wang-2")
    given(WANG).when(replace(MERGE, kept_id="wang"), kept=[WANG]).then_refused("merged-with-itself", resident="wang")
    elsewhere = replace(MERGED, resident_id="wang-2", kept_id="wang-3")
    given(WANG).when(MERGE, kept=[KEPT, elsewhere]).then_refused("resident-merged", resident="wang-2", kept="wang-3")
    given(WANG, replace(MERGED, kept_id="wang-3")).when(MERGE, kept=[KEPT]).then_refused(
        "resident-merged", kept="wang-3"
    )


def test_a_merge_has_a_reason_and_a_second_person():
    given(WANG).when(replace(MERGE, reason=" "), kept=[KEPT]).then_refused("correction-without-reason")
    given(WANG).when(replace(MERGE, allowed_by=None), kept=[KEPT]).then_refused("second-person-missing")
    given(WANG).when(replace(MERGE, allowed_by="admin"), kept=[KEPT]).then_refused("second-person-is-actor")


def test_nothing_is_open_under_a_record_that_is_given_up():
    for kind in ("open_visits", "open_beds", "open_referrals"):
        given(WANG).when(MERGE, kept=[KEPT], **{kind: ("x1",)}).then_refused("merge-with-open-care", open="x1")


@holds("A10.14")
def test_a_merged_record_holds_the_place_of_an_active_contract_and_gives_it_back():
    (held,) = claimed(RESIDENT, WANG, MERGED)[-1:]
    assert (held.key, held.rule, held.since, held.until) == (
        "active-contract:wang",
        "merge-with-active-contract",
        TODAY,
        FOREVER,
    )
    (returned,) = claimed(RESIDENT, WANG, MERGED, ANNULLED)[-1:]
    assert (returned.key, returned.until) == ("active-contract:wang", YESTERDAY)


def test_nothing_is_recorded_under_a_merged_record():
    for command in (
        CorrectPersonalDetails(resident_id="wang", personal=WANG_PERSONAL),
        ShowEvidence(resident_id="wang", evidence="residence-permit", resident_since=YESTERDAY, shown_on=TODAY),
        TagKeyGroup(resident_id="wang", group="hypertension", since=TODAY),
        UntagKeyGroup(resident_id="wang", group="hypertension", until=TODAY),
        ReviewKeyGroups(resident_id="wang"),
        RecordBirth(resident_id="wang", delivered_on=TODAY, discharged_on=TODAY),
        RecordMobility(resident_id="wang", homebound=True, since=TODAY),
        JoinHousehold(resident_id="wang", household_id="h1", relation="head", since=TODAY),
        GiveConsent(resident_id="wang", kind="home-visits", given_on=TODAY),
        WithdrawConsent(resident_id="wang", kind="home-visits", withdrawn_on=TODAY),
        ChooseChannel(resident_id="wang", channel="call"),
        RecordDeparture(resident_id="wang", reason="moved-out", last_day=TODAY),
        AnnulDeparture(resident_id="wang", departure="moved-out", reason="x", allowed_by="head"),
        CorrectDeparture(resident_id="wang", last_day=TODAY, reason="x", allowed_by="head"),
    ):
        given(WANG, MERGED).when(command).then_refused("resident-merged", resident="wang", kept="wang-2")


@holds("A10.14")
def test_a_merge_is_annulled_with_a_reason_and_a_second_person():
    given(WANG, MERGED).when(ANNUL).then(ANNULLED)
    given(WANG).when(ANNUL).then_nothing()
    given().when(ANNUL).then_refused("resident-not-registered", resident="wang")
    given(WANG, MERGED).when(replace(ANNUL, reason="")).then_refused("correction-without-reason")
    given(WANG, MERGED).when(replace(ANNUL, allowed_by=None)).then_refused("second-person-missing")
    given(WANG, MERGED).when(replace(ANNUL, allowed_by="admin")).then_refused("second-person-is-actor")
    given(WANG, MERGED, ANNULLED).when(MERGE, kept=[KEPT]).then(MERGED)


@holds("A10.14")
def test_the_kept_record_names_those_that_were_merged_into_it():
    given(KEPT).when(RECORD).then(RECORDED)
    given(KEPT, RECORDED).when(RECORD).then_nothing()
    given(KEPT, RECORDED).when(replace(RECORD, merged=False)).then(replace(RECORDED, merged=False))
    given().when(RECORD).then_refused("resident-not-registered", resident="wang-2")
