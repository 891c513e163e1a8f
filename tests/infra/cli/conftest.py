from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.infra.cli.desk import Desk


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JIAYI_DATA", "JIAYI_LANGUAGE", "JIAYI_REGION", "JIAYI_TRAVEL", "JIAYI_ORIGIN", "JIAYI_TRAVEL_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "data")


@pytest.fixture
def desk(empty: Desk) -> Desk:
    """A centre with a team, a resident r1 and nobody signed."""
    empty.do("OpenInstitution")
    empty.do("FormTeam")
    empty.do("RegisterResident")
    return empty


@pytest.fixture
def refused() -> Callable[[Result, str], None]:
    def check(result: Result, rule: str) -> None:
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert result.stderr.startswith("jiayi: ")
        assert result.stderr.endswith(f" [{rule}]\n")

    return check
