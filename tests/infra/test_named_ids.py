"""What a command names by its id is looked up in the store: aggregates, their parts, and members of any team."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.institution import OpenInstitution
from domain.team.commands import FormTeam, InviteGuest, JoinTeam, LeaveTeam
from infra.command_handler import CommandRequest, execute
from infra.states import States
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore
from tests.domain.builders import CHEN, HE, LI, SUN, TODAY, TOMORROW
from tests.spec import NOW

CENTRE = OpenInstitution(
    institution_id="i1", name="东街社康", kind="community-health", sector="public", tier=1, district="baoan"
)
TEAM = FormTeam(team_id="t1", institution_id="i1", base_x=0, base_y=0, members=(LI, HE))
GUEST = InviteGuest(
    team_id="t1", stay_id="s1", member=CHEN, kind="visiting-specialist", from_day=TODAY, to_day=TOMORROW
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    commands = (
        CENTRE,
        TEAM,
        JoinTeam(team_id="t1", member=SUN),
        LeaveTeam(team_id="t1", member_id="sun", last_day=TODAY),
        GUEST,
    )
    with SqliteStore(tmp_path / "events.db") as opened:
        for n, each in enumerate(commands):
            execute(opened, CommandRequest(each, f"c{n}", "desk", NOW + timedelta(minutes=n)), region="SZ")
        yield opened


def test_members_guests_and_those_who_left_are_known(store: EventStore) -> None:
    named = ("li", "nobody", "sun", "chen", "l")
    assert store.decided(lambda transaction: States(transaction, store).unseated(named)) == ("nobody", "l")


def test_an_aggregate_exists_once_something_is_recorded_of_it(store: EventStore) -> None:
    def exists(category: str, identity: str | None, part: str | None = None) -> bool:
        return store.decided(lambda transaction: States(transaction, store).exists(category, identity, part))

    assert exists("team", "t1")
    assert not exists("team", "t9")
    assert exists("team", None)
    assert not exists("care_plan", "r1", "c1.elder-exam.1")
