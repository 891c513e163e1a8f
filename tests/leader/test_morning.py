"""A leader's morning from seven to eleven, through the command line, with every message to a resident counted."""

import json
from datetime import date, timedelta
from typing import Any

from domain.decider import TeamDay
from domain.local_time import LOCAL
from domain.resident.commands import GiveConsent
from infra.planning.day_terms import day_terms
from infra.planning.published_roster import read_published, verify
from schedulers.problem import Budget
from tests.leader.worlds import TUESDAY, World, at

DAY = TeamDay("t1", TUESDAY)
TEAM_DAY = ("t1", "2026-03-10")
KnownPlaces = dict[str, tuple[Any, frozenset[str]]]


class Leader:
    """A leader at the command line, who remembers what each resident was told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = self.places()
        self.calls: list[tuple[str, str]] = []

    def says(self, time: str, *words: str) -> str:
        result = self.world.command_line(*words, "--language", "en", now=f"2026-03-10T{time}")
        assert result.exit_code == 0, result.output
        return result.stdout

    def reads(self, time: str, *words: str) -> Any:
        return json.loads(self.says(time, *words, "--json"))

    def places(self) -> KnownPlaces:
        """Return the start and the members of each visit on the newest roster."""
        slots = self.world.published().slots
        return {
            slot.visit_id: (
                min(each.starts_at for each in slots if each.visit_id == slot.visit_id),
                frozenset(each.member_id for each in slots if each.visit_id == slot.visit_id),
            )
            for slot in slots
        }

    def tells(self, time: str, *, gone: tuple[str, ...] = (), over: tuple[str, ...] = ()) -> set[str]:
        """Tell whom the list names, once each; it names whose visit moved, changed hands or is gone, nobody else."""
        now = self.places()
        wanted = set(gone) | {
            visit_id
            for visit_id, (start, members) in now.items()
            if visit_id in self.known and visit_id not in over
            if abs(start - self.known[visit_id][0]) > timedelta(minutes=30) or members != self.known[visit_id][1]
        }
        listed = [each["visit_id"] for each in self.reads(time, "roster", "notices", *TEAM_DAY)["notices"]]
        assert (len(listed), set(listed)) == (len(wanted), wanted)
        for visit_id in listed:
            self.says(time, "roster", "record-notice", *TEAM_DAY, visit_id, "--by", "dr")
            self.calls.append((time, visit_id))
            if visit_id in now:
                self.known[visit_id] = now[visit_id]
        for visit_id in now.keys() - self.known.keys():
            self.known[visit_id] = now[visit_id]
        assert "Nobody need be told anything." in self.says(time, "roster", "notices", *TEAM_DAY)
        return wanted


def evening(world: World) -> Leader:
    """Five visits of two nurses are published; all residents want to hear of their visits."""
    world.residents(6)
    for number in range(1, 6):
        world.visit(f"V{number}", number, minutes=40)
    world.give(
        *(
            GiveConsent(resident_id=f"r{number}", kind="visit-notices", given_on=date(2026, 3, 1))
            for number in range(1, 7)
        )
    )
    world.plan(budget=Budget(iterations=20_000))
    return Leader(world)


def at_seven(leader: Leader) -> None:
    """Overnight a visit was called off, a resident died, a visit was added, and a nurse is away until nine."""
    leader.says("07:00", "visit", "cancel", "V5", "--reason", "no-longer-needed")
    leader.says("07:00", "resident", "depart", "r4", "--reason", "died", "--last-day", "2026-03-09")
    request = ("--resident-id", "r6", "--team-id", "t1", "--contract-id", "c6", "--purpose", "home-call")
    window = ("--window-from", "2026-03-10", "--window-to", "2026-03-10")
    leader.says("07:00", "visit", "request", "V6", *request, *window)
    away = ("--starts-at", "2026-03-10T08:00", "--ends-at", "2026-03-10T09:00")
    leader.says(
        "07:00",
        *("team", "record-absence", "t1", "--absence-id", "a", "--member-id", "n2", "--reason", "meeting"),
        *away,
    )


def test_a_morning_of_changes_is_planned_read_published_and_told_each_resident_once(tmp_path):
    world = World(tmp_path / "data")
    leader = evening(world)
    before = leader.places()
    assert set(before) == {"V1", "V2", "V3", "V4", "V5"}

    at_seven(leader)
    shown = leader.says("07:01", "roster", "show", *TEAM_DAY)
    assert "The day has changed since 20:00" in shown
    for change in ("n2", "V4", "V5 cancelled", "V6"):
        assert change in shown
    leader.says("07:02", "roster", "pin", "V1", "--member", "n1", "--at", "11:00")
    read = leader.reads("07:04", "roster", "replan", *TEAM_DAY, "--max-moved", "3", "--dry-run")
    assert leader.places() == before
    leader.says("07:06", "roster", "publish", read["draft"]["token"])
    published = leader.places()
    assert {
        (each["demand_id"], each["member_id"], at("00:00") + timedelta(seconds=each["start"]))
        for each in read["roster"]["assignments"]
    } == {(slot.visit_id, slot.member_id, slot.starts_at) for slot in world.published().slots}
    assert published["V1"] == (at("11:00"), frozenset({"n1"}))
    assert set(published) == {"V1", "V2", "V3", "V6"}
    assert sum(before[name] != place for name, place in published.items() if name in before) <= 3
    with world.open() as system:
        assert {term.term_id for term in day_terms(system.store, DAY).terms} == {"pin:V1", "limit"}
        assert not verify(read_published(system.store, DAY)).faults
    assert {"V1", "V5"} <= leader.tells("07:10", gone=("V5",))

    # At half past nine the first visit of the day has taken far longer than planned.
    first = min((each for each in published if each not in {"V1", "V6"}), key=lambda each: published[each][0])
    start, (member,) = published[first]
    entered = ("--entered-at", start.isoformat(), "--member-id", member)
    leader.says(f"{start.astimezone(LOCAL):%H:%M}:59", "visit", "start", first, *entered)
    leader.says("09:30", "visit", "complete", first, "--left-at", "2026-03-10T09:30")
    leader.says("09:31", "roster", "replan", *TEAM_DAY)
    late = leader.places()
    assert all(at_start >= at("09:30") for name, (at_start, who) in late.items() if name != first and who == {member})
    with world.open() as system:
        done = system.rows.ask("SELECT visit_id FROM visits_v1 WHERE status = 'completed'")
    assert done == [{"visit_id": first}]
    leader.tells("09:32", over=(first,))

    # At ten r2 is on the phone: of two times the second is taken, and nobody else moves.
    offered = leader.reads("10:00", "roster", "offer", "r2", "--purpose", "home-call", "--days", "1")["offers"][:2]
    assert len(offered) == 2
    taken = offered[1]["starts_at"]
    leader.says("10:02", "roster", "take-offer", "r2", "--purpose", "home-call", "--at", taken, "--by", "dr")
    (new,) = leader.places().keys() - late.keys()
    assert {name: place for name, place in leader.places().items() if name != new} == late
    assert leader.tells("10:03", over=(first,)) == set()

    # At eleven n1, who had the pinned visit, goes home ill, and the best way to cover is taken.
    ways = leader.reads("11:00", "roster", "cover", "n1", "2026-03-10", "--from", "11:00")["ways"]
    leader.says("11:01", "roster", "cover", "n1", "2026-03-10", "--from", "11:00", "--take", ways[0]["token"])
    covered = leader.places()
    assert "n1" not in covered["V1"][1]
    assert {each["visit_id"] for each in ways[0]["notices"]} == leader.tells("11:02", over=(first,))
    with world.open() as system:
        kept = system.rows.ask("SELECT member_id FROM absences_v1 WHERE reason = 'ill'")
        assert not verify(read_published(system.store, DAY)).faults
    assert kept == [{"member_id": "n1"}]
    assert len(leader.calls) == len(set(leader.calls))
    assert "V4" not in {visit_id for _, visit_id in leader.calls}
