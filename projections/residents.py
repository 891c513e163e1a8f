"""Residents: personal details, key groups of today, households and consents."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.event import value
from domain.resident.commands import Personal
from domain.resident.events import (
    BirthRecorded,
    ChannelChosen,
    ConsentGiven,
    ConsentWithdrawn,
    DepartureAnnulled,
    DepartureCorrected,
    EvidenceShown,
    HouseholdJoined,
    KeyGroupTagged,
    KeyGroupUntagged,
    MergeAnnulled,
    MergeRecorded,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
    ResidentEvent,
    ResidentMerged,
    ResidentRegistered,
)
from projections.changes import Change, Projection, Table, day_text
from projections.questions import Question, Row, Rows, Scalar

RESIDENTS_V1 = Table(
    "residents_v1",
    "resident_id",
    {
        "institution_id": "text",
        "evidence": "text",
        "resident_since": "text",
        "evidence_until": "text",
        "homebound": "int",
        "delivered_on": "text",
        "household_id": "text",
        "relation": "text",
        "departed_after": "text",
        "departed": "text",
        "born_on": "text",
        "home_x": "int",
        "home_y": "int",
        "place": "text",
        "name": "text",
        "phone": "text",
        "address": "text",
    },
    indexes=(("institution_id",), ("name",), ("household_id",)),
)
"""`departed` is how (died, moved-out), `departed_after` the last day; `delivered_on` the newest delivery."""

KEY_GROUPS_V1 = Table(
    "key_groups_v1",
    "key_group_key",  # resident|group
    {
        "resident_id": "text",
        "group_name": "text",
        "since": "text",
        "until": "text",
        "anchor": "text",
        "stage": "text",
        "evidence": "text",
    },
    indexes=(("resident_id",), ("group_name",)),
)
"""The newest stay in each group; the history of stays is kept for coverage."""

CONSENTS_V1 = Table(
    "consents_v1",
    "consent_key",  # resident|kind
    {"resident_id": "text", "kind": "text", "given_on": "text", "given_by": "text", "withdrawn_on": "text"},
    indexes=(("resident_id",),),
)
"""The newest consent of each kind, and when it was taken back."""


CHANNELS_V1 = Table("notice_channels_v1", "resident_id", {"channel": "text"})
"""The channel by which a resident wants to hear of visits; no row if they chose none."""

ROUGH_HOMES_V1 = Table("rough_homes_v1", "resident_id", {"located": "text"})
"""Homes whose place is only that of the community or the institution, or none, until somebody places them."""

MERGED_V1 = Table(
    "merged_residents_v1", "resident_id", {"kept_id": "text", "merged_on": "text"}, indexes=(("kept_id",),)
)
"""Records that were merged into another one of the same person."""

MERGED_FROM_V1 = Table(
    "merged_from_v1",
    "merged_key",  # kept|merged
    {"resident_id": "text", "merged_id": "text"},
    indexes=(("resident_id",),),
)
"""The same from the side of the record that is kept."""

FAMILY_PHONES_V1 = Table("family_phones_v1", "resident_id", {"family_name": "text", "family_phone": "text"})
"""Whom of the family to call; no row without a phone."""


def project(event: ResidentEvent) -> Iterator[Change]:
    """Follow a resident."""
    match event:
        case KeyGroupTagged() | KeyGroupUntagged() | ConsentGiven() | ConsentWithdrawn():
            yield group_or_consent(event)
        case ResidentRegistered():
            yield RESIDENTS_V1.put(
                event.resident_id,
                institution_id=event.institution_id,
                evidence=event.evidence,
                resident_since=event.resident_since.isoformat(),
                evidence_until=day_text(event.evidence_until),
                homebound=int(event.homebound),
                **personal_columns(event.personal),
            )
            if event.personal.family_phone:
                yield family(event.resident_id, event.personal)
            if event.personal.located != "home":
                yield rough_home(event.resident_id, event.personal)
        case PersonalDetailsCorrected():
            yield RESIDENTS_V1.patch(event.resident_id, **personal_columns(event.personal))
            yield family(event.resident_id, event.personal)
            yield rough_home(event.resident_id, event.personal)
        case ChannelChosen():
            yield CHANNELS_V1.put(event.resident_id, channel=event.channel)
        case ResidentMerged():
            yield MERGED_V1.put(event.resident_id, kept_id=event.kept_id, merged_on=event.merged_on.isoformat())
        case MergeAnnulled():
            yield MERGED_V1.drop(event.resident_id)
        case MergeRecorded():
            key = f"{event.resident_id}|{event.merged_id}"
            if event.merged:
                yield MERGED_FROM_V1.put(key, resident_id=event.resident_id, merged_id=event.merged_id)
            else:
                yield MERGED_FROM_V1.drop(key)
        case _:
            yield RESIDENTS_V1.patch(event.resident_id, **changed_columns(event))


def group_or_consent(event: KeyGroupTagged | KeyGroupUntagged | ConsentGiven | ConsentWithdrawn) -> Change:
    """Return the row of a key group, or of a consent, that an event changes."""
    match event:
        case KeyGroupTagged():
            return KEY_GROUPS_V1.put(
                f"{event.resident_id}|{event.group}",
                resident_id=event.resident_id,
                group_name=event.group,
                since=event.since.isoformat(),
                anchor=day_text(event.anchor),
                stage=event.stage,
                evidence=event.evidence,
            )
        case KeyGroupUntagged():
            return KEY_GROUPS_V1.patch(f"{event.resident_id}|{event.group}", until=event.until.isoformat())
        case ConsentGiven():
            return CONSENTS_V1.put(
                f"{event.resident_id}|{event.kind}",
                resident_id=event.resident_id,
                kind=event.kind,
                given_on=event.given_on.isoformat(),
                given_by=event.given_by,
            )
        case ConsentWithdrawn():
            return CONSENTS_V1.patch(f"{event.resident_id}|{event.kind}", withdrawn_on=event.withdrawn_on.isoformat())


Departed = ResidentDeparted | DepartureAnnulled | DepartureCorrected


def changed_columns(
    event: EvidenceShown | MobilityRecorded | BirthRecorded | HouseholdJoined | Departed,
) -> dict[str, Scalar]:
    """Return the columns of a resident that an event changes."""
    match event:
        case EvidenceShown():
            return {
                "evidence": event.evidence,
                "resident_since": event.resident_since.isoformat(),
                "evidence_until": day_text(event.valid_until),
                "departed": None,
                "departed_after": None,
            }
        case MobilityRecorded():
            return {"homebound": int(event.homebound)}
        case BirthRecorded():
            return {"delivered_on": event.delivered_on.isoformat()}
        case HouseholdJoined():
            return {"household_id": event.household_id, "relation": event.relation}
        case ResidentDeparted():
            return {"departed": event.reason, "departed_after": event.last_day.isoformat()}
        case DepartureAnnulled():
            return {"departed": event.stands, "departed_after": day_text(event.stands_after)}
        case DepartureCorrected():
            return {"departed_after": event.last_day.isoformat()}


def personal_columns(personal: Personal) -> dict[str, Scalar]:
    """Return what rows keep of a person; the identity number stays in the sealed value."""
    return {
        "born_on": personal.born_on.isoformat(),
        "home_x": personal.home_x,
        "home_y": personal.home_y,
        "place": personal.place,
        "name": personal.name,
        "phone": personal.phone,
        "address": personal.address,
    }


def rough_home(resident_id: str, personal: Personal) -> Change:
    """Return the row of a home that is placed roughly, or that it is so no longer."""
    if personal.located == "home":
        return ROUGH_HOMES_V1.drop(resident_id)
    return ROUGH_HOMES_V1.put(resident_id, located=personal.located)


def family(resident_id: str, personal: Personal) -> Change:
    """Return the row of the family's phone."""
    if not personal.family_phone:
        return FAMILY_PHONES_V1.drop(resident_id)
    return FAMILY_PHONES_V1.put(resident_id, family_name=personal.family_name, family_phone=personal.family_phone)


@value
class ResidentCard:
    """Ask for one resident."""

    resident_id: str


def resident_card(question: ResidentCard, rows: Rows) -> Row | None:
    """Return the columns of the table with `groups` and `consents` of today; None if nobody is registered.

    `groups` is [{group_name, since, anchor, stage, evidence}], `consents` [{kind, given_on, given_by}]; `merged_into`
    and `merged_from` as in `merges_of`.
    """
    residents = rows.ask(
        "SELECT * FROM residents_v1 WHERE resident_id = :resident_id", resident_id=question.resident_id
    )
    if not residents:
        return None
    groups = rows.ask(
        """SELECT group_name, since, anchor, stage, evidence FROM key_groups_v1
        WHERE resident_id = :resident_id AND until IS NULL ORDER BY group_name""",
        resident_id=question.resident_id,
    )
    consents = rows.ask(
        """SELECT kind, given_on, given_by FROM consents_v1
        WHERE resident_id = :resident_id AND withdrawn_on IS NULL ORDER BY kind""",
        resident_id=question.resident_id,
    )
    return {**residents[0], "groups": groups, "consents": consents, **merges_of(rows, question.resident_id)}


def merges_of(rows: Rows, resident_id: str) -> Row:
    """Return `merged_into`, the record that is kept for this one or None, and `merged_from`, those merged into it."""
    into = rows.ask("SELECT kept_id FROM merged_residents_v1 WHERE resident_id = :id", id=resident_id)
    merged = rows.ask("SELECT merged_id FROM merged_from_v1 WHERE resident_id = :id ORDER BY merged_id", id=resident_id)
    return {
        "merged_into": into[0]["kept_id"] if into else None,
        "merged_from": [str(row["merged_id"]) for row in merged],
    }


def merged_ids(rows: Rows) -> set[str]:
    """Return the records that were merged into another one."""
    return {str(row["resident_id"]) for row in rows.ask("SELECT resident_id FROM merged_residents_v1")}


@value
class Household:
    """Ask who lives in a household."""

    household_id: str


def household(question: Household, rows: Rows) -> list[Row]:
    """Return who lives there, the head first and then by age: `resident_id`, `relation`, `name`, `born_on`."""
    members = rows.ask(
        """SELECT resident_id, relation, name, born_on FROM residents_v1
        WHERE household_id = :household_id AND departed IS NULL
        ORDER BY CASE relation WHEN 'head' THEN 0 ELSE 1 END, born_on, resident_id""",
        household_id=question.household_id,
    )
    return [{**row} for row in members]


@value
class RoughHomes:
    """Ask which residents of an institution have no place of their own yet: their visits are planned roughly."""

    institution_id: str


def rough_homes(question: RoughHomes, rows: Rows) -> list[Row]:
    """Return `resident_id` and `located`, of which place the coordinates are; those without any place first."""
    homes = rows.ask(
        """SELECT h.resident_id, h.located FROM rough_homes_v1 h JOIN residents_v1 r ON r.resident_id = h.resident_id
        WHERE r.institution_id = :institution_id AND r.departed IS NULL
        ORDER BY CASE h.located WHEN 'unknown' THEN 0 WHEN 'institution' THEN 1 ELSE 2 END, h.resident_id""",
        institution_id=question.institution_id,
    )
    return [{**row} for row in homes]


def names_and_phones(rows: Rows, resident_ids: set[str]) -> dict[str, Row]:
    """Return `name` and `phone` of residents, by id."""
    if not resident_ids:
        return {}
    ids = {f"r{number}": resident_id for number, resident_id in enumerate(sorted(resident_ids))}
    people = rows.ask(
        " ".join(
            [
                "SELECT resident_id, name, phone FROM residents_v1",
                f"WHERE resident_id IN ({', '.join(':' + name for name in ids)})",
            ]
        ),
        **ids,
    )
    return {str(row["resident_id"]): {"name": row["name"], "phone": row["phone"]} for row in people}


def pregnant_since(rows: Rows, day: date) -> list[str]:
    """Return the ids of residents whose pregnancy, still under way, began on a day."""
    sql = """SELECT resident_id FROM key_groups_v1 WHERE group_name = 'pregnant' AND until IS NULL
        AND coalesce(anchor, since) = :day ORDER BY resident_id"""
    return [str(row["resident_id"]) for row in rows.ask(sql, day=day.isoformat())]


RESIDENTS = Projection(
    name="residents",
    tables=(
        RESIDENTS_V1,
        KEY_GROUPS_V1,
        CONSENTS_V1,
        CHANNELS_V1,
        FAMILY_PHONES_V1,
        ROUGH_HOMES_V1,
        MERGED_V1,
        MERGED_FROM_V1,
    ),
    events=get_args(ResidentEvent),
    project=project,
    questions=(
        Question(asks=ResidentCard, answer=resident_card, example=ResidentCard(resident_id="resident-0007")),
        Question(asks=RoughHomes, answer=rough_homes, example=RoughHomes(institution_id="institution-01")),
        Question(asks=Household, answer=household, example=Household(household_id="household-0007")),
    ),
)
