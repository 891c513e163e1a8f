"""The world of the ends, planned once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.leader.ends import (
    SEVEN,
    everything,
)
from tests.leader.worlds import World


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the world, which each test copies."""
    folder = tmp_path_factory.mktemp("ends") / "everything"
    everything(folder)
    return folder


@pytest.fixture
def world(planned: Path, tmp_path: Path) -> World:
    """Return a copy of the world as it was planned the evening before."""
    shutil.copytree(planned, tmp_path / "world")
    copy = World.__new__(World)
    copy.folder, copy.moment, copy.team_id = tmp_path / "world", SEVEN, "t1"
    return copy
