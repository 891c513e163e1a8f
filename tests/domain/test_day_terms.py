from dataclasses import replace

from domain.day_terms import DAY_TERMS
from domain.day_terms.commands import ForbidPair, HoldDay, LimitMoves, PinVisit, WithdrawTerm
from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, TermWithdrawn, VisitPinned
from domain.roster.changes import moved_since
from domain.roster.commands import UnplacedVisit
from domain.roster.state import Roster
from domain.visit.events import VisitCancelled
from tests.domain.builders import ASSIGNED, REQUESTED, TEAM_1, TODAY, TOMORROW, YESTERDAY, at
from tests.domain.test_roster import slot
from tests.rules import holds
from tests.spec import given, touched

MIDNIGHT = at(TOMORROW, 0)
PIN = PinVisit(team_id="team-1", day=TODAY, visit_id="v1", member_id="he", starts_at=at(TODAY, 10))
PINNED = VisitPinned(
    term_id="pin:v1",
    team_id="team-1",
    day=TODAY,
    visit_id="v1",
    service=0,
    member_id="he",
    starts_at=at(TODAY, 10),
    until=MIDNIGHT,
)
HOLD = HoldDay(team_id="team-1", day=TODAY, before=at(TODAY, 10, 30))
HELD = DayHeld(term_id="hold", team_id="team-1", day=TODAY, before=at(TODAY, 10, 30), until=MIDNIGHT)
LIMIT = LimitMoves(team_id="team-1", day=TODAY, most=3, since_revision=1)
LIMITED = MovesLimited(term_id="limit", team_id="team-1", day=TODAY, most=3, since_revision=1, until=MIDNIGHT)
FORBID = ForbidPair(team_id="team-1", day=TODAY, member_id="li", other_member_id="he")
FORBIDDEN = PairForbidden(
    term_id="apart:he:li",
    team_id="team-1",
    day=TODAY,
    member_id="li",
    other_member_id="he",
    resident_id=None,
    visit_id=None,
    until=MIDNIGHT,
)
WITHDRAW = WithdrawTerm(team_id="team-1", day=TODAY, term_id="pin:v1")
WITHDRAWN = TermWithdrawn(term_id="pin:v1", team_id="team-1", day=TODAY)
BOTH = {"team": [TEAM_1], "visit": [REQUESTED]}
TEAM = {"team": [TEAM_1]}
CANCELLED = VisitCancelled(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id=None,
    reason="other",
    was_on=None,
    waited_for=None,
)


@holds("A11.29")
def test_a_visit_is_pinned_to_a_member_a_time_or_both_until_the_day_ends():
    given().when(PIN, **BOTH).then(PINNED)
    given().when(replace(PIN, starts_at=None), **BOTH).then(replace(PINNED, starts_at=None))
    given().when(replace(PIN, member_id=None), **BOTH).then(replace(PINNED, member_id=None))
    given().when(PIN, team=[TEAM_1], visit=[REQUESTED, ASSIGNED]).then(PINNED)
    given(PINNED).when(PIN, **BOTH).then_nothing()


def test_another_pin_of_the_same_part_replaces_it_and_the_other_part_has_its_own():
    later = replace(PIN, starts_at=at(TODAY, 11))
    given(PINNED).when(later, **BOTH).then(replace(PINNED, starts_at=at(TODAY, 11)))
    state = DAY_TERMS.fold([PINNED, replace(PINNED, starts_at=at(TODAY, 11)), replace(PINNED, term_id="pin:v1:2")])
    assert state.terms == (replace(PINNED, starts_at=at(TODAY, 11)), replace(PINNED, term_id="pin:v1:2"))


def test_a_term_may_end_before_the_day_does_and_lasts_until_then():
    given().when(replace(HOLD, until=at(TODAY, 12)), **TEAM).then(replace(HELD, until=at(TODAY, 12)))
    state = DAY_TERMS.fold([replace(HELD, until=at(TODAY, 12))])
    assert state.at(at(TODAY, 11, 59))
    assert not state.at(at(TODAY, 12))


def test_what_cannot_be_pinned():
    given().when(replace(PIN, member_id=None, starts_at=None), **BOTH).then_refused("pin-without-member-or-time")
    given().when(PIN, team=[TEAM_1]).then_refused("visit-unknown", visit="v1")
    given().when(replace(PIN, team_id="team-2"), **BOTH).then_refused("visit-of-another-team", team="team-1")
    given().when(replace(PIN, day=YESTERDAY), **BOTH).then_refused("day-outside-window")
    given().when(replace(PIN, service=1), **BOTH).then_refused("part-unknown", part=2, parts=1)
    given().when(replace(PIN, service=-1), **BOTH).then_refused("part-unknown", part=0, parts=1)
    given().when(replace(PIN, member_id="nobody"), **BOTH).then_refused("member-not-in-team", member="nobody")
    given().when(PIN, visit=[REQUESTED]).then_refused("team-not-formed")
    given().when(replace(PIN, starts_at=at(TOMORROW, 10)), **BOTH).then_refused("term-of-another-day")
    given().when(replace(PIN, until=at(TODAY, 8)), **BOTH).then_refused("term-over")
    given().when(PIN, team=[TEAM_1], visit=[REQUESTED, CANCELLED]).then_refused("visit-not-open")


def test_a_day_that_is_over_takes_no_terms():
    for command, inputs in ((replace(HOLD, day=YESTERDAY, before=at(YESTERDAY, 10)), TEAM), (LIMIT, TEAM)):
        given().when(replace(command, day=YESTERDAY), **inputs).then_refused(
            "roster-day-over", roster="team-1.2026-03-01"
        )
    given().when(replace(FORBID, day=YESTERDAY), team=[TEAM_1]).then_refused("roster-day-over")
    given().when(PIN, now=at(TOMORROW, 9), **BOTH).then_refused("roster-day-over")


def test_a_day_is_held_up_to_one_of_its_moments():
    given().when(HOLD, **TEAM).then(HELD)
    given(HELD).when(HOLD, **TEAM).then_nothing()
    given(HELD).when(replace(HOLD, before=MIDNIGHT), **TEAM).then(replace(HELD, before=MIDNIGHT))
    for moment in (at(TODAY, 0), at(TOMORROW, 0, 1)):
        given().when(replace(HOLD, before=moment), **TEAM).then_refused("term-of-another-day", day=TODAY)
    given().when(HOLD).then_refused("team-not-formed")
    given().when(replace(HOLD, until=at(TODAY, 9)), **TEAM).then_refused("term-over")


def test_the_moves_after_a_revision_are_limited():
    given().when(LIMIT, **TEAM).then(LIMITED)
    given(LIMITED).when(LIMIT, **TEAM).then_nothing()
    given(LIMITED).when(replace(LIMIT, most=0), **TEAM).then(replace(LIMITED, most=0))
    given().when(replace(LIMIT, most=-1), **TEAM).then_refused("limit-below-zero", most=-1)
    given().when(replace(LIMIT, since_revision=-1), **TEAM).then_refused("limit-below-zero", revision=-1)
    given().when(LIMIT).then_refused("team-not-formed")
    given().when(replace(LIMIT, until=at(TODAY, 9)), **TEAM).then_refused("term-over")


def test_a_member_is_kept_from_a_member_a_resident_or_a_visit_for_the_day():
    given().when(FORBID, **TEAM).then(FORBIDDEN)
    given(FORBIDDEN).when(replace(FORBID, member_id="he", other_member_id="li"), **TEAM).then(
        replace(FORBIDDEN, member_id="he", other_member_id="li")
    )
    given(FORBIDDEN).when(FORBID, **TEAM).then_nothing()
    resident = replace(FORBID, other_member_id=None, resident_id="wang")
    given().when(resident, **TEAM).then(
        replace(FORBIDDEN, term_id="apart:li:wang", other_member_id=None, resident_id="wang")
    )
    visit = replace(FORBID, other_member_id=None, visit_id="v1")
    given().when(visit, **BOTH).then(replace(FORBIDDEN, term_id="apart:li:v1", other_member_id=None, visit_id="v1"))


def test_what_pair_cannot_be_forbidden():
    given().when(replace(FORBID, other_member_id=None), **TEAM).then_refused("apart-from-one", member="li")
    given().when(replace(FORBID, resident_id="wang"), **TEAM).then_refused("apart-from-one", member="li")
    given().when(replace(FORBID, other_member_id="li"), **TEAM).then_refused("apart-from-herself", member="li")
    given().when(replace(FORBID, member_id="nobody"), **TEAM).then_refused("member-not-in-team", member="nobody")
    given().when(replace(FORBID, other_member_id="nobody"), **TEAM).then_refused("member-not-in-team")
    given().when(FORBID).then_refused("team-not-formed")
    visit = replace(FORBID, other_member_id=None, visit_id="v1")
    given().when(visit, **TEAM).then_refused("visit-unknown", visit="v1")
    other = replace(REQUESTED, team_id="team-2")
    given().when(visit, team=[TEAM_1], visit=[other]).then_refused("visit-of-another-team", team="team-2")
    given().when(replace(FORBID, until=at(TODAY, 9)), **TEAM).then_refused("term-over")


def test_a_term_is_withdrawn_once_and_may_be_set_again():
    given(PINNED).when(WITHDRAW).then(WITHDRAWN)
    given(PINNED, WITHDRAWN).when(WITHDRAW).then_nothing()
    given(PINNED, WITHDRAWN).when(PIN, **BOTH).then(PINNED)
    given().when(WITHDRAW).then_refused("day-term-unknown", term="pin:v1", team="team-1", day=TODAY)


def test_a_term_that_was_set_again_is_withdrawn_again():
    given(PINNED, WITHDRAWN, PINNED).when(WITHDRAW).then(WITHDRAWN)


def test_each_term_changes_the_day():
    for events in ((PINNED,), (HELD,), (LIMITED,), (FORBIDDEN,), (PINNED, WITHDRAWN)):
        assert touched(DAY_TERMS, *events) == [("team-1", TODAY)]


def test_visits_that_moved_or_lost_their_place_count_and_those_that_are_gone_do_not():
    before = (slot("v1", "li", 8), slot("v2", "li", 9), slot("v3", "li", 10), slot("v4", "li", 11))
    roster = Roster(
        revision=2,
        slots=(slot("v1", "li", 8), slot("v2", "he", 9), slot("v5", "li", 10)),
        unplaced=(UnplacedVisit(visit_id="v3", rule="no-window"),),
    )
    assert moved_since(before, roster) == 2
