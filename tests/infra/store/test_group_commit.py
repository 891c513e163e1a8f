"""Commands of many threads in few commits: each gets its own answer or its own error."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.persistence import StoredEvent

from domain.decider import Refused
from infra.codec import CorruptEvent
from infra.group_commit import GroupCommit
from infra.store.recorded import Answer, Metadata
from infra.store.store import EventStore
from tests.infra.store.wards import NOW, REGION, Clean, rent_bed, request


def test_many_threads_share_commits_and_each_gets_its_own_answer(store: EventStore) -> None:
    commits = GroupCommit(store, region=REGION)
    commands = [request(Clean(ward_id=f"w{n % 5}", rooms=1), f"c{n}") for n in range(200)]
    with ThreadPoolExecutor(16) as crew:
        answers = list(crew.map(commits.execute, commands))
    assert sorted(answer.position for answer in answers) == list(range(1, 201))
    assert [answer.id for answer in answers] == [f"w{n % 5}" for n in range(200)]
    assert [each.version for each in store.read("ward-w0")] == list(range(1, 41))


def test_of_those_that_want_the_same_one_gets_it(store: EventStore) -> None:
    commits = GroupCommit(store, region=REGION)
    at_once = threading.Barrier(8)

    def want(n: int) -> str:
        at_once.wait()
        try:
            return commits.execute(request(rent_bed(f"w{n}"))).events[0]
        except Refused as refused:
            return refused.rule

    with ThreadPoolExecutor(8) as crew:
        outcomes = sorted(crew.map(want, range(8)))
    assert outcomes == ["bed-is-taken"] * 7 + ["test-ward.rented.v1"]


def test_a_broken_stream_is_told_to_whoever_asked_for_it(store: EventStore) -> None:
    broken = StoredEvent("ward-broken", 1, "test-ward.rented.v1", b"{}")
    store.insert_events([broken], metadata=Metadata(actor="import", recorded_at=NOW))
    commits = GroupCommit(store, region=REGION)
    commits._led = True
    pool = ThreadPoolExecutor(4)
    wards = ("w1", "broken", "w2", "w3")
    outcomes = [pool.submit(commits.execute, request(Clean(ward_id=ward, rooms=1))) for ward in wards]
    while len(commits._waiting) < 4:
        time.sleep(0.001)
    commits._hand_over()
    with pytest.raises(CorruptEvent):
        outcomes[1].result()
    assert all(isinstance(outcomes[n].result(), Answer) for n in (0, 2, 3))
    pool.shutdown()
