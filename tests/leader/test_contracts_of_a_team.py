"""A contract without a named nurse names the one with the fewest contracts, so that a team shares its residents."""

from pathlib import Path

from domain.contract.commands import TerminateContract
from domain.contract.events import ContractSigned
from tests.leader import worlds
from tests.leader.worlds import MONDAY, at


def nurses_of(world: worlds.World) -> list[str | None]:
    """Return the nurses of the contracts in the order of their signatures."""
    with world.open() as system:
        return [
            event.event.nurse_id
            for event in system.store.select_notifications(1, 1000)
            if isinstance(event.event, ContractSigned)
        ]


def test_the_nurses_of_a_team_are_named_in_turn(tmp_path: Path) -> None:
    world = worlds.World(tmp_path)
    world.residents(5)
    assert nurses_of(world) == ["n1", "n2", "n1", "n2", "n1"]


def test_a_contract_that_ended_counts_no_more_and_named_ones_count(tmp_path: Path) -> None:
    world = worlds.World(tmp_path)
    world.residents(4, {1: "n1", 2: "n1", 3: "n1", 4: "n2"}.get)
    for number in (1, 2, 3):
        world.give(
            TerminateContract(contract_id=f"c{number}", last_day=MONDAY, reason="lost-to-follow-up"),
            now=at("08:00", MONDAY),
        )
    world.moment = at("08:00")
    world.resident(5, 0, 0)
    assert nurses_of(world)[-1] == "n1"
