"""Answers as files over HTTP."""

import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from infra.codec import BadInput
from infra.edges.phrases import Translator
from infra.exports.export import export_of
from infra.http.exports import file_response, wanted_format
from projections.teams import Teams
from tests.http.asgi import get
from tests.http.served import Served

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(request: Request) -> Response:
    try:
        ending = wanted_format(request)
    except BadInput as error:
        return PlainTextResponse(error.rule, status_code=422)
    if ending is None:
        return PlainTextResponse("json")
    made = export_of(
        Teams(),
        [{"team_id": "t1", "base_x": -5}],
        made_at=datetime(2026, 3, 2, tzinfo=UTC),
        made_by="a",
        store_time="simulated",
    )
    return file_response(made, ending, Translator("en"))


APP = Starlette(routes=[Route("/Teams", answer)])


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/Teams?format=csv", "*/*", "text/csv"),
        ("/Teams?format=xlsx", "*/*", XLSX),
        ("/Teams", "text/csv", "text/csv"),
        ("/Teams", f"{XLSX};q=0.9, application/json;q=0.5", XLSX),
        ("/Teams", "application/json, text/csv", "text/plain"),
        ("/Teams?format=json", "text/csv", "text/plain"),
        ("/Teams", "*/*", "text/plain"),
    ],
)
def test_an_answer_is_a_file_where_the_request_wants_one(path: str, accept: str, media_type: str):
    answered = get(APP, path, accept=accept)
    assert answered.headers["Content-Type"].startswith(media_type)


def test_a_download_says_whether_its_store_is_simulated():
    answered = get(APP, "/Teams?format=csv")
    assert answered.content == b"\xef\xbb\xbfteam_id,base_x\r\nt1,-5\r\n"
    assert answered.headers["Jiayi-Store-Time"] == "simulated"
    assert answered.headers["Content-Disposition"] == 'attachment; filename="Teams.simulated.2026-03-02.csv"'
    assert answered.headers["Cache-Control"] == "no-store"


def test_another_format_is_bad_input():
    answered = get(APP, "/Teams?format=pdf")
    assert (answered.status_code, answered.text) == (422, "unknown-value")


def test_every_question_is_answered_as_a_file(door: Served):
    csv = door.get("/api/questions/TeamCaseload?team_id=east&format=csv")
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert "\t13800138000" in csv.text
    xlsx = door.get("/api/questions/Teams", headers={"Accept": XLSX, "Accept-Language": "zh"})
    assert CalamineWorkbook.from_filelike(io.BytesIO(xlsx.content)).get_sheet_by_name("来源").to_python()[4] == [
        "导出人",
        "leader",
    ]
    assert door.get("/api/questions/Teams?format=pdf").json()["field"] == "format"
    assert door.get("/api/questions/Teams?format=csv", "member").json()["rule"] == "role-not-allowed"
