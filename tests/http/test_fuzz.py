"""The short form of `python -m tests.http.fuzz`: requests made from the API's own description, under every role."""

from pathlib import Path

from tests.http.fuzz import fuzz
from tests.http.served import served


def test_whatever_is_sent_the_program_does_not_fail_and_nothing_is_half_written(tmp_path: Path) -> None:
    with served(tmp_path) as door:
        report = fuzz(door, cases=230)
    assert report.faults == []
    assert report.differences == 0
    assert report.cases > 200
    assert report.statuses[200] > 20
