"""How residents go to a hospital and come back."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from domain.local_time import at_local
from domain.referral import (
    AcceptReferral,
    DeclineReferral,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
)
from domain.screening import Urgency
from infra.simulate import figures
from infra.simulate.town import Row, Told, Town, works_on


class Referrals:
    """Referrals and their steps on later days."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._chance = town.chance("referrals")
        self._agenda: dict[date, list[object]] = defaultdict(list)

    def day(self, day: date) -> Iterator[Told]:
        """Yield new referrals and the steps of earlier ones that are due today."""
        noon = at_local(day, 12 * 60 + 30)
        for command in self._agenda.pop(day, []):
            yield noon, command
        for team in self._town.teams if works_on(day) else ():
            if self._chance.happens(figures.REFERRALS_PER_TEAM_DAY):
                contract = self._chance.pick(self._town.homebound(team, day))
                if contract is not None:
                    yield noon, self._referral(contract, self._town.number(f"F{team.team_id}"), day)

    def _referral(self, contract: Row, referral_id: str, day: date) -> RequestReferral:
        tomorrow = day + timedelta(days=1)
        if self._chance.happens(figures.DECLINED_SHARE):
            self._agenda[tomorrow].append(DeclineReferral(referral_id=referral_id, reason="no-bed"))
        else:
            seen_on = tomorrow + timedelta(days=self._chance.random.randint(1, 4))
            back_on = seen_on + timedelta(days=self._chance.random.randint(0, 9))
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
            institution_id=self._chance.random.choice(("H2", "H3")),
            urgency=self._chance.random.choice(urgencies),
            reason=self._chance.random.choice(
                ("uncontrolled-hypertension", "chest-pain", "uncontrolled-glucose", "stroke-signs")
            ),
        )
