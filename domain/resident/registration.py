"""Registration of residents, their personal details, mobility, household and departure."""

from dataclasses import replace
from datetime import date, datetime

from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack
from domain.resident.commands import (
    CorrectPersonalDetails,
    JoinHousehold,
    RecordDeparture,
    RecordMobility,
    RegisterResident,
)
from domain.resident.events import (
    HouseholdJoined,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
    ResidentEvent,
    ResidentRegistered,
)
from domain.resident.identity import check_number_kept, check_paper, regular_person
from domain.resident.key_groups import future_elder_day, group_changes
from domain.resident.state import Resident, check_alive, check_born, check_day, evolve, require_registered

MOST_AT_ONE_BIRTH = 10
"""More children of one birth are a slip of the pen."""


def register(
    command: RegisterResident,
    resident: Resident,
    *,
    now: datetime,
    pack: PolicyPack,
    institution: Institution,
    guardian: Resident,
) -> list[ResidentEvent]:
    """Register once, with the key groups of the resident's age (A4); the same details again change nothing."""
    today = local_day(now)
    registered = ResidentRegistered(
        resident_id=command.resident_id,
        institution_id=command.institution_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        homebound=command.homebound,
        personal=regular_person(command.personal),
        evidence_until=command.evidence_until,
        guardian_id=command.guardian_id,
        birth_order=command.birth_order,
    )
    known = resident.registered
    if known is not None and is_same_registration(known, registered):
        return []
    if known is not None:
        raise Refused("resident-already-registered", resident=command.resident_id)
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    check_day(command.resident_since, today)
    check_day(registered.personal.born_on, today)
    check_birth(command, guardian)
    if command.guardian_id is None or registered.personal.identity_number:
        check_paper(registered.personal.paper, registered.personal.identity_number, registered.personal.born_on)
    else:
        check_newborn(registered.personal.born_on, today, pack)
    person = evolve(resident, registered)
    return [replace(registered, elder_on=future_elder_day(person, today, pack)), *group_changes(person, today, pack)]


def is_same_registration(known: ResidentRegistered, registered: ResidentRegistered) -> bool:
    """Return whether a registration says nothing new; a rough place says nothing about a known home."""
    personal = registered.personal
    if personal.located != "home":
        place = known.personal
        personal = replace(personal, home_x=place.home_x, home_y=place.home_y, located=place.located)
    return replace(known, elder_on=None, personal=regular_person(known.personal)) == replace(
        registered, personal=personal
    )


def correct(
    command: CorrectPersonalDetails, resident: Resident, *, now: datetime, pack: PolicyPack
) -> list[ResidentEvent]:
    """Replace personal data that differ; a corrected birthday changes the groups of age."""
    require_registered(resident, command.resident_id)
    known, personal = resident.personal, regular_person(command.personal)
    if known is not None and regular_person(known) == personal:
        return []
    today = local_day(now)
    check_day(personal.born_on, today)
    check_number_kept(known or personal, personal)
    corrected = PersonalDetailsCorrected(resident_id=command.resident_id, personal=personal)
    person = evolve(resident, corrected)
    born_again = known is None or known.born_on != personal.born_on
    return [
        replace(corrected, elder_on=future_elder_day(person, today, pack)),
        *(group_changes(person, today, pack) if born_again else []),
    ]


def record_mobility(command: RecordMobility, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Record that a resident cannot come to the centre any more, or can again."""
    require_registered(resident, command.resident_id)
    if resident.homebound == command.homebound:
        return []
    check_day(command.since, local_day(now))
    check_alive(resident, command.resident_id, command.since)
    check_born(resident.personal, command.since)
    return [MobilityRecorded(resident_id=command.resident_id, homebound=command.homebound, since=command.since)]


def join_household(command: JoinHousehold, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Record a move to a household, or another relation in it; a household has one head."""
    require_registered(resident, command.resident_id)
    lives = resident.household
    if lives is not None and (lives.household_id, lives.relation) == (command.household_id, command.relation):
        return []
    check_day(command.since, local_day(now))
    check_alive(resident, command.resident_id, command.since)
    check_born(resident.personal, command.since)
    return [
        HouseholdJoined(
            resident_id=command.resident_id,
            household_id=command.household_id,
            relation=command.relation,
            since=command.since,
            left_household_id=lives.household_id if lives is not None else None,
        )
    ]


def record_departure(command: RecordDeparture, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Record that a resident died, or moved away or will: nobody offers a contract or visits after the last day."""
    require_registered(resident, command.resident_id)
    if resident.departed is not None and not is_corrected(command, resident.departed, local_day(now)):
        return []
    if command.reason == "died":
        check_day(command.last_day, local_day(now))
    check_born(resident.personal, command.last_day)
    return [ResidentDeparted(resident_id=command.resident_id, reason=command.reason, last_day=command.last_day)]


def is_corrected(command: RecordDeparture, known: ResidentDeparted, today: date) -> bool:
    """Return whether a recorded move is replaced: by a death, or by another day while it is still to come."""
    if known.reason == "died":
        return False
    return command.reason == "died" or (known.last_day >= today and command.last_day != known.last_day)


def check_birth(command: RegisterResident, guardian: Resident) -> None:
    """Refuse a guardian who is not registered or was born later, and a place in the order of birth that none can be."""
    if command.guardian_id is not None:
        require_registered(guardian, command.guardian_id)
        check_born(guardian.personal, command.personal.born_on)
    elif command.birth_order is not None:
        raise Refused("birth-order-without-guardian", resident=command.resident_id)
    if command.birth_order is not None and not 1 <= command.birth_order <= MOST_AT_ONE_BIRTH:
        raise Refused("birth-order-outside-limits", order=command.birth_order, most=MOST_AT_ONE_BIRTH)


def check_newborn(born_on: date, today: date, pack: PolicyPack) -> None:
    """Refuse a child without an identity number that is no newborn any more."""
    until = months_later(born_on, pack.newborn_number_months)
    if today > until:
        raise Refused("newborn-number-due", until=until)
