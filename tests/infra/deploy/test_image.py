"""The image's build file, read and not run: the copied files exist, and its user is not root."""

import json
import tomllib
from fnmatch import fnmatch

import pytest

from tests.infra.deploy.described import BUILD, ROOT, described, steps

STEPS = list(steps())
TAKEN = [
    words[:-1]
    for instruction, rest in STEPS
    if instruction == "COPY" and not (words := rest.split())[0].startswith("--from=")
]
SOURCES = [source for sources in TAKEN for source in sources]


def last(instruction: str) -> str:
    """Return the arguments of the image's last such instruction."""
    return [rest for each, rest in STEPS if each == instruction][-1]


def admitted(name: str) -> bool:
    """Return whether .dockerignore admits a file of the project's folder; the last line that fits decides."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    fits = True
    for line in lines:
        if line and not line.startswith("#") and fnmatch(name, line.removeprefix("!")):
            fits = line.startswith("!")
    return fits


@pytest.mark.parametrize("source", SOURCES)
def test_copied_files_exist(source):
    assert (ROOT / source).exists()
    assert admitted(source)


def test_every_room_is_in_the_image():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = settings["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {room.rstrip("*") for room in rooms} <= set(SOURCES)


@pytest.mark.parametrize("name", [".env", ".git", ".jiayi", ".venv", "tests"])
def test_private_and_needless_files_are_left_out(name):
    assert not admitted(name)


def test_its_user_is_not_root_and_has_a_number():
    user, _, group = last("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    after = [each for each, _ in STEPS[[each for each, _ in STEPS].index("USER") :]]
    assert "COPY" not in after, "the program's files belong to root"


def test_its_entry_point_is_our_command():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert json.loads(last("ENTRYPOINT")) == ["jiayi"]
    assert "jiayi" in scripts


def test_the_solver_is_compiled_by_its_user():
    names = [each for each, _ in STEPS]
    warm = STEPS.index(("RUN", '["python", "-m", "schedulers.warm"]'))
    assert names.index("USER") < warm < names.index("ENTRYPOINT")


def test_packages_are_those_that_are_pinned():
    assert any(each == "ENV" and "PIP_CONSTRAINT=/source/constraints.txt" in rest for each, rest in STEPS)


def test_images_are_named_without_a_registry():
    bases = [rest.split()[0] for each, rest in STEPS if each == "FROM"]
    named = bases + [each.image for each in described().services.values()]
    assert [name for name in named if "." in name.split("/")[0].split(":")[0] or name.endswith(":latest")] == []
    assert all(":" in name for name in named), "a version belongs to it"


def test_the_described_services_are_built_from_it():
    for service in described().ours().values():
        assert service.build is not None
        assert (ROOT / service.build.context / service.build.dockerfile).resolve() == BUILD
