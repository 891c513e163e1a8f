"""Simulates referrals: to a hospital and back."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from domain.care_plan.commands import CompleteCareTask
from domain.care_plan.referral_care import HOSPITAL_KIND
from domain.local_time import at_local
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DeclineReferral,
    DischargeReferral,
    MissAppointment,
    ReferDown,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
    WithdrawReferral,
)
from domain.screening import Urgency
from infra.simulate import figures
from infra.simulate.people.residents import consent
from infra.simulate.town import TimedCommand, Town, works_on
from projections.questions import Row

Steps = Iterator[tuple[date, object]]

URGENT_REASONS = ("chest-pain", "stroke-signs", "pressure-dangerous")
ORDINARY_REASONS = ("pressure-uncontrolled-twice", "glucose-uncontrolled-twice", "diagnosis-unclear")


class Referrals:
    """Referrals and their later steps."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._chance = town.chance("referrals")
        self._agenda: dict[date, list[object]] = defaultdict(list)

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield new referrals and the steps of earlier ones that are due today."""
        noon = at_local(day, 12 * 60 + 30)
        for command in self._agenda.pop(day, []):
            yield noon, command
        for team in self._town.teams if works_on(day) else ():
            if self._chance.happens(figures.REFERRALS_PER_TEAM_DAY):
                contract = self._chance.pick(self._town.homebound(team, day))
                if contract is not None:
                    request = self._referral(contract, self._town.number(f"F{team.team_id}"), day)
                    if request.urgency == "ordinary":
                        yield noon, consent(request.resident_id, "sharing-with-hospital", day)
                    yield noon, request
                    for command in self._agenda.pop(day, []):  # an urgent one is answered within the hour
                        yield noon + timedelta(minutes=40), command

    def _referral(self, contract: Row, referral_id: str, day: date) -> RequestReferral:
        urgency: Urgency = "urgent" if self._chance.happens(figures.URGENT_SHARE) else "ordinary"
        green = urgency == "urgent" or self._chance.happens(figures.GREEN_REQUESTED_SHARE)
        resident_id = str(contract["resident_id"])
        for later, command in self._way_up(referral_id, resident_id, day, urgency, green=green):
            self._agenda[later].append(command)
        reason = self._chance.random.choice(URGENT_REASONS if urgency == "urgent" else ORDINARY_REASONS)
        return RequestReferral(
            referral_id=referral_id,
            resident_id=resident_id,
            contract_id=str(contract["contract_id"]),
            institution_id=self._chance.random.choice(("H2", "H3")),
            urgency=urgency,
            reason=reason,
            criteria=(reason,),
            green_channel=green,
        )

    def _way_up(self, referral_id: str, resident_id: str, day: date, urgency: Urgency, *, green: bool) -> Steps:
        """Yield the steps of a referral with their days."""
        luck = self._chance.random
        answered = day + timedelta(days=0 if urgency == "urgent" else luck.randint(1, 3))
        if self._chance.happens(figures.UNANSWERED_SHARE):
            answered += timedelta(days=luck.randint(3, 6))
        if self._chance.happens(figures.DECLINED_SHARE):
            yield answered, DeclineReferral(referral_id=referral_id, reason="no-bed")
            return
        granted = green and self._chance.happens(figures.GREEN_GRANTED_SHARE)
        longest = 2 if urgency == "urgent" else 9
        seen_on = answered + timedelta(days=1 if granted else luck.randint(2, longest))
        yield answered, AcceptReferral(referral_id=referral_id, green_channel=granted)
        yield answered, ScheduleReferral(referral_id=referral_id, appointment_at=at_local(seen_on, 10 * 60))
        if self._chance.happens(figures.NOT_ATTENDED_SHARE):
            yield seen_on, MissAppointment(referral_id=referral_id)
            yield seen_on + timedelta(days=1), WithdrawReferral(referral_id=referral_id, reason="resident-declined")
            return
        yield seen_on, AttendReferral(referral_id=referral_id, attended_at=at_local(seen_on, 10 * 60))
        admitted = figures.URGENT_ADMITTED_SHARE if urgency == "urgent" else figures.ADMITTED_SHARE
        back_on = seen_on + timedelta(days=luck.randint(0, 2))
        if self._chance.happens(admitted):
            back_on = seen_on + timedelta(days=luck.randint(3, 16))
            yield from self._stay(referral_id, resident_id, seen_on, back_on)
        yield from self._way_down(referral_id, back_on)

    def _stay(self, referral_id: str, resident_id: str, first: date, last: date) -> Steps:
        """Yield the hospital stay; the team visits once if the resident stays long enough."""
        yield first, AdmitReferral(referral_id=referral_id, admitted_on=first)
        visited_on = first + timedelta(days=self._chance.random.randint(1, 6))
        if visited_on < last:
            task = f"{referral_id}.{HOSPITAL_KIND}"
            yield visited_on, CompleteCareTask(resident_id=resident_id, care_task_id=task, done_on=visited_on)
        yield last, DischargeReferral(referral_id=referral_id, discharged_on=last)

    def _way_down(self, referral_id: str, day: date) -> Steps:
        yield (
            day,
            ReferDown(
                referral_id=referral_id,
                referred_down_on=day,
                diagnoses=("I10",),
                plan=("medication-adjusted",),
                stable=True,
                prescriptions=("amlodipine-5mg",),
            ),
        )
        yield day, ReturnReferral(referral_id=referral_id, returned_on=day)
