"""Projection through Faust compared with the raw loop: the same messages, the same rows, an empty database for each."""

import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import psycopg

from infra.bench.servers import Servers, database
from infra.bench.streams.log import positions_of
from infra.bench.streams.parts import projector, raw_envelopes, raw_singles, running
from infra.rows.postgres import PostgresRows
from infra.store.recorded import StoredEvent
from streams.topics import Topic

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess as Process

MARKS = """SELECT partition - 1, min(position) FROM jiayi_rows.positions WHERE partition > 0
GROUP BY partition HAVING count(*) = (SELECT count(*) FROM jiayi_rows.projections)"""

POLL_SECONDS = 0.02
PATIENCE = 120.0


def measure(
    servers: Servers, topic: Topic, log: Sequence[StoredEvent], rounds: int, *, envelopes: bool
) -> list[tuple[float, float]]:
    """Return events/s of each round, Faust's and the raw loop's. The topic holds this log."""
    raw = raw_envelopes if envelopes else raw_singles
    positions = positions_of(log)
    rounds_of_both = []
    for _ in range(rounds):
        rates = []
        for part in (raw, projector):  # the raw loop waits until a new broker has groups; a worker would end
            with database(servers.database_url) as url:
                PostgresRows(url).close()
                with running(part, url, servers.bootstrap_servers, topic) as process:
                    rates.append(projection_rate(url, positions, process))
        rounds_of_both.append((rates[1], rates[0]))
    return rounds_of_both


def projection_rate(url: str, positions: Mapping[int, Sequence[int]], process: "Process") -> float:
    """Return events/s between the ends of the first and the last transaction; RuntimeError if the last is missing."""
    total = sum(map(len, positions.values()))
    give_up = time.perf_counter() + PATIENCE
    began, first, taken = 0.0, 0, 0
    with psycopg.connect(url, autocommit=True) as connection:
        while process.is_alive() and (now := time.perf_counter()) < give_up:
            marks: dict[int, int] = dict(connection.execute(MARKS).fetchall())
            taken = sum(bisect_right(positions[partition], mark) for partition, mark in marks.items())
            if taken == total:
                return (total - first) / (now - began)
            if not first:
                began, first = now, taken
            time.sleep(POLL_SECONDS)
    raise RuntimeError(f"{taken} of {total} events were projected; exit code {process.exitcode}")
