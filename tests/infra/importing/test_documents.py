"""A file of residents may say by which document the evidence was shown; of its number only the end is recorded."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from infra.cli.main import cli
from infra.store.sqlite import SqliteStore
from tests.infra.importing.test_histories import WORLD

COPY = "cd" * 32
HEADER = (
    "居民编号,机构代码,户籍类型,居住起始日,姓名,电话,身份证号,地址,出生日期,"
    "证明材料,证明材料编号,签发日期,出示日期,复印件摘要"
)
WANG = "r1,i1,residence-permit,1995-03-01,王芳,13800000001,440305195203080024,东街3号,1952-03-08"


def take(folder: Path, document: str) -> Result:
    for kind in ("institutions", "teams"):
        (folder / f"{kind}.csv").write_text(WORLD[kind], encoding="utf-8")
    (folder / "residents.csv").write_text(f"{HEADER}\n{WANG},{document}\n", encoding="utf-8")
    files = [str(folder / f"{kind}.csv") for kind in ("institutions", "teams", "residents")]
    return CliRunner().invoke(
        cli, ["import", *files, "--json", "--data", str(folder / "data"), "--now", "2026-03-02T07:00"]
    )


def test_a_row_with_a_document_is_evidence_with_the_end_of_its_number_and_quiet_the_second_time(tmp_path: Path) -> None:
    document = f"居住证,JZ-4403-0117,2021-02-01,2026-02-01,{COPY}"
    result = take(tmp_path, document)
    assert (result.exit_code, result.stderr) == (0, "")
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        events = list(store.read("resident-r1"))
    (shown,) = [each.event for each in events if each.name == "resident.evidence_shown.v1"]
    assert (shown.document_kind, shown.number_ending, shown.copy_digest) == ("residence-permit-card", "117", COPY)  # type: ignore[attr-defined]
    assert "JZ-4403" not in repr(events)
    again = take(tmp_path, document)
    assert (again.exit_code, json.loads(again.stdout.splitlines()[0])["new_events"]) == (0, 0)


def test_a_document_without_its_day_or_with_a_digest_that_is_none_is_named(tmp_path: Path) -> None:
    for document, column, rule in (
        ("居住证,,2021-02-01,,", "document_shown_on", "missing-field"),
        ("居住证,,2021-02-01,2026-02-01,12ab", "copy_digest", "bad-value"),
    ):
        fault = json.loads(take(tmp_path, document).stderr.splitlines()[0])
        assert (fault["column"], fault["rule"]) == (column, rule)
