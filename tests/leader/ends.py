"""A resident with a bit of everything, and what is true of each part after an end.

r2 has a contract, an open bed, an accepted referral, two key groups, care tasks of the year, a visit for today, one in
a window around the last day, one in two weeks and one at the bed. A day is planned before anything ends.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from domain.care_plan import CARE_PLAN
from domain.contract import CONTRACT
from domain.contract.commands import ConsumeEntitlement, EndReason, TerminateContract
from domain.family_bed import FAMILY_BED
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    Diagnosis,
    OpenBed,
    SettleBed,
)
from domain.institution import OpenInstitution
from domain.referral import REFERRAL
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    RequestReferral,
)
from domain.resident import RESIDENT
from domain.resident.commands import GiveConsent, RecordDeparture, TagKeyGroup
from domain.team.commands import FormTeam
from domain.visit import VISIT
from domain.visit.commands import Need, RequestVisit
from domain.visit.events import VisitCancelled
from tests.leader.worlds import MONDAY, TUESDAY, WEEK, World, at, member

WEDNESDAY, NEXT_MONDAY = date(2026, 3, 11), date(2026, 3, 16)
SEVEN = at("07:00")
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
        GiveConsent(resident_id="r2", kind="home-visits", given_on=opened),
        GiveConsent(resident_id="r2", kind="sharing-with-hospital", given_on=opened),
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
