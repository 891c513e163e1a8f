"""A simulated day: the morning's changes, visits and the centre's work, and tomorrow's rosters in the evening."""

import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import date, datetime, timedelta
from random import Random

from domain.care_plan import CompleteCareTask
from domain.contract import RenewContract, SignContract, TerminateContract, TransferContract
from domain.family_bed import ApplyForBed, AssessBed, BedKind, CloseBed, OpenBed, Outcome, SetBedPlan
from domain.local_time import at_local
from domain.referral import (
    AcceptReferral,
    DeclineReferral,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
)
from domain.screening import Urgency
from domain.team import FormTeam, RecordAbsence
from domain.visit import CancelVisit, CompleteVisit, MissVisit, Need, RequestVisit, StartVisit
from infra.planner import plan_touched
from infra.simulate import figures
from infra.simulate.give import give
from infra.simulate.people import Residents
from infra.wiring import System
from schedulers.problem import Budget

BUDGET = Budget(iterations=20_000)
"""Small and without proof: a simulated year plans a thousand days."""

Told = tuple[datetime, object]
Row = dict[str, object]


class Days:
    """The life of a community, one day after the other."""

    def __init__(
        self, system: System, executor: Executor, teams: list[FormTeam], newcomers: Residents, seed: int
    ) -> None:
        self._system = system
        self._executor = executor
        self._teams = teams
        self._newcomers = newcomers
        self._random = Random(f"{seed}:days")  # noqa: S311 -- a simulation, not a secret
        self._agenda: dict[date, list[object]] = defaultdict(list)
        self._numbers: dict[str, int] = defaultdict(int)
        self._bed_days: dict[str, int] = {}

    def live(self, day: date, *, days_left: int) -> None:
        """Live one day. The last one is left in the morning: what is due is asked for, and nothing of it is planned."""
        morning = at_local(day, 7 * 60)
        self._settle(morning)
        give(self._system, [*self._beds(day, morning), *self._changes(day, morning)])
        self._settle(morning)
        if days_left == 0:
            return
        self._plan(at_local(day, 7 * 60 + 30))
        give(self._system, [*self._visits(day), *self._centre(day), *self._contracts(day), *self._referrals(day)])
        evening = at_local(day, 20 * 60)
        self._settle(evening)
        if days_left > 1:
            self._plan(evening)

    def _settle(self, now: datetime) -> None:
        self._system.clock.stand(now)
        self._system.runner.settle(now)

    def _plan(self, now: datetime) -> None:
        if not self._system.others_plan(now, BUDGET):
            plan_touched(self._system, self._executor, now, BUDGET)
        self._settle(now)

    # The morning

    def _changes(self, day: date, morning: datetime) -> Iterator[Told]:
        """Yield who is ill, which visits residents call off, ask for, or need."""
        if day.weekday() >= 5:
            return
        for team in self._teams:
            for member in team.members:
                if self._random.random() < figures.ABSENT_SHARE:
                    yield (
                        morning,
                        RecordAbsence(
                            team_id=team.team_id,
                            absence_id=self._id(f"A{team.team_id}"),
                            member_id=member.member_id,
                            starts_at=at_local(day),
                            ends_at=at_local(day + timedelta(days=1)),
                            reason="ill",
                        ),
                    )
        for visit in self._assigned(day):
            if self._random.random() < figures.CANCELLED_SHARE:
                yield morning, CancelVisit(visit_id=str(visit["visit_id"]), reason="resident-asked")
        for team in self._teams:
            yield from self._calls(team, day, morning)
            yield from self._procedures(team, day, morning)

    def _calls(self, team: FormTeam, day: date, morning: datetime) -> Iterator[Told]:
        """Yield home visits that residents ask for today, some by two people one after the other."""
        homebound = self._homebound(team, day)
        for _ in range(figures.MOST_CALLS_PER_TEAM_DAY):
            contract = self._pick(homebound) if self._happens(figures.CALL_CHANCE) else None
            if contract is not None:
                yield morning, self._call(team, day, contract)

    def _call(self, team: FormTeam, day: date, contract: Row) -> RequestVisit:
        double = self._happens(figures.CALL_DOUBLE_SHARE)
        opens = self._random.choice((None, None, 14 * 60, 15 * 60 + 30))
        nurse, doctor = Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20)
        return RequestVisit(
            visit_id=self._id(f"V{team.team_id}"),
            resident_id=str(contract["resident_id"]),
            team_id=team.team_id,
            contract_id=str(contract["contract_id"]),
            purpose="blood-test-and-doctor" if double else "home-call",
            needs=(nurse, doctor) if double else (doctor,),
            sync="sequential" if double else "single",
            least_gap=20 if double else 0,
            most_gap=120 if double else 0,
            window_from=day,
            window_to=day + timedelta(days=self._random.randint(0, 2)),
            opens_at=opens,
            closes_at=None if opens is None else opens + 120,
            priority=self._random.choice((5, 6, 6, 8)),
        )

    def _procedures(self, team: FormTeam, day: date, morning: datetime) -> Iterator[Told]:
        """Yield nursing procedures of homebound people, each every two weeks."""
        for contract in self._homebound(team, day):
            number = int("".join(filter(str.isdigit, str(contract["contract_id"]))))
            if (
                number % 100 < 100 * figures.PROCEDURE_SHARE
                and (day.toordinal() + number) % (figures.PROCEDURE_EVERY_DAYS) == 0
            ):
                yield (
                    morning,
                    RequestVisit(
                        visit_id=self._id(f"P{team.team_id}"),
                        resident_id=str(contract["resident_id"]),
                        team_id=team.team_id,
                        contract_id=str(contract["contract_id"]),
                        purpose="catheter-care" if number % 2 else "wound-care",
                        needs=(
                            Need(
                                roles=("nurse",),
                                minutes=30,
                                qualifications=("catheter-care" if number % 2 else "wound-care",),
                                named_id=str(contract["nurse_id"]),
                            ),
                        ),
                        window_from=day,
                        window_to=day + timedelta(days=4),
                    ),
                )

    # The day

    def _visits(self, day: date) -> Iterator[Told]:
        """Yield what happens at the homes: entered, left, or nobody there."""
        for visit in self._assigned(day):
            slots = json.loads(str(visit["slots"]))
            entered = min(datetime.fromisoformat(slot["starts_at"]) for slot in slots)
            planned_end = max(datetime.fromisoformat(slot["ends_at"]) for slot in slots)
            visit_id = str(visit["visit_id"])
            if self._random.random() < figures.NOBODY_HOME_SHARE:
                yield entered + timedelta(minutes=5), MissVisit(visit_id=visit_id, reason="nobody-home")
                continue
            entered += timedelta(minutes=self._random.randint(0, 9))
            left = entered + (planned_end - entered) * self._random.uniform(0.8, 1.2)
            left = max(left.replace(microsecond=0), entered + timedelta(minutes=5))
            yield entered, StartVisit(visit_id=visit_id, entered_at=entered)
            yield left, CompleteVisit(visit_id=visit_id, left_at=left)

    def _centre(self, day: date) -> Iterator[Told]:
        """Yield the services for which residents come to the centre."""
        if day.weekday() >= 5:
            return
        for task in self._system.rows.ask(
            """SELECT resident_id, care_task_id FROM care_tasks_v1
            WHERE status = 'due' AND at_home = 0 AND window_from <= :day ORDER BY care_task_id""",
            day=day.isoformat(),
        ):
            if self._random.random() < figures.CENTRE_ATTENDANCE:
                yield (
                    at_local(day, self._random.randint(8 * 60 + 30, 17 * 60)),
                    CompleteCareTask(
                        resident_id=str(task["resident_id"]), care_task_id=str(task["care_task_id"]), done_on=day
                    ),
                )

    def _contracts(self, day: date) -> Iterator[Told]:
        """Yield new, renewed, moved and ended contracts."""
        noon = at_local(day, 12 * 60)
        ending = self._system.rows.ask(
            """SELECT contract_id FROM caseload_v1
            WHERE ends_on = :ends_on AND status IN ('signed', 'renewed') ORDER BY contract_id""",
            ends_on=(day + timedelta(days=figures.RENEWAL_LEAD_DAYS)).isoformat(),
        )
        for contract in ending:
            if self._random.random() < figures.RENEWED_SHARE:
                yield noon, RenewContract(contract_id=str(contract["contract_id"]), signed_on=day)
        for team in self._teams if day.weekday() < 5 else ():
            if self._random.random() < figures.NEW_CONTRACTS_PER_TEAM_DAY:
                yield from self._newcomer(team, day, noon)
            leaving = self._pick(self._signed(team, day)) if self._happens(figures.TERMINATIONS_PER_TEAM_DAY) else None
            if leaving is not None:
                yield (
                    noon,
                    TerminateContract(contract_id=str(leaving["contract_id"]), last_day=day, reason="moved-out"),
                )
            moving = self._pick(self._signed(team, day)) if self._happens(figures.TRANSFERS_PER_TEAM_DAY) else None
            if moving is not None and len(self._teams) > 1:
                others = [other.team_id for other in self._teams if other.team_id != team.team_id]
                yield (
                    noon,
                    TransferContract(
                        contract_id=str(moving["contract_id"]),
                        team_id=self._random.choice(others),
                        consent=True,
                    ),
                )

    def _newcomer(self, team: FormTeam, day: date, noon: datetime) -> Iterator[Told]:
        registered, tags = self._newcomers.next(team)
        for command in (registered, *tags):
            yield noon, command
        yield (
            noon,
            SignContract(
                contract_id=f"C{registered.resident_id}",
                resident_id=registered.resident_id,
                team_id=team.team_id,
                signed_on=day,
                starts_on=day,
            ),
        )

    # Family beds and referrals

    def _beds(self, day: date, morning: datetime) -> Iterator[Told]:
        """Yield beds that close at the end of their stay, and new ones, so that about three a team are open."""
        open_beds = self._system.rows.ask(
            "SELECT family_bed_id, team_id FROM family_beds_v1 WHERE status = 'open' ORDER BY family_bed_id"
        )
        held: dict[str, int] = defaultdict(int)
        for bed in open_beds:
            bed_id = str(bed["family_bed_id"])
            self._bed_days[bed_id] = self._bed_days.get(bed_id, self._random.randint(20, 85)) - 1
            if self._bed_days[bed_id] <= 0:
                outcomes: tuple[Outcome, ...] = ("improved", "improved", "cured", "not-cured", "died")
                outcome = self._random.choice(outcomes)
                yield morning, CloseBed(family_bed_id=bed_id, closed_on=day, outcome=outcome)
            else:
                held[str(bed["team_id"])] += 1
        for team in self._teams:
            wanted = int(figures.BEDS_PER_TEAM) + self._happens(figures.BEDS_PER_TEAM % 1)
            while held[team.team_id] < wanted:
                held[team.team_id] += 1
                yield from self._bed(team, day, morning)

    def _bed(self, team: FormTeam, day: date, morning: datetime) -> Iterator[Told]:
        contract = self._pick(self._homebound(team, day))
        if contract is None:
            return
        bed_id = self._id(f"B{team.team_id}")
        kinds: tuple[BedKind, ...] = ("treatment", "treatment", "rehabilitation", "palliative")
        doctor_id, nurse_id = str(contract["doctor_id"]), str(contract["nurse_id"])
        for command in (
            ApplyForBed(
                family_bed_id=bed_id,
                resident_id=str(contract["resident_id"]),
                team_id=team.team_id,
                kind=self._random.choice(kinds),
                indications=("bedridden",),
            ),
            AssessBed(
                family_bed_id=bed_id,
                assessed_on=day,
                assessor_id=doctor_id,
                condition_fits=True,
                dwelling_fits=not self._happens(0.05),
            ),
            OpenBed(family_bed_id=bed_id, team_id=team.team_id, opened_on=day, doctor_id=doctor_id, nurse_id=nurse_id),
            SetBedPlan(family_bed_id=bed_id, kind="nursing", measures=("turning", "skin-care")),
        ):
            yield morning, command

    def _referrals(self, day: date) -> Iterator[Told]:
        """Yield new referrals and the steps of earlier ones that are due today."""
        noon = at_local(day, 12 * 60 + 30)
        for command in self._agenda.pop(day, []):
            yield noon, command
        for team in self._teams if day.weekday() < 5 else ():
            if self._happens(figures.REFERRALS_PER_TEAM_DAY):
                contract = self._pick(self._homebound(team, day))
                if contract is not None:
                    yield noon, self._referral(contract, self._id(f"F{team.team_id}"), day)

    def _referral(self, contract: Row, referral_id: str, day: date) -> RequestReferral:
        tomorrow = day + timedelta(days=1)
        if self._happens(figures.DECLINED_SHARE):
            self._agenda[tomorrow].append(DeclineReferral(referral_id=referral_id, reason="no-bed"))
        else:
            seen_on = tomorrow + timedelta(days=self._random.randint(1, 4))
            back_on = seen_on + timedelta(days=self._random.randint(0, 9))
            self._agenda[tomorrow] += [
                AcceptReferral(referral_id=referral_id),
                ScheduleReferral(referral_id=referral_id, appointment_at=at_local(seen_on, 10 * 60)),
            ]
            self._agenda[back_on].append(ReturnReferral(referral_id=referral_id, returned_on=back_on))
        urgencies: tuple[Urgency, ...] = ("ordinary", "ordinary", "ordinary", "urgent")
        return RequestReferral(
            referral_id=referral_id,
            resident_id=str(contract["resident_id"]),
            contract_id=str(contract["contract_id"]),
            institution_id=self._random.choice(("H2", "H3")),
            urgency=self._random.choice(urgencies),
            reason=self._random.choice(
                ("uncontrolled-hypertension", "chest-pain", "uncontrolled-glucose", "stroke-signs")
            ),
        )

    # What the rows tell

    def _assigned(self, day: date) -> list[Row]:
        return [
            dict(row)
            for row in self._system.rows.ask(
                "SELECT visit_id, slots FROM visits_v1 WHERE day = :day AND status = 'assigned' ORDER BY visit_id",
                day=day.isoformat(),
            )
        ]

    def _homebound(self, team: FormTeam, day: date) -> list[Row]:
        """Return contracts of homebound residents that run another month."""
        return self._contracts_where("AND r.homebound = 1", team, day + timedelta(days=30))

    def _signed(self, team: FormTeam, day: date) -> list[Row]:
        return self._contracts_where("", team, day + timedelta(days=60))

    def _contracts_where(self, condition: str, team: FormTeam, day: date) -> list[Row]:
        sql = f"""SELECT c.contract_id, c.resident_id, c.doctor_id, c.nurse_id FROM caseload_v1 c
            JOIN residents_v1 r ON r.resident_id = c.resident_id
            WHERE c.team_id = :team_id AND c.status IN ('signed', 'renewed') AND c.ends_on > :day {condition}
            ORDER BY c.contract_id"""  # noqa: S608 -- the condition is one of the two above
        return [dict(row) for row in self._system.rows.ask(sql, team_id=team.team_id, day=day.isoformat())]

    def _pick(self, rows: list[Row]) -> Row | None:
        return self._random.choice(rows) if rows else None

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    def _id(self, prefix: str) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:04d}"
