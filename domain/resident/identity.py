"""Who a person is: the kind and number of an identity paper, in one regular form, held by one resident."""

import unicodedata
from dataclasses import replace
from datetime import date

from domain.decider import FOREVER, Claim, Refused
from domain.resident.commands import Paper, Personal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

CHECK_DIGITS = "10X98765432"

CENTURY = "19"
"""The years of birth that a number of fifteen digits leaves out begin so: cards with such numbers ended in 1999."""


def regular_number(paper: Paper, number: str) -> str:
    """Return a number as it is compared: plain digits and capital letters, no blanks and nothing invisible.

    Of an identity card it has eighteen characters: one of fifteen digits is completed by century and check digit
    (GB 11643-1999). A number that no card can have is returned without that.
    """
    plain = unicodedata.normalize("NFKC", number).upper()
    kept = "".join(
        character for character in plain if not character.isspace() and unicodedata.category(character) != "Cf"
    )
    if paper == "identity-card" and len(kept) == 15 and is_digits(kept):
        digits = f"{kept[:6]}{CENTURY}{kept[6:]}"
        return digits + check_digit(digits)
    return kept


def regular_person(personal: Personal) -> Personal:
    """Return personal data with the number of the paper in its regular form."""
    return replace(personal, identity_number=regular_number(personal.paper, personal.identity_number))


def check_paper(paper: Paper, number: str, born_on: date) -> None:
    """Refuse an impossible number of an identity card, or one with another birthday (GB 11643-1999).

    Eighteen characters: six of the place, eight of the birthday, three of the order, one check digit. Numbers of other
    papers are not checked. A refusal never contains the number.
    """
    regular = regular_number(paper, number)
    if not regular:
        raise Refused("paper-number-missing", paper=paper)
    if paper != "identity-card":
        return
    if len(regular) != 18 or not is_digits(regular[:17]):
        raise Refused("identity-number-malformed")
    if regular[17] != check_digit(regular[:17]):
        raise Refused("identity-number-check-fails")
    if regular[6:14] != f"{born_on:%Y%m%d}":
        raise Refused("identity-number-says-another-birthday")


def check_number_kept(known: Personal, personal: Personal) -> None:
    """Refuse to take a number away; the details of a newborn who has none yet may be corrected without one."""
    if known.identity_number or personal.identity_number:
        check_paper(personal.paper, personal.identity_number, personal.born_on)


def is_digits(text: str) -> bool:
    """Return whether a text holds the digits 0 to 9 only."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """Return the check digit of a number with these first seventeen digits (ISO 7064, MOD 11-2)."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return CHECK_DIGITS[remainder]


def identity_key(personal: Personal) -> str:
    """Return the key under which one resident holds a paper; it is made of personal values."""
    return paper_key(personal.paper, personal.identity_number)


def paper_key(paper: Paper, number: str) -> str:
    """Return the key of a paper, however its number is written."""
    return f"person:{paper}:{regular_number(paper, number)}"


def newborn_key(guardian_id: str, born_on: date, birth_order: int) -> str:
    """Return the key under which one resident is this child of a guardian."""
    return f"person:newborn:{guardian_id}:{born_on}:{birth_order}"


def person_claim(key: str, *, held: bool = True) -> Claim:
    """Return the claim to be the one person of a key, for all days; `held` is False where it is given back."""
    since, until = (date.min, FOREVER) if held else (FOREVER, date.min)
    return Claim(key=key, rule="person-already-registered", since=since, until=until, personal=True)
