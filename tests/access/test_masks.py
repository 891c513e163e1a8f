"""Masks: what is hidden stands nowhere in the masked text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.access.levels import OF_ROLE
from infra.access.masks import MASKS, SIGN, hide, mask_address, mask_identity, mask_name, mask_phone, mask_whole

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
DIGITS = st.text(string.digits, min_size=1, max_size=18)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王芳", "王*"), ("王建国", "王**"), ("欧阳修", "欧阳*"), ("欧阳", "欧*"), ("李", "*"), ("Wang Fang", "W***")],
)
def test_a_name_shows_its_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_phone_shows_three_digits_and_four() -> None:
    assert mask_phone("13800000001") == "138****0001"
    assert mask_phone("110119") == "******"


def test_an_identity_number_shows_its_first_three_and_last_two_signs() -> None:
    assert mask_identity("440300197001010025") == "440*************25"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("福华路1号101室", "福华路***"),
        ("南山区科技园深南大道9988号", "南山区科技园深南大道***"),
        ("Lane 3, No. 5", "Lane***"),
        ("5号楼2单元", "***"),
        ("3号院东街5号", "***"),
    ],
)
def test_an_address_shows_its_street_and_no_house(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.text(HAN, min_size=1, max_size=6))
def test_the_hidden_signs_of_a_name_stand_nowhere_in_its_mask(name: str) -> None:
    masked = mask_name(name)
    shown = masked.rstrip(SIGN)
    assert name.startswith(shown)
    assert len(shown) < len(name)
    assert name not in masked


@given(DIGITS)
def test_the_hidden_digits_of_a_number_are_signs(number: str) -> None:
    for mask, first, last in ((mask_phone, 3, 4), (mask_identity, 3, 2)):
        masked = mask(number)
        assert len(masked) == len(number)
        assert number not in masked
        assert set(masked[first : len(masked) - last]) <= {SIGN}


@given(st.text(HAN, max_size=5), st.sampled_from("路街巷"), st.integers(1, 9999), st.integers(1, 9999))
def test_the_house_of_an_address_stands_nowhere_in_its_mask(place: str, kind: str, house: int, room: int) -> None:
    masked = mask_address(f"{place}{kind}{house}号{room}室")
    assert not any(map(str.isdigit, masked))
    assert masked.endswith(SIGN * 3)


@given(
    st.recursive(
        st.one_of(st.text(string.ascii_letters, min_size=1), st.integers(), st.floats(allow_nan=False)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner)),
        max_leaves=8,
    )
)
def test_no_text_and_no_number_of_findings_is_left(findings: object) -> None:
    assert set(leaves(mask_whole(findings))) <= {SIGN * 3, None}


def leaves(data: object) -> list[object]:
    if isinstance(data, dict):
        return [leaf for each in data.values() for leaf in leaves(each)]
    if isinstance(data, list):
        return [leaf for each in data for leaf in leaves(each)]
    return [data]


def test_a_place_on_the_grid_has_no_mask_and_is_taken_away() -> None:
    assert MASKS["address"](420_000) is None


def test_values_inside_lists_are_hidden_and_the_answer_itself_stays() -> None:
    row = {"visits": [{"name": "王芳", "phone": "13800000001"}]}
    hidden = hide(row, ((("visits", "name"), "name"), (("visits", "phone"), "phone")), OF_ROLE["operator"])
    assert hidden == {"visits": [{"name": None, "phone": None}]}
    assert row == {"visits": [{"name": "王芳", "phone": "13800000001"}]}
