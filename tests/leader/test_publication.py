"""The leader publishes what was read, and nothing else."""

import pytest

from domain.decider import Refused, TeamDay
from domain.roster import ROSTER
from domain.roster.state import roster_id_of
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


def test_a_roster_of_the_planner_names_the_event_that_touched_its_day_as_its_cause(tmp_path):
    world = worlds.three_visits(tmp_path)
    world.plan()
    with world.open() as system:
        (roster,) = system.store.read(ROSTER.stream(roster_id_of("t1", TUESDAY)))
        assert roster.metadata.basis is not None
        touched = system.store.after(roster.metadata.basis - 1, 1)[0]
    assert roster.metadata.causation_id == touched.event_id
    assert roster.metadata.correlation_id == touched.metadata.correlation_id


def test_a_roster_that_a_leader_plans_shares_a_correlation_with_the_terms_set_for_it(away):
    replan(away, "07:20", actor="leader", most_moved=3)
    with away.open(at("07:21")) as system:
        given = [each.metadata for each in system.store.after(0, 10**6) if each.metadata.actor == "leader"]
    newest = [each for each in given if each.recorded_at == at("07:20")]
    assert newest
    assert {each.correlation_id for each in newest} == {newest[0].correlation_id}
    assert newest[0].correlation_id not in {each.command_id for each in newest}
