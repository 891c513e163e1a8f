"""What a benchmark solution is worth and which rules it breaks, from the instance and the solution file alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from schedulers.benchmark.format import NEVER, Instance, Json, Solution, to_json

TOLERANCE = 0.01
"""Minutes by which times may differ: half a second, for decimals that were cut."""


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
"""Every rule name a violation can carry."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule (kebab case) and where."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """`cost` is None for extended instances, and when services are missing."""

    cost: float | None
    components: dict[str, float]
    violations: tuple[Violation, ...]


@dataclass(slots=True)
class _Visit:
    caregiver: int
    patient: int
    part: int
    start: float
    end: float


@dataclass(slots=True)
class _Sheet:
    visits: list[list[_Visit]]
    violations: list[Violation] = field(default_factory=list)

    def breaks(self, rule: str, detail: str) -> None:
        assert rule in BENCHMARK_RULES
        self.violations.append(Violation(rule, detail))


def check(instance: Instance, solution: Solution | Json, tolerance: float = TOLERANCE) -> Report:
    """Judge a solution, ours or a file's; `tolerance` is in minutes.

    The published solutions cut the fractions of some windows: they pass with a tolerance of one minute.
    """
    told = to_json(instance, solution) if isinstance(solution, Solution) else solution
    sheet = _read_routes(instance, told)
    for route in sheet.visits:
        _check_route(instance, sheet, route, tolerance)
    _check_patients(instance, sheet, tolerance)
    components = _components(instance, sheet.visits)
    missing = any(violation.rule == "service-missing" for violation in sheet.violations)
    cost = None
    if not instance.extended and not missing:
        cost = round(sum(components[name] for name in ("travel", "total_tardiness", "highest_tardiness")) / 3, 6)
    return Report(cost, components, tuple(sheet.violations))


def _read_routes(instance: Instance, told: Json) -> _Sheet:
    crew = {caregiver.id: c for c, caregiver in enumerate(instance.caregivers)}
    sick = {patient.id: p for p, patient in enumerate(instance.patients)}
    sheet = _Sheet([[] for _ in instance.caregivers])
    listed = set()
    for route in told.get("routes") or ():
        if not isinstance(route, dict):
            sheet.breaks("caregiver-unknown-or-twice", str(route))
            continue
        name = route.get("caregiver_id") or route.get("caregiver")
        if name not in crew or name in listed:
            sheet.breaks("caregiver-unknown-or-twice", str(name))
            continue
        listed.add(name)
        for stop in route.get("locations") or ():
            if isinstance(stop, dict) and ("depot" in stop or "depot_id" in stop):
                continue
            visit = _read_stop(instance, crew[name], sick, stop) if isinstance(stop, dict) else None
            if visit is None:
                sheet.breaks("stop-unknown", f"{name}: {stop}")
            else:
                sheet.visits[crew[name]].append(visit)
    _tell_twins_apart(instance, sheet)
    return sheet


def _tell_twins_apart(instance: Instance, sheet: _Sheet) -> None:
    """Where a patient needs the same service twice, the visit that starts first is the first part."""
    for p, patient in enumerate(instance.patients):
        if len({service for service, _ in patient.services}) < len(patient.services):
            twins = sorted((v for route in sheet.visits for v in route if v.patient == p), key=lambda v: v.start)
            for part, visit in enumerate(twins[: len(patient.services)]):
                visit.part = part


def _read_stop(instance: Instance, caregiver: int, sick: dict[str, int], stop: Json) -> _Visit | None:
    patient = sick.get(str(stop.get("patient", stop.get("patient_id"))))
    service = stop.get("service", stop.get("service_id"))
    start = stop.get("arrival_time", stop.get("start_service_time"))
    end = stop.get("departure_time", stop.get("end_service_time"))
    if patient is None or not isinstance(start, int | float) or not isinstance(end, int | float):
        return None
    wanted = [name for name, _ in instance.patients[patient].services]
    if service not in wanted:
        return None
    return _Visit(caregiver, patient, wanted.index(service), float(start), float(end))


def _check_route(instance: Instance, sheet: _Sheet, route: list[_Visit], tolerance: float) -> None:
    previous: _Visit | None = None
    for visit in route:
        caregiver, patient = instance.caregivers[visit.caregiver], instance.patients[visit.patient]
        where = f"{caregiver.id} at {patient.id}"
        service, minutes = patient.services[visit.part]
        if service not in caregiver.abilities:
            sheet.breaks("caregiver-not-able", f"{where}: {service}")
        if caregiver.id in patient.not_with:
            sheet.breaks("caregiver-incompatible", where)
        if abs(visit.end - visit.start - minutes) > tolerance:
            sheet.breaks("duration", f"{where}: {visit.end - visit.start:g} minutes, not {minutes:g}")
        if visit.start < patient.window[0] - tolerance:
            sheet.breaks("window-start", f"{where}: {visit.start:g} is before {patient.window[0]:g}")
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
            sheet.breaks("travel", f"{where}: {visit.start:g} is before her arrival at {arrival:g}")
        previous = visit


def _check_patients(instance: Instance, sheet: _Sheet, tolerance: float) -> None:
    done: dict[tuple[int, int], list[_Visit]] = {}
    for route in sheet.visits:
        for visit in route:
            done.setdefault((visit.patient, visit.part), []).append(visit)
    for p, patient in enumerate(instance.patients):
        parts = [done.get((p, j), []) for j in range(len(patient.services))]
        for j, visits in enumerate(parts):
            if len(visits) != 1:
                rule = "service-missing" if not visits else "service-twice"
                sheet.breaks(rule, f"{patient.id}: {patient.services[j][0]}")
        if len(parts) == 2 and all(parts):
            first, second = parts[0][0], parts[1][0]
            if first.caregiver == second.caregiver:
                sheet.breaks("two-caregivers", patient.id)
            gap = second.start - first.start
            if not patient.gap[0] - tolerance <= gap <= patient.gap[1] + tolerance:
                sheet.breaks(f"{patient.sync}-start", f"{patient.id}: {gap:g} minutes from first to second start")


def _components(instance: Instance, routes: list[list[_Visit]]) -> dict[str, float]:
    """Sums over all routes in minutes; the longest idle time is the longest single wait."""
    travel, extra = 0.0, 0.0
    late: list[float] = []
    waits: list[float] = []
    for caregiver, route in zip(instance.caregivers, routes, strict=True):
        place, free = caregiver.home, caregiver.shift[0]
        for leg, visit in _legs(instance, place, route):
            travel += leg
            if visit is not route[0]:  # she may leave later for the first
                waits.append(max(0.0, visit.start - free - leg))
            free = visit.end
            late.append(max(0.0, visit.start - instance.patients[visit.patient].window[1]))
        if route:
            back = float(instance.travel[instance.patients[route[-1].patient].place, caregiver.home])
            travel += back
            if caregiver.shift[1] < NEVER:
                extra += max(0.0, free + back - caregiver.shift[1])
    told = {
        "travel": travel,
        "total_tardiness": sum(late),
        "highest_tardiness": max(late, default=0.0),
        "waiting": sum(waits),
        "extra_time": extra,
        "longest_idle": max(waits, default=0.0),
    }
    names = told if instance.extended else ("travel", "total_tardiness", "highest_tardiness")
    return {name: round(told[name], 6) for name in names}


def _legs(instance: Instance, place: int, route: list[_Visit]) -> Iterator[tuple[float, _Visit]]:
    for visit in route:
        there = instance.patients[visit.patient].place
        yield float(instance.travel[place, there]), visit
        place = there
