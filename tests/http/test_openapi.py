"""The OpenAPI document is valid, complete, and its examples fit its schemas."""

from openapi_spec_validator import validate

from infra.edges.commands import COMMANDS
from infra.http.app import api_routes
from tests.http.served import Served


def test_the_document_is_valid_openapi_and_names_every_route(door: Served) -> None:
    document = door.get("/api/openapi.json").json()
    validate(document)
    operations = {(method.upper(), path) for path, each in document["paths"].items() for method in each}
    assert operations == {(each.method, each.path) for each in api_routes() if each.path != "/api/openapi.json"}


def test_every_command_has_its_example_and_every_problem_its_answer(door: Served) -> None:
    document = door.get("/api/openapi.json").json()
    for name, edge in COMMANDS.items():
        operation = document["paths"][f"/api/commands/{name}"]["post"]
        assert operation["requestBody"]["content"]["application/json"]["example"] == edge.example
        assert operation["responses"].keys() >= {"200", "400", "401", "403", "409", "412", "413", "415", "422", "503"}
