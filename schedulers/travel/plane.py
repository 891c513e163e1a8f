"""The town's plane: metres east and north of an origin, and the degrees that maps use.

Equirectangular projection: near the origin the earth counts as flat, and a degree of longitude is as long as at the
origin. A place 10 km east and 10 km north is off by 6 m at 22 degrees north and by 27 m at 60 degrees.
"""

from dataclasses import dataclass
from math import cos, radians

from schedulers.travel.times import Place

METRES_OF_A_DEGREE = 111_194.93
"""Of latitude, on a sphere with the earth's mean radius, 6,371,009 m."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane by its origin's longitude and latitude in degrees (WGS 84, as in OpenStreetMap and GPS)."""

    longitude: float
    latitude: float

    def degrees(self, place: Place) -> tuple[float, float]:
        """Return a place's longitude and latitude."""
        east, north = place
        return self.longitude + east / self.metres_east, self.latitude + north / METRES_OF_A_DEGREE

    def place(self, longitude: float, latitude: float) -> Place:
        """Return the place of a longitude and a latitude."""
        return (longitude - self.longitude) * self.metres_east, (latitude - self.latitude) * METRES_OF_A_DEGREE

    @property
    def metres_east(self) -> float:
        """The length of a degree of longitude at the origin."""
        return METRES_OF_A_DEGREE * cos(radians(self.latitude))
