"""What the rest of a day will be: forecasts from what has happened, in seconds of the day."""

from dataclasses import replace

import pytest

from domain.planning.forecast import (
    DayMember,
    DayPart,
    begins_of_stay,
    end_of_part,
    ends_of_stay,
    forecast,
    is_late,
    lengths_that_count,
    minutes_late,
    planned_starts,
    usual_length,
)
from tests.rules import holds
from tests.spec import SZ_2018

HOUR, MINUTE = 3600, 60
WAY = 10 * MINUTE
WAYS = tuple(tuple(0 if i == j else WAY for j in range(5)) for i in range(5))
WORKS = ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))
N1, N2 = (DayMember(works=WORKS, start_place=0, ways=WAYS) for _ in range(2))
MEMBERS = {"n1": N1, "n2": N2}


def at(hour: int, minute: int = 0) -> int:
    return hour * HOUR + minute * MINUTE


def part(visit_id: str, place: int, starts: int, member_id: str = "n1", **more: int) -> DayPart:
    given = {"service": 0, "seconds": 30 * MINUTE, **more}
    return DayPart(visit_id=visit_id, member_id=member_id, place=place, starts=starts, **given)


FIRST = part("v1", 1, at(8, 10))
SECOND = part("v2", 2, at(8, 50))
THIRD = part("v3", 3, at(9, 30))


def starts_at(now: int, *parts: DayPart, as_planned: bool = True, **together: tuple[str, int]) -> dict[str, int]:
    times = forecast(parts, MEMBERS, together, now, as_planned=as_planned)  # type: ignore[arg-type]
    return {
        visit_id if not service else f"{visit_id}/{service}": start for (visit_id, service), (start, _) in times.items()
    }


@holds("A6.14")
def test_a_visit_under_way_ends_as_planned_until_it_lasts_longer():
    assert end_of_part(at(8), at(8, 20), 30 * MINUTE, ([2400] * 9,), SZ_2018) == at(8, 30)
    assert end_of_part(at(8), at(8, 30), 30 * MINUTE, (), SZ_2018) == at(8, 30)


@holds("A6.14")
@pytest.mark.parametrize(
    ("now", "first", "second"),
    [
        (at(8, 10), at(8, 20), at(8, 35)),
        (at(8, 25), at(8, 25), at(8, 35)),
        (at(8, 40), at(8, 40), at(8, 40) + SZ_2018.overrun_minutes * MINUTE),
    ],
)
def test_of_services_under_way_in_one_stay_what_remains_is_added_up(now, first, second):
    stay = [replace(part(name, 1, at(8, 5), seconds=15 * MINUTE), entered=at(8, 5)) for name in ("v1", "v2")]
    begins = begins_of_stay(stay, since=at(7, 50))
    assert begins == [at(8, 5), at(8, 20)]
    assert ends_of_stay(stay, begins, now, (), SZ_2018) == [first, second]


@holds("A6.14")
def test_what_remains_of_a_stay_begins_when_the_service_before_it_has_ended():
    last = replace(part("v2", 1, at(8, 5), seconds=15 * MINUTE), entered=at(8, 5))
    begins = begins_of_stay([last], since=at(8, 22))
    assert ends_of_stay([last], begins, at(8, 25), (), SZ_2018) == [at(8, 37)]


@holds("A6.14")
def test_a_visit_that_lasts_longer_ends_after_the_median_rest_of_those_that_lasted_longer_still():
    own = [minutes * MINUTE for minutes in (20, 40, 80, 90, 100, 75)]
    assert end_of_part(at(8), at(9, 15), 30 * MINUTE, (own, own), SZ_2018) == at(9, 30), "90 minutes is the median"


@holds("A6.14")
def test_with_too_few_of_the_members_own_the_visits_of_the_purpose_count_and_with_too_few_of_both_the_pack():
    own, all_of_it = [80 * MINUTE] * 2, [100 * MINUTE] * 3
    assert end_of_part(at(8), at(9, 15), 30 * MINUTE, (own, all_of_it), SZ_2018) == at(9, 40)
    assert end_of_part(at(8), at(9, 15), 30 * MINUTE, (own, own), SZ_2018) == at(9, 30), "a quarter of an hour"


@holds("A6.14")
def test_a_visit_to_come_lasts_as_long_as_such_visits_usually_did():
    assert usual_length(1800, ([2400, 2700, 2500], [1200] * 9), SZ_2018) == 2500
    assert usual_length(1800, ([2400, 2700], [1200] * 9), SZ_2018) == 1200
    assert usual_length(1800, ([], []), SZ_2018) == 1800
    assert lengths_that_count(SZ_2018) == 200


def test_a_day_that_goes_as_planned_is_forecast_as_it_is_planned():
    assert starts_at(at(7), FIRST, SECOND, THIRD) == {"v1": at(8, 10), "v2": at(8, 50), "v3": at(9, 30)}


def test_what_ended_late_makes_the_next_late_and_those_after_it():
    overrun = replace(FIRST, entered=at(8, 10), ends=at(9, 30))
    assert starts_at(at(9, 31), overrun, SECOND, THIRD) == {"v1": at(8, 10), "v2": at(9, 40), "v3": at(10, 20)}


def test_of_a_member_who_records_what_has_not_begun_is_still_to_come():
    made = replace(FIRST, entered=at(8, 10), ends=at(8, 40))
    assert starts_at(at(9), made, SECOND, THIRD) == {"v1": at(8, 10), "v2": at(9), "v3": at(9, 40)}


def test_of_a_member_who_records_nothing_the_day_goes_as_planned_unless_the_record_alone_is_asked_for():
    assert starts_at(at(9), FIRST, SECOND) == {"v1": at(8, 10), "v2": at(8, 50)}
    assert starts_at(at(9), FIRST, SECOND, as_planned=False) == {"v1": at(9), "v2": at(9, 40)}


def test_a_visit_that_began_early_is_where_it_is_and_the_next_keeps_its_time():
    early = replace(part("v9", 4, at(14)), entered=at(8), ends=at(8, 20))
    assert starts_at(at(8, 21), early, SECOND) == {"v9": at(8), "v2": at(8, 50)}


def test_a_visit_that_no_longer_fits_before_the_break_begins_after_it():
    late = replace(FIRST, entered=at(8, 10), ends=at(11, 30))
    assert starts_at(at(11, 30), late, SECOND)["v2"] == at(13)


@pytest.mark.parametrize(("least_gap", "second"), [(20, at(9, 50)), (60, at(10, 30))])
def test_of_two_who_come_one_after_the_other_the_second_keeps_the_gap(least_gap, second):
    nurse = part("v2", 2, at(8, 50))
    doctor = part("v2", 2, at(9, 20), "n2", service=1)
    overrun = replace(FIRST, entered=at(8, 10), ends=at(9, 20))
    times = starts_at(at(9, 20), overrun, nurse, doctor, v2=("sequential", least_gap * MINUTE))
    assert (times["v2"], times["v2/1"]) == (at(9, 30), second)


def test_two_who_come_together_wait_for_each_other():
    both = part("v2", 2, at(8, 50)), part("v2", 2, at(8, 50), "n2", service=1)
    overrun = replace(FIRST, entered=at(8, 10), ends=at(9, 20))
    times = starts_at(at(9, 20), overrun, *both, v2=("simultaneous", 0))
    assert times["v2"] == times["v2/1"] == at(9, 30)


def test_the_partner_of_a_member_who_has_come_comes_when_they_can():
    there = replace(part("v2", 2, at(8, 50)), entered=at(8, 50), ends=at(9, 30))
    partner = part("v2", 2, at(8, 50), "n2", service=1)
    assert starts_at(at(9), there, partner, v2=("simultaneous", 0))["v2/1"] == at(9)


def test_homes_of_an_old_record_in_which_one_member_is_in_two_at_once_are_one_after_the_other():
    first, second = (replace(each, entered=at(8, 10), ends=at(8, 40)) for each in (FIRST, SECOND))
    assert starts_at(at(8, 50), first, second) == {"v1": at(8, 10), "v2": at(8, 40)}


@holds("A6.15")
def test_a_visit_is_late_ten_minutes_behind_its_planned_start_or_at_once_behind_its_window():
    assert not is_late(at(9, 9), at(9), at(24), SZ_2018)
    assert is_late(at(9, 10), at(9), at(24), SZ_2018)
    assert is_late(at(9, 1), at(9), at(9), SZ_2018)
    assert minutes_late(at(9, 26), at(9), at(24)) == 26
    assert minutes_late(at(8, 50), at(9), at(24)) == 0


@holds("A6.16")
def test_the_planned_start_is_the_last_that_was_published_while_the_one_before_was_half_an_hour_ahead():
    revisions = [
        (at(0), {"soon": at(8, 38), "later": at(14)}),
        (at(9, 31), {"soon": at(9, 40), "later": at(14, 40), "new": at(10)}),
        (at(9, 32), {"soon": at(10, 20), "later": at(15)}),
    ]
    assert planned_starts(revisions, {}, SZ_2018) == {"soon": at(8, 38), "later": at(15), "new": at(10)}
    edge = [(at(0), {"v": at(9, 30)}), (at(9), {"v": at(12)})]
    assert planned_starts(edge, {}, SZ_2018) == {"v": at(9, 30)}, "half an hour ahead is too late for another plan"


def test_a_revision_that_shows_a_visit_where_it_has_begun_is_no_new_plan():
    revisions = [(at(0), {"v": at(14)}), (at(8, 32), {"v": at(8, 30)})]
    assert planned_starts(revisions, {"v": at(8, 30)}, SZ_2018) == {"v": at(14)}
