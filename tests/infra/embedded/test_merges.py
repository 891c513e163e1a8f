"""Two records of one person become one, at the desk."""

import json
from pathlib import Path

from click.testing import Result

from infra.settings import Settings
from infra.wiring import open_system
from tests.domain.builders import at
from tests.infra.cli.desk import Desk
from tests.small_town import MONDAY, centre, run_commands, signed

SIGN = ("contract", "sign", "c9", "--resident-id", "zhao", "--team-id", "east", "--agreement-read")


def test_two_records_are_merged_once_nothing_runs_under_the_one_given_up(tmp_path: Path) -> None:
    with open_system(Settings(data=tmp_path, now=at(MONDAY, 8))) as system:
        run_commands(system, *centre(), *signed("wang"), *signed("zhao"))
    desk = Desk(tmp_path)

    def merge(now: str) -> Result:
        words = ("zhao", "--kept-id", "wang", "--reason", "registered twice", "--allowed-by", "head")
        return desk("resident", "merge", *words, now=now)

    def events(resident_id: str) -> list[str]:
        history = desk("resident", "history", resident_id, "--json", now=None).stdout
        return [json.loads(line)["event"] for line in history.splitlines()]

    assert "[merge-with-active-contract]" in merge("2026-03-03T08:50").stderr
    annulled = desk("contract", "annul", "contract-of-zhao", "--reason", "signed twice", now="2026-03-03T08:55")
    assert annulled.exit_code == 0, annulled.stderr
    merged = merge("2026-03-03T09:00")
    assert merged.exit_code == 0, merged.stderr
    of_today = ("--signed-on", "2026-03-03", "--starts-on", "2026-03-03")
    assert "[resident-merged]" in desk(*SIGN, *of_today, now="2026-03-03T10:00").stderr
    assert "resident.merged.v1" in events("zhao")
    assert "resident.merge_recorded.v1" in events("wang")
    annul = ("resident", "annul-merge", "zhao", "--reason", "a namesake", "--allowed-by", "head")
    assert desk(*annul, now="2026-03-04T09:00").exit_code == 0
    again = desk(*SIGN, "--signed-on", "2026-03-04", "--starts-on", "2026-03-04", now="2026-03-04T10:00")
    assert again.exit_code == 0, again.stderr
