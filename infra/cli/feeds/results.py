"""Results of the commands of feeds; their fields are the fields of their JSON."""

from dataclasses import dataclass
from datetime import datetime

from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class MadeCalendarAddress(Result):
    """A new address; its secret is shown this once."""

    member_id: str
    address: str


@dataclass(frozen=True, slots=True)
class RevokedCalendarAddresses(Result):
    """How many addresses of a member do not work any more."""

    member_id: str
    revoked: int


@dataclass(frozen=True, slots=True)
class ListedCalendarAddress(Result):
    """An address without its secret; `revoked_at` is None while it works."""

    member_id: str
    made_at: datetime
    made_by: str
    revoked_at: datetime | None
    revoked_by: str | None
