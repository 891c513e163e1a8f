"""Times to offer a resident on the phone, and the one that they take."""

from typing import Any

import msgspec

from infra.cli.roster.moment.results import ConfirmedTime, TimesToOffer
from infra.cli.session import Session
from infra.edges.moments import day, moment, span
from infra.edges.problems import UsageError
from infra.planning.moment.offer import OfferRequest, offers
from infra.planning.moment.take_offer import take_offer


def offer(
    session: Session, resident_id: str, days: int, first_day: str | None, between: str | None, **more: Any
) -> TimesToOffer:
    """Return the best times."""
    opens_at, closes_at = _span(between)
    wanted = OfferRequest(
        resident_id=resident_id,
        days=days,
        first_day=None if first_day is None else day(first_day, "from"),
        opens_at=opens_at,
        closes_at=closes_at,
        **more,
    )
    with session.open() as system:
        best = offers(system, wanted)
    return msgspec.convert(msgspec.to_builtins(best), TimesToOffer)


def take(
    session: Session, resident_id: str, at: str, visit_id: str | None, notified_by: str, actor: str, **more: Any
) -> ConfirmedTime:
    """Take one of the times."""
    starts_at = moment(at, "at")
    with session.open() as system, session.working("planning"):
        taken = take_offer(
            system,
            OfferRequest(resident_id=resident_id, **more),
            starts_at,
            visit_id=visit_id,
            notified_by=notified_by,
            actor=actor,
        )
    plain = msgspec.to_builtins(taken)
    replanned = plain.pop("replanned")
    moved = [] if replanned is None else [each["demand_id"] for each in replanned["moves"]]
    return msgspec.convert({**plain, "moved": moved}, ConfirmedTime)


def _span(between: str | None) -> tuple[int | None, int | None]:
    if between is None:
        return None, None
    begins, ends = span(between, "between")
    if ends >= 24 * 3600:
        raise UsageError("bad-span", field="between", detail=f"{between!r} ends after the day")
    return begins // 60, ends // 60
