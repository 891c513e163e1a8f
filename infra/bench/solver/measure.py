"""The benchmark's solver and its baselines on the public instances: same instances, same seconds, same run.

Seconds are of the processor, except for CP-SAT, which measures wall-clock time only. The median of the seeds counts.
The set `extended` has no single cost: the table shows the components of the first seed.
The curve solves again with a tenth, a fifth and a half of the iterations.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from time import process_time

from schedulers.benchmark import hhcrsp
from schedulers.benchmark.search import search

SETS = ("mankowska", "kummer", "Italian")
BASELINES = ("routing", "cpsat")
CURVE = (0.1, 0.2, 0.5)
"""Fractions of the seconds at which the curve is measured, before the whole."""

Write = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class InstanceResult:
    """One instance: the published cost (None if there is none) and each solver's cost, None if it found none.

    Of the search: the median of the seeds; bound, proof, iterations and components (minutes; of an extended instance
    only) are of the first seed.
    """

    set: str
    instance: str
    patients: int
    published: float | None
    costs: dict[str, float | None] = field(default_factory=dict)
    bound: float | None = None
    proved: bool = False
    iterations: int = 0
    components: dict[str, float] = field(default_factory=dict)

    def gap(self, solver: str) -> float | None:
        """Return the per cent above the published cost, negative below it."""
        cost = self.costs.get(solver)
        return None if cost is None or not self.published else 100 * (cost / self.published - 1)


def published_costs(instances_dir: Path) -> dict[str, float]:
    """Return the published cost by instance name, from `published.csv` in the folder of the sets."""
    table = instances_dir / "published.csv"
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["published_cost"]) for row in csv.DictReader(file)}


def run(
    instances_dir: str | Path,
    sets: Sequence[str] = SETS,
    seconds: float = 10.0,
    against: Sequence[str] = (),
    seeds: Sequence[int] = (1,),
    curve: bool = False,
    write: Write = sys.stdout.write,
) -> list[InstanceResult]:
    """Solve every instance of the sets with the search and the named baselines; print rows and a table of the classes.

    Raises:
        ValueError: a set has no folder or a baseline is not known.
    """
    folder, rows = Path(instances_dir), []
    published = published_costs(folder)
    if unknown := set(against) - set(BASELINES):
        raise ValueError(f"no such baseline: {', '.join(sorted(unknown))} (known: {', '.join(BASELINES)})")
    for name in sets:
        if not (folder / name).is_dir():
            raise ValueError(f"{folder / name}: no such set of instances")
        for path in sorted((folder / name).glob("*.json"), key=lambda path: _natural(path.stem)):
            row = _measure(name, hhcrsp.read(path), published.get(path.stem), seconds, against, seeds, curve)
            write(_line(row) + "\n")
            rows.append(row)
    extended, with_cost = [row for row in rows if row.components], [row for row in rows if not row.components]
    for text in (table(with_cost, seconds) if with_cost else "", components(extended, seconds) if extended else ""):
        if text:
            write("\n" + text + "\n")
    return rows


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def _measure(
    name: str,
    instance: hhcrsp.Instance,
    published: float | None,
    seconds: float,
    against: Sequence[str],
    seeds: Sequence[int],
    curve: bool,
) -> InstanceResult:
    first, *others = seeds
    solution = hhcrsp.solve(instance, hhcrsp.MaxSeconds(seconds), seed=first, clock=process_time)
    costs: dict[str, float | None] = {}
    for part in CURVE if curve else ():
        work = max(1, int(solution.iterations * part))
        costs[f"{seconds * part:g} s"] = _median(instance, seeds, work)
    again = [hhcrsp.solve(instance, hhcrsp.MaxIterations(solution.iterations), seed=seed) for seed in others]
    checked = [_checked(instance, each) for each in (solution, *again)]
    costs["search"] = median(cost for cost in checked if cost is not None) if None not in checked else None
    if "routing" in against and not instance.extended:
        from infra.bench.solver import routing  # noqa: PLC0415 -- only where it is measured

        base = routing.solve(instance, seconds)
        costs["routing"] = _checked(instance, base) if base else None
    if "cpsat" in against and not instance.extended:
        from infra.bench.solver import cold_cpsat  # noqa: PLC0415 -- only where it is measured

        base = cold_cpsat.solve(instance, seconds)
        costs["cpsat"] = _checked(instance, base) if base else None
    return InstanceResult(
        name, instance.name, len(instance.patients), published, costs,
        solution.bound, solution.proved, solution.iterations, solution.components if instance.extended else {},
    )  # fmt: skip


def _median(instance: hhcrsp.Instance, seeds: Sequence[int], iterations: int) -> float | None:
    """Return the median checked cost of the search alone over the seeds; None if the instance has no single cost."""
    routes = [search(instance, iterations=iterations, seed=seed).routes for seed in seeds]
    checked = [_checked(instance, hhcrsp.timed(instance, each, iterations=iterations, seed=0)) for each in routes]
    return None if None in checked else median(cost for cost in checked if cost is not None)


def _checked(instance: hhcrsp.Instance, solution: hhcrsp.Solution) -> float | None:
    report = hhcrsp.check(instance, solution)
    if report.violations:
        raise AssertionError(f"{instance.name}: {report.violations[0]}")
    return report.cost


def _line(row: InstanceResult) -> str:
    words = [f"{row.set}/{row.instance}", f"{row.patients} patients"]
    for solver, cost in () if row.components else row.costs.items():
        gap = row.gap(solver)
        shown = "none" if cost is None else f"{cost:.4f}" + ("" if gap is None else f" ({gap:+.2f} %)")
        words.append(f"{solver} {shown}")
    if row.bound is not None:
        words.append("proved" if row.proved else f"bound {row.bound:.4f}")
    return "  ".join([*words, f"{row.iterations} iterations"])


def table(rows: Iterable[InstanceResult], seconds: float) -> str:
    """Return the mean gap to the published cost by class (set and size) and solver; `-` if no solution was found."""
    classes: dict[tuple[str, str], list[InstanceResult]] = {}
    solvers: dict[str, None] = {}
    for row in rows:
        size = str(row.patients) if row.set == "mankowska" else ""
        classes.setdefault((row.set, size), []).append(row)
        if size:
            classes.setdefault((row.set, "all"), []).append(row)
        solvers |= dict.fromkeys(row.costs)
    lines = [f"mean gap to the published cost, {seconds:g} s each (found / instances where some were not)"]
    heads = f"{'class':<18}{'instances':>10}{'proved':>8}{'worst':>9}"
    lines.append(heads + "".join(f"{solver:>22}" for solver in solvers))
    for (name, size), members in classes.items():
        cells = "".join(f"{_mean(members, solver):>22}" for solver in solvers)
        proved = sum(row.proved for row in members)
        gaps = [gap for row in members if (gap := row.gap("search")) is not None]
        worst = f"{max(gaps):+.2f} %" if gaps else "-"
        lines.append(f"{f'{name} {size}'.strip():<18}{len(members):>10}{proved:>8}{worst:>9}{cells}")
    return "\n".join(lines)


def components(rows: Sequence[InstanceResult], seconds: float) -> str:
    """Return a row for each extended instance, its components in minutes, and their means."""
    names = list(rows[0].components)
    lines = [f"extended instances, {seconds:g} s each: minutes, every roster passes the checker"]
    lines.append(f"{'instance':<24}{'patients':>10}" + "".join(f"{name.replace('_', ' '):>19}" for name in names))
    for row in rows:
        cells = "".join(f"{row.components[name]:>19,.1f}" for name in names)
        lines.append(f"{'-'.join(row.instance.split('-')[:2]):<24}{row.patients:>10}{cells}")
    means = "".join(f"{fmean(row.components[name] for row in rows):>19,.1f}" for name in names)
    return "\n".join([*lines, f"{'mean':<34}{means}"])


def _mean(rows: Sequence[InstanceResult], solver: str) -> str:
    gaps = [gap for row in rows if (gap := row.gap(solver)) is not None]
    if not gaps:
        return "-"
    return f"{fmean(gaps):+.2f} %" + ("" if len(gaps) == len(rows) else f" ({len(gaps)}/{len(rows)})")
