"""What people send and get where they sign in. None of it is recorded."""

from datetime import datetime

from domain.account.commands import AccessReason, Role, Scope
from domain.event import value


@value
class SignInRequest:
    """A login name with what proves it; `code` is that of the second factor, or a recovery code."""

    login: str
    password: str
    code: str | None = None


@value
class PasswordChangeRequest:
    """The password of now, and the one to come; with a second factor, a code of it or a recovery code."""

    password: str
    new_password: str
    code: str | None = None


@value
class PasswordRequest:
    """The password once more, before something that concerns it."""

    password: str


@value
class CodeRequest:
    """A code that the authenticator app shows."""

    code: str


@value
class SessionEndRequest:
    """The password once more, and the session to end; without one all but this."""

    password: str
    session_id: str | None = None


@value
class FactorRemovalRequest:
    """Why somebody else's second factor is removed."""

    reason: AccessReason = "request"


@value
class GrantHeld:
    """A role that is held, and where."""

    role: Role
    scope: Scope
    scope_id: str | None


@value
class SignedInAs:
    """Who is signed in. Until both `must_` are false, only what they ask for may be done."""

    account_id: str
    member_id: str | None
    resident_id: str | None
    hospital_id: str | None
    grants: tuple[GrantHeld, ...]
    methods: tuple[str, ...]
    session_id: str | None
    must_change_password: bool = False
    must_add_factor: bool = False
    ends_at: datetime | None = None


@value
class ShownSeed:
    """The seed of a second factor in base 32, and the same as an address for a QR code: shown once."""

    seed: str
    uri: str


@value
class ShownRecoveryCodes:
    """Codes in place of the second factor, each for one use: shown once."""

    recovery_codes: tuple[str, ...]


@value
class ShownPassword:
    """A random first password, to be changed at its first use: shown once."""

    account_id: str
    password: str


@value
class ShownSession:
    """An open session. `current`: it is the one that asks."""

    session_id: str
    methods: tuple[str, ...]
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool


@value
class ShownSessions:
    """The open sessions, the newest first."""

    sessions: tuple[ShownSession, ...]


@value
class EndedSessions:
    """How many sessions were ended."""

    ended: int
