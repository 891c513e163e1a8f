"""Histories of contracts are taken over: each step by the rules of its day, marked as taken over, all or nothing."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import cli
from infra.store.recorded import TakenOver
from infra.store.sqlite import SqliteStore

WORLD = {
    "institutions": "institution_id,name,kind,sector,tier,district,x,y\n"
    "i1,East,community-health,public,1,Nanshan,0,0\n",
    "teams": "team_id,institution_id,base_x,base_y,member_id,role,weekdays,starts,ends,"
    "licence,registered_in,practising_since\n"
    + "".join(
        f"{team},i1,0,0,dr-{team},gp,1-5,08:00,17:00,general-practice,SZ,2015-07-01\n"
        f"{team},i1,0,0,nurse-{team},nurse,1-5,08:00,17:00,,,\n"
        for team in ("t1", "t2")
    ),
    "residents": "resident_id,institution_id,evidence,resident_since,name,phone,identity_number,address,born_on\n"
    "r1,i1,household-registration,1995-03-01,王芳,13800000001,440305195203080024,东街3号,1952-03-08\n",
}
COPY = "ab" * 32
HISTORY = [
    "协议编号,居民编号,团队编号,步骤,日期,期限,原因,末日,文件编号,副本摘要",
    f"c1,r1,t1,首签,2022年3月1日,12,,,SZ-2022-17,{COPY}",
    "c1,,,续签,2023/2/20,12,,,,",
    "c1,,t2,转签,2023-09-01,,doctor-left,,,",
    "c1,,,解约,20240110,,moved-out,2024-01-31,,",
]
Take = Callable[..., Result]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    for kind, text in WORLD.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")

    def run(*lines: str) -> Result:
        (tmp_path / "histories.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        files = [str(tmp_path / f"{kind}.csv") for kind in (*WORLD, "histories")]
        return CliRunner().invoke(
            cli, ["import", *files, "--json", "--data", str(tmp_path / "data"), "--now", "2026-03-02T07:00"]
        )

    return run


def test_each_step_is_decided_by_the_pack_of_its_day_and_marked_as_taken_over(take: Take, tmp_path: Path) -> None:
    result = take(*HISTORY)
    assert (result.exit_code, result.stderr) == (0, "")
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        events = [each for each in store.read("contract-c1") if each.name != "contract.entitlement_consumed.v1"]
    assert [each.name for each in events] == [
        "contract.signed.v1",
        "contract.renewed.v1",
        "contract.transferred.v1",
        "contract.terminated.v1",
    ]
    assert [each.metadata.taken_over for each in events] == [
        TakenOver(date(2022, 3, 1), "SZ-2022-17", COPY),
        TakenOver(date(2023, 2, 20)),
        TakenOver(date(2023, 9, 1)),
        TakenOver(date(2024, 1, 10)),
    ]
    assert {each.metadata.recorded_at.year for each in events} == {2026}
    assert events[3].event.last_day == date(2024, 1, 31)  # type: ignore[attr-defined]


def test_the_same_history_again_is_quiet(take: Take) -> None:
    take(*HISTORY)
    again = take(*HISTORY)
    assert (again.exit_code, json.loads(again.stdout.splitlines()[0])["new_events"]) == (0, 0)


def test_a_history_with_one_wrong_step_is_not_imported_at_all(take: Take, tmp_path: Path) -> None:
    result = take(*HISTORY[:2], "c1,,,续签,2022-05-01,12,,,,", *HISTORY[3:])
    faults = [json.loads(line) for line in result.stderr.splitlines()]
    assert [(each["rule"], each["line"]) for each in faults] == [("renewal-too-early", 3)]
    with SqliteStore(tmp_path / "data" / "events.db") as store:
        assert store.last_position() == 0


@pytest.mark.parametrize(
    ("lines", "rule", "line"),
    [
        ([HISTORY[2], HISTORY[1]], "steps-out-of-order", 2),
        ([HISTORY[1], HISTORY[3], HISTORY[2]], "steps-out-of-order", 4),
        (["c1,r1,,首签,2022-03-01,12,,,,"], "missing-field", 2),
        (["c1,r1,t1,首签,2022-03-01,12,,,,12ab"], "bad-value", 2),
    ],
)
def test_steps_that_make_no_history_are_named(take: Take, lines: list[str], rule: str, line: int) -> None:
    fault = json.loads(take(HISTORY[0], *lines).stderr.splitlines()[0])
    assert (fault["rule"], fault["line"]) == (rule, line)
