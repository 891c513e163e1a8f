"""A baseline: CP-SAT alone, with the model that proves small instances, started from a greedy solution."""

from schedulers.benchmark.cp_model import prove
from schedulers.benchmark.hhcrsp import Instance, Solution, timed
from schedulers.benchmark.search import search


def solve(instance: Instance, seconds: float) -> Solution | None:
    """Return CP-SAT's solution from a greedy start within the seconds of wall-clock time."""
    start = search(instance, iterations=1, seed=1)
    proof = prove(instance, start, deterministic=1e9, seconds=seconds)
    return timed(instance, proof.routes, iterations=0, seed=0, bound=proof.bound, proved=proof.proved)
