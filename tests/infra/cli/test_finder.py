"""`jiayi find`, as people and as programs read it."""

import json
from pathlib import Path

import pytest

from tests.infra.cli.desk import Desk, another

LINE = "RegisterResident"


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "data")
    desk.do("OpenInstitution")
    desk.do(LINE)
    desk.do(LINE, resident_id="r2", personal={**another("E2"), "name": "欧阳锋"})
    return desk


def test_a_resident_is_found_by_name_and_by_number_in_both_languages(office: Desk) -> None:
    assert "欧阳锋" in office("find", "欧阳").stdout
    shown = office("find", "欧阳锋", "--language", "zh").stdout
    assert "姓名" in shown
    assert "r2" in shown


def test_programs_read_one_document(office: Desk) -> None:
    answer = json.loads(office("find", "欧阳锋", "--json").stdout)
    assert [(each["kind"], each["id"], each["because"]) for each in answer["hits"]] == [("resident", "r2", "name")]
    assert answer["more"] is False
    assert json.loads(office("find", "i1", "--json").stdout)["staff"][0]["kind"] == "institution"


def test_where_nothing_fits_that_is_said(office: Desk) -> None:
    result = office("find", "西门吹雪")
    assert (result.exit_code, "Nothing that you may see fits." in result.stdout) == (0, True)


def test_a_text_of_nothing_is_refused(office: Desk) -> None:
    result = office("find", " ")
    assert (result.exit_code, "[search-text-unusable]" in result.stderr) == (2, True)
