"""Who has seen a resident's record; and who read in an emergency or for an audit."""

from infra.access.gate import exceptional
from infra.access.reads import Read, reads_of, reads_of_resident
from infra.cli.access.results import ExceptionalRead, ListedRead
from infra.cli.session import Session
from infra.edges.results import Listing


def of_resident(session: Session, resident_id: str, before: int | None, limit: int) -> Listing[ListedRead]:
    """Return who has seen a resident's record, the newest read first. Refused `resident-not-registered`."""
    with session.open(asks=True) as system:
        return Listing(tuple(map(_listed, reads_of_resident(system, resident_id, before, limit))))


def list_exceptional(session: Session, before: int | None, limit: int) -> Listing[ExceptionalRead]:
    """Return reads that roles alone would not have allowed, without saying of whom, the newest first."""
    with session.open(asks=True) as system:
        return Listing(tuple(map(_exceptional, exceptional(reads_of(system), before, limit))))


def _listed(read: Read) -> ListedRead:
    return ListedRead(
        read.read_id, read.at, read.account_id, read.roles, read.purpose, read.what, read.outcome, read.request_id
    )


def _exceptional(read: Read) -> ExceptionalRead:
    return ExceptionalRead(
        read.read_id,
        read.at,
        read.account_id,
        read.roles,
        read.purpose,
        read.what,
        read.outcome,
        read.request_id,
        residents=len(read.resident_ids),
    )
