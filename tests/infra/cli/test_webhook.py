"""The command line adds, lists and removes receivers of events."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.infra.cli.desk import Desk

ADD = ("webhook", "add", "gateway", "--address", "https://gateway.example/jiayi", "--reason", "set-up")


@pytest.fixture(autouse=True)
def key_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIAYI_KEY_FILE", str(tmp_path / "key"))


def test_a_receiver_is_added_listed_and_removed(desk: Desk, refused: Callable[[Result, str], None]) -> None:
    added = desk(*ADD, "--event", "visit", "--json")
    first = json.loads(added.stdout)["secret"]
    assert first.startswith("whsec_")
    listed = json.loads(desk("webhook", "list", "--json").stdout)
    assert (listed["event_names"], listed["level"], listed["waiting"], listed["dead"]) == (["visit"], "ids", 0, 0)
    assert "gateway" in desk("webhook", "list").stdout
    assert json.loads(desk("webhook", "secret", "gateway", "--json").stdout)["secret"] != first
    assert json.loads(desk("webhook", "replay", "gateway", "--since", "0", "--json").stdout)["since"] == 0
    assert desk("webhook", "dead", "--json").stdout == ""
    assert desk("webhook", "remove", "gateway", "--reason", "end-of-duty").exit_code == 0
    assert desk("webhook", "list", "--json").stdout == ""
    refused(desk("webhook", "replay", "gateway"), "webhook-unknown")
    for file in desk.data.iterdir():
        assert first.encode() not in file.read_bytes()


def test_what_cannot_be_a_receiver_is_refused_and_leaves_nothing(
    desk: Desk, refused: Callable[[Result, str], None]
) -> None:
    before = desk.events()
    refused(desk(*ADD, "--event", "weather"), "webhook-event-unknown")
    refused(desk(*ADD[:4], "https://user:pw@gateway.example", *ADD[5:]), "webhook-address-unfit")
    assert desk.events() == before
    assert desk("webhook", "list", "--json").stdout == ""
