import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from schedulers.benchmark import hhcrsp
from schedulers.benchmark.search import SCALE, search

DATA = Path(__file__).parents[2] / "data" / "hhcrsp"
SMALL = DATA / "mankowska" / "InstanzCPLEX_HCSRP_10_1.json"
EXTENDED = DATA / "extended" / "000-cesena-p20-d4-i0.25-pt0.74-0.07-0.19-c5-6-4-5.json"

PUBLISHED = {
    "InstanzCPLEX_HCSRP_10_1": 218.1987,
    "InstanzCPLEX_HCSRP_10_2": 246.6267,
    "HHCRSP_10_3_11_0.4_R_C": 106.6667,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_ten_patients_are_proved_optimal_at_the_published_cost(name):
    instance = hhcrsp.read(next(DATA.glob(f"*/{name}.json")))
    found = hhcrsp.solve(instance, iterations=400_000, seed=1)
    assert found.proved
    assert found.bound == found.cost == pytest.approx(PUBLISHED[name], abs=1e-3)
    assert hhcrsp.check(instance, found).violations == ()


def test_twenty_five_patients_come_within_one_per_cent_in_two_hundred_thousand_moves():
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    found = hhcrsp.solve(instance, iterations=300_000, seed=1)
    assert found.cost is not None
    assert found.cost < 428.0967 * 1.01


def test_an_italian_town_comes_within_two_per_cent():
    instance = hhcrsp.read(DATA / "Italian" / "instance_003-rome-r19-p44-s4-sim22.3-seq22.9.json")
    found = hhcrsp.solve(instance, iterations=2_500_000, seed=1)
    assert found.cost is not None
    assert found.cost < 365.6667 * 1.02


def test_an_extended_instance_has_components_and_no_single_cost():
    instance = hhcrsp.read(EXTENDED)
    found = hhcrsp.solve(instance, iterations=100_000, seed=1)
    assert found.cost is None
    assert found.bound is None
    assert set(found.components) == {
        "travel", "total_tardiness", "highest_tardiness", "waiting", "extra_time", "longest_idle",
    }  # fmt: skip
    assert hhcrsp.check(instance, found).violations == ()


def test_what_an_extended_instance_is_searched_by_is_travel_tardiness_and_time_after_the_shifts():
    instance = hhcrsp.read(EXTENDED)
    found = hhcrsp.solve(instance, iterations=20_000, seed=1)
    told = sum(found.components[name] for name in ("travel", "total_tardiness", "highest_tardiness", "extra_time"))
    assert search(instance, iterations=20_000, seed=1).scaled == round(told * SCALE)


def test_an_incompatible_caregiver_is_a_violation():
    instance = hhcrsp.read(EXTENDED)
    found = hhcrsp.solve(instance, iterations=10_000, seed=1)
    goes = next(name for name, route in found.routes.items() if route)
    patient = found.routes[goes][0].patient
    stricter = replace(
        instance,
        patients=tuple(replace(p, not_with=frozenset({goes})) if p.id == patient else p for p in instance.patients),
    )
    assert [v.rule for v in hhcrsp.check(stricter, found).violations] == ["caregiver-incompatible"]


def test_a_caregiver_does_not_start_before_her_shift():
    instance = hhcrsp.read(EXTENDED)
    found = hhcrsp.solve(instance, iterations=10_000, seed=1)
    later = replace(
        instance, caregivers=tuple(replace(c, shift=(c.shift[0] + 2000, 5000.0)) for c in instance.caregivers)
    )
    assert {v.rule for v in hhcrsp.check(later, found).violations} == {"travel"}


def test_iterations_told_for_seconds_give_the_same_bytes_again(tmp_path):
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    first = hhcrsp.solve(instance, seconds=0.5, seed=7)
    again = hhcrsp.solve(instance, iterations=first.iterations, seed=7)
    hhcrsp.write(instance, first, tmp_path / "first.json")
    hhcrsp.write(instance, again, tmp_path / "again.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_another_process_finds_the_same_routes():
    code = (
        "import json, sys; from schedulers.benchmark import hhcrsp; i = hhcrsp.read(sys.argv[1]);"
        "print(json.dumps(hhcrsp.to_json(i, hhcrsp.solve(i, iterations=50000, seed=3))))"
    )
    place = DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json"
    told = subprocess.run(
        [sys.executable, "-c", code, place], check=True, capture_output=True, text=True, cwd=DATA.parents[2]
    )
    instance = hhcrsp.read(place)
    found = hhcrsp.solve(instance, iterations=50_000, seed=3)
    assert json.loads(told.stdout) == json.loads(json.dumps(hhcrsp.to_json(instance, found)))


def test_another_seed_may_find_other_routes():
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    assert (
        hhcrsp.solve(instance, iterations=800, seed=1).routes != hhcrsp.solve(instance, iterations=800, seed=2).routes
    )


def test_progress_is_told_up_to_the_last_iteration():
    told: list[tuple[int, float]] = []
    instance = hhcrsp.read(SMALL)
    found = hhcrsp.solve(instance, iterations=5_000, seed=1, progress=lambda done, cost: told.append((done, cost)))
    assert told[-1][0] == 5_000
    assert told[-1][1] == pytest.approx(found.cost, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda stops: stops[0].pop(), "service-missing"),
        (lambda stops: stops[0].append(dict(stops[0][0])), "service-twice"),
        (lambda stops: stops[0][0].update(service="s99"), "stop-unknown"),
        (lambda stops: stops[0][0].update(arrival_time=0.0, departure_time=14.0), "window-start"),
        (lambda stops: stops[0][0].update(departure_time=stops[0][0]["departure_time"] + 1), "duration"),
        (lambda stops: stops[0].append(stops[1].pop()), "caregiver-not-able"),
        (lambda stops: stops[0].reverse(), "travel"),
    ],
)
def test_the_checker_names_the_rule_that_a_change_breaks(change, rule):
    instance = hhcrsp.read(SMALL)
    told = json.loads(json.dumps(hhcrsp.to_json(instance, hhcrsp.solve(instance, iterations=5_000, seed=1))))
    assert hhcrsp.check(instance, told).violations == ()
    change([route["locations"] for route in told["routes"]])
    assert rule in {v.rule for v in hhcrsp.check(instance, told).violations}


def test_starting_a_pair_apart_breaks_its_synchronisation():
    instance = hhcrsp.read(SMALL)
    told = json.loads(json.dumps(hhcrsp.to_json(instance, hhcrsp.solve(instance, iterations=5_000, seed=1))))
    stops = [stop for route in told["routes"] for stop in route["locations"] if stop["patient"] == "p8"]
    stops[0]["arrival_time"] += 0.5
    stops[0]["departure_time"] += 0.5
    assert "simultaneous-start" in {v.rule for v in hhcrsp.check(instance, told).violations}


def test_an_idle_caregiver_may_lack_locations_and_depots_may_be_told():
    instance = hhcrsp.read(SMALL)
    told = hhcrsp.to_json(instance, hhcrsp.solve(instance, iterations=5_000, seed=1))
    told["routes"][0]["locations"].insert(0, {"depot": "d"})
    extra = replace(instance.caregivers[0], id="idle")
    told["routes"].append({"caregiver_id": "idle"})
    wider = replace(instance, caregivers=(*instance.caregivers, extra))
    assert hhcrsp.check(wider, told).violations == ()


def test_a_window_cut_by_a_float_is_read_as_meant(tmp_path):
    told = json.loads(SMALL.read_text())
    told["patients"][0]["time_window"] = [401.99999999999994, 521.9999999]
    (tmp_path / "i.json").write_text(json.dumps(told))
    assert hhcrsp.read(tmp_path / "i.json").patients[0].window == (402.0, 522.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.pop("patients"), "patients"),
        (lambda told: told["distances"].pop(), "square"),
        (lambda told: told["patients"][0].update(time_window=[5]), "pair"),
        (lambda told: told["patients"][0].update(required_caregivers=[{"service": "s99"}]), "s99"),
        (lambda told: told["patients"][1].update(id="p1"), "twice"),
        (lambda told: told.update(caregivers=[]), "no caregivers can serve"),
    ],
)
def test_a_malformed_file_is_refused_in_one_clear_line(tmp_path, change, said):
    told = json.loads(SMALL.read_text())
    change(told)
    (tmp_path / "bad.json").write_text(json.dumps(told))
    with pytest.raises(ValueError, match=said) as refused:
        hhcrsp.read(tmp_path / "bad.json")
    assert "\n" not in str(refused.value)
    assert "bad.json" in str(refused.value)


@pytest.mark.parametrize("text", ["", "[1, 2]", "{", "null", "\xff\xfe"])
def test_what_is_no_instance_at_all_is_refused(tmp_path, text):
    (tmp_path / "bad.json").write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"bad\.json"):
        hhcrsp.read(tmp_path / "bad.json")


def test_seconds_and_iterations_exclude_each_other():
    instance = hhcrsp.read(SMALL)
    for limits in ({}, {"seconds": 1.0, "iterations": 5}, {"iterations": 0}, {"seconds": -1.0}):
        with pytest.raises(ValueError, match="one of them"):
            hhcrsp.solve(instance, **limits)
