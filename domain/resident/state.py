"""The state of a resident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.consent import ConsentKind
from domain.decider import FOREVER, Claim, Refused
from domain.event import value
from domain.key_groups import KeyGroup
from domain.local_time import months_later
from domain.policy_pack import PolicyPack
from domain.resident.commands import Channel, Departure, DocumentKind, Evidence, Personal
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
from domain.resident.identity import identity_key, newborn_key, person_claim

DAY = timedelta(days=1)


@value
class GroupStay:
    """A stay in a key group that is over, both days included."""

    group: KeyGroup
    since: date
    until: date


@value
class ShownEvidence:
    """Evidence that holds from the day on which it was shown; that of the registration holds for all days before."""

    evidence: Evidence
    resident_since: date
    shown_on: date
    valid_until: date | None
    document_kind: DocumentKind | None = None
    number_ending: str | None = None
    document_issued_on: date | None = None
    copy_digest: str | None = None


@value
class Resident:
    """The state of a resident."""

    registered: ResidentRegistered | None = None
    personal: Personal | None = None
    personal_before: Personal | None = None
    homebound: bool = False
    tags: tuple[KeyGroupTagged, ...] = ()
    past: tuple[GroupStay, ...] = ()
    evidence: tuple[ShownEvidence, ...] = ()
    births: tuple[date, ...] = ()
    household: HouseholdJoined | None = None
    consents: tuple[ConsentGiven, ...] = ()
    channel: Channel | None = None
    departed: ResidentDeparted | None = None
    departed_before: ResidentDeparted | None = None
    """The move that the recorded departure replaced."""
    merged_into: str | None = None
    """The record of the same person that is kept."""
    merged_from: tuple[str, ...] = ()
    """Records that were merged into this one."""

    @property
    def groups(self) -> tuple[KeyGroup, ...]:
        """The key groups to which the resident belongs now, sorted."""
        return tuple(sorted(tag.group for tag in self.tags))

    def groups_on(self, day: date) -> tuple[KeyGroup, ...]:
        """Return the key groups to which the resident belongs on that day, sorted."""
        now = {tag.group for tag in self.tags if tag.since <= day}
        return tuple(sorted(now | {stay.group for stay in self.past if stay.since <= day <= stay.until}))

    def tagged(self, group: KeyGroup) -> KeyGroupTagged | None:
        """Return the current stay in a group, as last recorded."""
        return next((tag for tag in self.tags if tag.group == group), None)

    def age_on(self, day: date) -> int:
        """Return the age in full years on that day; ValueError for a resident who is not registered."""
        if self.personal is None:
            raise ValueError("nobody is registered")
        born_on = self.personal.born_on
        return day.year - born_on.year - (months_later(born_on, 12 * (day.year - born_on.year)) > day)

    def evidence_on(self, day: date) -> ShownEvidence | None:
        """Return the newest evidence that was shown by that day, or else the first."""
        known = [shown for shown in self.evidence if shown.shown_on <= day] or self.evidence[:1]
        return max(known, key=lambda shown: shown.shown_on) if known else None

    def eligible(self, day: date, pack: PolicyPack) -> bool:
        """Return whether the resident may sign on that day: registered household, or resident long enough (A1.1)."""
        shown = self.evidence_on(day)
        if shown is None or self.gone_by(day) is not None:
            return False
        if shown.valid_until is not None and shown.valid_until < day:
            return False
        if shown.evidence == "household-registration":
            return True
        return months_later(shown.resident_since, pack.residence_months) <= day

    def elder_on(self, day: date, pack: PolicyPack) -> date | None:
        """Return the day on which age makes the resident an elder, by the evidence of `day` (A4); None if unknown."""
        shown = self.evidence_on(day)
        if shown is None or self.personal is None:
            return None
        if shown.evidence == "household-registration":
            return months_later(self.personal.born_on, 12 * pack.elder_age_registered)
        settled = months_later(shown.resident_since, pack.elder_residence_months)
        return max(months_later(self.personal.born_on, 12 * pack.elder_age), settled)

    def child_until(self, pack: PolicyPack) -> date | None:
        """Return the last day on which the resident is a child by age (A4: 0 to 6); None if not registered."""
        if self.personal is None:
            return None
        return months_later(self.personal.born_on, 12 * pack.child_years) - timedelta(days=1)

    def gone_by(self, day: date) -> Departure | None:
        """Return how the resident is gone by that day, None if they are there: nobody visits the dead at all."""
        if self.departed is None or (self.departed.reason != "died" and day <= self.departed.last_day):
            return None
        return self.departed.reason

    def consented(self, kind: ConsentKind, day: date) -> bool:
        """Return whether a consent of this kind was given by that day and not withdrawn."""
        return any(given.kind == kind and given.given_on <= day for given in self.consents)


def evolve(resident: Resident, event: ResidentEvent) -> Resident:
    """Return the state after an event."""
    match event:
        case ResidentRegistered():
            first = ShownEvidence(
                evidence=event.evidence,
                resident_since=event.resident_since,
                shown_on=date.min,
                valid_until=event.evidence_until,
            )
            return replace(
                resident, registered=event, personal=event.personal, homebound=event.homebound, evidence=(first,)
            )
        case PersonalDetailsCorrected():
            return replace(resident, personal=event.personal, personal_before=resident.personal)
        case EvidenceShown():
            shown = ShownEvidence(
                evidence=event.evidence,
                resident_since=event.resident_since,
                shown_on=event.shown_on,
                valid_until=event.valid_until,
                document_kind=event.document_kind,
                number_ending=event.number_ending,
                document_issued_on=event.document_issued_on,
                copy_digest=event.copy_digest,
            )
            back = None if resident.departed and resident.departed.reason == "moved-out" else resident.departed
            return replace(resident, evidence=(*resident.evidence, shown), departed=back, departed_before=None)
        case KeyGroupTagged():
            return replace(resident, tags=(*tags_except(resident, event.group), event))
        case KeyGroupUntagged():
            left = (
                GroupStay(group=t.group, since=t.since, until=event.until)
                for t in resident.tags
                if t.group == event.group
            )
            return replace(resident, tags=tags_except(resident, event.group), past=(*resident.past, *left))
        case BirthRecorded():
            return replace(resident, births=(*resident.births, event.delivered_on))
        case MobilityRecorded():
            return replace(resident, homebound=event.homebound)
        case HouseholdJoined():
            return replace(resident, household=event)
        case ConsentGiven() | ConsentWithdrawn() | ChannelChosen():
            return evolve_consents(resident, event)
        case ResidentDeparted() | DepartureAnnulled() | DepartureCorrected():
            return evolve_departure(resident, event)
        case ResidentMerged() | MergeAnnulled() | MergeRecorded():
            return evolve_merge(resident, event)


def evolve_departure(resident: Resident, event: ResidentDeparted | DepartureAnnulled | DepartureCorrected) -> Resident:
    """Return the state after a departure or its correction; a move that a death replaced may stand again."""
    match event:
        case ResidentDeparted():
            return replace(resident, departed=event, departed_before=resident.departed)
        case DepartureAnnulled():
            return replace(resident, departed=resident.departed_before, departed_before=None)
        case DepartureCorrected():
            assert resident.departed is not None, "only what was recorded is corrected"
            return replace(resident, departed=replace(resident.departed, last_day=event.last_day))


def evolve_merge(resident: Resident, event: ResidentMerged | MergeAnnulled | MergeRecorded) -> Resident:
    """Return the state after a merge, on either side."""
    match event:
        case ResidentMerged():
            return replace(resident, merged_into=event.kept_id)
        case MergeAnnulled():
            return replace(resident, merged_into=None)
        case MergeRecorded():
            others = tuple(each for each in resident.merged_from if each != event.merged_id)
            return replace(resident, merged_from=(*others, event.merged_id) if event.merged else others)


def evolve_consents(resident: Resident, event: ConsentGiven | ConsentWithdrawn | ChannelChosen) -> Resident:
    """Return the state after an event about what the resident consents to, and how they hear of their visits."""
    match event:
        case ConsentGiven():
            return replace(resident, consents=(*resident.consents, event))
        case ConsentWithdrawn():
            return replace(resident, consents=tuple(c for c in resident.consents if c.kind != event.kind))
        case ChannelChosen():
            return replace(resident, channel=event.channel)


def tags_except(resident: Resident, group: KeyGroup) -> tuple[KeyGroupTagged, ...]:
    """Return the stays in all groups but one."""
    return tuple(tag for tag in resident.tags if tag.group != group)


def check_day(day: date, today: date) -> None:
    """Refuse a day in the future."""
    if day > today:
        raise Refused("day-in-the-future", day=day)


def check_born(personal: Personal | None, day: date) -> None:
    """Refuse what is said to have happened before the birth."""
    if personal is not None and day < personal.born_on:
        raise Refused("day-before-birth", day=day)


def check_alive(resident: Resident, resident_id: str, day: date) -> None:
    """Refuse what is said to have happened after a death; what was before may be recorded late."""
    departed = resident.departed
    if departed is not None and departed.reason == "died" and day > departed.last_day:
        raise Refused("resident-died", resident=resident_id, day=departed.last_day)


def check_there(resident: Resident, resident_id: str, day: date) -> None:
    """Refuse who is gone by that day, with the reason, and a record that was merged into another."""
    check_not_merged(resident, resident_id)
    departed = resident.departed
    if departed is None or resident.gone_by(day) is None:
        return
    if departed.reason == "died":
        raise Refused("resident-died", resident=resident_id, day=departed.last_day)
    raise Refused("resident-moved-out", resident=resident_id, last_day=departed.last_day)


def require_registered(resident: Resident, resident_id: str) -> None:
    """Refuse a resident who is not registered, and a record that was merged into another."""
    require_known(resident, resident_id)
    check_not_merged(resident, resident_id)


def require_known(resident: Resident, resident_id: str) -> None:
    """Refuse a resident who was never registered."""
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=resident_id)


def check_not_merged(resident: Resident, resident_id: str) -> None:
    """Refuse a record that was merged into another, which is named."""
    if resident.merged_into is not None:
        raise Refused("resident-merged", resident=resident_id, kept=resident.merged_into)


def claims(resident: Resident, event: ResidentEvent) -> Iterable[Claim]:
    """Claim to be one person, and one head per household until the head moves, departs or gets another relation."""
    lives = resident.household
    if isinstance(event, ResidentRegistered):
        for key in identity_keys(event, event.personal):
            yield person_claim(key)
    elif isinstance(event, PersonalDetailsCorrected):
        yield from changed_identity(resident)
    elif isinstance(event, HouseholdJoined):
        head = event.relation == "head"
        if event.left_household_id not in {None, event.household_id}:
            yield head_claim(str(event.left_household_id), event.since, event.since - DAY)
        yield head_claim(event.household_id, event.since, FOREVER if head else event.since - DAY)
    elif isinstance(event, ResidentMerged | MergeAnnulled):
        yield from merge_claims(event, resident)
    elif isinstance(event, ResidentDeparted) and lives is not None and lives.relation == "head":
        yield head_claim(lives.household_id, lives.since, event.last_day)
    elif isinstance(event, DepartureAnnulled | DepartureCorrected) and lives is not None and lives.relation == "head":
        gone = resident.departed
        yield head_claim(lives.household_id, lives.since, FOREVER if gone is None else gone.last_day)


def changed_identity(resident: Resident) -> Iterable[Claim]:
    """Claim a corrected number, or another birthday of a newborn, and give the wrong one back to whose it is."""
    registered, before, now = resident.registered, resident.personal_before, resident.personal
    if registered is None or before is None or now is None:
        return
    keys_before, keys = identity_keys(registered, before), identity_keys(registered, now)
    for key in keys_before:
        if key not in keys:
            yield person_claim(key, held=False)
    for key in keys:
        if key not in keys_before:
            yield person_claim(key)


def identity_keys(registered: ResidentRegistered, personal: Personal) -> tuple[str, ...]:
    """Return the keys under which a resident is one person: the number, and the birth under a guardian.

    The birth stays claimed when the number is known, so that nobody registers the child again without a number.
    """
    number = (identity_key(personal),) if personal.identity_number else ()
    if registered.guardian_id is None:
        return number
    return (*number, newborn_key(registered.guardian_id, personal.born_on, registered.birth_order or 1))


def merge_claims(event: ResidentMerged | MergeAnnulled, resident: Resident) -> Iterable[Claim]:
    """Hold the place of an active contract under a merged record, so that none is signed; free its household."""
    merged = isinstance(event, ResidentMerged)
    since = event.merged_on if isinstance(event, ResidentMerged) else event.annulled_on
    until = FOREVER if merged else since - DAY
    yield Claim(key=f"active-contract:{event.resident_id}", rule="merge-with-active-contract", since=since, until=until)
    lives = resident.household
    if lives is not None and lives.relation == "head":
        yield head_claim(lives.household_id, lives.since, since if merged else FOREVER)


def head_claim(household_id: str, since: date, until: date) -> Claim:
    """Return the claim to be the head of a household; `until < since` gives it back."""
    return Claim(key=f"household-head:{household_id}", rule="household-has-a-head", since=since, until=until)
