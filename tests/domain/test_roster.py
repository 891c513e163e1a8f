from dataclasses import replace

from domain.roster import ROSTER
from domain.roster.changes import differences
from domain.roster.commands import PublishRoster, RecordBound, RosterSlot, Solution, TierCost, UnplacedVisit
from domain.roster.events import RosterBounded, RosterPublished, RosterRevised
from domain.roster.state import roster_id_of
from tests.domain.builders import TODAY, TOMORROW, YESTERDAY, at
from tests.rules import holds
from tests.spec import given, touched

SOLUTION = Solution(
    problem_digest="d1",
    solver="search",
    seed=1,
    iterations=100,
    deterministic=0.5,
    costs=(TierCost(tier="travel", cost=600),),
    proof="unknown",
)


def slot(visit_id: str, member_id: str, hour: int, service: int = 0) -> RosterSlot:
    return RosterSlot(
        visit_id=visit_id,
        service=service,
        member_id=member_id,
        starts_at=at(TODAY, hour),
        ends_at=at(TODAY, hour, 40),
        travel_seconds=300,
    )


LEFT_OVER = (UnplacedVisit(visit_id="v9", rule="window-cannot-be-met"),)
PUBLISH = PublishRoster(
    team_id="team-1",
    day=TODAY,
    slots=(slot("v1", "li", 10), slot("v2", "he", 10)),
    unplaced=LEFT_OVER,
    solution=SOLUTION,
    carried_over_to=TOMORROW,
)
PUBLISHED = RosterPublished(
    roster_id="team-1.2026-03-02",
    team_id="team-1",
    day=TODAY,
    slots=PUBLISH.slots,
    unplaced=LEFT_OVER,
    solution=SOLUTION,
    carried_over_to=TOMORROW,
)
CHANGE = replace(PUBLISH, slots=(slot("v1", "li", 11), slot("v2", "he", 10)))
REVISED = RosterRevised(
    roster_id="team-1.2026-03-02",
    team_id="team-1",
    day=TODAY,
    revision=2,
    slots=CHANGE.slots,
    unplaced=LEFT_OVER,
    moved=("v1",),
    solution=SOLUTION,
    carried_over_to=TOMORROW,
)
BOUND = RecordBound(
    team_id="team-1",
    day=TODAY,
    revision=1,
    proof="within",
    bound_tier="travel",
    bound=540,
    solver="search + cp-sat",
    deterministic=3.0,
)
BOUNDED = RosterBounded(
    roster_id="team-1.2026-03-02",
    team_id="team-1",
    day=TODAY,
    revision=1,
    proof="within",
    bound_tier="travel",
    bound=540,
    solver="search + cp-sat",
    deterministic=3.0,
)
PROVED = replace(BOUND, proof="proved", bound_tier=None, bound=None)


def test_a_roster_is_published():
    given().when(PUBLISH).then(PUBLISHED)


def test_the_same_assignments_again_say_nothing_however_they_were_found():
    given(PUBLISHED).when(PUBLISH).then_nothing()
    given(PUBLISHED).when(replace(PUBLISH, solution=replace(SOLUTION, seed=2))).then_nothing()


def test_another_answer_revises_it_and_names_the_visits_that_moved():
    given(PUBLISHED).when(CHANGE).then(REVISED)


def test_a_revision_is_revised_again():
    given(PUBLISHED, REVISED).when(PUBLISH).then(replace(REVISED, revision=3, slots=PUBLISH.slots))


@holds("A11.28")
def test_a_revision_that_was_read_is_replaced_and_an_unread_one_is_not():
    given(PUBLISHED).when(replace(CHANGE, if_revision=1)).then(REVISED)
    given().when(replace(PUBLISH, if_revision=0)).then(PUBLISHED)
    given(PUBLISHED, REVISED).when(replace(PUBLISH, if_revision=1)).then_refused(
        "roster-changed",
        roster="team-1.2026-03-02",
        read=1,
        revision=2,
        difference="v1: li 10:00 → li 11:00",
    )
    given(PUBLISHED).when(replace(PUBLISH, if_revision=2)).then_refused(
        "revision-unknown", roster="team-1.2026-03-02", revision=2, last=1
    )


def test_the_same_roster_published_by_somebody_else_is_an_unread_revision_too():
    given(PUBLISHED, REVISED).when(replace(CHANGE, if_revision=1)).then_refused(
        "roster-changed",
        roster="team-1.2026-03-02",
        read=1,
        revision=2,
        difference="v1: li 10:00 → li 11:00",
    )


def test_the_difference_names_new_visits_lost_ones_and_both_members_of_a_double():
    first = (slot("v1", "li", 10), slot("v2", "li", 8, 0), slot("v2", "he", 8, 1))
    later = (slot("v2", "li", 9, 0), slot("v2", "he", 9, 1), slot("v3", "he", 14))
    assert differences(first, later) == (
        "v1: li 10:00 → —",
        "v2: li 08:00 + he 08:00 → li 09:00 + he 09:00",
        "v3: — → he 14:00",
    )


def test_a_visit_of_another_member_has_moved_and_a_new_one_has_not():
    slots = (slot("v1", "he", 9), slot("v2", "he", 10), slot("v3", "li", 9))
    given(PUBLISHED).when(replace(PUBLISH, slots=slots)).then(replace(REVISED, slots=slots, moved=("v1",)))


def test_an_empty_day_is_published_too():
    given().when(replace(PUBLISH, slots=(), unplaced=())).then(replace(PUBLISHED, slots=(), unplaced=()))


def test_a_day_that_is_over_is_not_planned():
    given().when(replace(PUBLISH, day=YESTERDAY)).then_refused("roster-day-over", roster="team-1.2026-03-01")


def test_a_visit_is_placed_or_unplaced():
    both = (UnplacedVisit(visit_id="v1", rule="window-cannot-be-met"),)
    given().when(replace(PUBLISH, unplaced=both)).then_refused("placed-and-unplaced", visit="v1")


def test_nobody_is_in_two_places():
    for starts, second in ((10, "v3"), (9, "v1")):
        long = replace(slot("v3", "li", starts), ends_at=at(TODAY, 12))
        given().when(replace(PUBLISH, slots=(*PUBLISH.slots, long))).then_refused(
            "member-in-two-places", member="li", visit=second
        )


def test_one_visit_may_follow_the_other_at_once():
    slots = (slot("v1", "li", 10), replace(slot("v3", "li", 10), starts_at=at(TODAY, 10, 40), ends_at=at(TODAY, 11)))
    given().when(replace(PUBLISH, slots=slots)).then(replace(PUBLISHED, slots=slots))


def test_what_had_no_place_touches_the_next_working_day():
    assert touched(ROSTER, PUBLISHED) == [("team-1", TOMORROW)]
    assert touched(ROSTER, PUBLISHED, REVISED) == [("team-1", TOMORROW)]
    assert touched(ROSTER, replace(PUBLISHED, carried_over_to=None)) == []


def test_a_roster_is_named_by_its_team_and_day():
    assert ROSTER.stream(ROSTER.identify(PUBLISH)) == "roster-team-1.2026-03-02"
    assert roster_id_of("team-1", TODAY) == "team-1.2026-03-02"


def test_what_is_known_of_a_roster_later_is_recorded_and_its_assignments_stay():
    given(PUBLISHED).when(BOUND).then(BOUNDED)
    given(PUBLISHED, BOUNDED).when(PUBLISH).then_nothing()


def test_a_better_bound_is_told_and_one_that_is_known_as_well_is_not():
    better = replace(BOUND, bound=550)
    given(PUBLISHED, BOUNDED).when(better).then(replace(BOUNDED, bound=550))
    given(PUBLISHED, BOUNDED).when(PROVED).then(replace(BOUNDED, proof="proved", bound_tier=None, bound=None))
    given(PUBLISHED, BOUNDED).when(replace(BOUND, bound=500)).then_nothing()
    given(PUBLISHED).when(replace(BOUND, proof="unknown", bound_tier=None, bound=None)).then_nothing()
    given(PUBLISHED, replace(BOUNDED, proof="proved", bound_tier=None, bound=None)).when(better).then_nothing()


def test_a_roster_that_was_proved_when_it_was_published_needs_no_bound():
    proved = replace(PUBLISHED, solution=replace(SOLUTION, proof="proved"))
    given(proved).when(BOUND).then_nothing()


def test_the_bound_of_a_revision_that_is_not_the_newest_any_more_says_nothing():
    given(PUBLISHED, REVISED).when(BOUND).then_nothing()
    given(PUBLISHED, BOUNDED, REVISED).when(replace(BOUND, revision=2)).then(replace(BOUNDED, revision=2))


def test_only_what_was_published_is_bounded():
    given().when(BOUND).then_refused("roster-not-published", team="team-1")
    given(PUBLISHED).when(replace(BOUND, revision=2)).then_refused("revision-unknown", revision=2, last=1)
    given(PUBLISHED).when(replace(BOUND, revision=0)).then_refused("revision-unknown", revision=0, last=1)


@holds("A11.27")
def test_a_bound_above_the_cost_cannot_be():
    given(PUBLISHED).when(replace(BOUND, bound=600)).then(replace(BOUNDED, bound=600))
    given(PUBLISHED).when(replace(BOUND, bound=601)).then_refused("bound-above-cost", tier="travel", cost=600)


def test_a_later_bound_touches_no_day():
    assert touched(ROSTER, PUBLISHED, BOUNDED) == []
