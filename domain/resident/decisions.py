"""What is decided about a resident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.decider import FOREVER, Claim, Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import (
    STAGES,
    CorrectPersonalDetails,
    GiveConsent,
    JoinHousehold,
    Personal,
    RecordBirth,
    RecordDeparture,
    RecordMobility,
    RegisterResident,
    ReviewKeyGroups,
    ShowEvidence,
    TagKeyGroup,
    UntagKeyGroup,
    WithdrawConsent,
)
from domain.resident.events import (
    BirthRecorded,
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceShown,
    HouseholdJoined,
    KeyGroupTagged,
    KeyGroupUntagged,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
    ResidentEvent,
    ResidentRegistered,
)
from domain.resident.evidence import check_paper
from domain.resident.state import Resident, evolve

DAY = timedelta(days=1)


def register(
    command: RegisterResident, resident: Resident, *, now: datetime, pack: PolicyPack, institution: Institution
) -> list[ResidentEvent]:
    """Register once, with the key groups of her age (A4); the same papers again say nothing."""
    today = local_day(now)
    registered = ResidentRegistered(
        resident_id=command.resident_id,
        institution_id=command.institution_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        homebound=command.homebound,
        personal=command.personal,
        evidence_until=command.evidence_until,
    )
    known = resident.registered
    if known is not None and replace(known, elder_on=None) == registered:
        return []
    if known is not None:
        raise Refused("resident-already-registered", resident=command.resident_id)
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    check_day(command.resident_since, today)
    check_person(command.personal, today)
    person = evolve(resident, registered)
    return [replace(registered, elder_on=elder_later(person, today, pack)), *review_of(person, today, pack)]


def correct(
    command: CorrectPersonalDetails, resident: Resident, *, now: datetime, pack: PolicyPack
) -> list[ResidentEvent]:
    """Replace what is personal if it differs; a mended birthday brings other groups of age."""
    require_registered(resident, command.resident_id)
    if resident.personal == command.personal:
        return []
    today = local_day(now)
    check_person(command.personal, today)
    corrected = PersonalDetailsCorrected(resident_id=command.resident_id, personal=command.personal)
    person = evolve(resident, corrected)
    born_again = resident.personal is None or resident.personal.born_on != command.personal.born_on
    return [
        replace(corrected, elder_on=elder_later(person, today, pack)),
        *(review_of(person, today, pack) if born_again else []),
    ]


def show_evidence(command: ShowEvidence, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Keep other evidence beside what was shown before (A1.1); who moved away and shows some is back."""
    require_registered(resident, command.resident_id)
    today = local_day(now)
    shown = EvidenceShown(
        resident_id=command.resident_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        shown_on=command.shown_on,
        valid_until=command.valid_until,
        elder_on=None,
    )
    person = evolve(resident, shown)
    if person.evidence[-1] == resident.evidence[-1] and person.departed == resident.departed:
        return []
    check_day(max(command.resident_since, command.shown_on), today)
    if resident.departed is not None and resident.departed.reason == "died":
        raise Refused("resident-died", resident=command.resident_id, day=resident.departed.last_day)
    if command.valid_until is not None and command.valid_until < command.shown_on:
        raise Refused("evidence-over-before-shown", valid_until=command.valid_until)
    return [replace(shown, elder_on=elder_later(person, today, pack)), *review_of(person, today, pack)]


def tag(command: TagKeyGroup, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Add a key group (A4), or move its anchor or stage; the groups of age need the age."""
    require_registered(resident, command.resident_id)
    known = resident.tagged(command.group)
    if known is not None and (known.anchor, known.stage) == (command.anchor, command.stage):
        return []
    check_day(max(command.since, command.anchor or command.since), local_day(now))
    if command.stage is not None and command.stage not in STAGES.get(command.group, ()):
        raise Refused("stage-of-another-group", group=command.group, stage=command.stage)
    check_age(command, resident, pack)
    return [
        KeyGroupTagged(
            resident_id=command.resident_id,
            group=command.group,
            since=command.since,
            anchor=command.anchor,
            stage=command.stage,
            evidence=command.evidence,
            ends_on=last_day_of_stay(command, resident, pack),
        )
    ]


def untag(command: UntagKeyGroup, resident: Resident) -> list[ResidentEvent]:
    """Take a key group away."""
    require_registered(resident, command.resident_id)
    known = resident.tagged(command.group)
    if known is None:
        return []
    if command.until < known.since:
        raise Refused("group-left-before-joined", group=command.group, since=known.since)
    return [KeyGroupUntagged(resident_id=command.resident_id, group=command.group, until=command.until)]


def review(command: ReviewKeyGroups, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Let in and out of the groups of age and childbed whomever their days have come for (A4)."""
    require_registered(resident, command.resident_id)
    return review_of(resident, local_day(now), pack)


def record_birth(command: RecordBirth, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """End a pregnancy and begin childbed, which lasts the pack's days (A4, A5)."""
    require_registered(resident, command.resident_id)
    if command.delivered_on in resident.births:
        return []
    check_day(max(command.delivered_on, command.discharged_on or command.delivered_on), local_day(now))
    pregnant, childbed = resident.tagged("pregnant"), resident.tagged("postpartum")
    if childbed is not None:
        raise Refused("birth-already-recorded", resident=command.resident_id, day=childbed.since)
    if pregnant is not None and command.delivered_on < pregnant.since:
        raise Refused("group-left-before-joined", group="pregnant", since=pregnant.since)
    began = KeyGroupTagged(
        resident_id=command.resident_id,
        group="postpartum",
        since=command.delivered_on,
        anchor=command.discharged_on,
        evidence="birth",
        ends_on=command.delivered_on + timedelta(days=pack.postpartum_days),
    )
    over = KeyGroupUntagged(resident_id=command.resident_id, group="pregnant", until=command.delivered_on)
    recorded = BirthRecorded(resident_id=command.resident_id, delivered_on=command.delivered_on)
    return [recorded, *([over] if pregnant is not None else []), began]


def record_mobility(command: RecordMobility, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Say that somebody cannot come to the centre any more, or can again."""
    require_registered(resident, command.resident_id)
    if resident.homebound == command.homebound:
        return []
    check_day(command.since, local_day(now))
    return [MobilityRecorded(resident_id=command.resident_id, homebound=command.homebound, since=command.since)]


def join_household(command: JoinHousehold, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Move to a household, or be something else in it; a household has one head."""
    require_registered(resident, command.resident_id)
    lives = resident.household
    if lives is not None and (lives.household_id, lives.relation) == (command.household_id, command.relation):
        return []
    check_day(command.since, local_day(now))
    return [
        HouseholdJoined(
            resident_id=command.resident_id,
            household_id=command.household_id,
            relation=command.relation,
            since=command.since,
            left_household_id=lives.household_id if lives is not None else None,
        )
    ]


def give_consent(command: GiveConsent, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Keep a consent; one that holds already says nothing."""
    require_registered(resident, command.resident_id)
    if any(given.kind == command.kind for given in resident.consents):
        return []
    check_day(command.given_on, local_day(now))
    return [
        ConsentGiven(
            resident_id=command.resident_id,
            kind=command.kind,
            given_on=command.given_on,
            given_by=command.given_by,
        )
    ]


def withdraw_consent(command: WithdrawConsent, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Take a consent back, as everybody may at any time; one that was not given is withdrawn already."""
    require_registered(resident, command.resident_id)
    given = next((given for given in resident.consents if given.kind == command.kind), None)
    if given is None:
        return []
    check_day(command.withdrawn_on, local_day(now))
    if command.withdrawn_on < given.given_on:
        raise Refused("consent-withdrawn-before-given", day=given.given_on)
    return [ConsentWithdrawn(resident_id=command.resident_id, kind=command.kind, withdrawn_on=command.withdrawn_on)]


def record_departure(command: RecordDeparture, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Say that somebody died or moved away: nobody asks her to sign any more."""
    require_registered(resident, command.resident_id)
    if resident.departed is not None:
        return []
    check_day(command.last_day, local_day(now))
    return [ResidentDeparted(resident_id=command.resident_id, reason=command.reason, last_day=command.last_day)]


def review_of(resident: Resident, today: date, pack: PolicyPack) -> list[ResidentEvent]:
    """Return how the groups that follow from a date must change to be what they are today."""
    return [*stays_over(resident, today, pack), *stays_begun(resident, today, pack)]


def stays_over(resident: Resident, today: date, pack: PolicyPack) -> Iterable[ResidentEvent]:
    """Yield the ends of stays whose last day is past, and of an elder's whose birthday or papers now say otherwise."""
    assert resident.registered is not None
    resident_id = resident.registered.resident_id
    elder_on = resident.elder_on(today, pack) or today
    for stay in resident.tags:
        if stay.ends_on is not None and stay.ends_on < today:
            yield KeyGroupUntagged(resident_id=resident_id, group=stay.group, until=stay.ends_on)
        elif stay.group == "elder" and stay.evidence == "age" and elder_on > today:
            yield KeyGroupUntagged(resident_id=resident_id, group="elder", until=today - DAY)


def stays_begun(resident: Resident, today: date, pack: PolicyPack) -> Iterable[ResidentEvent]:
    """Yield the beginnings of stays that follow from age, of people who are still here."""
    assert resident.registered is not None
    assert resident.personal is not None
    if resident.departed is not None:
        return
    resident_id = resident.registered.resident_id
    elder_on, child_until = resident.elder_on(today, pack), resident.child_until(pack)
    if elder_on is not None and elder_on <= today and resident.tagged("elder") is None:
        yield KeyGroupTagged(resident_id=resident_id, group="elder", since=elder_on, evidence="age")
    if child_until is not None and today <= child_until and resident.tagged("child") is None:
        yield KeyGroupTagged(
            resident_id=resident_id,
            group="child",
            since=resident.personal.born_on,
            evidence="age",
            ends_on=child_until,
        )


def elder_later(resident: Resident, today: date, pack: PolicyPack) -> date | None:
    """Return the day on which age will make an elder of her, None if it has."""
    elder_on = resident.elder_on(today, pack)
    return elder_on if elder_on is not None and elder_on > today else None


def last_day_of_stay(command: TagKeyGroup, resident: Resident, pack: PolicyPack) -> date | None:
    """Return when time itself will end a stay: childhood by age, childbed after the pack's days."""
    if command.group == "child":
        return resident.child_until(pack)
    if command.group == "postpartum":
        return command.since + timedelta(days=pack.postpartum_days)
    return None


def check_age(command: TagKeyGroup, resident: Resident, pack: PolicyPack) -> None:
    """Refuse an elder who is too young, or a child who is too old, on the first day of the stay (A4)."""
    elder_on, child_until = resident.elder_on(command.since, pack), resident.child_until(pack)
    too_young = command.group == "elder" and elder_on is not None and command.since < elder_on
    too_old = command.group == "child" and child_until is not None and command.since > child_until
    if too_young or too_old:
        raise Refused("age-outside-group", group=command.group, age=resident.age_on(command.since))


def check_person(personal: Personal, today: date) -> None:
    """Refuse somebody who is not born yet, or whose paper cannot be hers."""
    check_day(personal.born_on, today)
    check_paper(personal.paper, personal.identity_number, personal.born_on)


def check_day(day: date, today: date) -> None:
    """Refuse a day that is still to come."""
    if day > today:
        raise Refused("day-in-the-future", day=day)


def require_registered(resident: Resident, resident_id: str) -> None:
    """Refuse somebody who is not registered."""
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=resident_id)


def claims(resident: Resident, fact: ResidentEvent) -> Iterable[Claim]:
    """One head per household: whoever is the head holds it until she moves, departs, or is something else."""
    lives = resident.household
    if isinstance(fact, HouseholdJoined):
        head = fact.relation == "head"
        if fact.left_household_id not in {None, fact.household_id}:
            yield head_of(str(fact.left_household_id), fact.since, fact.since - DAY)
        yield head_of(fact.household_id, fact.since, FOREVER if head else fact.since - DAY)
    elif isinstance(fact, ResidentDeparted) and lives is not None and lives.relation == "head":
        yield head_of(lives.household_id, lives.since, fact.last_day)


def head_of(household_id: str, since: date, until: date) -> Claim:
    """Return the claim to be the head of a household; `until < since` gives it back."""
    return Claim(key=f"household-head:{household_id}", rule="household-has-a-head", since=since, until=until)
