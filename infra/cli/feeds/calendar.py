"""Makes, revokes and lists addresses of calendars."""

from domain.decider import Refused
from infra.cli.feeds.results import ListedCalendarAddress, MadeCalendarAddress, RevokedCalendarAddresses
from infra.cli.session import Session
from infra.edges.results import Listing
from infra.feeds.calendar_addresses import CalendarAddresses
from infra.feeds.tables import feed_tables
from projections.feeds.member_visits import is_member


def add(session: Session, member_id: str, actor: str) -> MadeCalendarAddress:
    """Make an address. Refused `calendar-of-nobody`."""
    with session.open() as system:
        if not is_member(system.rows, member_id):
            raise Refused("calendar-of-nobody", member=member_id)
        token = CalendarAddresses(feed_tables(system)).add(member_id, at=system.now(), by=actor)
        return MadeCalendarAddress(member_id, f"{system.settings.public_url}/calendar/{token}.ics")


def revoke(session: Session, member_id: str, actor: str) -> RevokedCalendarAddresses:
    """Revoke every address of a member. Refused `calendar-not-shared`."""
    with session.open() as system:
        addresses = CalendarAddresses(feed_tables(system))
        return RevokedCalendarAddresses(member_id, addresses.revoke(member_id, at=system.now(), by=actor))


def list_addresses(session: Session) -> Listing[ListedCalendarAddress]:
    """List every address."""
    with session.open(asks=True) as system:
        return Listing(
            tuple(
                ListedCalendarAddress(
                    member_id=each.member_id,
                    made_at=each.made_at,
                    made_by=each.made_by,
                    revoked_at=each.revoked_at,
                    revoked_by=each.revoked_by,
                )
                for each in CalendarAddresses(feed_tables(system)).all()
            )
        )
