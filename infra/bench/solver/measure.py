"""The roster solver beside its baselines on the public instances: same instances, same seconds, same run.

Seconds are of the processor, but for CP-SAT, which knows the wall's clock only. Of several seeds the median counts.
The set `extended` has no single cost: its components are told beside each other, those of the first seed.
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
"""Parts of the seconds at which the curve is told, before the whole."""

Write = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One instance: the published cost (None if there is none) and each solver's cost, None where none was found.

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
        """Per cent above the published cost, below it if negative."""
        cost = self.costs.get(solver)
        return None if cost is None or not self.published else 100 * (cost / self.published - 1)


def published_costs(instances_dir: Path) -> dict[str, float]:
    """Published cost by instance name, from `published.csv` beside the sets."""
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
) -> list[Row]:
    """Solve every instance of the sets with the search and the baselines named, print rows and a table of the classes.

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
    for told in (table(with_cost, seconds) if with_cost else "", components(extended, seconds) if extended else ""):
        if told:
            write("\n" + told + "\n")
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
) -> Row:
    first, *others = seeds
    found = hhcrsp.solve(instance, seconds=seconds, seed=first, clock=process_time)
    costs: dict[str, float | None] = {}
    for part in CURVE if curve else ():
        work = max(1, int(found.iterations * part))
        costs[f"{seconds * part:g} s"] = _median(instance, seeds, work)
    again = [hhcrsp.solve(instance, iterations=found.iterations, seed=seed) for seed in others]
    told = [_checked(instance, each) for each in (found, *again)]
    costs["search"] = median(cost for cost in told if cost is not None) if None not in told else None
    if "routing" in against and not instance.extended:
        from infra.bench.solver import routing  # noqa: PLC0415 -- only where it is measured

        base = routing.solve(instance, seconds)
        costs["routing"] = _checked(instance, base) if base else None
    if "cpsat" in against and not instance.extended:
        from infra.bench.solver import cold_cpsat  # noqa: PLC0415 -- only where it is measured

        base = cold_cpsat.solve(instance, seconds)
        costs["cpsat"] = _checked(instance, base) if base else None
    return Row(
        name, instance.name, len(instance.patients), published, costs, found.bound, found.proved, found.iterations,
        found.components if instance.extended else {},
    )  # fmt: skip


def _median(instance: hhcrsp.Instance, seeds: Sequence[int], iterations: int) -> float | None:
    """Median cost over the seeds of the search alone, checked; None if the instance has no single cost."""
    routes = [search(instance, iterations=iterations, seed=seed).routes for seed in seeds]
    told = [_checked(instance, hhcrsp.timed(instance, each, iterations=iterations, seed=0)) for each in routes]
    return None if None in told else median(cost for cost in told if cost is not None)


def _checked(instance: hhcrsp.Instance, found: hhcrsp.Solution) -> float | None:
    report = hhcrsp.check(instance, found)
    if report.violations:
        raise AssertionError(f"{instance.name}: {report.violations[0]}")
    return report.cost


def _line(row: Row) -> str:
    told = [f"{row.set}/{row.instance}", f"{row.patients} patients"]
    for solver, cost in () if row.components else row.costs.items():
        gap = row.gap(solver)
        shown = "none" if cost is None else f"{cost:.4f}" + ("" if gap is None else f" ({gap:+.2f} %)")
        told.append(f"{solver} {shown}")
    if row.bound is not None:
        told.append("proved" if row.proved else f"bound {row.bound:.4f}")
    return "  ".join([*told, f"{row.iterations} iterations"])


def table(rows: Iterable[Row], seconds: float) -> str:
    """Mean gap to the published cost by class (set and size), one column for each solver; `-` where none was found."""
    classes: dict[tuple[str, str], list[Row]] = {}
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


def components(rows: Sequence[Row], seconds: float) -> str:
    """What each extended instance comes to, in minutes: a row each, a column for each component, and their means."""
    names = list(rows[0].components)
    lines = [f"extended instances, {seconds:g} s each: minutes, every roster passes the checker"]
    lines.append(f"{'instance':<24}{'patients':>10}" + "".join(f"{name.replace('_', ' '):>19}" for name in names))
    for row in rows:
        cells = "".join(f"{row.components[name]:>19,.1f}" for name in names)
        lines.append(f"{'-'.join(row.instance.split('-')[:2]):<24}{row.patients:>10}{cells}")
    means = "".join(f"{fmean(row.components[name] for row in rows):>19,.1f}" for name in names)
    return "\n".join([*lines, f"{'mean':<34}{means}"])


def _mean(rows: Sequence[Row], solver: str) -> str:
    gaps = [gap for row in rows if (gap := row.gap(solver)) is not None]
    if not gaps:
        return "-"
    return f"{fmean(gaps):+.2f} %" + ("" if len(gaps) == len(rows) else f" ({len(gaps)}/{len(rows)})")
