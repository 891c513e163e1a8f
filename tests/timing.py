"""Seconds of tests by folder, printed at the end of a whole run: where the time of `make test` goes."""

from collections import defaultdict
from pathlib import PurePosixPath

import pytest

FEWEST_SECONDS = 1.0
"""Folders that take less are not worth a line."""


class FolderTimes:
    """Sums the set-up, call and tear-down of every test by the folder of its file."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a phase of a test; with several workers, their reports arrive here too."""
        self.seconds[str(PurePosixPath(report.nodeid.split("::")[0]).parent)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the folders, the slowest first."""
        if len(self.seconds) < 2:
            return
        terminalreporter.section("seconds by folder")
        for folder, seconds in sorted(self.seconds.items(), key=lambda each: -each[1]):
            if seconds >= FEWEST_SECONDS:
                terminalreporter.write_line(f"{seconds:8.1f}  {folder}")
        terminalreporter.write_line(f"{sum(self.seconds.values()):8.1f}  in all, over all workers")
