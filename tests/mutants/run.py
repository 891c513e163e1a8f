"""Tests of the tests: apply each mutant to a copy of the tree and run the one test that must fail.

`python -m tests.mutants.run [WORD ...]` runs all mutants, or those whose file or test contains one of the words. A
mutant is killed if its test passes on the unchanged copy and then fails: an error while collecting, importing or
setting up kills nothing. Exit code 1 if a mutant survives.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.table import MUTANTS

WORKERS = 2

PATIENCE_SECONDS = 300.0
"""A test that takes longer counts as one that does not answer."""

NOT_COPIED = (".git", ".venv", ".jiayi", ".*_cache", "__pycache__", "build", "*.egg-info")


class Verdict(NamedTuple):
    """The outcome of one mutant: `survived` says why it was not killed, and is empty if it was."""

    mutant: Mutant
    survived: str
    seconds: float


def run_tests(tree: Path, *tests: str, write_bytecode: bool) -> str:
    """Return `passed`, `failed`, or else the last line of what pytest said, with its exit code."""
    python = [sys.executable, *([] if write_bytecode else ["-B"])]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        result = subprocess.run(
            [*python, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *tests],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer after {PATIENCE_SECONDS:.0f} s"
    last = (result.stdout.strip().splitlines() or result.stderr.strip().splitlines() or [""])[-1]
    if result.returncode == 0 and " passed" in last and "skipped" not in last:
        return "passed"
    if result.returncode == 1 and " failed" in last and "error" not in last:
        return "failed"
    return f"exit code {result.returncode}: {last}"


@contextmanager
def changed(tree: Path, mutant: Mutant) -> Iterator[None]:
    """Change a file of the copy. It looks newer than its compiled form, which is of the unchanged one."""
    file = tree / mutant.file
    kept = file.with_name(f"{file.name}.kept")
    text = mutant.change(file.read_text(encoding="utf-8"))
    file.rename(kept)
    try:
        file.write_text(text, encoding="utf-8")
        os.utime(file, (later := kept.stat().st_mtime + 60, later))
        yield
    finally:
        kept.replace(file)


def judge(tree: Path, mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    """Yield the verdicts on mutants whose tests stand in one file; these run on the unchanged copy before."""
    tests = list(dict.fromkeys(mutant.test for mutant in mutants))
    unchanged = dict.fromkeys(tests, run_tests(tree, *tests, write_bytecode=True))
    if set(unchanged.values()) != {"passed"}:
        unchanged = {test: run_tests(tree, test, write_bytecode=True) for test in tests}
    for mutant in mutants:
        started = time.monotonic()
        yield Verdict(mutant, why_it_survives(tree, mutant, unchanged[mutant.test]), time.monotonic() - started)


def why_it_survives(tree: Path, mutant: Mutant, unchanged: str) -> str:
    """Return why a mutant is not killed, empty if it is; `unchanged` is how its test ends without it."""
    if unchanged != "passed":
        return f"the test does not pass without it: {unchanged}"
    try:
        with changed(tree, mutant):
            outcome = run_tests(tree, mutant.test, write_bytecode=False)
    except (ValueError, OSError) as error:
        return str(error)
    return "" if outcome == "failed" else f"its test: {outcome}"


def test_file(mutant: Mutant) -> str:
    """Return the file in which the test stands."""
    return mutant.test.partition("::")[0]


def verdicts(mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    """Yield a verdict on each mutant, some at a time, each worker in a copy of the tree of its own."""
    by_file = [list(group) for _, group in groupby(sorted(mutants, key=test_file), test_file)]
    trees: SimpleQueue[Path] = SimpleQueue()

    def work(group: Sequence[Mutant]) -> list[Verdict]:
        tree = trees.get()
        try:
            return list(judge(tree, group))
        finally:
            trees.put(tree)

    with tempfile.TemporaryDirectory(prefix="jiayi-mutants-") as folder:
        for number in range(WORKERS):
            tree = Path(folder) / str(number)
            shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
            trees.put(tree)
        with ThreadPoolExecutor(WORKERS) as pool:
            for done in pool.map(work, by_file):
                yield from done


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each mutant and how many were killed; return 1 if one survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description="Run the mutants.")
    parser.add_argument("words", nargs="*", help="only mutants whose file or test contains one of these")
    words = parser.parse_args(arguments).words
    chosen = [each for each in MUTANTS if not words or any(word in each.file + " " + each.test for word in words)]
    started, killed = time.monotonic(), 0
    for mutant, survived, seconds in verdicts(chosen):
        killed += not survived
        print(f"{'SURVIVED' if survived else 'killed':8} {seconds:5.1f} s  {mutant.file}: {mutant.line}", flush=True)  # noqa: T201
        if survived:
            details = (f"    -> {mutant.after.splitlines()[-1].strip()}", mutant.test, survived, mutant.why)
            print(*details, sep="\n    ", flush=True)  # noqa: T201
    print(f"{killed} of {len(chosen)} killed in {time.monotonic() - started:.0f} s")  # noqa: T201
    return 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
