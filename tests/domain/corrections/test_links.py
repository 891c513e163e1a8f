"""A correction and the event that it corrects, found in the stream by what the correction carries."""

from dataclasses import replace
from typing import get_args

from domain.contract.correction_events import CorrectionEvent, EntitlementReturned
from domain.contract.events import EntitlementConsumed
from domain.corrected import corrected, sought
from domain.family_bed.correction_events import BedCorrection, BedDaysCorrected
from domain.family_bed.events import BedClosed
from domain.registry import DECIDERS
from domain.resident.events import DepartureAnnulled, DepartureCorrected, ResidentDeparted
from domain.visit.correction_events import VisitCorrection
from tests.domain.builders import BED_OPENED, TODAY, TOMORROW, WANG, YESTERDAY
from tests.projections.histories import history

CORRECTIONS = {each for union in (CorrectionEvent, BedCorrection, VisitCorrection) for each in get_args(union)}

SERVED = EntitlementConsumed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=1,
    item="home-visit",
    kind="home-visit",
    service_id="s1",
    served_on=TODAY,
    left=1,
    to_norm=True,
    insurance_fen=0,
    public_health_fen=0,
    resident_fen=0,
)
RETURNED = EntitlementReturned(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=1,
    item="home-visit",
    kind="home-visit",
    service_id="s1",
    served_on=TODAY,
    reason="counted twice",
)
DEPARTED = ResidentDeparted(resident_id="wang", reason="died", last_day=TODAY)
MOVED = DepartureCorrected(
    resident_id="wang", departure="died", was_last_day=TODAY, last_day=YESTERDAY, reason="the paper says so"
)
CLOSED = BedClosed(family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=TODAY, outcome="improved")
DAYS = BedDaysCorrected(
    family_bed_id="b1",
    resident_id="wang",
    team_id="team-1",
    opened_on=BED_OPENED.opened_on,
    cycle_ends_on=BED_OPENED.cycle_ends_on,
    first_round_by=BED_OPENED.first_round_by,
    review_by=BED_OPENED.review_by,
    closed_on=YESTERDAY,
    extended=False,
    was_opened_on=BED_OPENED.opened_on,
    was_closed_on=TODAY,
    reason="entered a day late",
)


def names_of(kind: type) -> set[str]:
    return set(kind.__annotations__)


def test_every_correction_says_which_events_of_its_own_aggregate_it_may_correct() -> None:
    seen = {type(event): event for seed in range(40) for _, event in history(seed)}
    assert seen.keys() >= CORRECTIONS
    for each in CORRECTIONS:
        kinds, fields = sought(seen[each])
        (aggregate,) = (decider for decider in DECIDERS if each in decider.events)
        assert kinds, each
        assert set(kinds) <= set(aggregate.events), each
        assert all(set(fields) <= set(names_of(kind)) for kind in kinds)


def test_an_event_that_corrects_nothing_names_nothing() -> None:
    assert corrected(SERVED, [WANG, SERVED]) is None
    assert corrected(RETURNED, [WANG]) is None


def test_a_returned_service_is_the_one_of_its_id_and_not_the_newest() -> None:
    assert corrected(RETURNED, [SERVED, replace(SERVED, service_id="s2")]) == 0


def test_the_newest_of_two_departures_is_the_one_that_is_corrected() -> None:
    earlier = [WANG, replace(DEPARTED, reason="moved-out"), DEPARTED]
    assert corrected(MOVED, earlier) == 2
    assert corrected(replace(MOVED, was_last_day=YESTERDAY, last_day=TOMORROW), [*earlier, MOVED]) == 3


def test_an_annulled_departure_is_the_departure_itself_even_if_its_day_was_corrected() -> None:
    annulled = DepartureAnnulled(
        resident_id="wang",
        departure="died",
        last_day=YESTERDAY,
        stands=None,
        stands_after=None,
        elder_on=None,
        reason="a namesake",
    )
    assert corrected(annulled, [WANG, DEPARTED, MOVED]) == 1


def test_days_of_a_bed_correct_its_opening_or_its_end_whichever_moved() -> None:
    assert corrected(DAYS, [BED_OPENED, CLOSED]) == 1
    assert corrected(replace(DAYS, was_opened_on=YESTERDAY), [BED_OPENED, CLOSED]) == 0
