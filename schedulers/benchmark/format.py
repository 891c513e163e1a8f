"""Reads and writes the public benchmark of home health care routing and scheduling (HHCRSP).

Format and data: Ceschia, Di Gaspero, Rosati, Schaerf (ITOR 2024, doi 10.1111/itor.13585), with the sets of Mankowska et
al. (2014, doi 10.1007/s10729-013-9243-1) and Kummer et al. (2021). Times are minutes, with fractions in some sets.
Basic instances start and end at one office and cost (travel + total tardiness + highest tardiness) / 3. Extended ones
have several departing points, working shifts and incompatible caregivers, and no single cost.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from schedulers.problem import Sync

Floats = npt.NDArray[np.float64]
Json = dict[str, Any]

NEVER = 1e6
"""End of the shift of a caregiver who has none, in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caregiver:
    """A caregiver: their services, the matrix index of start and end of their route, their shift in minutes."""

    id: str
    abilities: frozenset[str]
    home: int = 0
    shift: tuple[float, float] = (0.0, NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One or two `(service, minutes)` inside a window; `gap` holds the least and most minutes between both starts."""

    id: str
    place: int
    window: tuple[float, float]
    services: tuple[tuple[str, float], ...]
    sync: Sync = "single"
    gap: tuple[float, float] = (0.0, 0.0)
    not_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A day of the benchmark; `travel` is (places, places) in minutes."""

    name: str
    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    travel: Floats
    extended: bool

    def able(self, caregiver: int, patient: int, part: int) -> bool:
        """Is this caregiver able to do this part of the patient's visit?"""
        who, whom = self.caregivers[caregiver], self.patients[patient]
        return whom.services[part][0] in who.abilities and who.id not in whom.not_with


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One service of a route, from `start` to `end` in minutes."""

    patient: str
    service: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes by caregiver, with their cost and a bound.

    `cost` and `bound` are in the benchmark's unit; both None for extended instances, `bound` also if none is known.
    The same `iterations` and seed give the same routes.
    """

    routes: dict[str, tuple[Stop, ...]]
    cost: float | None
    components: dict[str, float]
    bound: float | None = None
    proved: bool = False
    iterations: int = 0
    seed: int = 1


def read(path: str | Path) -> Instance:
    """Read an instance from its file.

    Raises:
        ValueError: one line that names the file and what is wrong with it.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        entry = json.loads(text)
        if not isinstance(entry, dict):
            raise TypeError("the file is not a JSON object")
        return _instance(path.stem, entry)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: is not JSON ({' '.join(str(error).split())})") from error
    except KeyError as error:
        raise ValueError(f"{path}: is not a HHCRSP instance: {error.args[0]!r} is missing or unknown") from error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise ValueError(f"{path}: is not a HHCRSP instance: {' '.join(str(error).split())}") from error


def read_solution(path: str | Path) -> Json:
    """Read a solution file; `check` checks it.

    Raises:
        ValueError: the file cannot be read or is not a JSON object.
    """
    try:
        entry = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ValueError(f"{path}: is not JSON ({' '.join(str(error).split())})") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("routes"), list):
        raise ValueError(f"{path}: is not a HHCRSP solution: it has no list of routes")
    return entry


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < NEVER:
        raise ValueError(f"{what} is not a number of minutes: {value!r}")
    # Windows such as 401.99999999999994 are meant as 402; three decimals are the finest that the data hold.
    return round(float(value), 3)


def _pair(value: Any, what: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{what} is not a pair: {value!r}")
    low, high = _number(value[0], what), _number(value[1], what)
    if low > high:
        raise ValueError(f"{what} ends before it starts: {value!r}")
    return low, high


def _matrix(rows: Any) -> Floats:
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == len(rows) for row in rows):
        raise ValueError("distances are not a square matrix")
    travel = np.array([[_number(cell, "distance") for cell in row] for row in rows], dtype=np.float64)
    if travel.size == 0 or travel.min() < 0:
        raise ValueError("distances are empty or negative")
    return travel


def _instance(name: str, entry: Json) -> Instance:
    services = {service["id"]: service for service in entry["services"]}
    extended = "departing_points" in entry
    travel = _matrix(entry["distances"])
    points = {point["id"]: index for index, point in enumerate(entry.get("departing_points", ()))}
    caregivers = tuple(_caregiver(each, services, points) for each in entry["caregivers"])
    patients = tuple(_patient(each, i, services, extended) for i, each in enumerate(entry["patients"]))
    instance = Instance(name=name, patients=patients, caregivers=caregivers, travel=travel, extended=extended)
    _check_instance(instance)
    return instance


def _caregiver(entry: Json, services: Json, points: dict[str, int]) -> Caregiver:
    for service in entry["abilities"]:
        services[service]
    home = entry.get("distance_matrix_index")
    if home is None and points:
        home = points[entry.get("starting_point_id") or entry["departing_point"]]
    shift = entry.get("working_shift")
    return Caregiver(
        id=str(entry["id"]),
        abilities=frozenset(entry["abilities"]),
        home=home or 0,
        shift=(0.0, NEVER) if shift is None else _pair(shift, f"working shift of {entry['id']}"),
    )


def _patient(entry: Json, position: int, services: Json, extended: bool) -> Patient:
    wanted = entry.get("required_caregivers") or entry["required_services"]
    parts = tuple(
        (each["service"], _number(each.get("duration") or services[each["service"]]["default_duration"], "duration"))
        for each in wanted
        if services[each["service"]] is not None
    )
    sync: Sync = "single"
    gap = (0.0, 0.0)
    if len(parts) == 2:
        sync = entry["synchronization"]["type"]
        if sync not in ("simultaneous", "sequential"):
            raise ValueError(f"synchronization of {entry['id']} is not known: {sync!r}")
        if sync == "sequential":
            gap = _pair(entry["synchronization"]["distance"], f"synchronization of {entry['id']}")
    elif len(parts) != 1:
        raise ValueError(f"patient {entry['id']} needs {len(parts)} caregivers, not one or two")
    return Patient(
        id=str(entry["id"]),
        place=entry["distance_matrix_index"] if extended else position + 1,
        window=_pair(entry["time_window"], f"time window of {entry['id']}"),
        services=parts,
        sync=sync,
        gap=gap,
        not_with=frozenset(entry.get("incompatible_caregivers") or ()),
    )


def _check_instance(instance: Instance) -> None:
    """Check indices inside the matrix, unique ids, and an able caregiver for each service. ValueError if one fails."""
    size = len(instance.travel)
    if not instance.extended and size != len(instance.patients) + 1:
        raise ValueError(f"distances have {size} rows for {len(instance.patients)} patients and the office")
    for place in [each.place for each in instance.patients] + [each.home for each in instance.caregivers]:
        if type(place) is not int or not 0 <= place < size:
            raise ValueError(f"distance_matrix_index {place!r} is outside of the matrix")
    for ids in ([each.id for each in instance.patients], [each.id for each in instance.caregivers]):
        if len(set(ids)) != len(ids):
            raise ValueError("an id stands twice")
    caregivers = range(len(instance.caregivers))
    for p, patient in enumerate(instance.patients):
        able = [{c for c in caregivers if instance.able(c, p, j)} for j in range(len(patient.services))]
        if not all(able) or (len(able) == 2 and len(able[0] | able[1]) < 2):
            raise ValueError(f"no caregivers can serve patient {patient.id}")


def to_json(instance: Instance, solution: Solution) -> Json:
    """Return the solution in the benchmark's format, every caregiver listed, idle ones without locations.

    Bound and proof are left out: they may depend on a clock, and the same iterations must give the same bytes.
    """
    return {
        "instance": instance.name,
        "cost": solution.cost,
        "components": solution.components,
        "iterations": solution.iterations,
        "seed": solution.seed,
        "routes": [
            {
                "caregiver_id": caregiver.id,
                "locations": [
                    {"patient": s.patient, "service": s.service, "arrival_time": s.start, "departure_time": s.end}
                    for s in solution.routes.get(caregiver.id, ())
                ],
            }
            for caregiver in instance.caregivers
        ],
    }


def write(instance: Instance, solution: Solution, path: str | Path) -> None:
    """Write the solution file; the same solution gives the same bytes."""
    Path(path).write_text(json.dumps(to_json(instance, solution), indent=1) + "\n", encoding="utf-8")
