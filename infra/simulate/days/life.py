"""Collects the commands of a day from all parts of the simulation, except planning."""

from datetime import date, datetime

from infra.simulate.days.alliances import Alliances
from infra.simulate.days.centre import Centre
from infra.simulate.days.contracts import Contracts
from infra.simulate.days.families import Families
from infra.simulate.days.family_beds import FamilyBeds
from infra.simulate.days.home_visits import HomeVisits
from infra.simulate.days.referrals import Referrals
from infra.simulate.people.residents import ResidentGenerator
from infra.simulate.town import TimedCommand, Town


class Life:
    """All parts of a town's life except planning."""

    def __init__(self, town: Town, newcomers: ResidentGenerator) -> None:
        self._home_visits = HomeVisits(town)
        self._family_beds = FamilyBeds(town)
        self._parts = (
            self._home_visits,
            Centre(town),
            Contracts(town, newcomers),
            Families(town),
            Alliances(town),
            Referrals(town),
        )

    def morning(self, day: date, morning: datetime) -> list[TimedCommand]:
        """Return the commands before the day's rosters are made."""
        return [*self._family_beds.morning(day, morning), *self._home_visits.morning(day, morning)]

    def day(self, day: date) -> list[TimedCommand]:
        """Return the commands after the day's rosters are made."""
        return [command for part in self._parts for command in part.day(day)]
