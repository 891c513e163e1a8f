"""The short form of `make chaos`: a dozen deaths of workers and services, one that is frozen, others that join."""

from infra.dev.local import Services
from tests.chaos.storm import Plan, Storm
from tests.streams.full_system import FullSystem


def test_whoever_is_killed_or_frozen_nothing_is_lost_and_nothing_is_applied_twice(
    full_system: FullSystem, services: Services
) -> None:
    report = Storm(
        full_system, services, Plan(kills=12, freezes=1, workers=2, teams=1, seed=4, between=(0.2, 3.0))
    ).run()
    assert report.kills.total() == 12
    assert report.freezes == 1
    assert report.figures["commands answered"] > 20
    assert report.figures["rosters"] > 0
