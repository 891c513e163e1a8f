"""What `--json` prints is what the documented JSON Schema says."""

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import jsonschema
import pytest
from click.testing import Result

from tests.infra.cli.desk import NOW, Desk
from tests.infra.cli.test_rosters import DAY, MORNING, away, visit

ROOT = Path(__file__).parents[3]

DOCUMENTED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("roster", "plan"): ("t1", DAY),
    ("roster", "show"): ("t1", DAY),
    ("roster", "day"): ("t1", DAY),
    ("roster", "replan"): ("t1", DAY),
    ("roster", "explain"): ("t1", DAY, "v1"),
    ("roster", "week"): ("t1", DAY),
    ("roster", "offer"): ("r1", "--purpose", "postpartum-visit"),
    ("roster", "take-offer"): ("r1", "--purpose", "postpartum-visit", "--at", f"{DAY}T15:00"),
    ("roster", "cover"): ("nurse-li", DAY),
    ("roster", "notices"): ("t1", DAY),
    ("roster", "terms"): ("t1", DAY),
    ("roster", "place"): ("v1", "--member", "nurse-li", "--at", f"{DAY}T15:00", "--dry-run"),
    ("contract", "history"): ("c1",),
}
"""Commands with a JSON Schema, and arguments for each."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A planned day on which the nurse falls ill, so that visits move or have no place: a folder to be copied."""
    desk = Desk(tmp_path_factory.mktemp("schemas") / "data")
    for name in ("OpenInstitution", "FormTeam", "RegisterResident", "SignContract"):
        desk.do(name)
    for name in ("v1", "v2", "v3"):
        desk.do("RequestVisit", NOW, **visit(name))
    assert desk("roster", "plan", "t1", DAY).exit_code == 0
    away(desk, f"{DAY}T10:00:00+08:00", f"{DAY}T12:00:00+08:00", now=MORNING)
    return desk.data


@pytest.fixture
def ill(day: Path, tmp_path: Path) -> Desk:
    return Desk(Path(copytree(day, tmp_path / "data")))


def documents(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("command", DOCUMENTED, ids=" ".join)
def test_what_json_prints_is_what_the_schema_says(ill: Desk, command: tuple[str, ...]) -> None:
    (schema,) = documents(ill.bare(*command, "--schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    printed = documents(ill(*command, *DOCUMENTED[command], "--json", now=MORNING))
    assert printed
    for document in printed:
        validator.validate(document)
        assert document.keys() == properties(schema).keys(), "no field is missing, and none is not documented"


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    (name,) = schema["$ref"].removeprefix("#/$defs/").split("/")
    fields: dict[str, Any] = schema["$defs"][name]["properties"]
    return fields


@pytest.mark.parametrize("command", DOCUMENTED, ids=" ".join)
def test_a_document_with_a_wrong_field_is_refused_by_the_schema(ill: Desk, command: tuple[str, ...]) -> None:
    (schema,) = documents(ill.bare(*command, "--schema"))
    printed = documents(ill(*command, *DOCUMENTED[command], "--json", now=MORNING))[0]
    for field in properties(schema):
        less = {name: value for name, value in printed.items() if name != field}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(less, schema)


def test_the_page_about_json_names_every_command_with_a_schema() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert all(f"`jiayi {' '.join(command)}" in page for command in DOCUMENTED)
