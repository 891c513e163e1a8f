"""CSV files: all rows become commands in one commit, or every bad row is reported and nothing is stored."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.main import cli
from infra.codec import BadInput
from infra.importing.files import read_file
from infra.importing.kinds import KINDS
from infra.store.sqlite import SqliteStore

EXAMPLES = Path(__file__).parents[3] / "examples"
HEADERS = [",".join(column.name for column in kind.columns).encode() + b"\n" for kind in KINDS.values()]
NOW = "2026-03-02T07:00"

Import = Callable[..., Result]
Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example files."""
    for file in EXAMPLES.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Change:
    def replace(name: str, old: str, new: str) -> None:
        file = folder / f"{name}.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def take_in(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setenv("JIAYI_LANGUAGE", "en")

    def run(*words: str, names: tuple[str, ...] = (), now: str = NOW) -> Result:
        files = [folder / f"{name}.csv" for name in names] or sorted(folder.glob("*.csv"))
        arguments = ["import", *map(str, files), *words, "--data", str(tmp_path / "data"), "--now", now]
        return CliRunner().invoke(cli, arguments)

    return run


@pytest.fixture
def events(tmp_path: Path) -> Callable[[], int]:
    def count() -> int:
        (tmp_path / "data").mkdir(exist_ok=True)
        with SqliteStore(tmp_path / "data" / "events.db") as store:
            return store.last_position()

    return count


def summary(result: Result) -> dict[str, int]:
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


def faults(result: Result) -> list[tuple[str, int | None, str | None, str]]:
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    return [(Path(each["file"]).stem, each["line"], each["column"], each["rule"]) for each in lines]


def test_the_examples_import_together_and_a_second_time_quietly(take_in: Import, events: Callable[[], int]):
    first = take_in("--json")
    assert (first.exit_code, first.stderr) == (0, "")
    assert summary(first) == {"rows": 32, "new_events": 68, "known_rows": 0, "left_out": 0}
    count = events()
    again = take_in("--json", now="2026-04-02T07:00")
    assert again.exit_code == 0
    assert summary(again) == {"rows": 32, "new_events": 0, "known_rows": 32, "left_out": 0}
    assert events() == count
    people = take_in(now="2026-04-02T07:00")
    assert "0 new events" in people.stdout


def test_the_order_of_files_does_not_matter(take_in: Import):
    names = ("visits", "beds", "contracts", "residents-zh", "residents", "teams", "institutions")
    assert take_in("--json", names=names).exit_code == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "rule"),
    [
        ("contracts", "2026-01-05,2026-01-05", "2026-02-30,2026-01-05", (2, "signed_on"), "bad-day"),
        ("teams", "zhao,rehab", "zhao,cook", (5, "role"), "unknown-value"),
        ("teams", "08:00,17:00", "8,17:00", (2, "starts"), "bad-time"),
        ("teams", "900,-400,nurse-xu,nurse", "900,-401,nurse-xu,nurse", (7, "base_y"), "rows-contradict"),
        ("visits", "v01,", "v 01,", (2, "visit_id"), "bad-id"),
        ("residents", "Wang Fang,", "Wang Fang,,", (2, None), "cells-do-not-fit"),
        ("residents", "Wang Fang", "", (2, "name"), "missing-field"),
        ("residents", ",no,", ",perhaps,", (2, "homebound"), "unknown-value"),
        ("visits", "nurse 30", "nurse", (2, "needs"), "bad-value"),
        ("visits", "nurse 30", "cook 30", (2, "needs"), "unknown-value"),
        ("teams", "1-5,08:00", "5-1,08:00", (2, "weekdays"), "bad-value"),
        ("teams", "1-5,08:00", "12,08:00", (2, "weekdays"), "bad-value"),
        ("institutions", "elder=1310", "elders=1310", (2, "groups"), "unknown-value"),
        ("visits", ",6\n", ",six\n", (2, "priority"), "wrong-type"),
        ("contracts", "c01,r01", "c01,r77", (2, None), "resident-not-registered"),
        ("contracts", "c01,r01", "c01,r03", (4, None), "active-contract-exists"),
        ("visits", "2026-03-04,2028-12-29", "2026-03-04,2026-03-03", (2, None), "window-ends-before-it-begins"),
        ("beds", "yes,yes", "yes,no", (2, None), "bed-assessed-unfit"),
        ("institutions", "2026-01-01,12400", "2027-01-01,12400", (2, None), "day-in-the-future"),
    ],
)
def test_a_bad_row_is_reported_with_its_line_and_column_and_nothing_is_imported(
    take_in: Import,
    change: Change,
    events: Callable[[], int],
    name: str,
    old: str,
    new: str,
    place: tuple[int, str | None],
    rule: str,
):
    change(name, old, new)
    result = take_in("--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (name, *place, rule) in faults(result)
    others = [fault for fault in faults(result) if fault != (name, *place, rule)]
    assert {fault[3] for fault in others} <= {"builds-on-bad-row"}
    assert events() == 0


def test_a_team_without_a_nurse_is_refused(take_in: Import, change: Change, events: Callable[[], int]):
    change("teams", "nurse-xu,nurse", "nurse-xu,pharmacist")
    assert ("teams", 6, None, "missing-mandatory-role") in faults(take_in("--json"))
    assert events() == 0


def test_every_bad_cell_is_reported(take_in: Import, change: Change):
    change("visits", "nurse 30,single", "nurse,double")
    change("visits", "09:00,11:30,6", "25:00,11:30,x")
    assert [fault[2] for fault in faults(take_in("--json"))] == ["needs", "sync", "opens_at", "priority"]


def test_one_line_for_people_has_file_line_column_sentence_and_rule(take_in: Import, change: Change, folder: Path):
    change("visits", "nurse 30", "nurse")
    result = take_in()
    assert result.stderr.startswith(f"{folder / 'visits.csv'}:2:needs: ")
    assert result.stderr.endswith(" [bad-value]\n")
    assert result.stderr.count("\n") == 1


def test_with_keep_good_the_good_rows_are_imported(take_in: Import, change: Change):
    change("residents", "1950-01-01", "1950-13-01")
    result = take_in("--keep-good", "--json")
    assert result.exit_code == 1
    assert faults(result) == [
        ("contracts", 2, None, "builds-on-bad-row"),
        ("residents", 2, "born_on", "bad-day"),
    ]
    assert summary(result)["left_out"] == 2
    assert summary(result)["new_events"] == 62  # without r01 (five events) and c01
    change("residents", "1950-13-01", "1950-01-01")
    mended = take_in("--json")
    assert mended.exit_code == 0
    assert (summary(mended)["new_events"], summary(mended)["known_rows"]) == (6, 30)


def test_a_row_is_stored_or_refused_as_a_whole(take_in: Import, change: Change, tmp_path: Path):
    change("residents", "elder;hypertension,2020-01-01", "elder;hypertension,2030-01-01")
    result = take_in("--keep-good", "--json")
    assert ("residents", 2, None, "day-in-the-future") in faults(result)
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        assert store.read("resident-r01") == []


def test_without_a_good_row_keep_good_imports_nothing(take_in: Import, change: Change, events: Callable[[], int]):
    change("institutions", "public,1", "public,one")
    change("institutions", "public,3", "public,three")
    assert take_in("--keep-good", "--json", names=("institutions",)).exit_code == 2
    assert events() == 0


def test_a_broken_encoding_is_one_line(take_in: Import, folder: Path, events: Callable[[], int]):
    file = folder / "residents-zh.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    result = take_in("--encoding", "utf-8", names=("residents-zh",))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"{file}:2: ")
    assert result.stderr.endswith("[bad-encoding]\n")
    assert events() == 0


@pytest.mark.parametrize(("encoding", "prefix"), [("gb18030", b""), ("utf-8", b"\xef\xbb\xbf"), ("UTF-8", b"")])
def test_encodings_of_the_field_are_read(take_in: Import, folder: Path, tmp_path: Path, encoding: str, prefix: bytes):
    assert take_in(names=("institutions",)).exit_code == 0
    file = folder / "residents-zh.csv"
    file.write_bytes(prefix + file.read_text(encoding="utf-8").encode(encoding))
    assert take_in("--encoding", encoding, names=("residents-zh",)).exit_code == 0
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        registered = store.read("resident-r07")[0].event
    assert registered.personal.name == "赵敏"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("", (), "kind-unknown"),
        ("colour,size\nred,1\n", (), "kind-unknown"),
        ("contract_id,resident_id,team_id,signed_on\n", (), "column-missing"),
        ("contract_id,resident_id\n", ("--as", "contracts"), "column-missing"),
        ("contract_id,resident_id,team_id,signed_on,agreement_read,starts_on,mood\n", (), "column-unknown"),
        ("contract_id,resident_id,team_id,signed_on,agreement_read,starts_on,starts_on\n", (), "column-twice"),
        ("contract_id,resident_id,team_id,signed_on,agreement_read,starts_on\nc1,r1\n", (), "cells-do-not-fit"),
        ('contract_id,resident_id,team_id,signed_on,agreement_read,starts_on\n"c1,r1\n', (), "csv-broken"),
        (
            "contract_id,resident_id,team_id,signed_on,agreement_read,starts_on\n",
            ("--encoding", "klingon"),
            "encoding-unknown",
        ),
    ],
)
def test_a_file_that_is_no_table_is_reported(
    take_in: Import, folder: Path, events: Callable[[], int], text: str, words: tuple[str, ...], rule: str
):
    (folder / "x.csv").write_text(text, encoding="utf-8")
    result = take_in("--json", *words, names=("x",))
    assert result.exit_code == 2
    assert {fault[3] for fault in faults(result)} == {rule}
    assert events() == 0


def test_a_file_that_is_not_there_is_one_line(take_in: Import):
    result = take_in(names=("nowhere",))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith("[file-unusable]\n")


def test_cells_may_hold_line_breaks_and_blank_lines_are_no_rows(take_in: Import, change: Change):
    change("residents", '"Lane 3, No. 5"', '"Lane 3,\nNo. 5"')
    change("residents", "\nr03", "\n\n,,,,,,,,,,,,,\nr03x y")
    result = take_in("--json", names=("institutions", "residents"))
    assert faults(result) == [
        ("residents", 7, "resident_id", "bad-id"),
    ]


@given(cell=st.text(min_size=1) | st.text("0123456789-:;/= gpelder", min_size=1))
def test_a_cell_is_read_or_is_bad_input(cell: str):
    for kind in KINDS.values():
        for column in kind.columns:
            with suppress(BadInput):
                column.read(cell)


def test_a_first_line_that_is_broken_is_a_fault_of_line_one(tmp_path: Path):
    file = tmp_path / "broken.csv"
    file.write_text('"', encoding="utf-8")
    (fault,) = read_file(file, "utf-8", None).faults
    assert (fault.rule, fault.line) == ("csv-broken", 1)


@settings(max_examples=50)
@given(body=st.binary(max_size=200), header=st.sampled_from([b"", *HEADERS]), kind=st.sampled_from([None, *KINDS]))
def test_any_bytes_are_rows_or_faults(body: bytes, header: bytes, kind: str | None):
    with NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(header + body)
        read_file(Path(file.name), "utf-8", kind)
        read_file(Path(file.name), "gb18030", kind)


def test_the_schema_of_each_kind_is_shown():
    for kind, known in KINDS.items():
        result = CliRunner().invoke(cli, ["import", "--schema", kind, "--json"])
        columns = [json.loads(line) for line in result.stdout.splitlines()]
        assert [column["name"] for column in columns] == [column.name for column in known.columns]
        for column, shown in zip(known.columns, columns, strict=True):
            column.read(shown["example"])
        assert known.id_column in CliRunner().invoke(cli, ["import", "--schema", kind]).stdout


def test_an_import_names_who_imports_and_whose_word_it_is(take_in: Import, tmp_path: Path) -> None:
    named = take_in("--on-word-of", "李护士", names=("institutions",))
    assert named.exit_code == 2
    assert named.stderr.endswith("[bad-value]\n")
    assert take_in("--actor", "clerk-1", "--on-word-of", "nurse-li", names=("institutions",)).exit_code == 0
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        known = {(event.metadata.actor, event.metadata.word_of) for event in store.after(0)}
    assert known == {("clerk-1", "nurse-li")}
