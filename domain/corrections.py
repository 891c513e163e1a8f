"""Corrections: what each of them needs. Nothing stored is changed; a correction is an event of its own."""

from domain.decider import Refused
from domain.policy_pack import PolicyPack
from domain.policy_pack.pack import Touched


def check_reason(reason: str) -> None:
    """Refuse a correction without a reason."""
    if not reason.strip():
        raise Refused("correction-without-reason")


def check_allowed(allowed_by: str | None, actor: str) -> None:
    """Refuse a second person who is the one who gives the command."""
    if allowed_by == actor:
        raise Refused("second-person-is-actor")


def check_correction(
    reason: str, allowed_by: str | None, actor: str, pack: PolicyPack, touches: frozenset[Touched]
) -> None:
    """Refuse a correction without a reason, or without the second person whom the pack wants for what it touches."""
    check_reason(reason)
    if allowed_by is None and touches & set(pack.second_person_for):
        raise Refused("second-person-missing")
    check_allowed(allowed_by, actor)
