"""A baseline: OR-Tools' routing library with guided local search on a benchmark instance, with earliest starts."""

from time import process_time
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from schedulers.benchmark.hhcrsp import Instance, Solution, timed
from schedulers.benchmark.search import Routes

SCALE = 10
"""Whole units in a minute."""

HORIZON = 5000 * SCALE


class _Model:
    """The instance for the routing library, which ships no types."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        patients = self.instance.patients
        self.services = [(p, j) for p, patient in enumerate(patients) for j in range(len(patient.services))]
        self.index = {v: i + 1 for i, v in enumerate(self.services)}
        self.crew = len(self.instance.caregivers)
        # One vehicle more: its end carries the highest tardiness.
        self.manager = pywrapcp.RoutingIndexManager(len(self.services) + 1, self.crew + 1, 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._time()
        self._services()
        self._doubles()
        self._highest_tardiness()

    def _time(self) -> None:
        place = [0] + [self.instance.patients[p].place for p, _ in self.services]
        length = [0] + [round(self.instance.patients[p].services[j][1] * SCALE) for p, j in self.services]
        legs = [[round(float(self.instance.travel[a, b]) * SCALE) for b in place] for a in place]
        times = [[leg + length[i] for leg in row] for i, row in enumerate(legs)]
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(legs))
        self.routing.AddDimension(self.routing.RegisterTransitMatrix(times), HORIZON, HORIZON, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")

    def at(self, v: tuple[int, int]) -> Any:
        """Return the variable of a service's start."""
        return self.time.CumulVar(self.manager.NodeToIndex(self.index[v]))

    def who(self, v: tuple[int, int]) -> Any:
        """Return the variable of a service's caregiver."""
        return self.routing.VehicleVar(self.manager.NodeToIndex(self.index[v]))

    def _services(self) -> None:
        for v in self.services:
            window = self.instance.patients[v[0]].window
            self.at(v).SetMin(round(window[0] * SCALE))
            node = self.manager.NodeToIndex(self.index[v])
            self.time.SetCumulVarSoftUpperBound(node, round(window[1] * SCALE), 1)
            unable = [c for c in range(self.crew) if not self.instance.able(c, *v)]
            self.who(v).RemoveValues([*unable, self.crew])
            self.routing.AddVariableMinimizedByFinalizer(self.at(v))

    def _doubles(self) -> None:
        solver = self.routing.solver()
        for p, patient in enumerate(self.instance.patients):
            if len(patient.services) == 2:
                first, second = self.at((p, 0)), self.at((p, 1))
                if patient.sync == "simultaneous":
                    solver.Add(first == second)
                else:
                    solver.Add(second >= first + round(patient.gap[0] * SCALE))
                    solver.Add(second <= first + round(patient.gap[1] * SCALE))
                solver.Add(self.who((p, 0)) != self.who((p, 1)))

    def _highest_tardiness(self) -> None:
        end = self.routing.End(self.crew)
        self.routing.SetVehicleUsedWhenEmpty(True, self.crew)
        self.time.SetCumulVarSoftUpperBound(end, 0, 1)
        for v in self.services:
            closes = round(self.instance.patients[v[0]].window[1] * SCALE)
            self.routing.solver().Add(self.time.CumulVar(end) >= self.at(v) - closes)
        self.routing.AddVariableMinimizedByFinalizer(self.time.CumulVar(end))

    def routes(self) -> Routes:
        """Return the routes of the solver's current solution."""
        routes = []
        for c in range(self.crew):
            node, route = self.routing.NextVar(self.routing.Start(c)).Value(), []
            while not self.routing.IsEnd(node):
                route.append(self.services[self.manager.IndexToNode(node) - 1])
                node = self.routing.NextVar(node).Value()
            routes.append(tuple(route))
        return tuple(routes)


def solve(instance: Instance, seconds: float) -> Solution | None:
    """Return the best solution within the seconds of processor time; None if there is none."""
    begun, model = process_time(), _Model(instance)
    # Solutions are compared by the library's own cost: timing each of them here would cost it search time.
    best: list[Routes] = []
    least = [1 << 62]

    def note() -> None:
        cost = model.routing.CostVar().Value()
        if cost < least[0]:
            least[0], best[:] = cost, [model.routes()]

    model.routing.AddAtSolutionCallback(note)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    # Parallel cheapest insertion finds a first solution where the automatic choice often finds none in 10 seconds.
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(max(1, int(100 * seconds)))
    solver = model.routing.solver()
    # The library's own limit is wall-clock time: on a busy machine that is less than the processor time of the search.
    model.routing.AddSearchMonitor(solver.CustomLimit(lambda: process_time() - begun > seconds))
    model.routing.SolveWithParameters(parameters)
    return timed(instance, best[0], iterations=0, seed=0) if best else None
