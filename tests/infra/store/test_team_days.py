"""The reactive queue: touched days come up after a pause, are held by one planner, and publish only what is fresh."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.decider import Refused, TeamDay
from infra.command_handler import Answer, execute, execute_all
from infra.store.recorded import StaleBasis
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW, REGION, TODAY, Clean, Vacate, request

TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)
TO_NOON = timedelta(hours=3)
DEBOUNCE = DebouncePolicy(debounce=2 * SECOND, longest_wait=10 * SECOND)
TODAY_OF_T1 = TeamDay("t1", TODAY)


@pytest.fixture
def queue(place: Place) -> EventStore:
    return place.store(DEBOUNCE)


@pytest.fixture(autouse=True)
def _closed(queue: EventStore) -> object:
    yield
    queue.close()


def touch(queue: EventStore, after: float = 0, team: str = "t1", day: date = TODAY, rooms: int = 1) -> int:
    command = Clean(ward_id="w1", rooms=rooms, team_id=team, day=day)
    return execute(queue, request(command, after=after * SECOND), region=REGION).position


def claim(queue: EventStore, after: float, *, settle: bool = False) -> tuple[str, date, int] | None:
    claimed = queue.claim_team_day(NOW + after * SECOND, LEASE, settle=settle)
    return claimed and claimed[:3]


def test_a_touched_day_comes_up_after_a_pause(queue: EventStore) -> None:
    touch(queue, rooms=3)
    assert claim(queue, 1.9) is None
    assert claim(queue, 2) == ("t1", TODAY, 3)


def test_each_touch_begins_the_pause_anew_but_not_beyond_the_longest_wait(queue: EventStore) -> None:
    last = [touch(queue, after) for after in (0, 1.5, 3, 4.5, 6, 7.5, 9)][-1]
    assert claim(queue, 9.9) is None
    assert claim(queue, 10) == ("t1", TODAY, last)


def test_touches_in_one_batch_wait_like_touches_one_by_one(queue: EventStore) -> None:
    batch = [
        request(Clean(ward_id="w1", rooms=1, team_id="t1", day=TODAY), after=after * SECOND)
        for after in (0, 1.5, 9, 9.5)
    ]
    execute_all(queue, batch, region=REGION)
    assert claim(queue, 9.9) is None
    assert claim(queue, 10) == ("t1", TODAY, 4)


def test_a_day_touched_while_it_was_planned_waits_for_a_pause_behind_the_others(queue: EventStore) -> None:
    touch(queue)
    held = queue.claim_team_day(NOW + 2 * SECOND, LEASE)
    touch(queue, 2.5, team="t2")
    last = touch(queue, 3)
    assert held is not None
    queue.postpone_team_day(held, NOW + 3 * SECOND)
    assert claim(queue, 4.9) == ("t2", TODAY, 2)
    assert claim(queue, 4.9) is None
    assert claim(queue, 5) == ("t1", TODAY, last)


def test_it_is_known_when_the_next_day_comes_up(queue: EventStore) -> None:
    assert queue.next_due(NOW) is None
    touch(queue)
    touch(queue, 1, team="t2")
    assert queue.next_due(NOW + SECOND) == NOW + 2 * SECOND
    assert queue.next_due(NOW + 2 * SECOND) == NOW + 3 * SECOND
    assert queue.next_due(NOW + 3 * SECOND) is None


def test_settling_ignores_the_pause_but_not_the_beginning_of_planning(queue: EventStore) -> None:
    touch(queue)
    touch(queue, team="t2", day=TOMORROW)
    assert claim(queue, 0, settle=True) == ("t1", TODAY, 1)
    assert claim(queue, 0, settle=True) is None
    evening = datetime(2026, 3, 2, 10, tzinfo=UTC)  # 18:00 in Shenzhen
    assert queue.claim_team_day(evening - SECOND, LEASE, settle=True) == ("t1", TODAY, 1, evening - SECOND + LEASE)
    assert queue.claim_team_day(evening - SECOND, LEASE, settle=True) is None
    tomorrow = queue.claim_team_day(evening, LEASE)
    assert tomorrow is not None
    assert tomorrow.team_day == TeamDay("t2", TOMORROW)


def test_a_team_has_one_day_in_hand_at_a_time_and_its_earlier_one_first(queue: EventStore) -> None:
    evening = datetime(2026, 3, 2, 10, tzinfo=UTC)
    touch(queue, day=TOMORROW)
    touch(queue)
    first = queue.claim_team_day(evening, LEASE, settle=True)
    assert first is not None
    assert first.team_day == TODAY_OF_T1
    assert queue.claim_team_day(evening, LEASE, settle=True) is None
    queue.settle_team_day(TODAY_OF_T1, 2)
    second = queue.claim_team_day(evening, LEASE, settle=True)
    assert second is not None
    assert second.team_day == TeamDay("t1", TOMORROW)


def test_a_lease_is_held_as_long_as_it_is_renewed_also_where_time_stands_still(queue: EventStore) -> None:
    touch(queue)
    held = queue.claim_team_day(NOW, LEASE, settle=True, held_at=NOW)
    assert held is not None
    renewed = queue.renew_team_day(held, NOW + 3 * LEASE)
    assert queue.claim_team_day(NOW, LEASE, settle=True, held_at=NOW + 2 * LEASE) is None
    queue.release_team_day(held)  # what it held before it renewed
    assert queue.claim_team_day(NOW, LEASE, settle=True, held_at=NOW + 2 * LEASE) is None
    queue.release_team_day(renewed)
    assert queue.claim_team_day(NOW, LEASE, settle=True, held_at=NOW + 2 * LEASE) is not None


def test_the_day_due_longest_comes_first(queue: EventStore) -> None:
    touch(queue, 0, team="t2")
    touch(queue, 1, team="t1")
    assert [claim(queue, 60), claim(queue, 60), claim(queue, 60)] == [("t2", TODAY, 1), ("t1", TODAY, 2), None]


def test_a_day_over_is_neither_marked_nor_given(queue: EventStore) -> None:
    over = YESTERDAY - timedelta(days=1)
    touch(queue, day=over)
    queue.mark(TeamDay("t1", over), NOW)
    assert queue.requested_position(TeamDay("t1", over)) == 0
    assert queue.undone_team_days(NOW) == 0
    touch(queue)
    assert queue.undone_team_days(NOW) == 1
    assert queue.undone_team_days(NOW + TO_NOON + timedelta(days=1)) == 0
    assert claim(queue, (TO_NOON + timedelta(days=1)).total_seconds()) is None


def test_the_day_before_is_open_until_noon_for_its_night(queue: EventStore) -> None:
    touch(queue, day=YESTERDAY)
    assert claim(queue, 2) == ("t1", YESTERDAY, 1)
    touch(queue, (TO_NOON - SECOND).total_seconds(), team="t2", day=YESTERDAY)
    assert queue.undone_team_days(NOW + TO_NOON - SECOND) == 2
    assert queue.undone_team_days(NOW + TO_NOON) == 0
    touch(queue, TO_NOON.total_seconds(), team="t3", day=YESTERDAY)
    assert queue.requested_position(TeamDay("t3", YESTERDAY)) == 0


def test_a_day_is_held_until_its_lease_ends_or_it_is_released(queue: EventStore) -> None:
    touch(queue)
    first = queue.claim_team_day(NOW + 5 * SECOND, LEASE)
    assert first is not None
    assert claim(queue, 6) is None
    queue.release_team_day(first)
    again = queue.claim_team_day(NOW + 7 * SECOND, LEASE)
    assert again is not None
    queue.release_team_day(first)  # an old lease gives nothing back
    assert claim(queue, 8) is None
    assert claim(queue, 7 + LEASE.total_seconds()) == ("t1", TODAY, 1)


def test_publishing_on_a_fresh_basis_ends_the_work(queue: EventStore) -> None:
    basis = touch(queue)
    assert claim(queue, 5) == ("t1", TODAY, basis)
    roster = request(Clean(ward_id="roster", rooms=1), "p1", after=6 * SECOND, publishes=(TODAY_OF_T1, basis))
    execute(queue, roster, region=REGION)
    assert queue.undone_team_days(NOW + 6 * SECOND) == 0
    assert claim(queue, 1000) is None


def test_publishing_on_a_stale_basis_is_refused_and_writes_nothing(queue: EventStore) -> None:
    basis = touch(queue)
    newer = touch(queue, 1)
    roster = request(Clean(ward_id="roster", rooms=1), "p1", after=2 * SECOND, publishes=(TODAY_OF_T1, basis))
    with pytest.raises(StaleBasis):
        execute(queue, roster, region=REGION)
    assert queue.last_position() == newer
    assert claim(queue, 60) == ("t1", TODAY, newer)


def test_a_batch_sees_its_own_touches_when_it_publishes(queue: EventStore) -> None:
    basis = touch(queue)
    touching = request(Clean(ward_id="w1", rooms=1, team_id="t1", day=TODAY), after=SECOND)
    stale = request(Clean(ward_id="roster", rooms=1), after=2 * SECOND, publishes=(TODAY_OF_T1, basis))
    fresh = request(Clean(ward_id="roster", rooms=1), after=2 * SECOND, publishes=(TODAY_OF_T1, basis + 1))
    touched, refused, published = execute_all(queue, [touching, stale, fresh], region=REGION)
    assert isinstance(touched, Answer)
    assert isinstance(refused, Refused)
    assert isinstance(published, Answer)
    assert queue.undone_team_days(NOW + 3 * SECOND) == 0


def test_a_roster_that_says_nothing_new_ends_the_work_too(queue: EventStore) -> None:
    basis = touch(queue)
    execute(queue, request(Vacate(ward_id="roster"), publishes=(TODAY_OF_T1, basis)), region=REGION)
    assert queue.undone_team_days(NOW) == 0


def test_a_day_with_nothing_to_plan_is_settled_without_events(queue: EventStore) -> None:
    basis = touch(queue)
    queue.settle_team_day(TODAY_OF_T1, basis)
    assert queue.undone_team_days(NOW) == 0
    touch(queue, 1)
    with pytest.raises(StaleBasis):
        queue.settle_team_day(TODAY_OF_T1, basis)
    assert queue.undone_team_days(NOW + SECOND) == 1


def test_a_day_done_and_touched_again_waits_anew(queue: EventStore) -> None:
    queue.settle_team_day(TODAY_OF_T1, touch(queue))
    second = touch(queue, 100)
    assert claim(queue, 101) is None
    assert claim(queue, 102) == ("t1", TODAY, second)


def test_a_day_can_be_asked_for_as_of_the_newest_event(queue: EventStore) -> None:
    queue.settle_team_day(TODAY_OF_T1, touch(queue))
    newest = touch(queue, team="t2")
    queue.mark(TODAY_OF_T1, NOW)
    assert claim(queue, 2) == ("t1", TODAY, newest)
