"""How an account begins and how it proves itself: password, second factor, identities of an issuer."""

import re
from datetime import datetime

from domain.account.commands import (
    AddSecondFactor,
    ChangePassword,
    LinkIdentity,
    OpenAccount,
    RemoveSecondFactor,
    UnlinkIdentity,
)
from domain.account.events import (
    AccountEvent,
    AccountOpened,
    IdentityLinked,
    IdentityUnlinked,
    PasswordChanged,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from domain.account.state import Account, require_enabled_of_another, require_open
from domain.decider import Refused

LOGIN_NAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
"""A login name begins with a letter: so it is no phone and no identity number."""


def open_account(command: OpenAccount, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Open an account for one person, one hospital, or a program."""
    if not LOGIN_NAME.fullmatch(command.account_id):
        raise Refused("login-name-malformed", account=command.account_id)
    persons = (command.member_id, command.resident_id, command.hospital_id)
    if sum(each is not None for each in persons) > 1:
        raise Refused("account-for-two", account=command.account_id)
    if account.opened is not None:
        known = (account.opened.member_id, account.opened.resident_id, account.opened.hospital_id)
        if known == persons:
            return []
        raise Refused("account-already-open", account=command.account_id)
    return [
        AccountOpened(
            account_id=command.account_id,
            member_id=command.member_id,
            resident_id=command.resident_id,
            hospital_id=command.hospital_id,
            reason=command.reason,
            by=actor,
            opened_at=now,
        )
    ]


def link_identity(command: LinkIdentity, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Link one identity of an issuer to somebody else's account."""
    require_enabled_of_another(account, command.account_id, actor)
    known = account.identity_of(command.issuer)
    if known is not None:
        if known.subject == command.subject:
            return []
        raise Refused("identity-already-linked", account=command.account_id)
    return [
        IdentityLinked(
            account_id=command.account_id,
            issuer=command.issuer,
            subject=command.subject,
            reason=command.reason,
            by=actor,
            linked_at=now,
        )
    ]


def unlink_identity(command: UnlinkIdentity, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Unlink the identity of an issuer; one that is not linked changes nothing."""
    require_open(account, command.account_id)
    known = account.identity_of(command.issuer)
    if known is None:
        return []
    return [
        IdentityUnlinked(
            account_id=command.account_id,
            issuer=command.issuer,
            subject=known.subject,
            reason=command.reason,
            by=actor,
            unlinked_at=now,
        )
    ]


def change_password(command: ChangePassword, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Record another password; a second time at the same moment changes nothing."""
    require_open(account, command.account_id)
    changed = PasswordChanged(account_id=command.account_id, temporary=command.temporary, by=actor, changed_at=now)
    return [] if account.password == changed else [changed]


def add_second_factor(command: AddSecondFactor, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Record a second factor; one that is there already changes nothing."""
    require_open(account, command.account_id)
    if command.factor in account.factors:
        return []
    return [SecondFactorAdded(account_id=command.account_id, factor=command.factor, by=actor, added_at=now)]


def remove_second_factor(
    command: RemoveSecondFactor, account: Account, *, now: datetime, actor: str
) -> list[AccountEvent]:
    """Record that a second factor is gone; one that is not there changes nothing."""
    require_open(account, command.account_id)
    if command.factor not in account.factors:
        return []
    return [
        SecondFactorRemoved(
            account_id=command.account_id, factor=command.factor, reason=command.reason, by=actor, removed_at=now
        )
    ]
