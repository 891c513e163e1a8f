from dataclasses import replace

from domain.notice import NoticeRecorded
from domain.resident.events import ChannelChosen, ConsentGiven, ConsentWithdrawn, PersonalDetailsCorrected
from infra.rows.postgres import PostgresRows
from projections.notices import ResidentNotices, contacts_of, newest_notices, visits_noticed, visits_now
from projections.places import agreements_of, busy_from, guests_on, home_of, sister_teams, teams_of_member
from tests.domain import builders as b
from tests.projections.conftest import answer

NOTICE = NoticeRecorded(
    visit_id="v1",
    resident_id="wang",
    day=b.TODAY,
    starts_at=b.at(b.TODAY, 9),
    member_ids=("li",),
    channel="call",
    notified_by="he",
    notified_at=b.at(b.TODAY, 7),
)
WITH_FAMILY = replace(b.WANG_PERSONAL, family_name="王强", family_phone="139")
CONSENT = ConsentGiven(resident_id="wang", kind="visit-notices", given_on=b.YESTERDAY, given_by="resident")


def test_the_newest_notice_of_each_visit_is_kept(rows_of):
    rows = rows_of(b.REQUESTED, NOTICE, replace(NOTICE, starts_at=None, member_ids=(), notified_at=b.at(b.TODAY, 8)))
    (kept,) = answer(ResidentNotices(resident_id="wang"), rows)
    assert (kept["starts_at"], kept["member_ids"], kept["notified_at"]) == (None, [], "2026-03-02T00:00:00Z")
    assert newest_notices(rows, {"v1", "v2"}) == {"v1": kept}
    assert newest_notices(rows, set()) == {}
    assert visits_noticed(rows, "team-1", b.TODAY) == {"v1"}
    assert visits_noticed(rows, "team-2", b.TODAY) == visits_noticed(rows, "team-1", b.TOMORROW) == set()


def test_a_contact_is_whom_to_call_with_consent_channel_and_family(rows_of):
    rows = rows_of(replace(b.WANG, personal=WITH_FAMILY), CONSENT, ChannelChosen(resident_id="wang", channel="family"))
    assert contacts_of(rows, {"wang"}) == {
        "wang": {
            "resident_id": "wang",
            "name": "王芳",
            "phone": "13800000000",
            "departed": None,
            "consented": "2026-03-01",
            "channel": "family",
            "family_name": "王强",
            "family_phone": "139",
        }
    }


def test_a_withdrawn_consent_and_a_family_phone_that_is_gone_are_no_contact(rows_of):
    rows = rows_of(
        replace(b.WANG, personal=WITH_FAMILY),
        CONSENT,
        ConsentWithdrawn(resident_id="wang", kind="visit-notices", withdrawn_on=b.TODAY),
        PersonalDetailsCorrected(resident_id="wang", personal=b.WANG_PERSONAL),
    )
    contact = contacts_of(rows, {"wang"})["wang"]
    assert (contact["consented"], contact["family_phone"], contact["channel"]) == (None, None, None)


def test_what_is_read_in_the_moment_can_be_read_from_postgresql(database_url):
    with PostgresRows(database_url) as rows:
        assert (home_of(rows, "r"), agreements_of(rows, "r", b.TODAY), teams_of_member(rows, "m", b.TODAY)) == (
            None,
            [],
            [],
        )
        assert (sister_teams(rows, "t"), busy_from(rows, b.TODAY, "2026"), guests_on(rows, b.TODAY)) == (
            [],
            set(),
            set(),
        )
        assert contacts_of(rows, {"r"}) == newest_notices(rows, {"v"}) == visits_now(rows, {"v"}) == {}
        assert visits_noticed(rows, "t", b.TODAY) == set()
