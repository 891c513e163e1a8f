"""Commands of an account. The actor of a command is who decides; a reason is a code, so that it names nobody."""

from datetime import datetime
from typing import Literal

from domain.event import command
from domain.sign_off import SignOffReason, SignOffVerdict

Role = Literal["member", "leader", "clerk", "auditor", "operator", "administrator", "resident", "hospital", "service"]
"""What an account may be: a service stands for `run`, workers and programs of the city."""

Scope = Literal["everywhere", "district", "institution", "team"]
"""How far a role reaches. The account itself says whose record, day or referrals are its own."""

AccessReason = Literal[
    "set-up", "new-duty", "changed-duty", "end-of-duty", "cover", "request", "review", "incident", "correction"
]
"""Why an account or its roles change."""

BreakGlassReason = Literal["emergency-care", "urgent-referral", "danger-to-others", "public-health-emergency"]
"""Why somebody opens a record that is outside their roles: life and health at once, or an emergency of the public."""

SecondFactor = Literal["totp", "recovery-codes"]
"""What proves an account beside its password: codes by time (RFC 6238), or codes that are used once."""


@command
class OpenAccount:
    """Open an account under a login name. It stands for at most one member, resident or hospital."""

    account_id: str
    member_id: str | None = None
    resident_id: str | None = None
    hospital_id: str | None = None
    reason: AccessReason


@command
class GrantRole:
    """Let an account hold a role within a scope, from now on and until a moment if one is named."""

    account_id: str
    role: Role
    scope: Scope = "everywhere"
    scope_id: str | None = None
    until: datetime | None = None
    reason: AccessReason


@command
class RevokeRole:
    """End a role that an account holds."""

    account_id: str
    role: Role
    scope: Scope = "everywhere"
    scope_id: str | None = None
    reason: AccessReason


@command
class DisableAccount:
    """Let nobody sign in to an account until it is enabled; its roles rest meanwhile."""

    account_id: str
    reason: AccessReason


@command
class EnableAccount:
    """Let an account be used again."""

    account_id: str
    reason: AccessReason


@command
class LinkIdentity:
    """Let the tokens of an OpenID Connect issuer stand for an account: those with this subject."""

    account_id: str
    issuer: str
    subject: str
    reason: AccessReason


@command
class UnlinkIdentity:
    """Let the tokens of an issuer no longer stand for an account."""

    account_id: str
    issuer: str
    reason: AccessReason


@command
class ChangePassword:
    """Record that an account has another password; a temporary one is changed at its first use."""

    account_id: str
    temporary: bool = False


@command
class AddSecondFactor:
    """Record that an account has a second factor."""

    account_id: str
    factor: SecondFactor


@command
class RemoveSecondFactor:
    """Record that an account no longer has a second factor."""

    account_id: str
    factor: SecondFactor
    reason: AccessReason


@command
class BreakGlass:
    """Open the record of a resident outside one's roles, for a reason, until a moment: the longest time if none is set.

    The account does this itself, and administrators see it.
    """

    account_id: str
    resident_id: str
    reason: BreakGlassReason
    until: datetime | None = None


@command
class SignOffBreakGlass:
    """Sign off that a record was opened in an emergency: an auditor says whether it was in order, and why.

    `broken_at` is the moment of the opening, to the second.
    """

    account_id: str
    resident_id: str
    broken_at: datetime
    verdict: SignOffVerdict
    reason: SignOffReason


AccountCommand = (
    OpenAccount
    | GrantRole
    | RevokeRole
    | DisableAccount
    | EnableAccount
    | LinkIdentity
    | UnlinkIdentity
    | ChangePassword
    | AddSecondFactor
    | RemoveSecondFactor
    | BreakGlass
    | SignOffBreakGlass
)
