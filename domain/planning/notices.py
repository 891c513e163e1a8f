"""Who must be told what about a visit: a new time, another member, that nobody comes, or that somebody comes late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from domain.event import value
from domain.policy_pack import PolicyPack
from domain.resident.commands import Channel, Departure

NoticeKind = Literal["new-time", "other-member", "cancelled", "not-that-day", "late"]

Permission = Literal["allowed", "no-consent", "no-phone"]
"""Whether the team may call or write: without consent, or without a phone, somebody tells the resident in person."""


@value
class Appointment:
    """When a visit begins and who comes; without `starts_at` nobody comes."""

    starts_at: datetime | None = None
    member_ids: tuple[str, ...] = ()


@value
class VisitNow:
    """A visit as it is now. `expected_at` is the forecast start of one that is on its roster.

    `tried` says that somebody stood at the door: it was missed, and is requested again for a later day.
    """

    status: str
    appointment: Appointment
    expected_at: datetime | None = None
    cancel_reason: str | None = None
    tried: bool = False


def notice_due(known: Appointment, visit: VisitNow, departed: Departure | None, pack: PolicyPack) -> NoticeKind | None:
    """Return what a resident must be told who knows of an appointment; None if there is nothing to say.

    A visit begins when it is published, or later by the forecast. A start that moved by the pack's minutes or less is
    not told, the same member coming. Nobody is told of a visit that has begun or is over, that they cancelled
    themselves, or of one to a resident who died.
    """
    if departed == "died" or visit.status in {"started", "completed", "missed"}:
        return None
    now = visit.appointment
    if visit.status == "cancelled" or now.starts_at is None:
        if known.starts_at is None or visit.tried or visit.cancel_reason == "resident-asked":
            return None
        return "cancelled" if visit.status == "cancelled" else "not-that-day"
    begins = max(now.starts_at, visit.expected_at or now.starts_at)
    if known.starts_at is None:
        return "new-time"
    if is_worth_telling(known.starts_at, begins, pack):
        as_published = is_worth_telling(known.starts_at, now.starts_at, pack)
        late = is_worth_telling(now.starts_at, begins, pack) or not as_published
        return "late" if late else "new-time"
    return "other-member" if now.member_ids != known.member_ids else None


def is_worth_telling(known: datetime, now: datetime, pack: PolicyPack) -> bool:
    """Say whether a start moved by more than the pack's minutes."""
    return abs(now - known) > timedelta(minutes=pack.notice_minutes)


def first_place(revisions: Sequence[tuple[int, Appointment | None]], since: int) -> Appointment | None:
    """Return the place of a visit in the first revision from `since` on that has one.

    `revisions` are the roster's, the first one first, each with the visit's place in it. A resident who was told
    nothing yet is taken to know the first published time.
    """
    return next((place for number, place in revisions if number >= since and place is not None), None)


def permission(*, consents: bool, phone: str | None) -> Permission:
    """Say whether the team may call or write to a resident."""
    if not consents:
        return "no-consent"
    return "allowed" if phone else "no-phone"


def phone_of(channel: Channel, phone: str | None, family_phone: str | None) -> str | None:
    """Return the number to use: the family's for a call to the family, else the resident's own."""
    return family_phone if channel == "family" else phone
