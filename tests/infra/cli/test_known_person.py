"""A refused registration tells who is registered already, by id and masked name."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.edges.commands import COMMANDS
from tests.infra.cli.desk import NOW, Desk, another

LINE = "RegisterResident"


def refused(desk: Desk, name: str, **data: object) -> dict[str, object]:
    result = desk("do", name, json.dumps({**COMMANDS[name].example, **data}), "--json")
    assert result.exit_code == 2, result.output
    problem: dict[str, object] = json.loads(result.stderr or result.stdout)
    return problem


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "data")
    desk.do("OpenInstitution")
    desk.do(LINE)
    desk.do(LINE, resident_id="r2", personal={**another("E2"), "name": "欧阳锋"})
    return desk


def test_a_second_registration_under_one_number_names_the_known_one(office: Desk) -> None:
    problem = refused(office, LINE, resident_id="r9", personal={**another(" ｅ2"), "name": "西毒"})
    assert problem["rule"] == "person-already-registered"
    assert problem["values"] == {
        "claimed": "passport",
        "holder": "r2",
        "held_by": "resident-r2",
        "name": "欧阳*",
    }
    assert "r2" in str(problem["detail"])
    assert "欧阳*" in str(problem["detail"])


def test_a_correction_to_anothers_number_names_them(office: Desk) -> None:
    problem = refused(office, "CorrectPersonalDetails", personal=another("E2"))
    assert (problem["rule"], "欧阳*" in str(problem["detail"])) == ("person-already-registered", True)


def test_a_number_that_was_corrected_away_is_free(office: Desk) -> None:
    office.do("CorrectPersonalDetails", resident_id="r2", personal=another("E3"))
    office.do(LINE, resident_id="r9", personal=another("E2"))
    assert refused(office, LINE, resident_id="r10", personal=another("E3"))["rule"] == "person-already-registered"


def test_two_lines_of_one_batch_are_one_person(office: Desk) -> None:
    lines = [
        {"name": LINE, "data": {**COMMANDS[LINE].example, "resident_id": each, "personal": another("E7")}}
        for each in ("r7", "r8")
    ]
    result = office("do", "-", now=NOW, stdin="\n".join(map(json.dumps, lines)))
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["id"], second["rule"], second["values"]["holder"]) == ("r7", "person-already-registered", "r7")


def test_no_number_stands_in_a_row_of_claims(office: Desk) -> None:

    with closing(sqlite3.connect(office.data / "events.db")) as file:
        rows = str(file.execute("SELECT * FROM claims").fetchall())
    personal = COMMANDS[LINE].example["personal"]
    assert isinstance(personal, dict)
    assert rows.count("person:") == 2
    assert personal["identity_number"] not in rows


def test_where_nobody_shares_a_number_the_list_of_twins_is_empty(office: Desk) -> None:
    assert json.loads(office("resident", "twins", "--json").stdout or "[]") == []
    assert "No two residents" in office("resident", "twins").stdout


def test_twins_of_an_earlier_release_stand_in_one_row(office: Desk) -> None:
    claims = "DELETE FROM claims WHERE key LIKE 'person:%'"
    with closing(sqlite3.connect(office.data / "events.db", isolation_level=None)) as file:
        file.execute(claims)
        office.do(LINE, resident_id="r9", personal=another("E2"))
        file.execute(claims)
        file.execute("DROP TABLE personal_claims")
    assert "r2 and r9" in office("resident", "twins").stdout


def test_numbers_are_claimed_again_only_if_that_is_confirmed(office: Desk) -> None:
    refusal = office("store", "claim")
    assert (refusal.exit_code, "[store-claim-unconfirmed]" in refusal.stderr) == (2, True)
    assert office("store", "claim", "--yes").exit_code == 0
    assert refused(office, LINE, resident_id="r9", personal=another("E2"))["rule"] == "person-already-registered"


def test_a_row_of_a_file_names_the_known_one(office: Desk, tmp_path: Path) -> None:
    row = "r9,i1,half-year-residence,1995-03-01,西毒,13800000001,passport,e 2,East Street,1950-01-01,0,0"
    head = "resident_id,institution_id,evidence,resident_since,name,phone,paper,identity_number,address,born_on,"
    file = tmp_path / "residents.csv"
    file.write_text(f"{head}home_x,home_y\n{row}\n", encoding="utf-8")
    result = office("import", str(file))
    assert result.exit_code == 2, result.output
    assert "residents.csv:2: This person is registered already: 欧阳*, resident r2." in result.stderr


CHILD = {**another(""), "name": "王小", "born_on": "2026-02-20"}
UNDER: dict[str, Any] = {"guardian_id": "r1", "resident_since": "2026-02-20", "personal": CHILD}


def test_a_newborn_without_a_number_is_registered_once_under_a_guardian_and_a_twin_beside_it(office: Desk) -> None:
    office.do(LINE, resident_id="n1", **UNDER)
    office.do(LINE, resident_id="n2", birth_order=2, **UNDER)
    problem = refused(office, LINE, resident_id="n3", **UNDER)
    assert (problem["rule"], "n1" in str(problem["detail"])) == ("person-already-registered", True)


def test_the_number_of_a_newborn_is_not_that_of_somebody_else(office: Desk) -> None:
    office.do(LINE, resident_id="n1", **UNDER)
    numbered = {**CHILD, "identity_number": "E2"}
    problem = refused(office, "CorrectPersonalDetails", resident_id="n1", personal=numbered)
    assert (problem["rule"], "r2" in str(problem["detail"])) == ("person-already-registered", True)
    office.do("CorrectPersonalDetails", resident_id="n1", personal={**CHILD, "identity_number": "E9"})


def test_newborns_without_a_number_stay_claimed_when_claims_are_made_again(office: Desk) -> None:
    office.do(LINE, resident_id="n1", **UNDER)
    assert office("store", "claim", "--yes").exit_code == 0
    assert refused(office, LINE, resident_id="n3", **UNDER)["rule"] == "person-already-registered"


def test_a_row_of_a_file_may_have_no_number_but_a_guardian(office: Desk, tmp_path: Path) -> None:
    head = "resident_id,institution_id,evidence,resident_since,name,phone,identity_number,address,born_on,guardian_id"
    file = tmp_path / "residents.csv"
    for resident_id, guardian_id, refusal in (("n1", "r1", ""), ("n2", "", "paper"), ("n3", "r1", "resident n1")):
        row = f"{resident_id},i1,household-registration,2026-02-20,王小,13800000001,,东街,2026-02-20,{guardian_id}"
        file.write_text(f"{head}\n{row}\n", encoding="utf-8")
        result = office("import", str(file))
        assert (result.exit_code == 0) == (refusal == ""), result.output
        assert refusal in result.stderr
