"""What follows from each end: the table of docs/ends.md, cell by cell, for a resident with a bit of everything.

r2 has a contract, an open bed, an accepted referral, two key groups, care tasks of the year, a visit for today, one in
a window around the last day, one in two weeks and one at the bed. A day is planned before anything ends.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.care_plan import CARE_PLAN
from domain.contract import CONTRACT
from domain.contract.commands import ConsumeEntitlement, EndReason, TerminateContract, TransferContract
from domain.decider import TeamDay
from domain.family_bed import FAMILY_BED
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    CloseBed,
    Diagnosis,
    OpenBed,
    SettleBed,
    TransferBedToHospital,
)
from domain.institution import OpenInstitution
from domain.referral import REFERRAL
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DischargeReferral,
    RequestReferral,
)
from domain.resident import RESIDENT
from domain.resident.commands import RecordDeparture, TagKeyGroup
from domain.roster import RosterRevised
from domain.team.commands import FormTeam, LeaveTeam
from domain.visit import VISIT
from domain.visit.commands import CompleteVisit, Need, RequestVisit, StartVisit
from domain.visit.events import VisitCancelled
from infra.planning.plan_day import LIVE, plan_touched
from projections.timers import due_by
from tests.leader.worlds import MONDAY, TUESDAY, WEEK, World, at, in_this_process, member

WEDNESDAY, NEXT_MONDAY = date(2026, 3, 11), date(2026, 3, 16)
PAGE = Path(__file__).parents[2] / "docs" / "ends.md"
SEVEN = at("07:00")
OTHER_REASONS: tuple[EndReason, ...] = (
    "lost-to-follow-up",
    "unreachable-one-year",
    "refused-service",
    "refused-one-year",
    "re-sign",
    "invoice-void",
)
VISITS = ("today", "window", "later", "at-bed", "spring")
"""The last one is requested before the term of the contract is over."""


UNDER_CONTRACT = ("today", "window", "later")
LAST_DAY = date(2026, 3, 12)


def everything(folder: Path) -> World:
    """Return the world of this page, planned for Tuesday."""
    world = World(folder)
    world.residents(2)
    nurse = (Need(roles=("nurse",), minutes=30, named_id="n1"),)
    world.visit("today", 2)
    world.visit("other", 1)
    world.visit("later", 2, day=NEXT_MONDAY)
    window: dict[str, Any] = {
        "resident_id": "r2", "team_id": "t1", "purpose": "home-call", "needs": nurse, "window_from": WEDNESDAY
    }  # fmt: skip
    world.give(
        RequestVisit(visit_id="window", contract_id="c2", window_to=date(2026, 3, 18), **window),
        OpenInstitution(institution_id="h1", name="City", kind="hospital", sector="public", tier=3, district="Futian"),
        FormTeam(
            team_id="t2",
            institution_id="i1",
            base_x=900,
            base_y=0,
            members=(member("dr2", "gp", WEEK), member("m1", "nurse", WEEK)),
        ),
        TagKeyGroup(resident_id="r2", group="hypertension", since=date(2020, 1, 1)),
        TagKeyGroup(resident_id="r2", group="disabled", since=date(2020, 1, 1)),
        ApplyForBed(family_bed_id="b2", resident_id="r2", team_id="t1", kind="treatment", indications=("bedridden",)),
    )
    opened = date(2026, 3, 8)
    world.give(
        AssessBed(family_bed_id="b2", assessed_on=opened, assessor_id="dr", condition_fits=True, dwelling_fits=True),
        AgreeBed(
            family_bed_id="b2",
            agreed_on=opened,
            text_version="2026-1",
            copies=3,
            criteria_told=True,
            risks_told=True,
            payment="self",
        ),
        OpenBed(
            family_bed_id="b2",
            team_id="t1",
            opened_on=opened,
            doctor_id="dr",
            nurse_id="n1",
            diagnoses=(
                Diagnosis(axis="biological", code="I69.3"),
                Diagnosis(axis="psychological", code="none"),
                Diagnosis(axis="social", code="Z74.2"),
            ),
        ),
        RequestVisit(visit_id="at-bed", family_bed_id="b2", window_to=date(2026, 3, 18), **window),
        ConsumeEntitlement(contract_id="c2", item="health-education", service_id="s1", served_on=opened),
        RequestReferral(
            referral_id="f2",
            resident_id="r2",
            contract_id="c2",
            institution_id="h1",
            urgency="ordinary",
            reason="I10",
        ),
        AcceptReferral(referral_id="f2"),
        now=at("09:00", opened),
    )
    world.plan()
    return world


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the world, which each test copies."""
    folder = tmp_path_factory.mktemp("ends") / "everything"
    everything(folder)
    return folder


@pytest.fixture
def world(planned: Path, tmp_path: Path) -> World:
    """Return a copy of the world as it was planned the evening before."""
    shutil.copytree(planned, tmp_path / "world")
    copy = World.__new__(World)
    copy.folder, copy.moment, copy.team_id = tmp_path / "world", SEVEN, "t1"
    return copy


def state(system: Any, decider: Any, identity: str) -> Any:
    """Return the state of an aggregate."""
    return decider.fold(event.event for event in system.store.read(decider.stream(identity)))


@dataclass(frozen=True)
class Outcome:
    """What is true of each part after an end, as of a moment."""

    visits: dict[str, Any]
    reasons: dict[str, str]
    tasks: tuple[Any, ...]
    bed: Any
    referral: Any
    contract: Any
    resident: Any

    def cancelled(self, reason: str, *names: str) -> bool:
        """Say whether exactly these visits were cancelled, each with the reason."""
        return self.reasons == dict.fromkeys(names, reason)

    def causes(self, source: str = "") -> set[str]:
        """Return why tasks were cancelled, of one source or of all; `open` stands for open ones."""
        tasks = [task for task in self.tasks if source in {"", task.scheduled.source}]
        return {task.cause or "open" for task in tasks if task.cause or task.is_open}


def outcome(world: World, now: datetime) -> Outcome:
    """Let everything follow until a moment, and return what is then true."""
    with world.open(now) as system:
        system.settle(now)
        made = [event.event for name in VISITS for event in system.store.read(VISIT.stream(name))]
        return Outcome(
            visits={name: state(system, VISIT, name) for name in VISITS},
            reasons={event.visit_id: event.reason for event in made if isinstance(event, VisitCancelled)},
            tasks=tuple(state(system, CARE_PLAN, "r2").tasks.values()),
            bed=state(system, FAMILY_BED, "b2"),
            referral=state(system, REFERRAL, "f2"),
            contract=state(system, CONTRACT, "c2"),
            resident=state(system, RESIDENT, "r2"),
        )


Check = Callable[[Outcome], bool]
CHECKS: dict[str, dict[str, Check]] = {
    "visits": {
        "all cancelled: died": lambda o: o.cancelled("died", *VISITS[:4]),
        "all cancelled: moved-out": lambda o: o.cancelled("moved-out", *VISITS[:4]),
        "all cancelled: in-hospital": lambda o: o.cancelled("in-hospital", *VISITS[:4]),
        "after the last day cancelled: moved-out; longer windows end on it": lambda o: (
            o.cancelled("moved-out", "later")
            and {o.visits[name].window_to for name in ("window", "at-bed")} == {LAST_DAY}
            and o.visits["today"].status == "assigned"
        ),
        "under the contract cancelled: contract-over": lambda o: o.cancelled("contract-over", *UNDER_CONTRACT),
        "open ones under the contract cancelled: contract-over": lambda o: o.cancelled("contract-over", "spring"),
        "under the contract after the last day cancelled: contract-over; longer windows end on it": lambda o: (
            o.cancelled("contract-over", "later")
            and o.visits["window"].window_to == LAST_DAY
            and o.visits["at-bed"].window_to == date(2026, 3, 18)
            and o.visits["today"].status == "assigned"
        ),
        "under the contract go to the new team, its nurse is named": lambda o: (
            not o.reasons
            and {o.visits[name].team_id for name in UNDER_CONTRACT} == {"t2"}
            and o.visits["window"].needs[0].named_id == "m1"
            and o.visits["at-bed"].team_id == "t1"
        ),
        "at the bed cancelled: bed-closed": lambda o: o.cancelled("bed-closed", "at-bed"),
        "stay, others go": lambda o: not o.reasons and o.visits["today"].slots[0].member_id == "n2",
    },
    "care tasks": {
        "all cancelled: died": lambda o: o.causes() == {"died"},
        "all cancelled: moved-out": lambda o: o.causes() == {"moved-out"},
        "after the last day cancelled: moved-out": lambda o: (
            o.causes("contract") == {"moved-out"} and o.causes("family_bed") == {"open"}
        ),
        "of the contract cancelled: contract-over": lambda o: (
            o.causes("contract") == {"contract-over"} and o.causes("family_bed") == {"open"}
        ),
        "of the contract after the last day cancelled: contract-over": lambda o: (
            o.causes("contract") == {"contract-over"} and o.causes("family_bed") == {"open"}
        ),
        "open ones of the contract cancelled: contract-over": lambda o: (
            "contract-over" in o.causes("contract") and "open" not in o.causes("contract")
        ),
        "of the contract go to the new team": lambda o: (
            {task.team_id for task in o.tasks if task.scheduled.source == "contract"} == {"t2"}
        ),
        "rounds cancelled: bed-closed": lambda o: (
            o.causes("family_bed") == {"bed-closed"} and o.causes("contract") == {"open"}
        ),
        "due at home cancelled: in-hospital; owed again after the return": lambda o: (
            o.causes("family_bed") == {"in-hospital"} and o.causes("contract") == {"open"}
        ),
        "stay": lambda o: o.causes() == {"open"},
    },
    "bed": {
        "closed: died": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "died",
        "closed: other": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "other",
        "closed: improved": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "improved",
        "stays until the last day": lambda o: o.bed.closed is None and not o.bed.in_hospital,
        "stays": lambda o: o.bed.closed is None and not o.bed.in_hospital,
        "gives no care until the return": lambda o: o.bed.in_hospital,
    },
    "referral": {
        "withdrawn: died": lambda o: o.referral.withdrawn == "died",
        "withdrawn: moved-out": lambda o: o.referral.withdrawn == "moved-out",
        "withdrawn: contract-over": lambda o: o.referral.withdrawn == "contract-over",
        "stays until the last day": lambda o: o.referral.status == "accepted",
        "stays": lambda o: o.referral.status in {"accepted", "in-hospital"},
    },
    "contract": {
        "terminated: died": lambda o: (o.contract.ended, o.contract.end_reason) == ("terminated", "died"),
        "terminated: moved-out": lambda o: (o.contract.ended, o.contract.end_reason) == ("terminated", "moved-out"),
        "terminated": lambda o: o.contract.ended == "terminated",
        "expired": lambda o: o.contract.ended == "expired",
        "of the new team": lambda o: (o.contract.team_id, o.contract.nurse_id) == ("t2", "m1"),
        "stays": lambda o: o.contract.ended is None and o.contract.team_id == "t1",
    },
    "entitlements": {
        "used ones stay, none is used after it": lambda o: bool(o.contract.ended and o.contract.ledgers[0].services),
        "stay": lambda o: bool(not o.contract.ended and o.contract.ledgers[0].services),
    },
    "key groups": {
        "stay": lambda o: {"disabled", "elder", "hypertension"} <= {*o.resident.groups},
    },
}
"""What each phrase of the table means."""


def terminate(reason: EndReason, last_day: date = MONDAY, **more: Any) -> TerminateContract:
    """Return the end of r2's contract."""
    return TerminateContract(contract_id="c2", last_day=last_day, reason=reason, **more)


def depart(reason: Any, last_day: date = MONDAY) -> RecordDeparture:
    """Return that r2 is gone."""
    return RecordDeparture(resident_id="r2", reason=reason, last_day=last_day)


SETTLED = SettleBed(family_bed_id="b2", settled_on=MONDAY, amount_fen=100, insurance_fen=60)
ADMITTED = (
    AttendReferral(referral_id="f2", attended_at=at("06:30")),
    AdmitReferral(referral_id="f2", admitted_on=TUESDAY),
)
CAUSES: dict[str, Sequence[object]] = {
    "death": (depart("died"),),
    "move": (depart("moved-out"),),
    "move to come": (depart("moved-out", LAST_DAY),),
    "termination: died": (terminate("died"),),
    "termination: moved-out": (terminate("moved-out"),),
    "termination: other reasons": (terminate("lost-to-follow-up"),),
    "termination: other reasons, last day to come": (terminate("refused-service", LAST_DAY),),
    "expiry": (),
    "transfer": (TransferContract(contract_id="c2", team_id="t2", consent=True),),
    "bed closed": (SETTLED, CloseBed(family_bed_id="b2", closed_on=MONDAY, outcome="improved")),
    "bed closed: died": (SETTLED, CloseBed(family_bed_id="b2", closed_on=MONDAY, outcome="died")),
    "bed to hospital": (TransferBedToHospital(family_bed_id="b2", transferred_on=TUESDAY),),
    "referral admitted": ADMITTED,
    "member leaves": (LeaveTeam(team_id="t1", member_id="n1", last_day=MONDAY),),
}


def spring_visit() -> RequestVisit:
    """Return a visit whose window begins before the contract's term is over, and ends after it."""
    return RequestVisit(
        visit_id="spring",
        resident_id="r2",
        team_id="t1",
        contract_id="c2",
        purpose="home-call",
        needs=(Need(roles=("nurse",), minutes=30),),
        window_from=date(2027, 2, 25),
        window_to=date(2027, 3, 10),
    )


def table() -> list[tuple[str, str, str]]:
    """Return cause, part and phrase of each cell of the page's first table."""
    page = PAGE.read_text(encoding="utf-8")
    lines = page[page.index("| cause | visits") :].partition("\n\n")[0].splitlines()
    heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [(row[0], part, cell) for row in rows for part, cell in zip(heads[1:], row[1:], strict=True)]


def test_the_table_names_every_cause_and_every_part() -> None:
    assert list(dict.fromkeys(cause for cause, _, _ in table())) == list(CAUSES)
    assert list(dict.fromkeys(part for _, part, _ in table())) == list(CHECKS)


@pytest.mark.parametrize("cause", CAUSES)
def test_what_follows_from_an_end_is_what_the_table_says(world: World, cause: str) -> None:
    world.give(*CAUSES[cause], now=SEVEN)
    now = at("07:01")
    if cause == "expiry":
        ill = TagKeyGroup(resident_id="r2", group="tuberculosis", since=date(2027, 2, 20))
        world.give(spring_visit(), ill, now=at("08:00", date(2027, 2, 20)))
        now = at("00:01", date(2027, 3, 1))
    if cause == "member leaves":
        world.plan(now=now)
    after = outcome(world, now)
    for each, part, phrase in table():
        if each == cause:
            assert CHECKS[part][phrase](after), f"{cause}: {part}: {phrase}\n{after}"


@pytest.mark.parametrize("reason", OTHER_REASONS)
def test_every_other_reason_ends_what_is_open_under_the_contract(world: World, reason: EndReason) -> None:
    world.give(terminate(reason, since=date(2025, 1, 1)), now=SEVEN)
    assert outcome(world, at("07:01")).cancelled("contract-over", *UNDER_CONTRACT)


def test_the_day_of_a_visit_to_the_dead_is_planned_again_and_its_roster_shows_it(world: World) -> None:
    before = world.published()
    world.give(depart("died"), now=SEVEN)
    with world.open(at("07:01")) as system:
        system.settle(system.now())
        with in_this_process() as executor:
            planned = plan_touched(system, executor, system.now(), LIVE, weeks=False)
    assert TeamDay("t1", TUESDAY) in [TeamDay(each.team_id, each.day) for each in planned]
    after = world.published()
    assert isinstance(after, RosterRevised)
    assert {slot.visit_id for slot in before.slots} - {slot.visit_id for slot in after.slots} == {
        "today",
        "b2.bed-nursing.1",
    }


def test_nothing_is_requested_again_for_the_dead_on_the_days_after(world: World) -> None:
    world.give(depart("died"), now=SEVEN)
    names = []
    for day in (11, 12, 16, 17):
        with world.open(at("07:00", date(2026, 3, day))) as system:
            system.settle(system.now())
            names = [event.name for name in VISITS for event in system.store.read(VISIT.stream(name))]
    assert "visit.requested_again.v1" not in names
    assert "visit.missed.v1" not in names


def test_a_visit_under_way_at_a_death_is_completed_and_its_task_not_owed_again(world: World) -> None:
    with world.open() as system:
        slot = state(system, VISIT, "today").slots[0]
    start = StartVisit(visit_id="today", entered_at=slot.starts_at)
    world.give(start, now=at("09:00"))
    world.give(depart("died", TUESDAY), now=at("09:01"))
    world.give(CompleteVisit(visit_id="today", left_at=at("09:05")), now=at("09:06"))
    after = outcome(world, at("09:07"))
    assert after.visits["today"].status == "completed"
    assert after.cancelled("died", "window", "later", "at-bed")


def test_an_end_that_is_repeated_changes_nothing(world: World) -> None:
    world.give(depart("died"), now=SEVEN)
    with world.open() as system:
        before = system.store.last_position()
    world.give(depart("died"), terminate("died"), now=SEVEN)
    with world.open() as system:
        assert system.store.last_position() == before


def test_what_an_announced_move_leaves_is_ended_after_its_last_day(world: World) -> None:
    world.give(depart("moved-out", LAST_DAY), now=SEVEN)
    after = outcome(world, at("00:01", date(2026, 3, 13)))
    assert after.bed.closed is not None
    assert after.bed.closed.closed_on == LAST_DAY
    assert after.referral.withdrawn == "moved-out"
    assert after.causes() == {"moved-out"}
    assert after.visits["today"].status == "missed"
    assert after.reasons["later"] == "moved-out"


def test_after_the_hospital_rounds_begin_again_and_what_can_still_be_done_in_time_is_owed_again(world: World) -> None:
    ill = TagKeyGroup(resident_id="r2", group="tuberculosis", since=MONDAY)
    world.give(ill, now=SEVEN)
    assert outcome(world, SEVEN).causes() == {"open"}
    world.give(*ADMITTED, now=SEVEN)
    there = outcome(world, at("07:01"))
    assert (there.bed.in_hospital, there.causes("family_bed")) == (True, {"in-hospital"})
    home = WEDNESDAY
    world.give(DischargeReferral(referral_id="f2", discharged_on=home), now=at("09:00", home))
    back = outcome(world, at("09:01", home))
    assert not back.bed.in_hospital
    rounds = [task for task in back.tasks if task.scheduled.source == "family_bed" and task.is_open]
    assert {task.scheduled.kind for task in rounds} == {"bed-round", "bed-nursing"}
    again = [task for task in back.tasks if task.is_open and task.scheduled.care_task_id.endswith(".2")]
    assert any(task.scheduled.group == "tuberculosis" for task in again)


def test_a_death_before_an_announced_move_ends_everything_at_once_and_leaves_no_timer(world: World) -> None:
    world.give(depart("moved-out", LAST_DAY), now=SEVEN)
    world.give(depart("died"), now=at("07:30"))
    after = outcome(world, at("07:31"))
    assert after.reasons == {"today": "died", "window": "died", "later": "moved-out", "at-bed": "died"}
    assert (after.bed.closed.outcome, after.referral.withdrawn) == ("died", "died")
    assert (after.contract.end_reason, after.contract.ends_on) == ("died", MONDAY)
    outcome(world, at("00:01", date(2026, 3, 13)))
    with world.open() as system:
        left = [str(timer["timer_id"]) for timer in due_by(system.rows, system.now())]
    assert [timer for timer in left if "r2" in timer or "c2" in timer or "b2" in timer] == []
