"""Packs are numbers in files: read strictly, never changed, and in force from a day on.

`python -m tests.domain.test_policy_pack` writes the digests anew.
"""

import json
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from domain.numbers_by_year import public_health_sum, with_targets_of
from domain.policy_pack import PACKS, in_force, pack_of
from domain.policy_pack.files import FOLDER, load
from domain.policy_pack.pack import PolicyPack, faults
from domain.policy_pack.reading import BadPack
from tests.rules import holds

CN_2017, SZ_2018 = pack_of("CN-2017"), pack_of("SZ-2018")
NAMES = [each.name for each in fields(PolicyPack)]
DIGESTS = Path(__file__).parents[1] / "data" / "packs.json"


@holds("A10.1", "A10.3")
@pytest.mark.parametrize(
    ("region", "day", "version"),
    [
        ("SZ", date(2018, 2, 28), "CN-2017"),
        ("SZ", date(2018, 3, 1), "SZ-2018"),
        ("SZ", date(2022, 3, 2), "SZ-2018"),
        ("SZ", date(2022, 3, 3), "SZ-2022"),
        ("SZ", date(2024, 9, 12), "SZ-2022"),
        ("SZ", date(2024, 9, 13), "SZ-2025"),
        ("SZ", date(2030, 1, 1), "SZ-2025"),
        ("HZ", date(2021, 3, 2), "CN-2017"),
        ("HZ", date(2024, 3, 2), "CN-2022"),
        ("CN", date(2026, 3, 2), "CN-2025"),
        ("SZ", date(1999, 1, 1), "CN-2017"),
        ("EX-2020", date(1999, 1, 1), "EX-2020"),
    ],
)
def test_the_newest_pack_of_the_region_is_in_force_and_the_national_one_where_there_is_none(region, day, version):
    assert in_force(region, day).version == version


def test_shenzhen_keeps_its_own_numbers_under_each_national_pack():
    for version, nation in (("SZ-2022", "CN-2022"), ("SZ-2025", "CN-2025")):
        city, nations = pack_of(version), pack_of(nation)
        differ = {name for name in NAMES if getattr(SZ_2018, name) != getattr(CN_2017, name)}
        own = differ - {"version", "effective_from"}
        assert {name: getattr(city, name) for name in own} == {name: getattr(SZ_2018, name) for name in own}
        assert {name for name in NAMES if getattr(city, name) != getattr(nations, name)} == own | {"version"}


@holds("A3.4")
def test_targets_rise_on_a_line_from_what_was_reached_in_2021_to_those_of_2035():
    def targets(version: str, day: date) -> tuple[float, float]:
        pack = with_targets_of(pack_of(version), day)
        return pack.target_population, pack.target_key_groups

    assert targets("SZ-2018", date(2026, 3, 2)) == (0.3, 0.6)
    assert [targets("SZ-2025", date(year, 3, 2)) for year in (2020, 2021, 2028, 2035, 2040)] == [
        (0.35, 0.65),
        (0.35, 0.65),
        (0.55, 0.75),
        (0.75, 0.85),
        (0.75, 0.85),
    ]
    assert targets("SZ-2025", date(2026, 1, 1)) == targets("SZ-2025", date(2026, 12, 31)) == (0.4929, 0.7214)


@holds("A9.10")
def test_money_a_head_is_that_of_the_newest_notice_up_to_the_year():
    def fen(version: str, year: int) -> int | None:
        known = public_health_sum(pack_of(version), date(year, 7, 1))
        return None if known is None else known.fen

    assert [fen("SZ-2025", year) for year in (2022, 2023, 2024, 2025, 2026)] == [None, 8900, 9400, 9900, 9900]
    assert fen("SZ-2018", 2026) is None


def digest_of(pack: PolicyPack) -> str:
    return sha256(repr(pack).encode()).hexdigest()[:16]


@holds("A10.2")
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.version)
def test_the_numbers_of_a_published_pack_never_change(pack):
    known = json.loads(DIGESTS.read_text(encoding="utf-8"))
    assert known.get(pack.version) == digest_of(pack), (
        f"{pack.version} is {digest_of(pack)}. A changed number is a new version from a day on; "
        "only a new pack, or a new field for all, brings a new digest"
    )


def test_a_pack_cannot_be_written_to():
    with pytest.raises(FrozenInstanceError):
        SZ_2018.notice_days = 0  # type: ignore[misc]


def test_a_file_that_is_based_on_another_tells_only_what_differs():
    differ = {f.name for f in fields(SZ_2018) if getattr(SZ_2018, f.name) != getattr(CN_2017, f.name)}
    assert {"version", "region", "effective_from", "hospital_follow_up_days"} <= differ
    assert (SZ_2018.hospital_follow_up_days, CN_2017.hospital_follow_up_days) == (5, None)
    untouched = {f.name for f in fields(SZ_2018)} - differ
    assert replace(SZ_2018, **{name: getattr(CN_2017, name) for name in untouched}) == SZ_2018


NEW = 'version = "{name}"\nregion = "XX"\neffective_from = 2026-01-01\nbased_on = "CN-2017"\n{more}'


def installed(folder: Path, name: str, more: str) -> tuple[PolicyPack, ...]:
    """Return the packs of a folder that has the nation's and one new file."""
    (folder / "CN-2017.toml").write_text((FOLDER / "CN-2017.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"{name}.toml").write_text(NEW.format(name=name, more=more), encoding="utf-8")
    return load(folder)


def test_a_changed_number_is_one_new_file(tmp_path):
    packs = installed(tmp_path, "XX-2026", "[contract]\nnotice_days = 7")
    assert [(pack.version, pack.notice_days, pack.bed_cycle_days) for pack in packs] == [
        ("CN-2017", CN_2017.notice_days, CN_2017.bed_cycle_days),
        ("XX-2026", 7, CN_2017.bed_cycle_days),
    ]


PATH = """[coverage.coverage_path]
from_year = 2021
population = 0.3
key_groups = 0.6
population_until = 0.7
key_groups_until = 0.8
until_year = {until}"""


def care(**numbers: object) -> str:
    """Return a pack's only rule of care: once a year, but for these numbers."""
    usual = {"group": '"elder"', "kind": '"x"', "times": 1, "window_days": 9, "minutes": 20, "roles": '["gp"]'}
    return "\n".join(["[[c.care]]", *(f"{name} = {number}" for name, number in {**usual, **numbers}.items())])


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("[contract]\nnotice_dais = 7", "nothing is called notice_dais"),
        ("[contract]\nnotice_days = 7.5", r"notice_days: 7.5 is not a whole number"),
        ("[contract]\nnotice_days = 7\n[a]\nnotice_days = 8", "notice_days stands there twice"),
        ("[contract]\nterm_months = 60", "term_months is from 1 to longest_term_months"),
        ("[coverage]\ntarget_population = 30", "target_population is a share of 1"),
        ("[contract", "XX-2026.toml"),
        ('keeps = "XX-1"', "it cannot keep the numbers of XX-1"),
        ("[care]\nadded_late_days = [1]", "added_late_days is no list"),
        (PATH.format(until=2020), "coverage_path ends after it begins"),
        ("[[packages.public_health_fen]]\nyear = 2025\nfen = -1", "public_health_fen is at least 0"),
        (care(roles="[]"), "x: roles"),
        (care(times=40, window_days=10), "fit"),
        (care(minutes=2), "least"),
        (care(times=1, windows="[[1, 2]]"), "either times a year"),
        (care(times=1, counted_from='"birth"'), "either times a year"),
        (care(times=0, windows="[[1, 2]]"), "either times a year"),
        (care(times=0, windows="[[3, 2]]", counted_from='"birth"'), "windows are pairs"),
        (care(times=0, windows="[[3]]", counted_from='"birth"'), "windows are pairs"),
        (care(times=0, chained="true", window_days=0, counted_from='"start"'), "a window of a day"),
        (care(at_home="true", by_phone="true"), "by phone is not at home"),
        (care(unit='"years"'), "unit: 'years' is not one of days, weeks, months"),
        ("[findings]\nhigh_normal_systolic = 150", "high normal"),
        ("[findings]\nrecheck_days = 0", "recheck_days is at least 1"),
        ("[x]\nmerged_share = 2", "merged_share is a share of 1"),
        ("[planning]\nfreeze_minutes = -1", "freeze_minutes is at least 0"),
        ("[planning]\noffer_gap_minutes = 0", "offer_gap_minutes is at least 1"),
        ("[planning]\ncall_minutes = -1", "call_minutes is at least 0"),
        ("[planning]\nnotice_minutes = -1", "notice_minutes is at least 0"),
        ("[planning]\nmay_wait_days = 0", "may_wait_days is at least 1"),
        ("[planning]\nput_off_days = 8", "put_off_days are days of a week"),
        ("[planning]\nweek_reserve_percent = 100", "week_reserve_percent is a percent"),
        ("[planning]\nnew_visits_until = 1441", "new_visits_until is a minute of the day"),
        ('[planning]\ntier_order = ["speed"]', r"tier_order\[0\]: 'speed' is not one of unplaced"),
        ('[planning]\ntier_order = ["unplaced"]', "tier_order names each tier once"),
        ('[[c.care]]\ngroup = "elder"', r"care\[0\]: kind, minutes"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, more, fault):
    with pytest.raises(BadPack, match=fault):
        installed(tmp_path, "XX-2026", more)


NUMBERS = [name for name, kind in get_type_hints(PolicyPack).items() if kind in (int, float, int | None)]


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_of_a_pack_is_negative(number):
    negative: dict[str, Any] = {number: -1}
    assert list(faults(replace(SZ_2018, **negative))), f"no fault says that {number} cannot be -1"


def test_a_file_is_called_as_its_version_and_a_pack_is_not_based_on_itself_or_on_nothing(tmp_path):
    for name, text, fault in (
        ("A", 'version = "B"', "must be called so"),
        ("A", NEW.format(name="A", more="").replace("CN-2017", "A"), "cannot be based on A"),
        ("A", NEW.format(name="A", more="").replace("CN-2017", "Z"), "cannot be based on Z"),
    ):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        with pytest.raises(BadPack, match=fault):
            load(tmp_path)


def test_two_packs_of_a_region_do_not_begin_on_one_day(tmp_path):
    installed(tmp_path, "XX-2026", "")
    with pytest.raises(BadPack, match="another pack of XX"):
        installed(tmp_path, "XX-2027", "")


if __name__ == "__main__":
    DIGESTS.write_text(
        json.dumps({pack.version: digest_of(pack) for pack in PACKS}, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
