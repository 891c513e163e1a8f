"""Targets of coverage: shares of the people and of the key groups, some of which rise year by year (A3)."""

from collections.abc import Iterator

from domain.event import value


@value
class CoveragePath:
    """A path of targets, linear from one year to another: shares of 1 at its beginning and at its end.

    The first shares are those that the city itself had reached.
    """

    from_year: int
    population: float
    key_groups: float
    until_year: int
    population_until: float
    key_groups_until: float


@value
class YearSum:
    """Money a head of one year, in fen."""

    year: int
    fen: int


@value
class Targets:
    """Shares of 1 that are to be signed."""

    population: float
    key_groups: float


def targets_on_path(path: CoveragePath, year: int) -> Targets:
    """Return the targets of a year: those of the first before it, those of the last behind it."""
    passed = min(max(year - path.from_year, 0), path.until_year - path.from_year) / (path.until_year - path.from_year)
    return Targets(
        population=round(path.population + passed * (path.population_until - path.population), 4),
        key_groups=round(path.key_groups + passed * (path.key_groups_until - path.key_groups), 4),
    )


def path_faults(path: CoveragePath) -> Iterator[str]:
    """Yield the faults of a path."""
    if path.from_year >= path.until_year:
        yield "coverage_path ends after it begins"
    shares = (path.population, path.population_until, path.key_groups, path.key_groups_until)
    if not all(0 <= each <= 1 for each in shares):
        yield "coverage_path has shares of 1"
