"""A page for each problem, in both languages, made from the words, the rulebook and the table of statuses."""

from collections.abc import Iterator
from html import escape

import orjson
from starlette.responses import Response

from domain.rulebook import RULEBOOK, rule_of_refusal
from infra.edges.phrases import phrase
from infra.edges.problems import UsageError
from infra.http.problems import REFUSED, STATUS, TYPES, UNREADABLE
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.words.catalogue import Language, words

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def problem_rules() -> tuple[str, ...]:
    """Return the rules that have sentences in both languages: only they can be a problem's type."""
    rules = (kind_and_key[1] for kind_and_key in words("en") if kind_and_key[0] is None)
    return tuple(sorted(rule for rule in rules if "." not in rule and "_" not in rule))


def show_problem(served: ServedSystem, exchange: Exchange) -> Response:  # noqa: ARG001 -- shared signature
    """Show what a problem means. UsageError `address-unknown`."""
    rule = exchange.request.path_params["rule"]
    if (None, rule) not in words("en"):
        raise UsageError("address-unknown")
    headers = {"Cache-Control": "public, max-age=3600"}
    if "application/json" in exchange.request.headers.get("accept", ""):
        return Response(orjson.dumps(described(rule)), media_type="application/json", headers=headers)
    return Response(page_of(rule), media_type="text/html", headers=headers)


def described(rule: str) -> dict[str, object]:
    """Return what is known of a problem."""
    status = STATUS.get(rule)
    return {
        "type": f"{TYPES}{rule}",
        "status": [status] if status else [REFUSED, UNREADABLE],
        "rule": rule_of_refusal(rule),
        "title": {language: phrase(rule, {}, language) for language in LANGUAGES},
    }


def page_of(rule: str) -> str:
    """Return the page of a problem as HTML."""
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f"<title>{escape(rule)}</title></head><body><main>",
            f"<h1><code>{escape(rule)}</code></h1>",
            *_sentences(rule),
            *_of_rulebook(rule),
            "</main></body></html>\n",
        )
    )


def _sentences(rule: str) -> Iterator[str]:
    for language in LANGUAGES:
        yield f'<p lang="{language}">{escape(phrase(rule, {}, language))}</p>'
    status = STATUS.get(rule)
    yield f"<p>HTTP {status}</p>" if status else f"<p>HTTP {REFUSED} / {UNREADABLE}</p>"


def _of_rulebook(rule: str) -> Iterator[str]:
    for each in RULEBOOK:
        if rule in each.refusals:
            yield f"<h2>{escape(each.number)}</h2>"
            yield f"<p>{escape(each.says)}</p>"


ROUTES = [
    ApiRoute(
        method="GET",
        path="/problems/{rule}",
        handler=show_problem,
        summary="Tell what a problem means, in both languages.",
        tag="problems",
        parameters=[
            Parameter(
                name="rule", where="path", required=True, schema={"type": "string", "examples": ["stale-version"]}
            )
        ],
        answer={"type": "string"},
        media_type="text/html",
        signed_in=False,
    )
]
