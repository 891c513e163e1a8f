"""Events of an account: the stored shapes; changing one is a new version.

`by` is the actor who decided. An event that ends a period carries its beginning.
"""

from datetime import datetime

from domain.account.commands import AccessReason, BreakGlassReason, Role, Scope, SecondFactor
from domain.event import event
from domain.sign_off import SignOffReason, SignOffVerdict


@event("account.opened.v1")
class AccountOpened:
    """An account is open; it holds no role yet."""

    account_id: str
    member_id: str | None
    resident_id: str | None
    hospital_id: str | None
    reason: AccessReason
    by: str
    opened_at: datetime


@event("account.role_granted.v1")
class RoleGranted:
    """An account holds a role within a scope, until a moment or until it is revoked."""

    account_id: str
    role: Role
    scope: Scope
    scope_id: str | None
    until: datetime | None
    reason: AccessReason
    by: str
    granted_at: datetime


@event("account.role_revoked.v1")
class RoleRevoked:
    """An account no longer holds the role that it was granted at `granted_at`."""

    account_id: str
    role: Role
    scope: Scope
    scope_id: str | None
    granted_at: datetime
    reason: AccessReason
    by: str
    revoked_at: datetime


@event("account.disabled.v1")
class AccountDisabled:
    """Nobody can sign in to the account, which was enabled since `enabled_at`."""

    account_id: str
    enabled_at: datetime
    reason: AccessReason
    by: str
    disabled_at: datetime


@event("account.enabled.v1")
class AccountEnabled:
    """The account can be used again."""

    account_id: str
    reason: AccessReason
    by: str
    enabled_at: datetime


@event("account.identity_linked.v1")
class IdentityLinked:
    """Tokens of an issuer with this subject stand for the account."""

    account_id: str
    issuer: str
    subject: str
    reason: AccessReason
    by: str
    linked_at: datetime


@event("account.identity_unlinked.v1")
class IdentityUnlinked:
    """Tokens of an issuer no longer stand for the account."""

    account_id: str
    issuer: str
    subject: str
    reason: AccessReason
    by: str
    unlinked_at: datetime


@event("account.password_changed.v1")
class PasswordChanged:
    """The account has another password; the event does not hold it."""

    account_id: str
    temporary: bool
    by: str
    changed_at: datetime


@event("account.second_factor_added.v1")
class SecondFactorAdded:
    """The account has a second factor; the event does not hold it."""

    account_id: str
    factor: SecondFactor
    by: str
    added_at: datetime


@event("account.second_factor_removed.v1")
class SecondFactorRemoved:
    """The account no longer has a second factor."""

    account_id: str
    factor: SecondFactor
    reason: AccessReason
    by: str
    removed_at: datetime


@event("account.glass_broken.v1")
class GlassBroken:
    """The account may see the record of a resident outside its roles, until a moment."""

    account_id: str
    resident_id: str
    reason: BreakGlassReason
    broken_at: datetime
    until: datetime


@event("account.break_glass_signed_off.v1")
class BreakGlassSignedOff:
    """An auditor looked at an opening of a record in an emergency, and says whether it was in order."""

    account_id: str
    resident_id: str
    broken_at: datetime
    verdict: SignOffVerdict
    reason: SignOffReason
    by: str
    signed_off_at: datetime


AccountEvent = (
    AccountOpened
    | RoleGranted
    | RoleRevoked
    | AccountDisabled
    | AccountEnabled
    | IdentityLinked
    | IdentityUnlinked
    | PasswordChanged
    | SecondFactorAdded
    | SecondFactorRemoved
    | GlassBroken
    | BreakGlassSignedOff
)
