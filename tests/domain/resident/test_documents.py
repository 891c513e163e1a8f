"""The document behind evidence that a person may sign here: its kind, the end of its number, a copy's digest."""

from dataclasses import replace
from datetime import date

from domain.resident.commands import ShowEvidence
from domain.resident.events import EvidenceShown
from tests.domain.builders import TODAY, TOMORROW, WANG, YESTERDAY
from tests.spec import given

COPY = "0123456789abcdef" * 4
SHOW = ShowEvidence(
    resident_id="wang",
    evidence="residence-permit",
    resident_since=date(2019, 5, 1),
    shown_on=YESTERDAY,
    document_kind="residence-permit-card",
    document_number=" 4403 0119 4001 0100 2x ",
    document_issued_on=date(2020, 1, 1),
    copy_digest=COPY,
)
SHOWN = EvidenceShown(
    resident_id="wang",
    evidence="residence-permit",
    resident_since=date(2019, 5, 1),
    shown_on=YESTERDAY,
    valid_until=None,
    elder_on=None,
    document_kind="residence-permit-card",
    number_ending="02X",
    document_issued_on=date(2020, 1, 1),
    copy_digest=COPY,
)


def test_a_document_is_recorded_with_the_end_of_its_number_and_once():
    decided = given(WANG).when(SHOW).decided()
    assert decided[0] == SHOWN
    given(WANG, *decided).when(SHOW).then_nothing()
    again = replace(SHOW, document_number="4403011940010100213")
    assert given(WANG, *decided).when(again).decided()[0].number_ending == "213"


def test_of_a_short_number_nothing_is_recorded():
    for number, kept in (("1234567", None), ("12345678", "678")):
        shown = given(WANG).when(replace(SHOW, document_number=number)).decided()[0]
        assert shown.number_ending == kept


def test_a_document_has_a_kind_a_day_before_it_was_shown_and_a_digest_that_is_one():
    given(WANG).when(replace(SHOW, document_kind=None)).then_refused("document-without-kind")
    for name in ("document_number", "document_issued_on", "copy_digest"):
        bare = replace(SHOW, document_kind=None, document_number=None, document_issued_on=None, copy_digest=None)
        only = replace(bare, **{name: getattr(SHOW, name)})
        given(WANG).when(only).then_refused("document-without-kind")
    given(WANG).when(replace(SHOW, document_issued_on=TODAY)).then_refused("document-issued-after-shown", day=TODAY)
    assert given(WANG).when(replace(SHOW, document_issued_on=YESTERDAY)).decided()
    given(WANG).when(replace(SHOW, copy_digest=COPY[:-1])).then_refused("copy-digest-malformed")
    given(WANG).when(replace(SHOW, copy_digest=COPY.upper())).then_refused("copy-digest-malformed")


def test_nobody_lived_here_or_had_a_document_before_their_birth():
    long_ago = date(1930, 1, 1)
    given(WANG).when(replace(SHOW, resident_since=long_ago)).then_refused("day-before-birth", day=long_ago)
    given(WANG).when(replace(SHOW, document_issued_on=long_ago)).then_refused("day-before-birth", day=long_ago)
    given(WANG).when(replace(SHOW, shown_on=TOMORROW)).then_refused("day-in-the-future")
