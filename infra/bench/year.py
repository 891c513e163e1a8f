"""A simulated year: the number of events, the speed of loading, rebuilding and checking, and the size on disk."""

import tempfile
import time
from pathlib import Path

from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.outcomes import OutcomeFigure, outcomes
from infra.wiring import open_system


def run(teams: int, days: int, seed: int) -> tuple[dict[str, float], list[OutcomeFigure]]:
    """Simulate, load every event, rebuild shadow rows and compare; return figures and outcomes."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(teams, days, seed, Path(folder))


def _run(teams: int, days: int, seed: int, data: Path) -> tuple[dict[str, float], list[OutcomeFigure]]:
    figures: dict[str, float] = {}
    began = time.perf_counter()
    with open_system(Settings(data=data)) as system:
        made = simulate(system, teams, days, seed)
        figures |= {"teams": teams, "days": days, "contracts": made.contracts, "events": made.events}
        figures |= {"rosters": made.rosters, "visits_done": made.visits_done}
        figures["simulate_seconds"] = time.perf_counter() - began
        began, position = time.perf_counter(), 0
        while page := system.store.select_notifications(position + 1, 5000):
            for recorded in page:
                _ = recorded.event
            position = page[-1].position
        figures["load_seconds"] = time.perf_counter() - began
        began = time.perf_counter()
        figures["differences"] = len(system.check_rows())
        figures["rebuild_and_check_seconds"] = time.perf_counter() - began
        results = outcomes(system.rows, made.first_day, made.last_day, teams)
    for phase in ("simulate", "load", "rebuild_and_check"):
        figures[f"{phase}_events_per_second"] = figures["events"] / figures[f"{phase}_seconds"]
    for name in ("events", "rows"):
        figures[f"{name}_megabytes"] = (data / f"{name}.db").stat().st_size / 1e6
    return {name: round(figure, 1) for name, figure in figures.items()}, results
