"""A copy of the source tree that a list of CONTRIBUTING.md is applied to, step by step."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

COPIED = ("domain", "projections", "schedulers", "streams", "infra", "tests", "docs", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("hhcrsp")
"""What is compiled is copied with its source: Python and pytest take it as long as the source is as old and as long."""

SECONDS = 120

ENVIRONMENT = {
    **os.environ,
    "NUMBA_DISABLE_JIT": "1",  # a kernel runs as Python: nothing is compiled
    "PYTHONDONTWRITEBYTECODE": "",  # the next run reads what this one compiled
}


@dataclass(frozen=True)
class Tree:
    """A copy of the tree in a folder."""

    folder: Path

    def insert(self, file: str, before: str, text: str) -> None:
        """Insert text before the only place where a pattern matches; AssertionError if it matches nowhere or often."""
        self.replace(file, rf"(?={before})", text)

    def replace(self, file: str, pattern: str, text: str) -> None:
        """Replace what a pattern matches by a text; AssertionError unless it matches in exactly one place."""
        path = self.folder / file
        old = path.read_text(encoding="utf-8")
        places = list(re.finditer(pattern, old, re.MULTILINE))
        assert len(places) == 1, f"{file}: {pattern} matches {len(places)} times"
        path.write_text(old[: places[0].start()] + text + old[places[0].end() :], encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Add text to the end of a file, which may be new."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)

    def run(self, *arguments: str) -> str:
        """Run a Python module in the tree; AssertionError if it fails."""
        done = self._python("-m", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def test(self, *nodes: str) -> tuple[bool, str]:
        """Run tests in the tree; return whether all passed, and the output."""
        done = self._python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *nodes)
        return done.returncode == 0, done.stdout

    def require_failures(self, messages: Mapping[str, str]) -> None:
        """Run these tests in the tree; AssertionError unless each fails, and its message is printed."""
        if not messages:
            return
        _, output = self.test(*messages)
        for test, message in messages.items():
            failed = any(
                f"{word} {place}" in output for word, place in (("FAILED", test), ("ERROR", test.split("::")[0]))
            )
            assert failed, f"{test} passes: nothing reports the missing step\n{output}"
            assert message in output, output

    def _python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )


def copied(folder: Path) -> Tree:
    """Copy the tree into a folder."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder / name)
    return Tree(folder)


@dataclass(frozen=True)
class Step:
    """A step of a list: the files it changes, the change, and how its absence is reported.

    Without the step, `test` fails and its output contains `message`. It runs before the step; `with_previous`: together
    with the test of the step before, which saves a process.
    """

    files: tuple[str, ...]
    change: Callable[[Tree], None]
    test: str = ""
    message: str = ""
    with_previous: bool = False


@dataclass(frozen=True)
class Recipe:
    """A list of CONTRIBUTING.md: its heading, its steps in order, and the tests that then pass."""

    heading: str
    steps: tuple[Step, ...]
    tests: tuple[str, ...]

    def groups(self) -> list[list[Step]]:
        """Return the steps in order, those together whose tests run together."""
        groups: list[list[Step]] = []
        for step in self.steps:
            if step.with_previous:
                groups[-1].append(step)
            else:
                groups.append([step])
        return groups


def listed(text: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the lists of CONTRIBUTING.md: for each heading, the files that each numbered step names first."""
    lists: dict[str, tuple[tuple[str, ...], ...]] = {}
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        steps = re.findall(r"^\d+\. ((?:`[^`]+`(?:, | and )?)+)", body.split("\n## ")[0], re.MULTILINE)
        lists[heading] = tuple(tuple(re.findall(r"`([^`]+)`", step)) for step in steps)
    return lists
