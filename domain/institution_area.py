"""What an institution records of its area, its means and its abilities; `domain/institution.py` decides."""

from datetime import date
from typing import Literal

from domain.event import command, event

PlaceKind = Literal["village", "community"]

Ability = Literal["coronary-intervention"]
"""What only some hospitals can do: `coronary-intervention` opens coronary vessels (PCI)."""

# Commands


@command
class AssignPlace:
    """Record a village or community of the institution's area, and the team that serves it; none: nobody does yet.

    Repeated with another team or name, it changes them from a day on.
    """

    institution_id: str
    place: str
    name: str
    kind: PlaceKind
    town: str
    from_day: date
    team_id: str | None = None


@command
class RemovePlace:
    """Record that a village or community belongs to the area no longer after a day."""

    institution_id: str
    place: str
    last_day: date


@command
class RecordMeans:
    """Record the floor space in square metres, the headcount and the health technicians among it, as of a day."""

    institution_id: str
    counted_on: date
    floor_space: int
    headcount: int
    technicians: int


@command
class RecordAbility:
    """Record that a hospital can do something at any hour from a day on, or no longer (`offered` False)."""

    institution_id: str
    ability: Ability
    from_day: date
    offered: bool = True


# Events: the stored shapes; changing one is a new version


@event("institution.place_assigned.v1")
class PlaceAssigned:
    """A village or community belongs to the area, and a team serves it from this day on; none: nobody does yet."""

    institution_id: str
    place: str
    name: str
    kind: PlaceKind
    town: str
    team_id: str | None
    from_day: date


@event("institution.place_removed.v1")
class PlaceRemoved:
    """A village or community belongs to the area no longer after this day."""

    institution_id: str
    place: str
    last_day: date


@event("institution.means_recorded.v1")
class MeansRecorded:
    """The floor space in square metres, the headcount and the health technicians among it, as counted."""

    institution_id: str
    counted_on: date
    floor_space: int
    headcount: int
    technicians: int


@event("institution.ability_recorded.v1")
class AbilityRecorded:
    """A hospital can do this from this day on, or no longer."""

    institution_id: str
    ability: Ability
    offered: bool
    from_day: date
