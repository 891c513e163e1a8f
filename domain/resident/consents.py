"""Consents of a resident, each kind given and withdrawn by itself, and how they want to hear of their visits."""

from datetime import date, datetime

from domain.consent import ConsentAct
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import ChooseChannel, GiveConsent, WithdrawConsent
from domain.resident.events import ChannelChosen, ConsentGiven, ConsentWithdrawn, ResidentEvent
from domain.resident.state import Resident, check_alive, check_born, check_day, require_registered


def give_consent(command: GiveConsent, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Record a consent; one that holds already changes nothing."""
    require_registered(resident, command.resident_id)
    if any(given.kind == command.kind for given in resident.consents):
        return []
    check_day(command.given_on, local_day(now))
    check_alive(resident, command.resident_id, command.given_on)
    check_born(resident.personal, command.given_on)
    return [
        ConsentGiven(
            resident_id=command.resident_id,
            kind=command.kind,
            given_on=command.given_on,
            given_by=command.given_by,
        )
    ]


def withdraw_consent(command: WithdrawConsent, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Withdraw a consent, as everybody may at any time; a consent that does not hold is withdrawn already."""
    require_registered(resident, command.resident_id)
    given = next((given for given in resident.consents if given.kind == command.kind), None)
    if given is None:
        return []
    check_day(command.withdrawn_on, local_day(now))
    check_alive(resident, command.resident_id, command.withdrawn_on)
    if command.withdrawn_on < given.given_on:
        raise Refused("consent-withdrawn-before-given", day=given.given_on)
    return [ConsentWithdrawn(resident_id=command.resident_id, kind=command.kind, withdrawn_on=command.withdrawn_on)]


def require_consents(resident: Resident, resident_id: str, act: ConsentAct, day: date, pack: PolicyPack) -> None:
    """Refuse an act of a day without the consents on which the pack lets it rest from that day on (A10.5)."""
    for required in pack.consents_required:
        if required.act == act and required.from_day <= day and not resident.consented(required.kind, day):
            raise Refused("consent-required", resident=resident_id, consent=required.kind, day=day)


def choose_channel(command: ChooseChannel, resident: Resident) -> list[ResidentEvent]:
    """Record the channel; a call to the family needs the family's phone among the personal details."""
    require_registered(resident, command.resident_id)
    if resident.channel == command.channel:
        return []
    check_alive(resident, command.resident_id, date.max)  # a choice is for the days to come
    if command.channel == "family" and (resident.personal is None or not resident.personal.family_phone):
        raise Refused("family-phone-missing", resident=command.resident_id)
    return [ChannelChosen(resident_id=command.resident_id, channel=command.channel)]
