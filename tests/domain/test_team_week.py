from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.local_time import at_local
from domain.team_week import (
    CHOSEN,
    TEAM_WEEK,
    ChooseVisitDay,
    ReleaseVisitDay,
    SpreadWeek,
    VisitDay,
    VisitDayChosen,
    VisitDayReleased,
    WeekSpread,
    week_id_of,
)
from domain.visit.events import VisitAssigned
from tests.domain.builders import ASSIGNED, REQUESTED, TODAY, TOMORROW, YESTERDAY
from tests.domain.test_roster import SOLUTION
from tests.rules import holds
from tests.spec import given, touched

WEDNESDAY, NEXT_MONDAY = TODAY + timedelta(days=2), TODAY + timedelta(days=7)

V1 = VisitDay(visit_id="v1", day=TOMORROW, because="first-day")
V2 = VisitDay(visit_id="v2", day=WEDNESDAY, because="peak")
PUT_OFF = VisitDay(visit_id="v3", day=None, because="overfull")
SPREAD = SpreadWeek(team_id="team-1", monday=TODAY, visits=(V1, V2, PUT_OFF), solution=SOLUTION)
WEEK: dict[str, Any] = {"week_id": "team-1.2026-03-02", "team_id": "team-1", "monday": TODAY}
WAS_SPREAD = WeekSpread(**WEEK, revision=1, visits=SPREAD.visits, moved=("v1", "v2", "v3"), solution=SOLUTION)
CHOOSE = ChooseVisitDay(team_id="team-1", visit_id="v1", day=WEDNESDAY)
V1_CHOSEN = VisitDay(visit_id="v1", day=WEDNESDAY, because=CHOSEN)
WAS_CHOSEN = VisitDayChosen(**WEEK, revision=2, visit_id="v1", day=WEDNESDAY, visits=(V1_CHOSEN, V2, PUT_OFF))
RELEASE = ReleaseVisitDay(team_id="team-1", visit_id="v1", day=WEDNESDAY)
WAS_RELEASED = VisitDayReleased(**WEEK, revision=3, visit_id="v1", day=WEDNESDAY, plan_from=TODAY, visits=(V2, PUT_OFF))


def test_a_week_is_spread():
    given().when(SPREAD).then(WAS_SPREAD)


def test_the_same_days_again_say_nothing_whatever_the_reasons():
    given(WAS_SPREAD).when(replace(SPREAD, visits=(replace(V1, because="as-before"), V2, PUT_OFF))).then_nothing()


def test_a_changed_week_tells_what_moved():
    moved = replace(V2, day=TOMORROW, because="nobody")
    given(WAS_SPREAD).when(replace(SPREAD, visits=(V1, moved))).then(
        WeekSpread(**WEEK, revision=2, visits=(V1, moved), moved=("v2",), solution=SOLUTION)
    )


def test_a_week_begins_on_a_monday_and_is_not_over():
    given().when(replace(SPREAD, monday=TOMORROW)).then_refused("week-begins-on-monday", day=TOMORROW)
    last_monday = TODAY - timedelta(days=7)
    given().when(replace(SPREAD, monday=last_monday)).then_refused("week-over", week="team-1.2026-02-23")


def test_a_visit_has_one_day_of_the_week():
    twice = replace(SPREAD, visits=(V1, V1))
    given().when(twice).then_refused("visit-with-two-days", visit="v1", week="team-1.2026-03-02")
    for day in (TODAY, NEXT_MONDAY - timedelta(days=1)):
        visits = (replace(V1, day=day),)
        given().when(replace(SPREAD, visits=visits)).then(
            WeekSpread(**WEEK, revision=1, visits=visits, moved=("v1",), solution=SOLUTION)
        )
    later = replace(SPREAD, visits=(replace(V1, day=NEXT_MONDAY),))
    given().when(later).then_refused("day-of-another-week", visit="v1", day=NEXT_MONDAY, week="team-1.2026-03-02")


def test_the_days_that_visits_are_newly_meant_for_are_planned_and_what_is_put_off_on_monday():
    assert touched(TEAM_WEEK, WAS_SPREAD) == [
        ("team-1", TOMORROW), ("team-1", WEDNESDAY), ("team-1", NEXT_MONDAY)
    ]  # fmt: skip
    assert touched(TEAM_WEEK, WAS_SPREAD, replace(WAS_SPREAD, revision=2, moved=("v2",))) == [("team-1", WEDNESDAY)]
    assert touched(TEAM_WEEK, WAS_SPREAD, WAS_CHOSEN) == [("team-1", WEDNESDAY)]
    assert touched(TEAM_WEEK, WAS_SPREAD, WAS_CHOSEN, WAS_RELEASED) == [("team-1", TODAY)]


def test_a_day_is_chosen():
    given(WAS_SPREAD).when(CHOOSE, visit=[REQUESTED]).then(WAS_CHOSEN)
    given().when(CHOOSE, visit=[REQUESTED]).then(replace(WAS_CHOSEN, revision=1, visits=(V1_CHOSEN,)))


def test_the_same_day_chosen_again_says_nothing_though_the_visit_may_have_people_by_now():
    given(WAS_SPREAD, WAS_CHOSEN).when(CHOOSE).then_nothing()
    given(WAS_SPREAD, WAS_CHOSEN).when(CHOOSE, visit=[REQUESTED, ASSIGNED]).then_nothing()
    later = replace(CHOOSE, day=WEDNESDAY + timedelta(days=1))
    assert given(WAS_SPREAD, WAS_CHOSEN).when(later, visit=[REQUESTED]).decide()


def test_a_chosen_day_is_released_and_the_week_gives_the_visit_a_day_again():
    given(WAS_SPREAD, WAS_CHOSEN).when(RELEASE).then(WAS_RELEASED)
    given(WAS_SPREAD, WAS_CHOSEN).when(RELEASE, visit=[replace(REQUESTED, window_from=TOMORROW)]).then(
        replace(WAS_RELEASED, plan_from=TOMORROW)
    )
    given(WAS_SPREAD, WAS_CHOSEN, WAS_RELEASED).when(replace(SPREAD, visits=(V1, V2, PUT_OFF))).then(
        WeekSpread(**WEEK, revision=4, visits=SPREAD.visits, moved=("v1",), solution=SOLUTION)
    )


def test_a_day_that_nobody_chose_and_one_that_is_released_need_no_release():
    given(WAS_SPREAD).when(RELEASE).then_nothing()
    given(WAS_SPREAD, WAS_CHOSEN, WAS_RELEASED).when(RELEASE, visit=[REQUESTED]).then_nothing()


def test_a_visit_that_is_not_known_has_no_day_to_choose_or_to_release():
    given(WAS_SPREAD).when(replace(CHOOSE, visit_id="v9")).then_refused("visit-unknown", visit="v9")
    given(WAS_SPREAD).when(replace(RELEASE, visit_id="v9")).then_refused("visit-unknown", visit="v9")


def test_a_day_is_released_that_was_chosen_while_it_lasts_and_of_a_visit_that_waits():
    chosen = given(WAS_SPREAD, WAS_CHOSEN)
    chosen.when(replace(RELEASE, day=TOMORROW)).then_refused("another-day-chosen", visit="v1", day=WEDNESDAY)
    chosen.when(RELEASE, visit=[REQUESTED, ASSIGNED]).then_refused("visit-not-open", visit="v1", status="assigned")
    other = replace(RELEASE, team_id="team-2")
    chosen.when(other, visit=[REQUESTED]).then_refused("visit-of-another-team", visit="v1", team="team-1")
    late = at_local(NEXT_MONDAY, 9 * 60)
    chosen.when(RELEASE, now=late).then_refused("week-over", week="team-1.2026-03-02")


@holds("A11.26")
def test_a_chosen_day_stays_when_the_week_is_spread_again():
    given(WAS_SPREAD, WAS_CHOSEN).when(SPREAD).then_refused("chosen-day-stays", visit="v1", day=WEDNESDAY)
    given(WAS_SPREAD, WAS_CHOSEN).when(replace(SPREAD, visits=(V1_CHOSEN, V2))).then(
        WeekSpread(**WEEK, revision=3, visits=(V1_CHOSEN, V2), moved=(), solution=SOLUTION)
    )


def test_a_chosen_day_is_not_over_and_lies_in_the_window():
    given().when(replace(CHOOSE, day=YESTERDAY), visit=[REQUESTED]).then_refused(
        "visit-day-over", visit="v1", day=YESTERDAY
    )
    given().when(CHOOSE, visit=[REQUESTED]).then(replace(WAS_CHOSEN, revision=1, visits=(V1_CHOSEN,)))
    for day in (TODAY, REQUESTED.window_to):
        chosen = replace(V1_CHOSEN, day=day)
        given().when(replace(CHOOSE, day=day), visit=[REQUESTED]).then(
            replace(WAS_CHOSEN, revision=1, day=day, visits=(chosen,))
        )
    late = REQUESTED.window_to + timedelta(days=1)
    outside = replace(CHOOSE, day=late)
    given().when(outside, visit=[REQUESTED]).then_refused("day-outside-window", visit="v1", day=late)


def test_a_day_is_chosen_for_visits_that_wait_and_by_their_own_team():
    assert isinstance(ASSIGNED, VisitAssigned)
    given().when(CHOOSE, visit=[REQUESTED, ASSIGNED]).then_refused("visit-not-open", visit="v1", status="assigned")
    other = replace(CHOOSE, team_id="team-2")
    given().when(other, visit=[REQUESTED]).then_refused("visit-of-another-team", visit="v1", team="team-1")


def test_every_day_of_a_week_has_the_same_week():
    assert {week_id_of("t", TODAY + timedelta(days=ahead)) for ahead in range(7)} == {"t.2026-03-02"}
    assert week_id_of("t", NEXT_MONDAY) == f"t.{NEXT_MONDAY.isoformat()}"
    assert TEAM_WEEK.stream(TEAM_WEEK.identify(CHOOSE)) == "team_week-team-1.2026-03-02"
    assert TEAM_WEEK.identify(SPREAD) == TEAM_WEEK.identify(CHOOSE)
