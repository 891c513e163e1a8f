"""Drafts are kept for a while, in both databases, and leave no event."""

from datetime import timedelta

from infra.store.recorded import document_digest
from infra.store.store import EventStore
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW

HOUR = timedelta(hours=1)


def test_a_draft_is_read_by_the_beginning_of_its_digest_until_it_expires(place: Place, store: EventStore) -> None:
    digest = store.keep_draft(b"roster", NOW + HOUR, NOW)
    other = store.keep_draft(b"another", NOW + 3 * HOUR, NOW)
    assert (digest, store.last_position()) == (document_digest(b"roster"), 0)
    with place.store() as elsewhere:
        assert elsewhere.drafts(digest[:12], NOW) == {digest: b"roster"}
    assert store.drafts("", NOW) == {digest: b"roster", other: b"another"}
    assert store.drafts(digest[:12], NOW + HOUR) == {}
    assert store.keep_draft(b"another", NOW + 4 * HOUR, NOW + 2 * HOUR) == other
    assert store.drafts("", NOW) == {other: b"another"}
