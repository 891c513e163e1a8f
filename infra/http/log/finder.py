"""The finder over HTTP. The text stands in the query, which no log holds."""

import orjson
from starlette.responses import Response

from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.finder.search import MOST_SHOWN, USUAL, SearchAnswer, search
from infra.http.paging import limit_of
from infra.http.questions import conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem


def find(served: ServedSystem, exchange: Exchange) -> Response:
    """Find what fits a text, as far as who asks may see it."""
    query = exchange.request.query_params
    for name in query:
        if name not in KNOWN:
            raise UsageError("unknown-field", field=name, detail=", ".join(sorted(KNOWN)))
    gate = served.gate(exchange)
    gate.check_operation("find")
    answer = search(
        served.system,
        gate,
        query.get("q", ""),
        team_id=query.get("team_id"),
        institution_id=query.get("institution_id"),
        limit=limit_of(query["limit"]) if "limit" in query else USUAL,
    )
    shown = gate.show("find", orjson.loads(to_json(answer)))
    return conditional(exchange, to_json(shown).encode(), {})


PARAMETERS = [
    Parameter(
        name="q",
        description="An id, an identity number, a phone, or words of a name or an address: all must fit.",
        schema={"type": "string", "minLength": 1, "maxLength": 100, "examples": ["li"]},
        required=True,
    ),
    Parameter(name="team_id", description="Look for words among this team's residents."),
    Parameter(name="institution_id", description="Look for words among this institution's residents."),
    Parameter(
        name="limit",
        description="Residents of an answer.",
        schema={"type": "integer", "minimum": 1, "maximum": MOST_SHOWN, "default": USUAL},
    ),
]

KNOWN = frozenset(each.name for each in PARAMETERS)

ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/find",
        handler=find,
        summary="Find residents, records and staff by an id, a number or words.",
        tag="log",
        parameters=PARAMETERS,
        answer=SearchAnswer,
    )
]
