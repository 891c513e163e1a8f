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
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(400_000), seed=1)
    assert solution.proved
    assert solution.bound == solution.cost == pytest.approx(PUBLISHED[name], abs=1e-3)
    assert hhcrsp.check(instance, solution).violations == ()


def test_twenty_five_patients_come_within_one_per_cent_in_two_hundred_thousand_moves():
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(300_000), seed=1)
    assert solution.cost is not None
    assert solution.cost < 428.0967 * 1.01


def test_an_italian_town_comes_within_two_per_cent():
    instance = hhcrsp.read(DATA / "Italian" / "instance_003-rome-r19-p44-s4-sim22.3-seq22.9.json")
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(2_500_000), seed=1)
    assert solution.cost is not None
    assert solution.cost < 365.6667 * 1.02


def test_an_extended_instance_has_components_and_no_single_cost():
    instance = hhcrsp.read(EXTENDED)
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(100_000), seed=1)
    assert solution.cost is None
    assert solution.bound is None
    assert set(solution.components) == {
        "travel", "total_tardiness", "highest_tardiness", "waiting", "extra_time", "longest_idle",
    }  # fmt: skip
    assert hhcrsp.check(instance, solution).violations == ()


def test_what_an_extended_instance_is_searched_by_is_travel_tardiness_and_time_after_the_shifts():
    instance = hhcrsp.read(EXTENDED)
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(20_000), seed=1)
    reported = sum(
        solution.components[name] for name in ("travel", "total_tardiness", "highest_tardiness", "extra_time")
    )
    assert search(instance, iterations=20_000, seed=1).scaled == round(reported * SCALE)


def test_an_incompatible_caregiver_is_a_violation():
    instance = hhcrsp.read(EXTENDED)
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(10_000), seed=1)
    goes = next(name for name, route in solution.routes.items() if route)
    patient = solution.routes[goes][0].patient
    stricter = replace(
        instance,
        patients=tuple(replace(p, not_with=frozenset({goes})) if p.id == patient else p for p in instance.patients),
    )
    assert [v.rule for v in hhcrsp.check(stricter, solution).violations] == ["caregiver-incompatible"]


def test_a_caregiver_does_not_start_before_their_shift():
    instance = hhcrsp.read(EXTENDED)
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(10_000), seed=1)
    later = replace(
        instance, caregivers=tuple(replace(c, shift=(c.shift[0] + 2000, 5000.0)) for c in instance.caregivers)
    )
    assert {v.rule for v in hhcrsp.check(later, solution).violations} == {"travel"}


def test_the_iterations_of_a_run_by_seconds_give_the_same_bytes_again(tmp_path):
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    first = hhcrsp.solve(instance, hhcrsp.MaxSeconds(0.5), seed=7)
    again = hhcrsp.solve(instance, hhcrsp.MaxIterations(first.iterations), seed=7)
    hhcrsp.write(instance, first, tmp_path / "first.json")
    hhcrsp.write(instance, again, tmp_path / "again.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_another_process_finds_the_same_routes():
    code = (
        "import json, sys; from schedulers.benchmark import hhcrsp; i = hhcrsp.read(sys.argv[1]);"
        "print(json.dumps(hhcrsp.to_json(i, hhcrsp.solve(i, hhcrsp.MaxIterations(50000), seed=3))))"
    )
    place = DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json"
    reported = subprocess.run(
        [sys.executable, "-c", code, place], check=True, capture_output=True, text=True, cwd=DATA.parents[2]
    )
    instance = hhcrsp.read(place)
    solution = hhcrsp.solve(instance, hhcrsp.MaxIterations(50_000), seed=3)
    assert json.loads(reported.stdout) == json.loads(json.dumps(hhcrsp.to_json(instance, solution)))


def test_another_seed_may_find_other_routes():
    instance = hhcrsp.read(DATA / "mankowska" / "InstanzCPLEX_HCSRP_25_1.json")
    assert (
        hhcrsp.solve(instance, hhcrsp.MaxIterations(800), seed=1).routes
        != hhcrsp.solve(instance, hhcrsp.MaxIterations(800), seed=2).routes
    )


def test_progress_is_reported_up_to_the_last_iteration():
    reported: list[tuple[int, float]] = []
    instance = hhcrsp.read(SMALL)
    solution = hhcrsp.solve(
        instance, hhcrsp.MaxIterations(5_000), seed=1, progress=lambda done, cost: reported.append((done, cost))
    )
    assert reported[-1][0] == 5_000
    assert reported[-1][1] == pytest.approx(solution.cost, abs=1e-3)


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
    reported = json.loads(
        json.dumps(hhcrsp.to_json(instance, hhcrsp.solve(instance, hhcrsp.MaxIterations(5_000), seed=1)))
    )
    assert hhcrsp.check(instance, reported).violations == ()
    change([route["locations"] for route in reported["routes"]])
    assert rule in {v.rule for v in hhcrsp.check(instance, reported).violations}


def test_starting_a_pair_apart_breaks_its_synchronisation():
    instance = hhcrsp.read(SMALL)
    reported = json.loads(
        json.dumps(hhcrsp.to_json(instance, hhcrsp.solve(instance, hhcrsp.MaxIterations(5_000), seed=1)))
    )
    stops = [stop for route in reported["routes"] for stop in route["locations"] if stop["patient"] == "p8"]
    stops[0]["arrival_time"] += 0.5
    stops[0]["departure_time"] += 0.5
    assert "simultaneous-start" in {v.rule for v in hhcrsp.check(instance, reported).violations}


def test_an_idle_caregiver_may_lack_locations_and_depots_may_be_listed():
    instance = hhcrsp.read(SMALL)
    reported = hhcrsp.to_json(instance, hhcrsp.solve(instance, hhcrsp.MaxIterations(5_000), seed=1))
    reported["routes"][0]["locations"].insert(0, {"depot": "d"})
    extra = replace(instance.caregivers[0], id="idle")
    reported["routes"].append({"caregiver_id": "idle"})
    wider = replace(instance, caregivers=(*instance.caregivers, extra))
    assert hhcrsp.check(wider, reported).violations == ()


def test_a_window_cut_by_a_float_is_read_as_meant(tmp_path):
    reported = json.loads(SMALL.read_text())
    reported["patients"][0]["time_window"] = [401.99999999999994, 521.9999999]
    (tmp_path / "i.json").write_text(json.dumps(reported))
    assert hhcrsp.read(tmp_path / "i.json").patients[0].window == (402.0, 522.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda reported: reported.pop("patients"), "patients"),
        (lambda reported: reported["distances"].pop(), "square"),
        (lambda reported: reported["patients"][0].update(time_window=[5]), "pair"),
        (lambda reported: reported["patients"][0].update(required_caregivers=[{"service": "s99"}]), "s99"),
        (lambda reported: reported["patients"][1].update(id="p1"), "twice"),
        (lambda reported: reported.update(caregivers=[]), "no caregivers can serve"),
    ],
)
def test_a_malformed_file_is_refused_in_one_clear_line(tmp_path, change, said):
    reported = json.loads(SMALL.read_text())
    change(reported)
    (tmp_path / "bad.json").write_text(json.dumps(reported))
    with pytest.raises(ValueError, match=said) as refused:
        hhcrsp.read(tmp_path / "bad.json")
    assert "\n" not in str(refused.value)
    assert "bad.json" in str(refused.value)


@pytest.mark.parametrize("text", ["", "[1, 2]", "{", "null", "\xff\xfe"])
def test_what_is_no_instance_at_all_is_refused(tmp_path, text):
    (tmp_path / "bad.json").write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"bad\.json"):
        hhcrsp.read(tmp_path / "bad.json")


@pytest.mark.parametrize("stop", [hhcrsp.MaxIterations(0), hhcrsp.MaxSeconds(-1.0)])
def test_a_stop_criterion_is_positive(stop):
    with pytest.raises(ValueError, match="positive"):
        hhcrsp.solve(hhcrsp.read(SMALL), stop)
