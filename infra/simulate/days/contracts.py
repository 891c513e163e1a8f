"""Simulates contracts: signed, renewed, transferred and terminated."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.contract.commands import (
    DraftContract,
    PayPackage,
    RenewContract,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.local_time import at_local
from domain.team.commands import FormTeam
from infra.simulate import figures
from infra.simulate.people.residents import ResidentGenerator, consents
from infra.simulate.town import TimedCommand, Town, works_on
from projections.caseload import ending_on


class Contracts:
    """The desk where residents sign."""

    def __init__(self, town: Town, newcomers: ResidentGenerator) -> None:
        self._town = town
        self._chance = town.chance("contracts")
        self._consenting = town.chance("consents")
        self._newcomers = newcomers
        self._agenda: dict[date, list[object]] = defaultdict(list)

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield new, renewed, transferred and terminated contracts, and payments of packages."""
        noon = at_local(day, 12 * 60)
        for command in self._agenda.pop(day, []):
            yield noon, command
        for contract_id in ending_on(self._town.system.rows, day + timedelta(days=figures.RENEWAL_LEAD_DAYS)):
            if self._chance.happens(figures.RENEWED_SHARE):
                yield noon, RenewContract(contract_id=contract_id, signed_on=day, agreement_read=True)
        for team in self._town.teams if works_on(day) else ():
            if self._chance.happens(figures.NEW_CONTRACTS_PER_TEAM_DAY):
                yield from self._newcomer(team, day, noon)
            if leaving := self._some(team, day, figures.TERMINATIONS_PER_TEAM_DAY):
                yield noon, TerminateContract(contract_id=leaving, last_day=day, reason="moved-out")
            moving = self._some(team, day, figures.TRANSFERS_PER_TEAM_DAY)
            others = [other.team_id for other in self._town.teams if other.team_id != team.team_id]
            if moving and others:
                to_team = self._chance.random.choice(others)
                yield noon, TransferContract(contract_id=moving, team_id=to_team, consent=True)

    def _some(self, team: FormTeam, day: date, share: float) -> str | None:
        """Return one of a team's contracts with this probability, else None."""
        contract = self._chance.pick(self._town.signed(team, day)) if self._chance.happens(share) else None
        return str(contract["contract_id"]) if contract else None

    def _newcomer(self, team: FormTeam, day: date, noon: datetime) -> Iterator[TimedCommand]:
        """Yield the registration and signing of a newcomer, for some after a draft, for some with a paid package."""
        registered, tags = self._newcomers.next(team)
        hears = self._consenting.happens(figures.NOTICES_SHARE)
        for command in (registered, *tags, *consents(registered, tags, day, hears_of_visits=hears)):
            yield noon, command
        contract_id = f"C{registered.resident_id}"
        chronic = any(tag.group in {"hypertension", "diabetes"} for tag in tags)
        package = "chronic" if chronic and self._chance.happens(figures.PAID_SHARE) else "basic"
        hospitals = ("H2", "H3") if self._chance.happens(figures.CHOOSES_HOSPITALS_SHARE) else ()
        if self._chance.happens(figures.DRAFTED_SHARE):
            yield (
                noon,
                DraftContract(
                    contract_id=contract_id,
                    resident_id=registered.resident_id,
                    team_id=team.team_id,
                    institution_ids=hospitals,
                    package=package,
                ),
            )
        yield (
            noon,
            SignContract(
                contract_id=contract_id,
                resident_id=registered.resident_id,
                team_id=team.team_id,
                institution_ids=hospitals,
                signed_on=day,
                starts_on=day,
                package=package,
                agreement_read=True,
            ),
        )
        if package != "basic":
            pays_on = day + timedelta(days=self._chance.random.randint(0, figures.PAID_WITHIN_DAYS))
            self._agenda[pays_on].append(PayPackage(contract_id=contract_id, payer="resident", paid_on=pays_on))
