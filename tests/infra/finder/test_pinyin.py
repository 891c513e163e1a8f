"""Names are found by their pinyin, and surnames by the reading that they have as surnames."""

import pytest

from infra.finder.pinyin import BEGINNING, OTHER, WHOLE, pinyin_rank, usual_readings


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单田芳", "shan"),
        ("曾国强", "zeng"),
        ("仇英", "qiu"),
        ("区玉华", "ou"),
        ("查良镛", "zha"),
        ("解晓东", "xie"),
        ("盖叫天", "ge"),
        ("朴树", "piao"),
        ("任建国", "ren"),
        ("翟志刚", "zhai"),
        ("万俟卨", "moqi"),
        ("尉迟恭", "yuchi"),
        ("长孙无忌", "zhangsun"),
        ("欧阳锋", "ouyang"),
    ],
)
def test_a_surname_has_its_own_reading(name: str, pinyin: str) -> None:
    signs = 2 if name[:2] in {"万俟", "尉迟", "长孙", "欧阳"} else 1
    assert "".join(each[0] for each in usual_readings(name)[:signs]) == pinyin
    assert pinyin_rank(pinyin, name) == BEGINNING


@pytest.mark.parametrize("word", ["wangfang", "wf", "wfang", "wangf"])
def test_a_name_is_found_in_full_by_first_letters_and_mixed(word: str) -> None:
    assert pinyin_rank(word, "王芳") == WHOLE


def test_the_surnames_reading_comes_before_another_of_the_sign() -> None:
    assert pinyin_rank("shantianfang", "单田芳") == WHOLE
    assert pinyin_rank("dantianfang", "单田芳") == OTHER
    assert pinyin_rank("tianf", "单田芳") == OTHER


@pytest.mark.parametrize("word", ["lvmei", "lumei", "lyumei"])
def test_a_sound_without_a_key_is_found_however_it_is_typed(word: str) -> None:
    assert pinyin_rank(word, "吕梅") == WHOLE


@pytest.mark.parametrize("word", ["wangfangx", "wx", "angfang", "zhang"])
def test_what_is_no_reading_does_not_fit(word: str) -> None:
    assert pinyin_rank(word, "王芳") is None


def test_a_name_in_letters_is_found_by_them() -> None:
    assert pinyin_rank("mai", "mai") == WHOLE
    assert pinyin_rank("maim", "买买提艾力") == BEGINNING
