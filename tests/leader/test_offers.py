"""Times offered to a resident on the phone, and the one that they take."""

import json
from datetime import date, datetime

import pytest

from domain.day_terms.events import VisitPinned
from domain.decider import Refused, TeamDay
from domain.local_time import LOCAL, local_day
from domain.notice import NoticeRecorded
from infra.planning.day_terms import day_terms
from infra.planning.moment.offer import OfferRequest, Offers, offers
from infra.planning.moment.take_offer import TakenOffer, take_offer
from infra.planning.replan_day import replan_day
from tests.infra.cli.desk import Desk
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at

DAY = TeamDay("t1", TUESDAY)
WEDNESDAY = date(2026, 3, 11)


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """Two nurses with three visits, published the evening before."""
    world = worlds.three_visits(tmp_path_factory.mktemp("three"))
    world.plan()
    world.moment = at("07:00")
    return world


@pytest.fixture
def day(morning, tmp_path):
    return morning.copied(tmp_path)


def local_time(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M}"


def ask(world: World, resident: str = "r3", purpose: str = "home-call", **more: object) -> Offers:
    with world.open() as system:
        return offers(system, OfferRequest(resident_id=resident, purpose=purpose, **more))  # type: ignore[arg-type]  # fields


def take(world: World, time: str, purpose: str = "home-call", day: date = TUESDAY, resident: str = "r3") -> TakenOffer:
    with world.open() as system:
        wanted = OfferRequest(resident_id=resident, purpose=purpose)
        return take_offer(system, wanted, at(time, day), visit_id=None, notified_by="dr", actor="dr")


def test_five_times_are_offered_that_lie_half_an_hour_apart_and_move_nobody(morning):
    answer = ask(morning, days=1)
    assert (answer.team_id, answer.contract_id, answer.family_bed_id) == ("t1", "c3", None)
    times = [each.starts_at for each in answer.offers]
    assert len(times) == 5
    assert all(abs((a - b).total_seconds()) >= 1800 for a in times for b in times if a is not b)
    assert all(not each.displaced and not each.left_out and each.basis == "published" for each in answer.offers)
    assert {each.places[0].member_id for each in answer.offers} == {"dr"}


def test_days_to_come_are_planned_here_and_now_and_say_so(morning):
    answer = ask(morning, days=3)
    assert [(each.day, each.basis, each.revision) for each in answer.days] == [
        (TUESDAY, "published", 1),
        (WEDNESDAY, "not-published", None),
        (date(2026, 3, 12), "not-published", None),
    ]
    saturday = ask(morning, days=1, first_day=date(2026, 3, 14))
    assert [each.day for each in saturday.days] == [date(2026, 3, 16)]


def test_a_visit_for_two_is_offered_when_both_can_come(morning):
    best = ask(morning, purpose="bed-round", days=1).offers[0]
    assert {each.member_id for each in best.places} > {"dr"}
    assert len({each.starts_at for each in best.places}) == 1


def test_a_time_can_be_wished_and_a_request_that_cannot_be_made_is_refused_by_name(morning):
    for each in ask(morning, days=1, opens_at=600, closes_at=660).offers:
        assert at("10:00") <= each.starts_at <= at("11:00")
    at_noon = ask(morning, days=1, opens_at=730, closes_at=760)
    assert (at_noon.offers, [each.rule for each in at_noon.days]) == ((), ["window-cannot-be-met"])
    for words, rule in (
        ({"resident": "r9"}, "resident-not-registered"),
        ({"purpose": "chess"}, "purpose-unknown"),
        ({"purpose": "dressing"}, "care-not-assessed"),
    ):
        with pytest.raises(Refused, match=rule):
            ask(morning, **words)


def test_a_taken_time_is_on_the_roster_stays_there_and_the_resident_knows_it(day):
    best = ask(day, days=1).offers[1]
    taken = take(day, local_time(best.starts_at))
    assert (taken.starts_at, taken.places, taken.revision) == (best.starts_at, best.places, 2)
    slots = [slot for slot in day.published().slots if slot.visit_id == taken.visit_id]
    assert [(slot.member_id, slot.starts_at) for slot in slots] == [("dr", best.starts_at)]
    with day.open(at("07:10")) as system:
        (pin,) = day_terms(system.store, DAY).terms
        assert isinstance(pin, VisitPinned)
        assert (pin.visit_id, pin.member_id, pin.starts_at) == (taken.visit_id, None, best.starts_at)
        notices = [each.event for each in system.store.after(0, 10**6, category="notice")]
        assert [(each.starts_at, each.channel) for each in notices if isinstance(each, NoticeRecorded)] == [
            (best.starts_at, "in-person")
        ]
        replan_day(system, DAY)
    assert [slot.starts_at for slot in day.published().slots if slot.visit_id == taken.visit_id] == [best.starts_at]


def test_the_same_time_taken_twice_changes_nothing_and_another_resident_cannot_have_it(day):
    time = local_time(ask(day, purpose="bed-round", days=1).offers[0].starts_at)
    first = take(day, time, purpose="bed-round")
    published = day.published()
    assert take(day, time, purpose="bed-round").visit_id == first.visit_id
    assert day.published() == published
    with pytest.raises(Refused, match="time-not-free"):
        take(day, time, purpose="bed-round", resident="r2")


def test_a_time_of_a_day_to_come_is_confirmed_and_its_plan_keeps_it(day):
    taken = take(day, "14:30", day=WEDNESDAY)
    assert (taken.revision, taken.replanned) == (None, None)
    roster = day.plan(WEDNESDAY, now=at("20:00"))
    assert [slot.starts_at for slot in roster.slots if slot.visit_id == taken.visit_id] == [at("14:30", WEDNESDAY)]


def test_the_command_line_offers_and_takes_in_both_languages(day):
    desk, clock = Desk(day.folder), "2026-03-10T07:00"
    words = ("r3", "--purpose", "home-call")
    listed = json.loads(desk("roster", "offer", *words, "--days", "1", "--json", now=clock).stdout)
    assert len(listed["offers"]) == 5
    assert "其他人不动" in desk("roster", "offer", *words, "--language", "zh", now=clock).stdout
    taken = desk("roster", "take-offer", *words, "--at", "2026-03-10T14:00", "--language", "en", now=clock)
    assert (taken.exit_code, "is confirmed for 2026-03-10 14:00: dr." in taken.stdout) == (0, True), taken.output
    assert local_day(day.published().slots[0].starts_at) == TUESDAY
