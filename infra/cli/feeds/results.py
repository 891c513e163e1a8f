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


@dataclass(frozen=True, slots=True)
class WebhookSecret(Result):
    """The secret with which messages to a receiver are signed; it is shown this once."""

    webhook_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class ListedWebhook(Result):
    """A receiver of events, how many messages wait for it and how many were given up."""

    webhook_id: str
    address: str
    event_names: tuple[str, ...]
    level: str
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeadDelivery(Result):
    """A message that was given up; `position` is that of its event in the log."""

    webhook_id: str
    position: int
    stream: str
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class ReplayedWebhook(Result):
    """How many messages wait again, and past which position all are sent again (None: none)."""

    webhook_id: str
    revived: int
    since: int | None
