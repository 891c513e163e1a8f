"""Commands over HTTP: one by its name, or many as lines of JSON."""

import re
from functools import partial

import orjson
from starlette.responses import Response

from infra.cli.records.answers import read_object
from infra.cli.records.known_person import introducing
from infra.cli.records.lines import LineRunner
from infra.cli.records.results import CommandAnswer
from infra.edges.commands import COMMANDS
from infra.edges.parsing import command_schema, parse_command
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.edges.warnings import warnings_of_answer
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem

MOST_BATCH_BYTES = 8 * 1024 * 1024
MOST_BATCH_LINES = 10_000
NDJSON = "application/x-ndjson"

VERSION = re.compile(r'(?:W/)?"?r?(\d{1,18})"?', re.ASCII)
KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


def give_command(served: ServedSystem, exchange: Exchange, name: str) -> Response:
    """Give one command. A repetition under the same key has the first answer, however old it is."""
    request = exchange.request
    command = parse_command(name, read_object(exchange.body))
    command_id = command_id_of(request.headers.get("idempotency-key"))
    if_version = version_of(request.headers.get("if-match"))
    with introducing(lambda question: served.gate(exchange).ask(question)):
        answer = served.execute(command, exchange, command_id=command_id, if_version=if_version)
    result = CommandAnswer.of(answer, command_id, warnings_of_answer(served.system, answer))
    headers = {"ETag": f'"{answer.version}"', "Jiayi-Position": str(answer.position), "Cache-Control": "no-store"}
    return Response(to_json(result), media_type="application/json", headers=headers)


def give_batch(served: ServedSystem, exchange: Exchange) -> Response:
    """Give many commands, a JSON object in each line, decided in order as `jiayi do -` does; a line of answer for each.

    A refused line leaves nothing, and the others stand. UsageError `batch-too-long`.
    """
    lines = [line for line in exchange.body.split(b"\n") if line.strip()]
    if len(lines) > MOST_BATCH_LINES:
        raise UsageError("batch-too-long", lines=len(lines), most=MOST_BATCH_LINES)
    gate = served.gate(exchange)
    runner = LineRunner(
        served.system,
        exchange.who.account_id,
        exchange.language,
        gate.ask,
        clock=served.now,
        check=gate.check_command,
        open_fields=frozenset({"name", "id", "data"}),
        correlation_id=exchange.request_id,
    )
    answers = [to_json(each) for each in runner.answer(lines)]
    return Response("".join(f"{each}\n" for each in answers), media_type=NDJSON, headers={"Cache-Control": "no-store"})


def command_id_of(key: str | None) -> str | None:
    """Return the command id that a header names. UsageError `bad-value` if it is none."""
    if key is None:
        return None
    plain = key.strip().strip('"')
    if not KEY.fullmatch(plain):
        raise UsageError("bad-value", field="Idempotency-Key", detail="1 to 200 visible ASCII signs are expected")
    return plain


def version_of(header: str | None) -> int | None:
    """Return the version or revision that If-Match names, None for any. UsageError `bad-value` if it is none."""
    if header is None or header.strip() == "*":
        return None
    match = VERSION.fullmatch(header.strip())
    if match is None:
        raise UsageError("bad-value", field="If-Match", detail="a version in quotation marks is expected")
    return int(match[1])


IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    description="The command's id: a repetition has the first answer.",
    schema={"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!#-~]+$"},
)
IF_MATCH = Parameter(
    name="If-Match",
    where="header",
    description="The version that the stream must have, as the ETag of an answer told it.",
    schema={"type": "string", "pattern": '^"[0-9]{1,18}"$'},
)
ANSWER_SCHEMA = CommandAnswer


def _route(name: str) -> ApiRoute:
    schema = command_schema(name)
    return ApiRoute(
        method="POST",
        path=f"/api/commands/{name}",
        handler=partial(give_command, name=name),
        summary=str(schema.get("description", name)).partition("\n")[0],
        tag="commands",
        parameters=(IDEMPOTENCY_KEY, IF_MATCH),
        body=COMMANDS[name].command,
        example=dict(COMMANDS[name].example),
        answer=CommandAnswer,
    )


BATCH_EXAMPLE = orjson.dumps({"name": "OpenInstitution", "id": "cmd-1", "data": COMMANDS["OpenInstitution"].example})


def routes() -> list[ApiRoute]:
    """Return a route for each command of the table, and that of batches."""
    batch = ApiRoute(
        method="POST",
        path="/api/commands",
        handler=give_batch,
        summary="Give many commands, a JSON object in each line; the answer has a line for each.",
        tag="commands",
        body={
            "type": "string",
            "description": "Lines of JSON with `name`, `data` and, optionally, the command's `id`.",
        },
        body_media_type=NDJSON,
        example=BATCH_EXAMPLE.decode(),
        answer={"type": "string", "description": "A line of JSON for each line, in order."},
        media_type=NDJSON,
        most_bytes=MOST_BATCH_BYTES,
    )
    return [batch, *map(_route, COMMANDS)]
