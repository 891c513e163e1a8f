"""What time the store lives in, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from infra.edges.commands import COMMANDS
from infra.edges.parsing import parse_command
from infra.settings import Settings
from infra.store.sqlite import SqliteStore
from infra.wiring import Embedded
from tests.infra.cli.desk import Desk

Refuses = Callable[[Result, str], None]

INSTITUTION = json.dumps(COMMANDS["OpenInstitution"].example)
TEAM = json.dumps(COMMANDS["FormTeam"].example)


@pytest.fixture
def live(empty: Desk) -> Desk:
    """A store whose first command came without a clock."""
    with Embedded(Settings(data=empty.data)) as system:
        system.execute(parse_command("OpenInstitution", COMMANDS["OpenInstitution"].example), actor="set-up")
    return empty


def shown(desk: Desk, *words: str) -> str:
    result = desk("store", *words, now=None)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_a_store_says_what_time_it_lives_in_its_last_moment_and_its_region(desk: Desk) -> None:
    lines = shown(desk).splitlines()
    assert lines[0].startswith("The store is simulated")
    assert lines[1:] == ["last recorded event: 2026-03-02 07:00:00", "region: SZ"]
    known = json.loads(shown(desk, "--json"))
    assert known == {
        "lives": "simulated",
        "empty": False,
        "last_recorded_at": "2026-03-01T23:00:00Z",
        "region": "SZ",
    }


def test_an_empty_store_says_what_its_first_command_would_make_of_it(empty: Desk) -> None:
    assert json.loads(shown(empty, "--json"))["lives"] == "live"
    assert json.loads(empty("store", "--json").stdout)["lives"] == "simulated"


def test_a_store_goes_live_when_that_is_confirmed_and_stays_so(desk: Desk, refused: Refuses) -> None:
    refused(desk("store", "live", now=None), "store-live-unconfirmed")
    assert "simulated" in shown(desk)
    assert shown(desk, "live", "--yes").startswith("The store is live")
    refused(desk("coverage"), "clock-fixed")
    refused(desk("coverage", now=None), "not-signed-in")


def test_the_status_says_what_time_the_store_lives_in(desk: Desk) -> None:
    status = desk("streams", "status")
    assert "The store is simulated" in status.stdout
    assert json.loads(desk("streams", "status", "--json").stdout)["lives"] == "simulated"


@pytest.mark.parametrize(
    "words",
    [
        ("do", "FormTeam", TEAM),
        ("do", "-"),
        ("coverage",),
        ("simulate", "--teams", "1", "--days", "1"),
        ("run", "--until-idle"),
        ("roster", "plan", "2026-03-03"),
        ("store",),
    ],
    ids=lambda words: words[0] + words[1] if len(words) > 1 else words[0],
)
def test_no_clock_is_set_by_hand_in_a_live_store(live: Desk, refused: Refuses, words: tuple[str, ...]) -> None:
    refused(live(*words, stdin=""), "clock-fixed")
    assert live.events() == 1


def test_a_simulation_needs_a_store_of_its_own(live: Desk, refused: Refuses) -> None:
    refused(live("simulate", "--teams", "1", "--days", "1", now=None), "not-signed-in")
    assert live.events() == 1


def test_no_actor_is_named_in_a_live_store(live: Desk, refused: Refuses, tmp_path: Path) -> None:
    teams = tmp_path / "teams.csv"
    teams.write_text("institution_id,name,kind,sector,tier,district\n")
    for words in (
        ("do", "FormTeam", TEAM),
        ("institution", "close", "i1", "--closed-on", "2026-03-02"),
        ("roster", "unpin", "v1"),
        ("import", str(teams), "--as", "institutions"),
    ):
        refused(live(*words, "--actor", "somebody", now=None), "actor-fixed")
    assert live.events() == 1


def test_a_line_that_brings_its_time_makes_an_empty_store_simulated(empty: Desk) -> None:
    line = {"name": "OpenInstitution", "data": json.loads(INSTITUTION), "now": "2026-03-02T07:00"}
    assert empty("do", "-", now=None, stdin=json.dumps(line)).exit_code == 0
    with SqliteStore(empty.data / "events.db") as store:
        assert store.lives() == "simulated"
