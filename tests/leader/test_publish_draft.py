"""A dry run is published exactly as it was read, or refused with what has changed since."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.day_terms.commands import HoldDay
from domain.decider import Refused, TeamDay
from domain.team.commands import RecordAbsence
from infra.planning.day_terms import day_terms
from infra.planning.leader.place_visit import PlaceByHand, place_visit
from infra.planning.leader.publish_draft import KeptDraft, keep_draft, publish_draft
from infra.planning.plan_day import PlannedDay, plan_day
from infra.planning.replan_day import replan_day
from schedulers.problem import Budget
from tests.leader import worlds
from tests.leader.worlds import EVENING, TUESDAY, World, at, in_this_process

DAY = TeamDay("t1", TUESDAY)
QUICK = Budget(iterations=20_000)


def absence(member_id: str, begins: str, ends: str, name: str = "away") -> RecordAbsence:
    return RecordAbsence(
        team_id="t1", absence_id=name, member_id=member_id, starts_at=at(begins), ends_at=at(ends), reason="ill"
    )


@pytest.fixture(scope="module")
def away(tmp_path_factory):
    """A published day; then a nurse who had four visits in the morning is ill until noon."""
    world = worlds.named(tmp_path_factory.mktemp("named") / "data")
    world.plan(budget=QUICK)
    world.give(absence("n2", "08:00", "12:00"), now=at("07:00"))
    return world


def dry_run(world: World, **terms: object) -> KeptDraft:
    """Plan the day again in a dry run at 07:05, and keep the draft."""
    with world.open(at("07:05")) as system:
        dry = replan_day(system, DAY, dry_run=True, **terms)  # type: ignore[arg-type]
        draft = keep_draft(system, dry.planned, dry.commands)
    assert draft is not None
    return draft


def publish(world: World, draft: KeptDraft, now: str) -> PlannedDay:
    with world.open(at(now)) as system:
        return publish_draft(system, draft.token, "wang")


def refused(world: World, draft: KeptDraft, now: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        publish(world, draft, now)
    return refusal.value


def test_what_was_read_is_published_to_the_byte_with_the_terms_of_the_leader(away, tmp_path):
    world = away.copied(tmp_path)
    with world.open(at("07:05")) as system:
        dry = replan_day(system, DAY, dry_run=True, most_moved=6)
        draft = keep_draft(system, dry.planned, dry.commands)
        assert day_terms(system.store, DAY).terms == ()
    assert draft is not None
    published = publish(world, draft, "07:09")
    assert (published.published, published.revision) == (True, 2)
    assert published.roster == dry.planned.roster
    assert world.published().solution.problem_digest == draft.problem_digest
    with world.open() as system:
        assert [term.term_id for term in day_terms(system.store, DAY).terms] == ["limit"]
        assert {each.metadata.actor for each in system.store.read("day_terms-t1.2026-03-10")} == {"wang"}


def test_a_dry_run_of_the_evening_before_is_published_too(tmp_path):
    world = worlds.three_visits(tmp_path)
    with world.open(EVENING) as system:
        (dry,) = plan_day(system, TUESDAY, team_id="t1", dry_run=True, budget=QUICK, solvers=in_this_process)
        draft = keep_draft(system, dry)
        assert draft is not None
        planned = publish_draft(system, draft.token[:8], "wang")
    assert (planned.revision, planned.roster) == (1, dry.roster)


def test_a_place_by_hand_is_published_from_its_dry_run_and_held(away, tmp_path):
    world = away.copied(tmp_path)
    world.give(absence("n2", "08:00", "08:01", "later"), now=at("07:01"))
    with world.open(at("07:05")) as system:
        replan_day(system, DAY)
        by_hand = PlaceByHand(visit_id="V1", parts={0: ("n1", at("16:00"))})
        placed = place_visit(system, DAY, by_hand, actor="wang", dry_run=True)
        draft = keep_draft(system, placed.planned, placed.pins)
        assert draft is not None
        publish_draft(system, draft.token, "wang")
        assert [term.term_id for term in day_terms(system.store, DAY).terms] == ["pin:V1"]
    assert {slot.starts_at for slot in world.published().slots if slot.visit_id == "V1"} == {at("16:00")}


def test_a_newer_revision_refuses_it_with_who_moved_where(away, tmp_path):
    world = away.copied(tmp_path)
    draft = dry_run(world)
    with world.open(at("07:06")) as system:
        replan_day(system, DAY)
    refusal = refused(world, draft, "07:07")
    assert (refusal.rule, refusal.values["read"], refusal.values["revision"]) == ("roster-changed", 1, 2)
    assert " → " in str(refusal.values["difference"])
    assert world.published().revision == 2


def test_a_day_that_has_changed_refuses_it_with_what_changed(away, tmp_path):
    world = away.copied(tmp_path)
    draft = dry_run(world)
    world.visit("NEW", 3, now=at("07:06"))
    world.give(absence("n1", "14:00", "14:30", "later"), now=at("07:06"))
    refusal = refused(world, draft, "07:07")
    assert (refusal.rule, refusal.sentence) == ("roster-changed", "day-changed")
    assert refusal.values["difference"] == ("+NEW; n1 08:00–12:00 13:00–17:00 → 08:00–12:00 13:00–14:00 14:30–17:00")
    with world.open() as system:
        assert len(system.store.read("roster-t1.2026-03-10")) == 1


def test_another_leaders_term_refuses_it_too(away, tmp_path):
    world = away.copied(tmp_path)
    draft = dry_run(world)
    world.give(HoldDay(team_id="t1", day=TUESDAY, before=at("10:00")), now=at("07:06"))
    assert refused(world, draft, "07:07").rule == "roster-changed"


def test_a_draft_that_is_unknown_or_has_expired_is_refused_by_name(away, tmp_path):
    world = away.copied(tmp_path)
    draft = dry_run(world)
    for token in ("0" * 12, "x", draft.token[:4]):
        assert refused(world, replace(draft, token=token), "07:06").rule == "draft-unknown"
    assert draft.expires_at - at("07:05") == timedelta(hours=12)
    assert refused(world, draft, "19:06").rule == "draft-unknown"
