"""Travel times by assumption: speeds, the street grid and the straight line."""

import pytest

from schedulers.travel.times import matrix


def test_a_street_grid_is_walked_along_its_axes():
    assert matrix([(0, 0), (300, 450)], "walk") == ((0, 600), (600, 0))


def test_a_straight_line_is_stretched_by_the_detour():
    assert matrix([(0, 0), (300, 400)], "walk", "line")[0][1] == 520


def test_an_e_bike_is_faster_than_walking_and_slower_than_a_car():
    seconds = [matrix([(0, 0), (2000, 0)], mode)[0][1] for mode in ("car", "e-bike", "walk")]
    assert seconds == [288, 480, 1600]


@pytest.mark.parametrize("mode_and_metric", [("rocket", "grid"), ("walk", "crow")])
def test_an_unknown_mode_or_metric_is_refused(mode_and_metric):
    with pytest.raises(ValueError, match="no such"):
        matrix([(0, 0)], *mode_and_metric)
