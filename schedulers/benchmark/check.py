"""Checks a benchmark solution: its cost and the rules it breaks, from the instance and the solution file alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from schedulers.benchmark.format import NEVER, Instance, Json, Solution, to_json

TOLERANCE = 0.01
"""Minutes by which times may differ: half a second, for truncated decimals."""


BENCHMARK_RULES = (
    "caregiver-unknown-or-twice",
    "stop-unknown",
    "caregiver-not-able",
    "caregiver-incompatible",
    "duration",
    "window-start",
    "travel",
    "service-missing",
    "service-twice",
    "two-caregivers",
    "simultaneous-start",
    "sequential-start",
)
"""Every rule name that a violation can have."""


@dataclass(frozen=True, slots=True)
class SolutionViolation:
    """A broken rule of the benchmark (kebab case) and where."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class SolutionReport:
    """What the checker counts; `cost` is None for extended instances, and if services are missing."""

    cost: float | None
    components: dict[str, float]
    violations: tuple[SolutionViolation, ...]


@dataclass(slots=True)
class _Visit:
    caregiver: int
    patient: int
    part: int
    start: float
    end: float


@dataclass(slots=True)
class _SolutionReading:
    visits: list[list[_Visit]]
    violations: list[SolutionViolation] = field(default_factory=list)

    def breaks(self, rule: str, detail: str) -> None:
        assert rule in BENCHMARK_RULES
        self.violations.append(SolutionViolation(rule, detail))


def check(instance: Instance, solution: Solution | Json, tolerance: float = TOLERANCE) -> SolutionReport:
    """Check a solution, ours or a file's; `tolerance` is in minutes.

    Published solutions truncate the fractions of some windows: they pass with a tolerance of one minute.
    """
    document = to_json(instance, solution) if isinstance(solution, Solution) else solution
    reading = _read_routes(instance, document)
    for route in reading.visits:
        _check_route(instance, reading, route, tolerance)
    _check_patients(instance, reading, tolerance)
    components = _components(instance, reading.visits)
    missing = any(violation.rule == "service-missing" for violation in reading.violations)
    cost = None
    if not instance.extended and not missing:
        cost = round(sum(components[name] for name in ("travel", "total_tardiness", "highest_tardiness")) / 3, 6)
    return SolutionReport(cost, components, tuple(reading.violations))


def _read_routes(instance: Instance, document: Json) -> _SolutionReading:
    caregivers = {caregiver.id: c for c, caregiver in enumerate(instance.caregivers)}
    patients = {patient.id: p for p, patient in enumerate(instance.patients)}
    reading = _SolutionReading([[] for _ in instance.caregivers])
    known = set()
    for route in document.get("routes") or ():
        if not isinstance(route, dict):
            reading.breaks("caregiver-unknown-or-twice", str(route))
            continue
        name = route.get("caregiver_id") or route.get("caregiver")
        if name not in caregivers or name in known:
            reading.breaks("caregiver-unknown-or-twice", str(name))
            continue
        known.add(name)
        for stop in route.get("locations") or ():
            if isinstance(stop, dict) and ("depot" in stop or "depot_id" in stop):
                continue
            visit = _read_stop(instance, caregivers[name], patients, stop) if isinstance(stop, dict) else None
            if visit is None:
                reading.breaks("stop-unknown", f"{name}: {stop}")
            else:
                reading.visits[caregivers[name]].append(visit)
    _number_equal_services(instance, reading)
    return reading


def _number_equal_services(instance: Instance, reading: _SolutionReading) -> None:
    """If a patient needs the same service twice, the visit that starts first is the first part."""
    for p, patient in enumerate(instance.patients):
        if len({service for service, _ in patient.services}) < len(patient.services):
            visits_of_patient = sorted(
                (v for route in reading.visits for v in route if v.patient == p), key=lambda v: v.start
            )
            for part, visit in enumerate(visits_of_patient[: len(patient.services)]):
                visit.part = part


def _read_stop(instance: Instance, caregiver: int, patients: dict[str, int], stop: Json) -> _Visit | None:
    patient = patients.get(str(stop.get("patient", stop.get("patient_id"))))
    service = stop.get("service", stop.get("service_id"))
    start = stop.get("arrival_time", stop.get("start_service_time"))
    end = stop.get("departure_time", stop.get("end_service_time"))
    if patient is None or not isinstance(start, int | float) or not isinstance(end, int | float):
        return None
    wanted = [name for name, _ in instance.patients[patient].services]
    if service not in wanted:
        return None
    return _Visit(caregiver, patient, wanted.index(service), float(start), float(end))


def _check_route(instance: Instance, reading: _SolutionReading, route: list[_Visit], tolerance: float) -> None:
    previous: _Visit | None = None
    for visit in route:
        caregiver, patient = instance.caregivers[visit.caregiver], instance.patients[visit.patient]
        where = f"{caregiver.id} at {patient.id}"
        service, minutes = patient.services[visit.part]
        if service not in caregiver.abilities:
            reading.breaks("caregiver-not-able", f"{where}: {service}")
        if caregiver.id in patient.not_with:
            reading.breaks("caregiver-incompatible", where)
        if abs(visit.end - visit.start - minutes) > tolerance:
            reading.breaks("duration", f"{where}: {visit.end - visit.start:g} minutes, not {minutes:g}")
        if visit.start < patient.window[0] - tolerance:
            reading.breaks("window-start", f"{where}: {visit.start:g} is before {patient.window[0]:g}")
        free, place = (
            (previous.end, instance.patients[previous.patient].place)
            if previous
            else (
                caregiver.shift[0],
                caregiver.home,
            )
        )
        arrival = free + instance.travel[place, patient.place]
        if visit.start < arrival - tolerance:
            reading.breaks("travel", f"{where}: {visit.start:g} is before the arrival at {arrival:g}")
        previous = visit


def _check_patients(instance: Instance, reading: _SolutionReading, tolerance: float) -> None:
    done: dict[tuple[int, int], list[_Visit]] = {}
    for route in reading.visits:
        for visit in route:
            done.setdefault((visit.patient, visit.part), []).append(visit)
    for p, patient in enumerate(instance.patients):
        parts = [done.get((p, j), []) for j in range(len(patient.services))]
        for j, visits in enumerate(parts):
            if len(visits) != 1:
                rule = "service-missing" if not visits else "service-twice"
                reading.breaks(rule, f"{patient.id}: {patient.services[j][0]}")
        if len(parts) == 2 and all(parts):
            first, second = parts[0][0], parts[1][0]
            if first.caregiver == second.caregiver:
                reading.breaks("two-caregivers", patient.id)
            gap = second.start - first.start
            if not patient.gap[0] - tolerance <= gap <= patient.gap[1] + tolerance:
                reading.breaks(f"{patient.sync}-start", f"{patient.id}: {gap:g} minutes from first to second start")


def _components(instance: Instance, routes: list[list[_Visit]]) -> dict[str, float]:
    """Sums over all routes in minutes; the longest idle time is the longest single wait."""
    travel, extra = 0.0, 0.0
    late: list[float] = []
    waits: list[float] = []
    for caregiver, route in zip(instance.caregivers, routes, strict=True):
        place, free = caregiver.home, caregiver.shift[0]
        for leg, visit in _legs(instance, place, route):
            travel += leg
            if visit is not route[0]:  # the first departure may be later
                waits.append(max(0.0, visit.start - free - leg))
            free = visit.end
            late.append(max(0.0, visit.start - instance.patients[visit.patient].window[1]))
        if route:
            back = float(instance.travel[instance.patients[route[-1].patient].place, caregiver.home])
            travel += back
            if caregiver.shift[1] < NEVER:
                extra += max(0.0, free + back - caregiver.shift[1])
    components = {
        "travel": travel,
        "total_tardiness": sum(late),
        "highest_tardiness": max(late, default=0.0),
        "waiting": sum(waits),
        "extra_time": extra,
        "longest_idle": max(waits, default=0.0),
    }
    names = components if instance.extended else ("travel", "total_tardiness", "highest_tardiness")
    return {name: round(components[name], 6) for name in names}


def _legs(instance: Instance, place: int, route: list[_Visit]) -> Iterator[tuple[float, _Visit]]:
    for visit in route:
        there = instance.patients[visit.patient].place
        yield float(instance.travel[place, there]), visit
        place = there
