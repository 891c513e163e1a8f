"""Reads the table of roles that is written by hand, and names what is one's own and what is another's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.access.two_teams import HOSPITAL_OF, NURSE_OF, PRINCIPALS

TABLE = Path(__file__).with_name("role_matrix.txt")

ROLES = tuple(PRINCIPALS)

EXPECTED = {"y": None, "x": "outside-scope", ".": "role-not-allowed"}
"""The refusal that a sign of the table stands for."""

OPERATION_FIELDS = (
    *("team_id", "institution_id", "resident_id", "visit_id", "contract_id", "member_id", "account_id"),
    *("family_bed_id", "referral_id", "alliance_id", "survey_id"),
)


class Cell(NamedTuple):
    """What the table says of one role and one name: the refusal of the own, and of another's."""

    name: str
    role: str
    own: str | None
    other: str | None


def lines(section: str) -> Iterator[list[str]]:
    """Yield the lines of a section in words."""
    current = ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif current == section and line and not line.startswith("#"):
            yield line.split()


def cells(section: str) -> Iterator[Cell]:
    """Yield the cells of a section."""
    for words in lines(section):
        signs, names = words[: len(ROLES)], words[len(ROLES) :]
        for name in names:
            for role, cell in zip(ROLES, signs, strict=True):
                yield Cell(name, role, EXPECTED[cell[0]], EXPECTED[cell[1]])


def ids(role: str, whose: str) -> dict[str, Any]:
    """Return the ids of what is a role's own, or another's: a member's other resident belongs to a colleague."""
    resident = "li" if whose == "own" else "wang" if role == "member" else "zhao"
    side = "east" if whose == "own" else "west"
    account = PRINCIPALS[role].account_id if whose == "own" else "nurse-of-west"
    if role == "administrator":
        account = f"nurse-of-{side}"
    return {
        "team_id": side,
        "institution_id": f"centre-{side}",
        "district": {"east": "Futian", "west": "Luohu"}[side],
        "alliance_id": f"alliance-of-{HOSPITAL_OF['li' if side == 'east' else 'zhao']}",
        "resident_id": resident,
        "household_id": f"home-of-{resident}",
        "contract_id": f"contract-{resident}",
        "visit_id": f"visit-{resident}",
        "family_bed_id": f"bed-{resident}",
        "care_task_id": f"bed-{resident}.bed-nursing.1",
        "referral_id": f"referral-{resident}",
        "survey_id": f"survey-{resident}",
        "webhook_id": "gateway",
        "member_id": NURSE_OF[resident],
        "absence_id": "a1",
        "account_id": account,
        "scope_id": side,
    }


def data_of(example: Mapping[str, Any], fields: set[str], role: str, whose: str) -> dict[str, Any]:
    """Return an example with the ids of what is one's own or another's."""
    return {**example, **{name: value for name, value in ids(role, whose).items() if name in fields}}


def question_data(example: Mapping[str, Any], fields: set[str], role: str, whose: str) -> dict[str, Any]:
    """Return the data of a question: about a team if it can be, for a hospital about that hospital."""
    data = data_of(example, fields, role, whose)
    if {"team_id", "institution_id"} <= fields:
        data["institution_id"] = None
        if role == "hospital":
            data |= {"team_id": None, "institution_id": HOSPITAL_OF["li" if whose == "own" else "zhao"]}
    return data
