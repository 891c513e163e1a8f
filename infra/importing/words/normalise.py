"""Makes cells regular as clerks write them: days, numbers of people, phones, words. Pure: text in, text out.

A cell that is not understood is returned as it was written, and its reader refuses it. No function guesses: a day
without a century, or with its month before its day, stays as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.resident.identity import check_digit

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
"""Full-width letters, digits, punctuation and blanks, to those of ASCII."""

UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\xad"))

GUARDS = ("'", "=")

FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050
"""Days as a spreadsheet counts them, from 1927-05-18 to 2099-12-31: with five digits no other way of writing days."""

SERIAL_ZERO = date(1899, 12, 30)

EXACT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number."""

_DAY = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})\.?", re.ASCII),
    re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
_FORMULA = re.compile(r'="([^"]*)"')
_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.ASCII | re.IGNORECASE)
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)(\d{7,8})", re.ASCII)
_OLD_NUMBER = re.compile(r"(\d{6})(\d{6})(\d{3})", re.ASCII)

_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+", re.ASCII)
_NO_FRACTION = re.compile(r"^(-?\d+)\.0+$", re.ASCII)

IdentityState = Literal["as-written", "unwrapped", "rounded", "exponent", "converted", "old"]


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """An identity number made regular, and what became of it.

    `unwrapped`: it stood behind an apostrophe or in a formula; `rounded`: a spreadsheet kept fifteen digits,
    `exponent`: `kept` digits; `converted`: it had fifteen digits (before 1999) and got its century and check digit;
    `old`: it has fifteen digits and another birthday.
    """

    text: str
    state: IdentityState
    kept: int = 0


def plain(text: str) -> str:
    """Return a cell without what a spreadsheet puts around it: blanks, a formula that is a text, a text's apostrophe.

    A tab before digits, and an apostrophe before `=`, are the guards of our own exports.
    """
    text = text.strip()
    if text.isascii():
        if text[:1] not in GUARDS:
            return text
    else:
        text = text.translate(UNSEEN).strip()
    if formula := _FORMULA.fullmatch(text):
        text = formula[1].strip()
    return text.removeprefix("'").strip() if text.startswith("'") else text


def folded(text: str) -> str:
    """Return a plain cell with full-width letters, digits and blanks as ASCII."""
    return plain(text if text.isascii() else text.translate(FULL_WIDTH))


def day(text: str) -> str:
    """Return a day as 2026-03-02: written with any separator or none, in Chinese, at midnight, or counted in days."""
    written = _MIDNIGHT.sub("", folded(text))
    for pattern in _DAY:
        if match := pattern.fullmatch(written):
            try:
                return date(*map(int, match.groups())).isoformat()
            except ValueError:
                return written
    if (serial := _SERIAL.fullmatch(written)) and FIRST_SERIAL <= int(serial[1]) <= LAST_SERIAL:
        return (SERIAL_ZERO + timedelta(days=int(serial[1]))).isoformat()
    return written


def phone(text: str) -> str:
    """Return a phone as 13800000001 or 0755-26000005; another one as it was written, in ASCII."""
    written = folded(text)
    digits = re.sub(r"[ \-.()]", "", written.removesuffix(".0"))
    for prefix in ("+86", "0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and (_MOBILE.fullmatch(rest) or _LANDLINE.fullmatch(f"0{rest}")):
            digits = rest if _MOBILE.fullmatch(rest) else f"0{rest}"
            break
    if _MOBILE.fullmatch(digits):
        return digits
    if landline := _LANDLINE.fullmatch(digits):
        return f"{landline[1]}-{landline[2]}"
    return written


def identity_number(text: str, *, is_number: bool, born_on: str | None) -> IdentityNumber:
    """Return an identity number in eighteen characters, with a capital check letter, and what became of it.

    `is_number`: a spreadsheet holds the cell as a number. One of fifteen digits is converted where it has the birthday.
    """
    written = re.sub(r"[ \-]", "", folded(text)).upper()
    if exponent := _EXPONENT.fullmatch(written):
        return IdentityNumber(written, "exponent", kept=len((exponent[1] + (exponent[2] or "")).rstrip("0")))
    if written.endswith(".0"):
        written, is_number = written[:-2], True
    if not (written[:-1].isascii() and written[:-1].isdigit()):
        return IdentityNumber(written, "as-written")
    if len(written) == 18 and written.endswith("000") and (is_number or check_digit(written[:17]) != "0"):
        return IdentityNumber(written, "rounded", kept=EXACT_DIGITS)
    if len(written) == 18 and is_number:
        return IdentityNumber(written, "rounded", kept=EXACT_DIGITS)
    if (old := _OLD_NUMBER.fullmatch(written)) and born_on is not None:
        born = re.sub("-", "", born_on)
        if born[2:] == old[2]:
            body = old[1] + born + old[3]
            return IdentityNumber(body + check_digit(body), "converted")
    if _OLD_NUMBER.fullmatch(written):
        return IdentityNumber(written, "old")
    return IdentityNumber(written, "unwrapped" if text.strip().startswith(("'", "=")) else "as-written")


def words(text: str, known: Mapping[str, str]) -> str:
    """Return the code of a word that people use; the text itself where none is known."""
    written = folded(text)
    return known.get(written.casefold().replace(" ", ""), written)


def word_list(text: str, known: Mapping[str, str]) -> str:
    """Return the codes of words that are listed in one cell, parted by ;."""
    parts = re.split(r"[;,、/\n]|(?<=[\u4e00-\u9fff]) +", folded(text).replace("，", ","))
    codes = [words(part, known) for part in parts if part.strip()]
    return ";".join(dict.fromkeys(codes))


def whole(text: str) -> str:
    """Return a whole number without what a spreadsheet adds."""
    written = folded(text)
    if _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    return _NO_FRACTION.sub(r"\1", written)
