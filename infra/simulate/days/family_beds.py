"""Simulates family beds: opened, interrupted by a hospital stay, and closed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    BedKind,
    BedOutcome,
    CloseBed,
    Diagnosis,
    OpenBed,
    ReturnBedFromHospital,
    SetBedPlan,
    SettleBed,
    TransferBedToHospital,
)
from domain.team.commands import FormTeam
from infra.simulate import figures
from infra.simulate.people.residents import consent
from infra.simulate.town import Chance, TimedCommand, Town
from projections.family_beds import open_beds

DIAGNOSES = (
    Diagnosis(axis="biological", code="I69.3"),
    Diagnosis(axis="psychological", code="none"),
    Diagnosis(axis="social", code="Z74.2"),
)


class FamilyBeds:
    """Family beds: hospital-grade care at home."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._bed_days: dict[str, int] = {}
        self._back_on: dict[str, date] = {}

    def morning(self, day: date, morning: datetime) -> Iterator[TimedCommand]:
        """Yield closures at the end of a stay and openings, so that about three beds per team are open."""
        yield from self._hospital(day, morning)
        held: dict[str, int] = defaultdict(int)
        for bed in open_beds(self._town.system.rows):
            bed_id = str(bed["family_bed_id"])
            chance = self._town.chance("stays", bed_id)
            self._bed_days[bed_id] = self._bed_days.get(bed_id, chance.random.randint(20, 85)) - 1
            if self._bed_days[bed_id] <= 0:
                outcomes: tuple[BedOutcome, ...] = ("improved", "improved", "cured", "not-cured", "died")
                outcome = chance.random.choice(outcomes)
                yield morning, SettleBed(family_bed_id=bed_id, settled_on=day, amount_fen=0, insurance_fen=0)
                yield morning, CloseBed(family_bed_id=bed_id, closed_on=day, outcome=outcome)
            else:
                held[str(bed["team_id"])] += 1
        for team in self._town.teams:
            chance = self._town.chance("new-beds", team.team_id, day)
            wanted = int(figures.BEDS_PER_TEAM) + chance.happens(figures.BEDS_PER_TEAM % 1)
            while held[team.team_id] < wanted:
                held[team.team_id] += 1
                yield from self._bed(team, day, morning, chance)

    def _hospital(self, day: date, morning: datetime) -> Iterator[TimedCommand]:
        """Yield transfers of residents to a hospital, and their returns."""
        for bed_id in [bed for bed, back_on in self._back_on.items() if back_on <= day]:
            del self._back_on[bed_id]
            yield morning, ReturnBedFromHospital(family_bed_id=bed_id, returned_on=day)
        for bed in open_beds(self._town.system.rows):
            bed_id = str(bed["family_bed_id"])
            chance = self._town.chance("hospital", bed_id, day)
            if bed_id not in self._back_on and chance.happens(figures.BED_TO_HOSPITAL_CHANCE):
                self._back_on[bed_id] = day + timedelta(days=figures.BED_HOSPITAL_DAYS)
                yield morning, TransferBedToHospital(family_bed_id=bed_id, transferred_on=day)

    def _bed(self, team: FormTeam, day: date, morning: datetime, chance: Chance) -> Iterator[TimedCommand]:
        contract = chance.pick(self._town.homebound(team, day))
        if contract is None:
            return
        bed_id = self._town.number(f"B{team.team_id}")
        kinds: tuple[BedKind, ...] = ("treatment", "treatment", "rehabilitation", "palliative")
        doctor_id, nurse_id = str(contract["doctor_id"]), str(contract["nurse_id"])
        for command in (
            ApplyForBed(
                family_bed_id=bed_id,
                resident_id=str(contract["resident_id"]),
                team_id=team.team_id,
                kind=chance.random.choice(kinds),
                indications=("bedridden",),
            ),
            AssessBed(
                family_bed_id=bed_id,
                assessed_on=day,
                assessor_id=doctor_id,
                condition_fits=True,
                dwelling_fits=not chance.happens(0.05),
            ),
            consent(str(contract["resident_id"]), "home-visits", day),
            AgreeBed(
                family_bed_id=bed_id,
                agreed_on=day,
                text_version="2026-1",
                copies=3,
                criteria_told=True,
                risks_told=True,
                payment="self",
            ),
            OpenBed(
                family_bed_id=bed_id,
                team_id=team.team_id,
                opened_on=day,
                doctor_id=doctor_id,
                nurse_id=nurse_id,
                diagnoses=DIAGNOSES,
            ),
            SetBedPlan(
                family_bed_id=bed_id,
                kind="nursing",
                measures=("turning", "skin-care"),
                diagnoses=("pressure-sore-risk",),
                goals=("skin-intact",),
            ),
        ):
            yield morning, command
