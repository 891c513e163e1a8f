"""Files as clerks have them are read as they are, told, and refused where they cannot be right."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import cli
from infra.store.sqlite import SqliteStore
from tests.infra.importing.clerk_files import HEAD, INSTITUTIONS, NUMBERS, ROWS, TITLE, write_text, write_xlsx

Run = Callable[..., Result]
TABLE = [HEAD, *ROWS]
BROKEN = [
    ("4.40305E+17", "identity-number-rounded"),
    (NUMBERS[1][:15] + "000", "identity-number-rounded"),
    ("'" + NUMBERS[2], None),
    (f'="{NUMBERS[3]}"', None),
    ("440305391111008", None),
]


@pytest.fixture(scope="module")
def office_of(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The store of one institution and no residents."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "institutions.csv").write_text(INSTITUTIONS, encoding="utf-8")
    words = ["import", str(folder / "institutions.csv"), "--data", str(folder / "data"), "--now", "2026-03-02T07:00"]
    assert CliRunner().invoke(cli, words).exit_code == 0
    return (folder / "data" / "events.db").read_bytes()


@pytest.fixture
def take(office_of: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("JIAYI_LANGUAGE", "en")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.db").write_bytes(office_of)

    def run(file: Path | None, *words: str, now: str = "2026-03-02T07:00") -> Result:
        files = [] if file is None else [str(file), "--set", "institution_id=i1"]
        return CliRunner().invoke(cli, ["import", *files, *words, "--data", str(tmp_path / "data"), "--now", now])

    return run


@pytest.fixture
def residents(tmp_path: Path) -> Callable[[], list[Any]]:
    def registered() -> list[Any]:
        with SqliteStore(tmp_path / "data" / "events.db") as store:
            return [each.event for each in store.after(0, name="resident.registered.v1")]

    return registered


def faults(result: Result) -> list[tuple[int | None, str | None, str]]:
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    return [(each["line"], each["column"], each["rule"]) for each in lines]


def notes(result: Result) -> dict[str, Any]:
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {each["note"]: each for each in lines if "note" in each}


def summary(result: Result) -> dict[str, int]:
    counts: dict[str, int] = json.loads(result.stdout.splitlines()[0])
    return counts


WRITTEN = {
    "gb18030": lambda file: write_text(file, TABLE, "gb18030"),
    "utf-8 with a mark": lambda file: write_text(file, TABLE, "utf-8-sig"),
    "unicode text": lambda file: write_text(file, TABLE, "utf-16", "\t"),
    "semicolons": lambda file: write_text(file, TABLE, "utf-8", ";"),
    "a spreadsheet": lambda file: write_xlsx(file, [TITLE, *TABLE], {(5, 7)}),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_one_form_is_imported_alike_in_every_way_of_writing_it(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]], way: str
) -> None:
    result = take(WRITTEN[way](tmp_path / "register"), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert summary(result)["rows"] == 5
    known = {each.personal.name: each for each in residents()}
    assert [known[row[1]].personal.identity_number for row in ROWS] == NUMBERS
    assert [known[row[1]].personal.phone for row in ROWS[1:3]] == ["13800000002", "13800000003"]
    assert known["张伟"].personal.address == "东街18号\n北门"
    assert known["刘洋"].resident_since.isoformat() == "2024-11-20"
    assert [known[row[1]].evidence for row in ROWS[1:4]] == [
        "household-registration",
        "residence-permit",
        "half-year-residence",
    ]
    assert [known[row[1]].homebound for row in ROWS] == [False, True, False, False, True]


def test_encoding_and_separator_are_told(take: Run, tmp_path: Path) -> None:
    shown = notes(take(write_text(tmp_path / "register.txt", TABLE, "utf-16", "\t"), "--json"))
    assert shown["read-as-text"]["values"] == {"encoding": "UTF-16", "separator": "tab"}


def test_the_same_file_again_makes_nobody_twice(take: Run, tmp_path: Path, residents: Callable[[], list[Any]]) -> None:
    file = write_text(tmp_path / "register.csv", TABLE, "gb18030")
    assert summary(take(file, "--json"))["new_events"] > 5
    again = take(file, "--json", now="2026-04-02T07:00")
    assert (summary(again)["new_events"], summary(again)["known_rows"]) == (0, 5)
    assert len(residents()) == 5


def test_titles_repeated_headers_blank_lines_and_totals_are_told_and_left_out(take: Run, tmp_path: Path) -> None:
    blank = [""] * 11
    table = [[*TITLE, *[""] * 10], HEAD, *ROWS[:3], blank, HEAD, *ROWS[3:], ["合计", "5", *[""] * 9]]
    result = take(write_text(tmp_path / "register.csv", table, "gb18030"), "--json")
    assert (result.exit_code, summary(result)["rows"]) == (0, 5)
    shown = notes(result)
    assert [shown[f"lines-{what}"]["values"]["first"] for what in ("titles", "headers", "totals")] == [1, 8, 11]


def test_numbers_that_a_spreadsheet_broke_are_told_for_what_they_are(take: Run, tmp_path: Path) -> None:
    rows = [[*row[:3], written, *row[4:]] for row, (written, _) in zip(ROWS, BROKEN, strict=True)]
    result = take(write_text(tmp_path / "register.csv", [HEAD, *rows], "utf-8-sig"), "--json", "--keep-good")
    assert faults(result) == [
        (2, "identity_number", "identity-number-rounded"),
        (3, "identity_number", "identity-number-rounded"),
    ]
    assert {"identity-number-unwrapped", "identity-number-converted"} <= notes(result).keys()
    assert summary(result)["left_out"] == 2


def test_an_identity_number_in_a_cell_that_is_a_number_is_lost_beyond_fifteen_digits(take: Run, tmp_path: Path) -> None:
    rows = [ROWS[0][:], *ROWS[1:]]
    rows[0][3] = NUMBERS[0][:15] + "000"
    file = write_xlsx(tmp_path / "register.xlsx", [HEAD, *rows], {(1, 3), (1, 4), (4, 4), (4, 7)})
    result = take(file, "--json")
    assert faults(result) == [(2, "identity_number", "identity-number-rounded")]
    assert NUMBERS[0][:15] not in result.output


@pytest.mark.parametrize("forced", ["gb18030", "latin-1"])
def test_a_text_that_is_decoded_wrongly_is_refused(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]], forced: str
) -> None:
    rows = [["姓名", "地址"], ["王芳", "红荔西路"]]
    file = tmp_path / "register.csv"
    file.write_bytes("\r\n".join(",".join(row) for row in rows).encode() + b"\r\n")
    result = take(file, "--encoding", forced, "--json")
    assert result.exit_code == 2
    assert faults(result)[0][2] == "text-decoded-wrongly"
    assert residents() == []


def test_two_people_with_one_number_are_refused_with_the_id_of_the_known_one(take: Run, tmp_path: Path) -> None:
    rows = [ROWS[0], ["2", "王方", "女", NUMBERS[0], *ROWS[1][4:5], ROWS[0][5], *ROWS[1][6:]]]
    result = take(write_text(tmp_path / "register.csv", [HEAD, *rows], "utf-8"), "--json")
    assert faults(result) == [(3, None, "resident-already-registered")]
    assert json.loads(result.stderr)["values"]["resident"].startswith("r")
    assert NUMBERS[0] not in result.output


def test_a_dry_run_counts_by_rule_and_imports_nothing(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]]
) -> None:
    rows = [*ROWS, [*ROWS[0][:5], "8.3.1952", *ROWS[0][6:]]]
    result = take(write_text(tmp_path / "register.csv", [HEAD, *rows], "utf-8"), "--dry-run", "--json")
    preview = json.loads(result.stdout.splitlines()[0])
    assert result.exit_code == 1
    assert (preview["rows"], preview["refused_rows"], preview["rough_homes"]) == (6, 1, 5)
    assert preview["faults_by_rule"] == [{"rule": "bad-day", "faults": 1}]
    assert residents() == []


def test_refused_rows_are_corrected_in_the_file_of_rejects_and_imported_again(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]]
) -> None:
    rows = [[*ROWS[0][:5], "1952年13月8日", *ROWS[0][6:]], *ROWS[1:]]
    rejects = tmp_path / "rejects.csv"
    first = take(
        write_text(tmp_path / "register.csv", [HEAD, *rows], "gb18030"), "--keep-good", "--rejects", str(rejects)
    )
    assert first.exit_code == 1
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        (head, row) = list(csv.reader(file))
    assert head == ["Reason", *HEAD]
    assert "born_on" in row[0]
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("13月", "3月"), encoding="utf-8")
    assert take(rejects, "--json").exit_code == 0
    assert len(residents()) == 5


def test_a_suggested_mapping_is_edited_and_used(take: Run, tmp_path: Path) -> None:
    head = [*HEAD[:1], "居民名字", *HEAD[2:]]
    rows = [[*row[:6], "本地人" if row[6] == "户籍" else row[6], *row[7:]] for row in ROWS]
    file = write_text(tmp_path / "register.csv", [head, *rows], "utf-8")
    refused = take(file, "--json")
    assert {(fault[1], fault[2]) for fault in faults(refused)} == {
        ("居民名字", "column-unknown"),
        ("name", "column-missing"),
    }
    suggested = take(file, "--suggest").stdout
    mapping = tmp_path / "register.toml"
    edited = suggested.replace('"居民名字" = ""', '"居民名字" = "name"').replace(
        '"本地人" = ""', '"本地人" = "household-registration"'
    )
    mapping.write_text(edited, encoding="utf-8")
    assert take(file, "--map", str(mapping), "--json").exit_code == 0


def test_a_mapping_that_names_no_column_is_refused(take: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "register.toml"
    mapping.write_text('[columns]\n"姓名" = "full_name"\n', encoding="utf-8")
    result = take(write_text(tmp_path / "register.csv", TABLE, "utf-8"), "--map", str(mapping), "--json")
    assert (result.exit_code, json.loads(result.stderr)["rule"]) == (2, "mapping-unreadable")


def test_an_update_tells_which_columns_differ_and_corrects_them_by_events(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]]
) -> None:
    take(write_text(tmp_path / "register.csv", TABLE, "utf-8"))
    rows = [[*ROWS[0][:4], "13900000009", *ROWS[0][5:9], "是", ROWS[0][10]], *ROWS[1:]]
    changed = write_text(tmp_path / "changed.csv", [HEAD, *rows], "utf-8")
    assert take(changed, "--json").exit_code == 2
    preview = take(changed, "--update", "--dry-run", "--json")
    assert notes(preview)["row-differs"]["values"] == {"columns": "phone homebound"}
    result = take(changed, "--update", "--json")
    assert (result.exit_code, summary(result)["new_events"], summary(result)["known_rows"]) == (0, 2, 4)
    assert summary(take(changed, "--update", "--json"))["new_events"] == 0
    assert len(residents()) == 5
    assert "13900000009" not in result.output


def test_homes_without_coordinates_stand_at_the_address_table_s_place_or_roughly_at_the_institution_s(
    take: Run, tmp_path: Path, residents: Callable[[], list[Any]]
) -> None:
    table = write_text(tmp_path / "places.csv", [["地址", "横坐标", "纵坐标"], ["东街 3 号", "70", "-40"]], "gb18030")
    result = take(write_text(tmp_path / "register.csv", TABLE, "utf-8"), "--addresses", str(table), "--json")
    assert notes(result)["homes-placed-roughly"]["values"] == {"count": 4}
    homes = {each.personal.name: each.personal for each in residents()}
    assert (homes["王芳"].home_x, homes["王芳"].home_y, homes["王芳"].located) == (70, -40, "home")
    assert (homes["李娜"].home_x, homes["李娜"].home_y, homes["李娜"].located) == (1200, 800, "institution")


def test_an_institution_without_a_place_is_warned_of(take: Run, tmp_path: Path) -> None:
    file = tmp_path / "institutions.csv"
    file.write_text(
        "institution_id,name,kind,sector,tier,district\ni2,West,clinic,private,1,Nanshan\n", encoding="utf-8"
    )
    assert notes(take(file, "--json"))["institutions-without-place"]["values"] == {"count": 1}
