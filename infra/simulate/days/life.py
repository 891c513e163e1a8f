"""What people do on a day, as commands at their moments; nobody plans anything here."""

from datetime import date, datetime

from infra.simulate.days.centre import Centre
from infra.simulate.days.family_beds import FamilyBeds
from infra.simulate.days.home_visits import HomeVisits
from infra.simulate.days.referrals import Referrals
from infra.simulate.people.alliances import Alliances
from infra.simulate.people.contracts import Contracts
from infra.simulate.people.families import Families
from infra.simulate.people.residents import Residents
from infra.simulate.town import Told, Town


class Life:
    """All that happens in a town beside the planning."""

    def __init__(self, town: Town, newcomers: Residents) -> None:
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

    def morning(self, day: date, morning: datetime) -> list[Told]:
        """Return what happens before the day's rosters are made."""
        return [*self._family_beds.morning(day, morning), *self._home_visits.morning(day, morning)]

    def day(self, day: date) -> list[Told]:
        """Return what happens once they are made."""
        return [told for part in self._parts for told in part.day(day)]
