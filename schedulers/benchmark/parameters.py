"""Parameters of the benchmark engine's search."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkParameters:
    """How annealings spend a budget; tuned on all public sets. Temperatures are in the unit of the benchmark's cost.

    Instances of up to `small` patients are small. An annealing cools geometrically in `temperatures` steps to
    `last_temperature`, from `first_temperature`, from `long_temperature` in an annealing of a large instance with at
    least `long_moves` per patient, or from `warm_temperature` if it continues from the best routes.
    A budget is worth one annealing for each `moves_per_patient`. Half of it goes to annealings from new routes, at most
    `most_new_small` or `most_new_large`, the rest to `continuations` from the best routes. Large instances spend only a
    third on new routes if the budget is worth `worth_continuing` annealings: their best routes gain more by continuing.
    Each patient has `near_small` or `near_large` near patients.
    """

    small: int = 120
    first_temperature: float = 7.0
    long_temperature: float = 12.0
    warm_temperature: float = 1.5
    last_temperature: float = 0.2
    temperatures: int = 400
    long_moves: int = 50_000
    moves_per_patient: int = 25_000
    most_new_small: int = 12
    most_new_large: int = 6
    continuations: int = 2
    worth_continuing: int = 10
    near_small: int = 14
    near_large: int = 12


DEFAULT = BenchmarkParameters()
