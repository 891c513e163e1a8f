"""Residents with what is personal, and the key groups they belong to now."""

from collections.abc import Iterator
from typing import get_args

from domain.event import value
from domain.resident import (
    KeyGroupTagged,
    KeyGroupUntagged,
    Personal,
    PersonalDetailsCorrected,
    ResidentEvent,
    ResidentRegistered,
)
from projections.asking import Question, Row, Rows, Scalar
from projections.changes import Change, Projection, Table

RESIDENTS_V1 = Table(
    "residents_v1",
    "resident_id",
    {
        "institution_id": "text",
        "homebound": "int",
        "born_on": "text",
        "home_x": "int",
        "home_y": "int",
        "name": "text",
        "phone": "text",
        "address": "text",
    },
    indexes=(("institution_id",), ("name",)),
)

KEY_GROUPS_V1 = Table(
    "key_groups_v1",
    "key_group_key",  # resident|group
    {"resident_id": "text", "group_name": "text", "since": "text", "until": "text"},
    indexes=(("resident_id",), ("group_name",)),
)
"""The newest stay in each group; the history of stays is kept for coverage."""


def project(fact: ResidentEvent) -> Iterator[Change]:
    """Follow a resident."""
    match fact:
        case ResidentRegistered():
            yield RESIDENTS_V1.put(
                fact.resident_id,
                institution_id=fact.institution_id,
                homebound=int(fact.homebound),
                **personal_columns(fact.personal),
            )
        case PersonalDetailsCorrected():
            yield RESIDENTS_V1.patch(fact.resident_id, **personal_columns(fact.personal))
        case KeyGroupTagged():
            yield KEY_GROUPS_V1.put(
                f"{fact.resident_id}|{fact.group}",
                resident_id=fact.resident_id,
                group_name=fact.group,
                since=fact.since.isoformat(),
            )
        case KeyGroupUntagged():
            yield KEY_GROUPS_V1.patch(f"{fact.resident_id}|{fact.group}", until=fact.until.isoformat())


def personal_columns(personal: Personal) -> dict[str, Scalar]:
    """Return what rows keep of a person; the identity number stays in the sealed value."""
    return {
        "born_on": personal.born_on.isoformat(),
        "home_x": personal.home_x,
        "home_y": personal.home_y,
        "name": personal.name,
        "phone": personal.phone,
        "address": personal.address,
    }


@value
class ResidentCard:
    """Ask for one resident."""

    resident_id: str


def resident_card(question: ResidentCard, rows: Rows) -> Row | None:
    """Return the columns of the table with `groups` [{group_name, since}] of today; None if nobody is registered."""
    found = rows.ask("SELECT * FROM residents_v1 WHERE resident_id = :resident_id", resident_id=question.resident_id)
    if not found:
        return None
    groups = rows.ask(
        """SELECT group_name, since FROM key_groups_v1
        WHERE resident_id = :resident_id AND until IS NULL ORDER BY group_name""",
        resident_id=question.resident_id,
    )
    return {**found[0], "groups": groups}


RESIDENTS = Projection(
    name="residents",
    tables=(RESIDENTS_V1, KEY_GROUPS_V1),
    events=get_args(ResidentEvent),
    project=project,
    questions=(Question(asks=ResidentCard, answer=resident_card, example=ResidentCard(resident_id="resident-0007")),),
)
