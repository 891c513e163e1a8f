"""In the distributed system, too, what is known of a roster comes later, and stands in the rows."""

from datetime import timedelta

from domain.local_time import local_day
from domain.roster.events import RosterBounded, RosterPublished
from domain.team.commands import ChangeShifts, Shift
from domain.visit.commands import Need, RequestVisit
from tests.infra.planning.test_plan_day import wait_for
from tests.small_town import centre, signed
from tests.streams.full_system import PARTS, FullSystem


def test_a_roster_of_the_day_is_proved_when_no_day_waits(full_system: FullSystem) -> None:
    full_system.begin_all()
    with full_system.system() as system:
        today = local_day(system.now())
        day_and_night = tuple(Shift(weekday=day, starts=0, ends=1440) for day in range(7))
        wanted = RequestVisit(
            visit_id="v1",
            resident_id="li",
            team_id="east",
            contract_id="contract-of-li",
            purpose="home-call",
            needs=(Need(roles=("gp",), minutes=20),),
            window_from=today,
            window_to=today + timedelta(days=2),  # a call: it waits for no other day of the week
            opens_at=None,
            closes_at=None,
        )
        shifts = ChangeShifts(team_id="east", member_id="gp-1", shifts=day_and_night)
        for command in (*centre(), *signed("li", starts_on=today), shifts, wanted):
            system.execute(command, actor="desk")
        sql = "SELECT revision FROM rosters_v1 WHERE team_id = 'east' AND proof = 'proved'"
        assert wait_for(lambda: system.rows.ask(sql), 120)
        events = [each.event for each in system.store.after(0, 1000, category="roster")]
        assert {event.solution.proof for event in events if isinstance(event, RosterPublished)} == {"unknown"}
        assert {event.proof for event in events if isinstance(event, RosterBounded)} == {"proved"}
    assert [full_system.end(part) for part in PARTS] == [0] * len(PARTS)
