"""Answers to questions as files over HTTP: `?format=csv` or `xlsx`, or an `Accept` header that names one of them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from infra.codec import BadInput
from infra.edges.phrases import Translator
from infra.exports.export import Export, Format
from infra.exports.files import body_of

MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

STORE_TIME = "Jiayi-Store-Time"
"""The header that says whether the answer is of a simulated store: a CSV file has no other place for it."""


def wanted_format(request: Request) -> Format | None:
    """Return the format in which an answer is wanted, None for JSON; BadInput `unknown-value`.

    The parameter comes before the header.
    """
    match request.query_params.get("format"):
        case None | "json":
            pass
        case "csv":
            return "csv"
        case "xlsx":
            return "xlsx"
        case other:
            raise BadInput("format", "unknown-value", f"{other!r} is not json, csv or xlsx")
    if "format" in request.query_params:
        return None
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    for media_type in accepted:
        for ending, known in MEDIA_TYPES.items():
            if media_type == known.partition(";")[0]:
                return ending
        if media_type in {"application/json", "*/*"}:
            return None
    return None


def file_response(export: Export, ending: Format, words: Translator) -> Response:
    """Return the file as a download; its name holds no personal value."""
    headers = {
        "Content-Disposition": f'attachment; filename="{export.file_name(ending)}"',
        "Cache-Control": "no-store",
        STORE_TIME: export.store_time,
    }
    return Response(body_of(export, ending, words), media_type=MEDIA_TYPES[ending], headers=headers)
