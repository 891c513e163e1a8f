"""Simulates home visits: members' absences, residents' requests and cancellations, and the visits themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.finding import Finding
from domain.local_time import at_local
from domain.team.commands import FormTeam, RecordAbsence
from domain.visit.commands import CancelVisit, CompleteVisit, MissVisit, Need, RequestVisit, StartVisit
from infra.simulate import figures
from infra.simulate.people.measurements import measured
from infra.simulate.town import Chance, TimedCommand, Town, works_on
from projections.questions import Row


class HomeVisits:
    """Home visits and the absences of members."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def morning(self, day: date, morning: datetime) -> Iterator[TimedCommand]:
        """Yield absences, cancellations, and requests for visits."""
        if not works_on(day):
            return
        for team in self._town.teams:
            chance = self._town.chance("absences", team.team_id, day)
            for member in team.members:
                if chance.happens(figures.ABSENT_SHARE):
                    yield (
                        morning,
                        RecordAbsence(
                            team_id=team.team_id,
                            absence_id=self._town.number(f"A{team.team_id}"),
                            member_id=member.member_id,
                            starts_at=at_local(day),
                            ends_at=at_local(day + timedelta(days=1)),
                            reason="ill",
                        ),
                    )
        for visit in self._town.assigned(day):
            if self._town.chance("called-off", visit["visit_id"], visit["attempt"]).happens(figures.CANCELLED_SHARE):
                yield morning, CancelVisit(visit_id=str(visit["visit_id"]), reason="resident-asked")
        for team in self._town.teams:
            yield from self._calls(team, day, morning)
            yield from self._procedures(team, day, morning)

    def _calls(self, team: FormTeam, day: date, morning: datetime) -> Iterator[TimedCommand]:
        """Yield the home visits that residents request today, some by two members one after the other."""
        homebound = self._town.homebound(team, day)
        chance = self._town.chance("calls", team.team_id, day)
        for _ in range(figures.MOST_CALLS_PER_TEAM_DAY):
            contract = chance.pick(homebound) if chance.happens(figures.CALL_CHANCE) else None
            if contract is not None:
                yield morning, self._call(team, day, contract, chance)

    def _call(self, team: FormTeam, day: date, contract: Row, chance: Chance) -> RequestVisit:
        double = chance.happens(figures.CALL_DOUBLE_SHARE)
        opens = chance.random.choice((None, None, 14 * 60, 15 * 60 + 30))
        nurse, doctor = Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20)
        return RequestVisit(
            visit_id=self._town.number(f"V{team.team_id}"),
            resident_id=str(contract["resident_id"]),
            team_id=team.team_id,
            contract_id=str(contract["contract_id"]),
            purpose="blood-test-and-doctor" if double else "home-call",
            needs=(nurse, doctor) if double else (doctor,),
            sync="sequential" if double else "single",
            least_gap=20 if double else 0,
            most_gap=120 if double else 0,
            window_from=day,
            window_to=day + timedelta(days=chance.random.randint(0, 2)),
            opens_at=opens,
            closes_at=None if opens is None else opens + 120,
            priority=chance.random.choice((5, 6, 6, 8)),
        )

    def _procedures(self, team: FormTeam, day: date, morning: datetime) -> Iterator[TimedCommand]:
        """Yield nursing procedures of homebound residents, each at a fixed interval."""
        for contract in self._town.homebound(team, day):
            number = int("".join(filter(str.isdigit, str(contract["contract_id"]))))
            if (
                number % 100 < 100 * figures.PROCEDURE_SHARE
                and (day.toordinal() + number) % (figures.PROCEDURE_EVERY_DAYS) == 0
            ):
                yield (
                    morning,
                    RequestVisit(
                        visit_id=self._town.number(f"P{team.team_id}"),
                        resident_id=str(contract["resident_id"]),
                        team_id=team.team_id,
                        contract_id=str(contract["contract_id"]),
                        purpose="catheter-care" if number % 2 else "dressing",
                        assessor_id=str(contract["doctor_id"]),
                        window_from=day,
                        window_to=day + timedelta(days=4),
                    ),
                )

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield when each member enters and leaves a home, or that nobody was at home; one home after the other."""
        visits = {str(visit["visit_id"]): visit for visit in self._town.assigned(day)}
        parts = sorted(part for visit_id, visit in visits.items() for part in parts_of(visit_id, visit))
        outcomes = {visit_id: self._outcome(visit) for visit_id, visit in visits.items()}
        free: dict[str, datetime] = {}
        for starts_at, visit_id, member_id, ends_at in parts:
            outcome = outcomes[visit_id]
            entered = max(starts_at + outcome.delay, free.get(member_id, starts_at))
            if outcome.nobody_home:
                free[member_id] = entered + timedelta(minutes=5)
                if not outcome.parts:
                    yield free[member_id], MissVisit(visit_id=visit_id, reason="nobody-home")
            else:
                lasts = timedelta(seconds=int((ends_at - starts_at).total_seconds() * outcome.share))
                free[member_id] = entered + max(lasts, timedelta(minutes=5))
                yield entered, StartVisit(visit_id=visit_id, entered_at=entered, member_id=member_id)
                findings = () if outcome.parts else outcome.findings
                yield (
                    free[member_id],
                    CompleteVisit(visit_id=visit_id, left_at=free[member_id], measured=findings, member_id=member_id),
                )
            outcome.parts += 1

    def _outcome(self, visit: Row) -> "Outcome":
        """Draw what becomes of a visit."""
        chance = self._town.chance("at-home", visit["visit_id"], visit["attempt"])
        if chance.happens(figures.NOBODY_HOME_SHARE):
            return Outcome(nobody_home=True)
        delay, share = timedelta(minutes=chance.random.randint(0, 9)), chance.random.uniform(0.8, 1.2)
        findings = measured(str(visit["purpose"]), str(visit["resident_id"]), chance)
        return Outcome(delay=delay, share=share, findings=findings)


@dataclass
class Outcome:
    """What becomes of a visit: how late it begins, the share of its planned time that it lasts, and its findings.

    `parts` counts the members' parts that are over.
    """

    nobody_home: bool = False
    delay: timedelta = timedelta(0)
    share: float = 1.0
    findings: tuple[Finding, ...] = ()
    parts: int = 0


def parts_of(visit_id: str, visit: Row) -> Iterator[tuple[datetime, str, str, datetime]]:
    """Yield the planned start, the visit, the member and the planned end of each member's part."""
    for slot in json.loads(str(visit["slots"])):
        starts_at, ends_at = (datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at"))
        yield starts_at, visit_id, str(slot["member_id"]), ends_at
