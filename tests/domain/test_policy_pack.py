from dataclasses import FrozenInstanceError, fields
from datetime import date
from hashlib import sha256

import pytest

from domain.policy_pack import CN_2017, PACKS, SZ_2018, in_force


@pytest.mark.parametrize(
    ("region", "day", "pack"),
    [
        ("SZ", date(2018, 2, 28), CN_2017),
        ("SZ", date(2018, 3, 1), SZ_2018),
        ("SZ", date(2030, 1, 1), SZ_2018),
        ("HZ", date(2026, 3, 2), CN_2017),
        ("CN", date(2026, 3, 2), CN_2017),
        ("SZ", date(1999, 1, 1), CN_2017),
    ],
)
def test_the_newest_pack_of_the_region_is_in_force_and_the_national_one_where_there_is_none(region, day, pack):
    assert in_force(region, day) is pack


NUMBERS = {"CN-2017": "f716cb73b723d23d", "SZ-2018": "76cb907cf0e46549"}
"""The digest of every published pack."""


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.version)
def test_the_numbers_of_a_published_pack_never_change(pack):
    digest = sha256(repr(pack).encode()).hexdigest()[:16]
    assert NUMBERS.get(pack.version) == digest, (
        f"{pack.version} is {digest}. A changed number is a new version from a day on; "
        "only a new pack, or a new field for all, brings a new digest here"
    )


def test_a_pack_cannot_be_written_to():
    with pytest.raises(FrozenInstanceError):
        SZ_2018.notice_days = 0  # type: ignore[misc]


def test_a_version_is_one_pack_and_a_region_changes_once_a_day():
    assert len({pack.version for pack in PACKS}) == len(PACKS)
    assert len({(pack.region, pack.effective_from) for pack in PACKS}) == len(PACKS)


def test_shenzhen_follows_a_referral_up_sooner_than_the_nation():
    differ = {f.name for f in fields(SZ_2018) if getattr(SZ_2018, f.name) != getattr(CN_2017, f.name)}
    assert differ == {"version", "region", "effective_from", "referral_follow_up_days"}
    assert (SZ_2018.referral_follow_up_days, CN_2017.referral_follow_up_days) == (5, 14)


def test_every_care_rule_fits_into_its_year_and_its_visit_is_a_consultation():
    for pack in PACKS:
        for rule in pack.care:
            assert rule.times * rule.window_days <= 365
            assert rule.minutes >= pack.least_visit_minutes
            assert 1 <= rule.priority <= 9
            assert rule.roles
