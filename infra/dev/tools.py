"""Finds the programs that development services need, or installs them with apt if we are root."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from domain.decider import Scalar
from infra.dev.processes import ServiceNotReady, run

JAVA = 17
"""The oldest Java that runs this Kafka's broker."""

LOCK_SECONDS = 120
"""Seconds that apt waits for another apt."""


class ProgressReporter(Protocol):
    """Takes notice of a step: the key of a sentence in kebab case, and its values."""

    def __call__(self, key: str, /, **values: Scalar) -> None: ...  # noqa: D102


def quiet(_: str, /, **values: Scalar) -> None:
    """Report nothing."""


def java(on_progress: ProgressReporter = quiet) -> Path:
    """Return a Java of at least the oldest usable version."""
    packages = (f"openjdk-{JAVA}-jre-headless", "default-jre-headless")
    return _find_or_install(_java, f"Java {JAVA}", packages, on_progress)


def maven(on_progress: ProgressReporter = quiet) -> Path:
    """Return Maven."""
    return _find_or_install(lambda: _which("mvn"), "Maven", ("maven",), on_progress)


def postgres(on_progress: ProgressReporter = quiet) -> Path:
    """Return the folder of PostgreSQL's server programs."""
    return _find_or_install(_postgres, "PostgreSQL", ("postgresql",), on_progress)


def is_root() -> bool:
    """Return whether we run as root: packages can be installed, PostgreSQL cannot run."""
    return os.geteuid() == 0


def _find_or_install(
    find: Callable[[], Path | None], tool: str, packages: Sequence[str], on_progress: ProgressReporter
) -> Path:
    program = find()
    apt = _which("apt-get")
    if program is None and is_root() and apt is not None:
        on_progress("dev-installing", tool=tool)
        _install(apt, packages)
        program = find()
    if program is None:
        raise ServiceNotReady("dev-tool-missing", tool=tool, packages=" / ".join(packages))
    return program


def _install(apt: Path, packages: Sequence[str]) -> None:
    """Install the first package that exists; if there is none, refresh apt's lists and try again."""
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", str(apt), "-qq", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}"]
    for fresh in (False, True):
        if fresh:
            run([*quietly, "update"], folder=Path("/"))
        for package in packages:
            install = [*quietly, "install", "--yes", "--no-install-recommends", package]
            if run(install, folder=Path("/")).returncode == 0:
                return


def _which(name: str) -> Path | None:
    path = shutil.which(name)
    return Path(path) if path else None


def _java() -> Path | None:
    candidates = [path for path in [_which("java")] if path] + sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    return next((each for each in candidates if _java_version(each) >= JAVA), None)


@cache
def _java_version(program: Path) -> int:
    version = re.search(r'version "(\d+)', run([str(program), "-version"], folder=Path("/")).stdout)
    return int(version[1]) if version else 0


def _postgres() -> Path | None:
    """Return the newest version's folder: Debian keeps the server's programs outside PATH, by version."""
    folders = [path.resolve().parent for path in [_which("postgres")] if path]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    config = _which("pg_config")
    if config is not None:
        folders.append(Path(run([str(config), "--bindir"], folder=Path("/")).stdout.strip()))
    return next((each for each in folders if (each / "postgres").exists() and (each / "initdb").exists()), None)


def _number(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if re.fullmatch(r"\d+(\.\d+)?", name) else 0.0
