"""Ways to cover for a member who is away: the team, one colleague, a guest."""

from dataclasses import replace

from schedulers.counterfactual import as_published
from schedulers.moment.cover import Cover, could_take, ranked, visits_of, ways
from schedulers.plan import plan
from schedulers.problem import Pin, Problem
from schedulers.what_if import with_ill
from tests.schedulers.days import HOUR, member, problem, service, visit, who

CREW = (member("dr", "gp"), member("n1"), member("n2"), member("n3"))
GUEST = member("g1")


def ill() -> Problem:
    """Return a published day on which n1, who had A and B, is ill."""
    day = problem(CREW, [visit(name, service(), place=place) for place, name in enumerate("ABC", start=1)])
    at = {"A": ("n1", 8 * HOUR + 60), "B": ("n1", 9 * HOUR), "C": ("n2", 8 * HOUR + 180)}
    published = replace(
        day, demands=tuple(replace(d, previous=(Pin(member_id=at[d.id][0], start=at[d.id][1]),)) for d in day.demands)
    )
    return with_ill(published, "n1")


def covers(day: Problem, guests=()) -> list[Cover]:
    return [Cover(way=way, problem=way.problem, roster=plan(way.problem)) for way in ways(day, "n1", guests)]


def test_the_whole_team_comes_first_then_each_colleague_and_guest_who_can():
    listed = [(way.kind, way.member_id) for way in ways(ill(), "n1", (GUEST, member("g2", "gp")))]
    assert listed == [("own-team", None), ("colleague", "n2"), ("colleague", "n3"), ("guest", "g1")]


def test_a_colleague_alone_takes_over_what_the_absent_member_had():
    (alone,) = (each for each in covers(ill()) if each.way.member_id == "n2")
    assert [who(alone.roster, name) for name in "ABC"] == ["n2", "n2", "n2"]


def test_the_cheapest_way_comes_first_and_the_same_day_is_shown_once():
    answers = ranked(covers(ill(), (GUEST,)))
    assert [each.ranked for each in answers] == sorted(each.ranked for each in answers)
    own = plan(ill())
    assert answers[0].roster.costs <= own.costs
    assert len({each.roster.assignments for each in answers}) == len(answers)


def test_visits_that_are_fixed_are_not_to_be_covered():
    day = ill()
    begun = replace(day, demands=tuple(replace(d, pins=d.previous) if d.id == "A" else d for d in day.demands))
    assert [each.id for each in visits_of(begun, "n1")] == ["B"]
    assert not could_take(replace(CREW[2], works=()), begun.demands, "n1")


def test_the_partner_of_a_double_visit_keeps_their_part():
    pair = visit("P", service("gp"), service(), sync="simultaneous")
    day = problem(CREW, [pair])
    day = with_ill(as_published(day, plan(day)), "n1")
    pins = (Pin(member_id="dr", start=9 * HOUR), Pin(member_id="n1", start=9 * HOUR))
    day = replace(day, demands=tuple(replace(each, previous=pins) for each in day.demands))
    for each in covers(day):
        assert who(each.roster, "P") == "dr"
        if each.way.member_id is not None:
            assert who(each.roster, "P", 1) == each.way.member_id
