"""Signing in and out on the command line, and the accounts of a store.

Passwords and codes are read from the terminal without being shown, or from standard input, a line each.
"""

import sys
from getpass import getpass
from pathlib import Path
from typing import cast

from domain.account.commands import EnableAccount, GrantRole, OpenAccount, Role, Scope
from domain.decider import Refused
from domain.policy import AdoptPacks, known_packs
from infra.access.accounts import Access
from infra.access.sessions import SignedIn
from infra.cli.access.results import (
    AddedAccount,
    ChangedPassword,
    ListedAccount,
    ServiceToken,
    SignedInHere,
    SignedOutHere,
)
from infra.cli.access.session_file import KeptSession, forget_session, keep_session, kept_session, session_path
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.edges.results import Listing
from infra.system import System
from projections.accounts import Accounts, grants_at
from projections.questions import Row

SET_UP = "set-up"
"""The actor of the first account of a store, before anybody can sign in."""


def login(session: Session, account_id: str) -> SignedInHere:
    """Sign in and keep the session on this machine.

    A first password is changed and a second factor added on the way, as they must be. Refused `sign-in-not-needed`.
    """
    with session.open(repeats=True, admits=False) as system:
        if system.lives == "simulated":
            raise Refused("sign-in-not-needed")
        with Access.open(system, second_factor=True) as access:
            signed_in, codes = _signed_in(session, system, access, account_id)
    account = signed_in.principal.account_id
    keep_session(session_path(session.settings), KeptSession(account, signed_in.token))
    return SignedInHere(account, signed_in.ends_at, codes)


def _signed_in(session: Session, system: System, access: Access, account_id: str) -> tuple[SignedIn, tuple[str, ...]]:
    now = system.clock.real
    password = read_secret(session, "enter-password")
    try:
        signed_in = access.sign_in(account_id, password, None, None, now())
    except Refused as refused:
        if refused.rule != "code-needed":
            raise
        signed_in = access.sign_in(account_id, password, read_secret(session, "enter-code"), None, now())
    if signed_in.must_change_password:
        replacement = _new_password(session)
        signed_in = access.change_password(signed_in.token, password, replacement, None, now())
        password = replacement
    if not signed_in.must_add_factor:
        return signed_in, ()
    enrolment = access.begin_factor(signed_in.token, password, None, now())
    session.notify(session.words.say("add-second-factor", {"seed": enrolment.seed, "uri": enrolment.uri}))
    return signed_in, access.confirm_factor(signed_in.token, read_secret(session, "enter-code"), None, now())


def logout(session: Session) -> SignedOutHere:
    """End the session that is kept on this machine."""
    kept = kept_session(session.settings)
    if kept is not None:
        with (
            session.open(repeats=True, admits=False) as system,
            Access.open(system, second_factor=True) as access,
        ):
            access.sign_out(kept.token, system.clock.real())
        forget_session(session.settings)
    return SignedOutHere(was_signed_in=kept is not None)


def add(
    session: Session,
    account_id: str,
    role: str | None,
    scope: str,
    scope_id: str | None,
    member_id: str | None,
    resident_id: str | None,
    hospital_id: str | None,
    actor: str,
) -> AddedAccount:
    """Open an account with a role and a first password. The first account of a live store is its administrator."""
    opened = OpenAccount(
        account_id=account_id.strip().lower(),
        member_id=member_id,
        resident_id=resident_id,
        hospital_id=hospital_id,
        reason="set-up",
    )
    with session.open(admits=False) as system:
        is_first = system.lives == "live" and not system.store.after(0, 1, category="account")
        if not is_first:
            session.admit(system)
        elif role not in {None, "administrator"} or scope != "everywhere":
            raise UsageError("first-account-administers")
        granted = "administrator" if is_first else role
        by = SET_UP if is_first else actor
        if is_first:
            system.execute(AdoptPacks(packs=known_packs(session.settings.packs), reason="set-up"), actor=by)
        system.execute(opened, actor=by)
        if granted is not None:
            grant = GrantRole(
                account_id=opened.account_id,
                role=cast(Role, granted),
                scope=cast(Scope, scope),
                scope_id=scope_id,
                reason="set-up",
            )
            system.execute(grant, actor=by)
        password = None if granted == "service" else _first_password(system, opened.account_id, by)
        return AddedAccount(opened.account_id, granted, password)


def list_accounts(session: Session) -> Listing[ListedAccount]:
    """List every account with its roles of now."""
    with session.open(asks=True) as system:
        rows = cast(list[Row], session.ask(system, Accounts()))
        now = system.now()
        return Listing(tuple(_listed(row, grants_at(system.rows, str(row["account_id"]), now)) for row in rows))


def _listed(row: Row, grants: list[Row]) -> ListedAccount:
    return ListedAccount(
        account_id=str(row["account_id"]),
        enabled=bool(row["enabled"]),
        roles=tuple(":".join(str(each) for each in (g["role"], g["scope_id"]) if each) for g in grants),
        member_id=cast(str | None, row["member_id"]),
        resident_id=cast(str | None, row["resident_id"]),
        hospital_id=cast(str | None, row["hospital_id"]),
        second_factor=bool(row["totp"]),
    )


def password(session: Session, account_id: str | None, actor: str) -> AddedAccount | ChangedPassword:
    """Change one's own password, or give another account a first password again."""
    kept = kept_session(session.settings)
    with session.open(repeats=True, admits=False) as system:
        if account_id is None or (kept is not None and kept.account_id == account_id):
            if kept is None:
                raise Refused("not-signed-in")
            return _own_password(session, system, kept)
        session.admit(system)
        system.require_admitted(EnableAccount(account_id=account_id, reason="request"))
        return AddedAccount(account_id, None, _first_password(system, account_id, actor))


def _own_password(session: Session, system: System, kept: KeptSession) -> ChangedPassword:
    with Access.open(system, second_factor=system.lives == "live") as access:
        current, chosen, now = read_secret(session, "enter-password"), _new_password(session), system.clock.real
        try:
            changed = access.change_password(kept.token, current, chosen, None, now())
        except Refused as refused:
            if refused.rule != "code-needed":
                raise
            code = read_secret(session, "enter-code")
            changed = access.change_password(kept.token, current, chosen, None, now(), code=code)
    keep_session(session_path(session.settings), KeptSession(kept.account_id, changed.token))
    return ChangedPassword(kept.account_id)


def token(session: Session, account_id: str, file: Path, days: int) -> ServiceToken:
    """Write the session of a service account into a file of mode 0600."""
    with session.open(repeats=True) as system:
        system.require_admitted(EnableAccount(account_id=account_id, reason="set-up"))
        with Access.open(system, second_factor=system.lives == "live") as access:
            signed_in = access.open_service_session(account_id, system.clock.real(), days)
    keep_session(file, KeptSession(account_id, signed_in.token))
    return ServiceToken(account_id, str(file), signed_in.ends_at)


def _first_password(system: System, account_id: str, actor: str) -> str:
    with Access.open(system, second_factor=system.lives == "live") as access:
        return access.set_first_password(account_id, actor, system.clock.real())


def _new_password(session: Session) -> str:
    chosen = read_secret(session, "enter-new-password")
    if sys.stdin.isatty() and read_secret(session, "enter-new-password-again") != chosen:
        raise UsageError("passwords-differ")
    return chosen


def read_secret(session: Session, prompt: str) -> str:
    """Read a password or a code: from the terminal without showing it, else a line of standard input.

    UsageError `secret-missing` where there is none.
    """
    words = session.words.say(prompt)
    if sys.stdin.isatty():
        return getpass(f"{words}: ")
    line = sys.stdin.readline()
    if not line.strip():
        raise UsageError("secret-missing", what=words)
    return line.rstrip("\r\n")
