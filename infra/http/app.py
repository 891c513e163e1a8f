"""The application: every route of the tables, behind the guard."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from infra.edges.problems import UsageError
from infra.http import calendar, commands, questions
from infra.http.describe import asyncapi, health, openapi, problem_pages
from infra.http.fhir.routes import routes as fhir_routes
from infra.http.guard import Guard, language_of_request, request_id_of
from infra.http.log import events, finder, histories, live, reads
from infra.http.log.teams import team_of_event
from infra.http.problems import problem_response
from infra.http.rosters import routes as rosters
from infra.http.routing import ApiRoute, mounted
from infra.http.served import Authenticate, ServedSystem
from infra.http.sign_in import routes as sign_in
from infra.settings import Language
from infra.system import System

COMPRESSED_FROM = 1000
COMPRESS_LEVEL = 5


def api_routes() -> list[ApiRoute]:
    """Return every route of the API, its own description last."""
    routes = [
        *health.ROUTES,
        *sign_in.ROUTES,
        *problem_pages.ROUTES,
        *commands.routes(),
        *questions.routes(),
        *calendar.ROUTES,
        *finder.ROUTES,
        *histories.ROUTES,
        *reads.ROUTES,
        *events.ROUTES,
        *live.ROUTES,
        *rosters.routes(),
        *asyncapi.ROUTES,
    ]
    return [*routes, openapi.described(openapi.document(routes, problem_pages.problem_rules()))]


def make_app(system: System, authenticate: Authenticate, routes: Sequence[ApiRoute] | None = None) -> Starlette:
    """Return the application over an open system; the caller closes the system."""
    return app_of(ServedSystem(system, authenticate), routes)


def app_of(served: ServedSystem, routes: Sequence[ApiRoute] | None = None) -> Starlette:
    """Return the application over a served system."""
    system = served.system

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with served.feed.watch(system.store, partial(team_of_event, system)):
            yield
        await run_sync(served.jobs.close)

    language = system.settings.language
    made = [mounted(each, served) for each in ([*api_routes(), *fhir_routes()] if routes is None else routes)]
    fixed = [each for each in made if "{" not in each.path]
    app = Starlette(
        routes=[FixedPaths(fixed), *(each for each in made if "{" in each.path)],
        middleware=[
            Middleware(Guard, language=language),
            Middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=COMPRESS_LEVEL),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: partial(_not_routed, language=language)},
    )
    app.router.redirect_slashes = False
    return app


class FixedPaths(BaseRoute):
    """Routes whose paths have no parameters, candidates in one look."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._by_path: dict[str, list[Route]] = {}
        for each in routes:
            self._by_path.setdefault(each.path, []).append(each)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return the route of a path, and whether it has the method."""
        candidates = self._by_path.get(scope["path"], ()) if scope["type"] == "http" else ()
        best: tuple[Match, Scope] = Match.NONE, {}
        for each in candidates:
            match, child = each.matches(scope)
            if match is Match.FULL:
                return match, {**child, "route": each}
            if match is Match.PARTIAL and best[0] is Match.NONE:
                best = match, {**child, "route": each}
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route answer."""
        await scope["route"].handle(scope, receive, send)


async def _not_routed(request: Request, error: Exception, language: Language) -> Response:
    """Answer a path that no route has, or a method that the path has not."""
    assert isinstance(error, HTTPException)
    wanted = language_of_request(request, language)
    answer = problem_response(_unrouted(request, error), wanted, request_id_of(request))
    if error.headers:
        answer.headers.update(error.headers)
    return answer


def _unrouted(request: Request, error: HTTPException) -> UsageError:
    if error.status_code == 405:
        return UsageError("method-not-allowed", method=request.method)
    path = request.url.path
    if path.startswith("/api/commands/"):
        return UsageError("command-unknown", command=path.rpartition("/")[2])
    if path.startswith("/api/questions/"):
        return UsageError("question-unknown", question=path.rpartition("/")[2])
    return UsageError("address-unknown")
