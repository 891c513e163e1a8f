"""Residents are told of their visits by consent, and what they were told is remembered."""

from dataclasses import replace

from domain.notice import NoticeRecorded, RecordNotice
from domain.resident.commands import ChooseChannel
from domain.resident.events import ChannelChosen, ConsentGiven, ConsentWithdrawn, PersonalDetailsCorrected
from tests.domain.builders import ASSIGNED, REQUESTED, TEAM_1, TODAY, WANG, WANG_PERSONAL, YESTERDAY, at
from tests.rules import holds
from tests.spec import NOW, given

CONSENT = ConsentGiven(resident_id="wang", kind="visit-notices", given_on=YESTERDAY, given_by="resident")
CALLED = RecordNotice(
    visit_id="v1",
    resident_id="wang",
    starts_at=at(TODAY, 14),
    member_ids=("he", "chen"),
    channel="call",
    notified_by="li",
)
RECORDED = NoticeRecorded(
    visit_id="v1",
    resident_id="wang",
    day=TODAY,
    starts_at=at(TODAY, 14),
    member_ids=("chen", "he"),
    channel="call",
    notified_by="li",
    notified_at=NOW,
)
VISIT = [REQUESTED, ASSIGNED]
WITH_CONSENT = {"resident": [WANG, CONSENT], "visit": VISIT, "team": [TEAM_1]}
WITHOUT = {"resident": [WANG], "visit": VISIT, "team": [TEAM_1]}
FAMILY = PersonalDetailsCorrected(resident_id="wang", personal=replace(WANG_PERSONAL, family_phone="139"))


def test_a_resident_is_told_when_the_visit_begins_and_who_comes():
    given().when(CALLED, **WITH_CONSENT).then(RECORDED)
    given(RECORDED).when(CALLED, **WITH_CONSENT).then_nothing()
    given(RECORDED).when(replace(CALLED, channel="message"), **WITH_CONSENT).then_nothing()
    later = replace(CALLED, starts_at=at(TODAY, 16))
    given(RECORDED).when(later, **WITH_CONSENT).then(replace(RECORDED, starts_at=at(TODAY, 16)))


def test_a_resident_is_told_that_nobody_comes():
    nobody = replace(CALLED, starts_at=None, member_ids=())
    given(RECORDED).when(nobody, **WITH_CONSENT).then(replace(RECORDED, starts_at=None, member_ids=()))


@holds("A10.8")
def test_nobody_is_called_or_written_to_without_consent_but_anybody_may_be_told_in_person():
    for channel in ("call", "message", "family"):
        given().when(replace(CALLED, channel=channel), **WITHOUT).then_refused(
            "notice-without-consent", resident="wang"
        )
    no_more = ConsentWithdrawn(resident_id="wang", kind="visit-notices", withdrawn_on=TODAY)
    given().when(CALLED, resident=[WANG, CONSENT, no_more], visit=VISIT).then_refused("notice-without-consent")
    other = replace(CONSENT, kind="home-visits")
    given().when(CALLED, resident=[WANG, other], visit=VISIT).then_refused("notice-without-consent")
    given().when(replace(CALLED, channel="in-person"), **WITHOUT).then(replace(RECORDED, channel="in-person"))


def test_a_notice_is_about_a_visit_to_the_resident():
    given().when(CALLED, resident=[WANG, CONSENT]).then_refused("visit-unknown", visit="v1")
    given().when(CALLED, visit=VISIT).then_refused("resident-not-registered")
    given().when(replace(CALLED, resident_id="li"), **WITH_CONSENT).then_refused("visit-of-another-resident")


@holds("A10.8")
def test_a_resident_chooses_the_channel():
    chosen = ChannelChosen(resident_id="wang", channel="message")
    given(WANG).when(ChooseChannel(resident_id="wang", channel="message")).then(chosen)
    given(WANG, chosen).when(ChooseChannel(resident_id="wang", channel="message")).then_nothing()
    given().when(ChooseChannel(resident_id="wang", channel="call")).then_refused("resident-not-registered")
    family = ChooseChannel(resident_id="wang", channel="family")
    given(WANG).when(family).then_refused("family-phone-missing", resident="wang")
    given(WANG, FAMILY).when(family).then(replace(chosen, channel="family"))


def test_a_notice_is_recorded_by_a_member_of_the_team_or_by_the_leader():
    given().when(replace(CALLED, notified_by="nobody"), **WITH_CONSENT).then_refused(
        "member-not-seated", team="team-1", member="nobody"
    )
    given().when(replace(CALLED, notified_by="leader"), **WITH_CONSENT).then(replace(RECORDED, notified_by="leader"))
