"""The programs that development services need: found, or installed with apt where we may, or named in one line."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from domain.decider import Scalar
from infra.dev.processes import Unready, run

JAVA = 17
"""The oldest Java that runs this Kafka's broker."""

LOCK_SECONDS = 120
"""How long apt waits for another apt."""


class Told(Protocol):
    """Who hears what is being done: a key in kebab case and its values."""

    def __call__(self, key: str, /, **values: Scalar) -> None: ...  # noqa: D102


def quiet(_: str, /, **values: Scalar) -> None:
    """Tell nobody."""


def java(told: Told = quiet) -> Path:
    """Return a Java that is new enough."""
    packages = (f"openjdk-{JAVA}-jre-headless", "default-jre-headless")
    return _found_or_installed(_java, f"Java {JAVA}", packages, told)


def maven(told: Told = quiet) -> Path:
    """Return Maven."""
    return _found_or_installed(lambda: _which("mvn"), "Maven", ("maven",), told)


def postgres(told: Told = quiet) -> Path:
    """Return the folder of PostgreSQL's server programs."""
    return _found_or_installed(_postgres, "PostgreSQL", ("postgresql",), told)


def is_root() -> bool:
    """Say whether we may install packages, and may not run PostgreSQL."""
    return os.geteuid() == 0


def _found_or_installed(find: Callable[[], Path | None], tool: str, packages: Sequence[str], told: Told) -> Path:
    found = find()
    apt = _which("apt-get")
    if found is None and is_root() and apt is not None:
        told("dev-installing", tool=tool)
        _install(apt, packages)
        found = find()
    if found is None:
        raise Unready("dev-tool-missing", tool=tool, packages=" / ".join(packages))
    return found


def _install(apt: Path, packages: Sequence[str]) -> None:
    """Install the first of the packages that there is; with the lists as they are, else with fresh ones."""
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", str(apt), "-qq", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}"]
    for fresh in (False, True):
        if fresh:
            run([*quietly, "update"], folder=Path("/"))
        for package in packages:
            install = [*quietly, "install", "--yes", "--no-install-recommends", package]
            if run(install, folder=Path("/")).returncode == 0:
                return


def _which(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _java() -> Path | None:
    candidates = [found for found in [_which("java")] if found] + sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    return next((each for each in candidates if _java_version(each) >= JAVA), None)


@cache
def _java_version(program: Path) -> int:
    said = re.search(r'version "(\d+)', run([str(program), "-version"], folder=Path("/")).stdout)
    return int(said[1]) if said else 0


def _postgres() -> Path | None:
    """Debian keeps the server's programs beside the path, one folder for each version: the newest is taken."""
    folders = [found.resolve().parent for found in [_which("postgres")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    config = _which("pg_config")
    if config is not None:
        folders.append(Path(run([str(config), "--bindir"], folder=Path("/")).stdout.strip()))
    return next((each for each in folders if (each / "postgres").exists() and (each / "initdb").exists()), None)


def _number(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if re.fullmatch(r"\d+(\.\d+)?", name) else 0.0
