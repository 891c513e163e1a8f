"""What the other processes of the store's tests do."""

import os
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier, Event
from typing import Any

from domain.decider import Refused
from infra.command_handler import execute, execute_all
from infra.store.recorded import Append
from tests.infra.store import wards
from tests.infra.store.places import Place


def rent_at_once(place: Place, ward_id: str, barrier: Barrier, verdicts: Any) -> None:
    """Rent bed b1 at the same moment as everybody else."""
    wards.move_in()
    with place.store() as store:
        barrier.wait()
        try:
            execute(store, wards.request(wards.rent_bed(ward_id)), region=wards.REGION)
            verdicts.put("won")
        except Refused as refused:
            verdicts.put(refused.rule)


def write_many(place: Place, writer: int, commits: int, per_commit: int, barrier: Barrier) -> None:
    """Write `commits` times `per_commit` events to streams of one's own."""
    wards.move_in()
    with place.store() as store:
        barrier.wait()
        for n in range(commits):
            stream = f"ward-{writer}-{n}"
            events = tuple([wards.RoomCleaned(ward_id=stream, room=room) for room in range(per_commit)])
            now = datetime.now(UTC)
            store.append(Append(id=stream, stream=stream, version=0, actor="w", now=now, events=events))


def write_until_killed(place: Place) -> None:
    """Write batches of commands of three events, one claim and one answer each, for ever."""
    wards.move_in()
    with place.store() as store:
        n = store.last_position()
        while True:
            batch = []
            for _ in range(20):
                n += 1
                ward = f"{os.getpid()}-{n}"
                batch.append(wards.request(wards.rent_bed(ward, bed=ward), f"rent-{ward}"))
                batch.append(wards.request(wards.Clean(ward_id=ward, rooms=2), f"clean-{ward}"))
            execute_all(store, batch, region=wards.REGION)


def stop_before_commit(place: Place, written: Event) -> None:
    """Write everything of a commit but the commit."""
    wards.move_in()
    with place.store() as store, store.writing() as transaction:
        event = wards.RoomCleaned(ward_id="w1", room=1)
        transaction.append(
            Append(
                id="w1", stream="ward-w1", version=0, actor="w", now=wards.NOW, events=(event,) * 5000, command_id="c"
            )
        )
        transaction.flush()
        written.set()
        time.sleep(60)
