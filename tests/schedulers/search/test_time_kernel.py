"""Compiled kernels and the checker time a member's day by the same rule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schedulers.rules import earliest_begin as checked_begin
from schedulers.rules import work_intervals
from schedulers.search.compiled import ints
from schedulers.search.time_kernel import earliest_begin, earliest_start
from tests.schedulers.days import member

moments = st.integers(0, 40)


@st.composite
def workdays(draw):
    edges = sorted(draw(st.sets(moments, min_size=2, max_size=6)))
    works = tuple(zip(edges[::2], edges[1::2], strict=False))
    return member("m", works=works, overtime=draw(st.integers(0, 5)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(workdays(), moments, moments, st.integers(0, 12), st.integers(1, 12))
def test_the_kernels_earliest_start_is_the_checkers(worker, free, low, leg, seconds):
    works = ints([work_intervals(worker)])
    leaves = checked_begin(worker, free, leg)
    begin = None if leaves is None else checked_begin(worker, max(leaves + leg, low), seconds)
    assert earliest_begin(works, 0, len(worker.works), free, leg) == (-1 if leaves is None else leaves)
    assert earliest_start(works, 0, len(worker.works), free, leg, low, seconds) == (-1 if begin is None else begin)


def test_only_the_last_interval_may_be_overrun():
    worker = member("m", works=((0, 10), (20, 30)), overtime=5)
    assert work_intervals(worker) == ((0, 10), (20, 35))
    assert checked_begin(worker, 8, 5) == 20
    assert checked_begin(worker, 28, 7) == 28
    assert checked_begin(worker, 29, 7) is None
    assert checked_begin(member("off", works=()), 0, 1) is None
