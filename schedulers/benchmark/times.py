"""Times routes: the earliest starts on fixed routes, and the solution with its cost."""

from schedulers.benchmark.check import check
from schedulers.benchmark.format import Instance, Solution, Stop
from schedulers.benchmark.search import Routes


def earliest(instance: Instance, routes: Routes) -> dict[tuple[int, int], float]:
    """Return the earliest start of each (patient, part) in minutes on these routes; no starts are less tardy.

    Raises:
        ValueError: the routes wait for each other in a circle.
    """
    starts = {(p, j): patient.window[0] for p, patient in enumerate(instance.patients) for j in range(2)}
    for _ in range(2 * len(starts) + 2):
        before = dict(starts)
        for caregiver, route in zip(instance.caregivers, routes, strict=True):
            free, place = caregiver.shift[0], caregiver.home
            for p, j in route:
                patient = instance.patients[p]
                starts[p, j] = max(starts[p, j], free + float(instance.travel[place, patient.place]))
                free, place = starts[p, j] + patient.services[j][1], patient.place
        for p, patient in enumerate(instance.patients):
            if len(patient.services) == 2:
                starts[p, 1] = max(starts[p, 1], starts[p, 0] + patient.gap[0])
                starts[p, 0] = max(starts[p, 0], starts[p, 1] - patient.gap[1])
        if starts == before:
            return starts
    raise ValueError("the routes wait for each other in a circle")


def timed(
    instance: Instance,
    routes: Routes,
    *,
    iterations: int,
    seed: int,
    bound: float | None = None,
    proved: bool = False,
) -> Solution:
    """Return the solution of the routes: earliest starts, cost and components as the checker counts them."""
    starts = earliest(instance, routes)
    stops = {}
    for caregiver, route in zip(instance.caregivers, routes, strict=True):
        stops[caregiver.id] = tuple(
            Stop(
                patient=instance.patients[p].id,
                service=instance.patients[p].services[j][0],
                start=round(starts[p, j], 6),
                end=round(starts[p, j] + instance.patients[p].services[j][1], 6),
            )
            for p, j in route
        )
    bare = Solution(routes=stops, cost=None, components={}, iterations=iterations, seed=seed)
    report = check(instance, bare)
    return Solution(
        routes=stops,
        cost=report.cost,
        components=report.components,
        bound=report.cost if proved else bound,
        proved=proved,
        iterations=iterations,
        seed=seed,
    )
