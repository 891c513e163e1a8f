"""Names by their pinyin: full, by first letters, or mixed as input methods take it; made for one comparison, not kept.

A sign may have several readings, and a search accepts each; a surname's own reading comes first (单 Shan, 曾 Zeng).
"""

from functools import lru_cache
from typing import Any

from infra.edges.loading import load

SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
    "令狐": ("ling", "hu"),
    "澹台": ("tan", "tai"),
    "宰父": ("zai", "fu"),
    "亓官": ("qi", "guan"),
    "单": ("shan",),
    "曾": ("zeng",),
    "仇": ("qiu",),
    "区": ("ou",),
    "查": ("zha",),
    "解": ("xie",),
    "盖": ("ge",),
    "朴": ("piao",),
    "任": ("ren",),
    "洗": ("xian",),
    "折": ("she",),
    "覃": ("qin",),
    "乐": ("yue",),
    "缪": ("miao",),
    "种": ("chong",),
    "繁": ("po",),
    "员": ("yun",),
    "翟": ("zhai",),
    "宿": ("su",),
    "乜": ("nie",),
    "召": ("shao",),
    "都": ("du",),
    "秘": ("bi",),
    "佴": ("nai",),
    "撒": ("sa",),
    "晁": ("chao",),
    "隗": ("wei",),
    "郇": ("xun",),
    "尹": ("yin",),
    "牟": ("mou",),
    "华": ("hua",),
    "哈": ("ha",),
    "纪": ("ji",),
    "盛": ("sheng",),
    "过": ("guo",),
    "能": ("nai",),
}
"""Surnames whose reading is not the commonest of the sign, those of two signs first."""

WHOLE, BEGINNING, OTHER = 0, 1, 2
"""How close a word comes: it is the whole name, its beginning, or another part or reading of it."""


def pinyin_rank(word: str, name: str) -> int | None:
    """Return how close a word of small letters comes to a name in pinyin; None if it does not fit."""
    readings = [readings_of(sign) for sign in name]
    usual = usual_readings(name)
    if _ends(word, usual) == len(name):
        return WHOLE
    if _ends(word, usual):
        return BEGINNING
    if any(_ends(word, readings[first:]) for first in range(len(name))):
        return OTHER
    return None


def usual_readings(name: str) -> list[tuple[str, ...]]:
    """Return the usual reading of each sign of a name, the surname's own for a surname."""
    usual = [readings_of(sign)[:1] for sign in name]
    for surname, readings in SURNAMES.items():
        if name.startswith(surname):
            usual[: len(surname)] = [(each,) for each in readings]
            break
    return [tuple(form for each in of_sign for form in _spellings(each)) for of_sign in usual]


@lru_cache(maxsize=30_000)
def readings_of(sign: str) -> tuple[str, ...]:
    """Return the readings of a sign without tones, the commonest first; of anything else itself."""
    library: Any = load("pypinyin:pinyin")
    style: Any = load("pypinyin:Style")
    readings = library(sign, style=style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(form for each in readings for form in _spellings(each)))


def _spellings(reading: str) -> tuple[str, ...]:
    """Return how people type a reading: lü as lv, lu, or as in passports lyu."""
    return (reading, reading.replace("v", "u"), reading.replace("v", "yu")) if "v" in reading else (reading,)


def _ends(word: str, readings: list[tuple[str, ...]]) -> int:
    """Return how many signs a word takes from the first on, each by its reading or its first letter; 0 if none fit.

    The last sign may be begun only.
    """
    reached = {0}
    for taken, of_sign in enumerate(readings, start=1):
        further = set()
        for place in reached:
            rest = word[place:]
            for reading in of_sign:
                if reading.startswith(rest):
                    return taken
                further |= {place + len(part) for part in (reading, reading[0]) if rest.startswith(part)}
        reached = further
        if not reached:
            return 0
    return 0
