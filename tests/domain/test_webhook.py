"""Receivers of events: who added and removed them, and why, is on record."""

from dataclasses import replace

import pytest

from domain.webhook import AddWebhook, RemoveWebhook, WebhookAdded, WebhookRemoved
from tests.spec import NOW, given

ADD = AddWebhook(
    webhook_id="gateway",
    address="https://gateway.example/jiayi",
    event_names=("visit", "notice.recorded.v1"),
    reason="set-up",
)
ADDED = WebhookAdded(
    webhook_id="gateway",
    address="https://gateway.example/jiayi",
    event_names=("notice.recorded.v1", "visit"),
    level="ids",
    reason="set-up",
    by="admin",
    added_at=NOW,
)
REMOVE = RemoveWebhook(webhook_id="gateway", reason="end-of-duty")
REMOVED = WebhookRemoved(webhook_id="gateway", reason="end-of-duty", by="admin", removed_at=NOW)


def test_a_receiver_is_added_and_removed_on_record():
    given().when(ADD).then(ADDED)
    given(ADDED).when(REMOVE).then(REMOVED)


def test_the_same_again_changes_nothing_and_another_address_under_its_name_is_refused():
    given(ADDED).when(ADD).then_nothing()
    given(ADDED).when(replace(ADD, address="https://other.example")).then_refused("webhook-already-added")
    given(ADDED, REMOVED).when(REMOVE).then_nothing()
    given(ADDED, REMOVED).when(ADD).then(ADDED)


def test_nobody_removes_a_receiver_that_was_never_added():
    given().when(REMOVE).then_refused("webhook-unknown")


def test_a_receiver_is_reached_over_http():
    given().when(replace(ADD, address="ftp://gateway.example")).then_refused("webhook-address-unfit")


@pytest.mark.parametrize(
    "address",
    [
        "gateway.example",
        "ftp://gateway.example",
        "https://",
        "https://user:secret@gateway.example",
        "https://gateway.example/?token=secret",
        "https://gateway.example/#here",
        "https://gateway.example:0/",
        "https://gateway.example:99999/",
        "https://gate way.example",
        "https://[bad",
    ],
)
def test_an_address_that_is_none_or_carries_a_secret_is_refused(address: str):
    given().when(replace(ADD, address=address)).then_refused("webhook-address-unfit")
