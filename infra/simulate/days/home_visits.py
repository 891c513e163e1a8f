"""Simulates home visits: members' absences, residents' requests and cancellations, and the visits themselves."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

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
        """Yield each visit's start and completion, or that nobody was at home."""
        for visit in self._town.assigned(day):
            slots = json.loads(str(visit["slots"]))
            entered = min(datetime.fromisoformat(slot["starts_at"]) for slot in slots)
            planned_end = max(datetime.fromisoformat(slot["ends_at"]) for slot in slots)
            visit_id = str(visit["visit_id"])
            chance = self._town.chance("at-home", visit_id, visit["attempt"])
            if chance.happens(figures.NOBODY_HOME_SHARE):
                yield entered + timedelta(minutes=5), MissVisit(visit_id=visit_id, reason="nobody-home")
                continue
            entered += timedelta(minutes=chance.random.randint(0, 9))
            left = entered + (planned_end - entered) * chance.random.uniform(0.8, 1.2)
            left = max(left.replace(microsecond=0), entered + timedelta(minutes=5))
            yield entered, StartVisit(visit_id=visit_id, entered_at=entered)
            findings = measured(str(visit["purpose"]), str(visit["resident_id"]), chance)
            yield left, CompleteVisit(visit_id=visit_id, left_at=left, measured=findings)
