"""An event must be able to travel, so every store refuses one that is too large, when it is written."""

import pytest

from domain.decider import Refused
from infra.command_handler import execute, execute_all
from infra.store.recorded import LARGEST_EVENT
from infra.store.store import EventStore
from streams.topics import LARGEST_MESSAGE
from tests.infra.store.wards import REGION, Clean, rent_bed, request

AROUND = 1000
"""Bytes of an event beside the bed's name, and more."""


def test_an_event_that_could_not_travel_is_refused_and_leaves_nothing(store: EventStore) -> None:
    with pytest.raises(Refused, match="event-too-large") as refused:
        execute(store, request(rent_bed("w1", "b" * LARGEST_EVENT), "c1"), region=REGION)
    values = refused.value.values
    assert (values["event"], values["most"]) == ("test-ward.rented.v1", LARGEST_EVENT)
    assert LARGEST_EVENT < int(str(values["size"])) < LARGEST_EVENT + AROUND
    assert store.last_position() == 0
    assert execute(store, request(rent_bed("w1", "b1"), "c1"), region=REGION).version == 1  # both are free


def test_the_commands_beside_it_in_one_commit_stand(store: EventStore) -> None:
    commands = [Clean(ward_id="w1", rooms=1), rent_bed("w2", "b" * LARGEST_EVENT), Clean(ward_id="w3", rooms=1)]
    verdicts = execute_all(store, [request(each) for each in commands], region=REGION)
    assert [isinstance(each, Refused) for each in verdicts] == [False, True, False]
    assert [event.stream for event in store.after(0)] == ["ward-w1", "ward-w3"]


def test_twice_the_largest_event_fits_in_a_message() -> None:
    assert 2 * LARGEST_EVENT <= LARGEST_MESSAGE
