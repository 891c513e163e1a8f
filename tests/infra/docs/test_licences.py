"""The page of licences lists every dependency with its reason, as the installed packages state them."""

import re
from email.message import Message
from importlib.metadata import PackageMetadata
from typing import cast

import pytest

from infra.docs.licences import GROUPS, PAGE, ROOT, dependencies, licence, page

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def stated(**fields: str | list[str]) -> PackageMetadata:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return cast("PackageMetadata", message)


def test_the_page_is_the_one_that_the_installed_packages_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m infra.docs.licences"


@pytest.mark.parametrize("group", GROUPS)
def test_each_dependency_has_its_reason(group: str) -> None:
    assert [each.name for each in dependencies(PROJECT, group) if len(each.reason) < 10] == []


@pytest.mark.parametrize(
    ("group", "name"), [("dependencies", "psycopg"), ("roads", "scipy"), ("dev", "check-jsonschema")]
)
def test_every_kind_of_requirement_is_read(group: str, name: str) -> None:
    assert name in [each.name for each in dependencies(PROJECT, group)]


def test_no_dependency_is_under_the_gpl_or_without_a_licence() -> None:
    licences = [line.split(" | ")[1] for line in page().splitlines() if line.startswith("| ")]
    assert [each for each in licences if re.search(r"(?<!L)GPL|not stated", each)] == []


@pytest.mark.parametrize(
    ("package", "name"),
    [
        (stated(License_Expression="MIT", License="whatever"), "MIT"),
        (stated(License="Apache 2.0"), "Apache-2.0"),
        (
            stated(License="Copyright (c) 2017\nAll of the text", Classifier="License :: OSI Approved :: BSD License"),
            "BSD",
        ),
        (stated(Classifier="Topic :: Maps"), "not stated"),
    ],
)
def test_a_licence_is_the_expression_or_the_name_or_the_classifier(package: PackageMetadata, name: str) -> None:
    assert licence(package) == name
