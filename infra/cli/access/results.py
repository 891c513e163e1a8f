"""Results of signing in and of keeping accounts."""

from dataclasses import dataclass
from datetime import datetime

from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class SignedInHere(Result):
    """A session that is kept on this machine. `recovery_codes` are shown once, when the second factor was added."""

    account_id: str
    ends_at: datetime
    recovery_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedOutHere(Result):
    """No session is kept on this machine any more; `was_signed_in`: one was."""

    was_signed_in: bool


@dataclass(frozen=True, slots=True)
class AddedAccount(Result):
    """An account that was opened, or whose password was set again. `first_password` is shown once."""

    account_id: str
    role: str | None
    first_password: str | None


@dataclass(frozen=True, slots=True)
class ChangedPassword(Result):
    """One's own password was changed; other sessions have ended."""

    account_id: str


@dataclass(frozen=True, slots=True)
class ServiceToken(Result):
    """A file that holds the session of a service account."""

    account_id: str
    file: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ListedRead(Result):
    """Somebody saw a resident's record: who, in which roles, why; `what` names the question or operation."""

    read_id: int
    at: datetime
    account_id: str
    roles: tuple[str, ...]
    purpose: str | None
    what: str
    outcome: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ExceptionalRead(ListedRead):
    """A read in an emergency, or in full for an audit; `residents` counts those who were seen."""

    residents: int


@dataclass(frozen=True, slots=True)
class ListedAccount(Result):
    """An account, for whom it stands, its roles of now with their scopes, and how it proves itself."""

    account_id: str
    enabled: bool
    roles: tuple[str, ...]
    member_id: str | None
    resident_id: str | None
    hospital_id: str | None
    second_factor: bool
