"""The leader publishes what was read, and nothing else."""

import pytest

from domain.decider import Refused, TeamDay
from domain.team.commands import RecordAbsence
from infra.planning.plan_day import plan_day
from infra.planning.replan_day import Replanned, replan_day
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at

DAY = TeamDay("t1", TUESDAY)


def absence(member_id: str, begins: str, ends: str, name: str = "away") -> RecordAbsence:
    return RecordAbsence(
        team_id="t1", absence_id=name, member_id=member_id, starts_at=at(begins), ends_at=at(ends), reason="ill"
    )


@pytest.fixture(scope="module")
def away(tmp_path_factory):
    """A published day; then a nurse who had four visits in the morning is ill until noon."""
    world = worlds.named(tmp_path_factory.mktemp("named"))
    world.plan()
    world.give(absence("n2", "08:00", "12:00"), now=at("07:00"))
    return world


def replan(world: World, now: str, **terms: object) -> Replanned:
    with world.open(at(now)) as system:
        return replan_day(system, DAY, **terms)  # type: ignore[arg-type]  # the options of the command line


def test_a_revision_that_nobody_has_read_is_not_replaced_and_the_refusal_says_who_moved(away):
    replan(away, "07:05", dry_run=True)
    assert replan(away, "07:06", if_revision=1).planned.revision == 2
    with pytest.raises(Refused) as refusal:
        replan(away, "07:07", if_revision=1)
    assert (refusal.value.rule, refusal.value.values["read"], refusal.value.values["revision"]) == (
        "roster-changed",
        1,
        2,
    )
    assert "n2 " in str(refusal.value.values["difference"])
    with pytest.raises(Refused, match="roster-changed"), away.open(at("07:08")) as system:
        plan_day(system, TUESDAY, team_id="t1", if_revision=0)
    assert away.published().revision == 2
    assert not replan(away, "07:09", if_revision=2).planned.published
