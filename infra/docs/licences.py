"""Writes `docs/licences.md`: every dependency with its reason and its licence, from the installed metadata.

`python -m infra.docs.licences` writes the page; a test compares it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"

GROUPS = {"dependencies": "Needed to run", "roads": "Extra `roads`", "dev": "Extra `dev`"}
"""Lists of dependencies in pyproject.toml, and their headings."""

SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "BSD license": "BSD",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Names of licences in metadata, and their SPDX identifiers (`BSD` where the metadata does not say which)."""

HEAD = """# Licences

Jiayi is under the MIT licence (`LICENSE`). This page lists the licence of each dependency, as its own metadata states
it. Wheels may carry compiled libraries under licences of their own, which stand in their `*.dist-info` folders.
Nothing here is shipped with Jiayi: pip installs it, in the versions of `constraints.txt`.

`python -m infra.docs.licences` writes this page.
"""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One requirement of pyproject.toml: the package's name, and the comment beside it, why it is needed."""

    name: str
    reason: str


def page() -> str:
    """Return the page."""
    return "".join(_page())


def _page() -> Iterator[str]:
    yield HEAD
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    direct: set[str] = set()
    for group, heading in GROUPS.items():
        yield f"\n## {heading}\n\n| package | licence | reason |\n|---|---|---|\n"
        for each in dependencies(project, group):
            direct.add(canonical(each.name))
            yield f"| {each.name} | {licence(metadata(each.name))} | {each.reason} |\n"
    yield "\n## Needed by these\n\n| package | licence |\n|---|---|\n"
    for name in pinned((ROOT / "constraints.txt").read_text(encoding="utf-8")):
        if canonical(name) not in direct:
            yield f"| {name} | {licence(metadata(name))} |\n"


def dependencies(project: str, group: str) -> list[Dependency]:
    """Return the requirements of a list in pyproject.toml, but Jiayi's own extras."""
    body = re.search(rf"^{group} = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    if body is None:
        raise ValueError(f"pyproject.toml has no list {group}")
    lines = (re.fullmatch(r'"([\w.-]+)(\[.*\])?[^"]*",\s*(?:#\s*(.*))?', line.strip()) for line in body[1].splitlines())
    return [Dependency(line[1], line[3] or "") for line in lines if line and line[1] != "jiayi"]


def pinned(constraints: str) -> list[str]:
    """Return the names of all packages in constraints.txt."""
    return [line.partition("==")[0] for line in constraints.splitlines() if "==" in line]


def licence(package: PackageMetadata) -> str:
    """Return a package's licence: its SPDX expression, or else the names in its metadata."""
    if expression := first_field(package, "License-Expression"):
        return expression
    stated = first_field(package, "License")
    if stated and "\n" not in stated and len(stated) < 40:
        return SPDX.get(stated, stated)
    names = [each.rpartition(" :: ")[2] for each in package.get_all("Classifier") or [] if each.startswith("License ")]
    return ", ".join(SPDX.get(name, name) for name in names) or "not stated"


def first_field(package: PackageMetadata, name: str) -> str:
    """Return a field of the metadata, empty if it is not there."""
    return str((package.get_all(name) or [""])[0]).strip()


def canonical(name: str) -> str:
    """Return a package's name in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
