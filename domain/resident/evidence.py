"""The paper that shows who somebody is, and what its number must be."""

from datetime import date
from typing import Literal

from domain.decider import Refused

Paper = Literal["identity-card", "birth-certificate", "passport", "hong-kong-macau-permit", "taiwan-permit", "other"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


def check_paper(paper: Paper, number: str, born_on: date) -> None:
    """Refuse the number of an identity card that cannot be, or that says another birthday (GB 11643-1999).

    Eighteen signs: six of the place, eight of the birthday, three in order, one to check. What other papers are
    numbered with is not known here. A refusal never tells the number.
    """
    if not number.strip():
        raise Refused("paper-number-missing", paper=paper)
    if paper != "identity-card":
        return
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise Refused("identity-number-malformed")
    if number[17] != check_digit(number[:17]):
        raise Refused("identity-number-check-fails")
    if number[6:14] != f"{born_on:%Y%m%d}":
        raise Refused("identity-number-says-another-birthday")


def check_digit(digits: str) -> str:
    """Return the last sign of a number whose first seventeen digits are these (ISO 7064, MOD 11-2)."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return CHECK_DIGITS[remainder]
