"""Access: signing in and out, sessions and proofs, over one system and one database of secrets.

    with Access.open(system) as access:
        signed_in = access.sign_in("nurse-li", password, code, address, now)
        principal = access.principal_of_token(signed_in.token, now)      # None: nobody, or over
        principal = access.principal_of_bearer(jwt, now)                 # Refused if it is not acceptable
        access.sign_out(signed_in.token, now)

`now` is the machine's moment, aware: sessions, one-time codes and tokens live in real time. Grants are those of the
store's moment, and events are recorded at it. Until `must_change_password` and `must_add_factor` are done, a session is
a half one: `principal_of_token` refuses it (`password-temporary`, `second-factor-missing`), and only `holder_of_token`,
`change_password`, `begin_factor`, `confirm_factor` and `sign_out` take it.
"""

import logging
import secrets
import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from argon2 import PasswordHasher

from domain.account.commands import AccessReason, AddSecondFactor, ChangePassword, RemoveSecondFactor, SecondFactor
from domain.decider import Refused
from infra.access.bearer import Issuer
from infra.access.database import AccessDatabase, open_access_database
from infra.access.key_file import Keys, open_keys
from infra.access.passwords import LEAST_LETTERS, Passwords
from infra.access.principal import Principal, RecordedAccount, account_of_identity, recorded_account
from infra.access.second_factor import Enrolment, SecondFactors
from infra.access.sessions import AccountSession, Holder, Sessions, SignedIn
from infra.access.throttle import Throttle
from infra.command_handler import CommandRequest, execute
from infra.system import System

PASSWORD, ONE_TIME_CODE, RECOVERY_CODE = "pwd", "otp", "rec"
"""How an account proved itself, as in RFC 8176; recovery codes have no name there."""

log = logging.getLogger(__name__)

FACTORS: tuple[SecondFactor, ...] = ("totp", "recovery-codes")
FRESH = timedelta(minutes=5)
"""So long after a sign-in with a second factor nobody asks for a code again."""

HERE = "local"
"""The address of those who sign in on the machine itself."""

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of first passwords: none that is read as another."""


class Access:
    """Who may come in. Threads share it; the caller closes it before the system."""

    def __init__(
        self,
        system: System,
        database: AccessDatabase,
        keys: Keys,
        *,
        second_factor: bool | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        settings = system.settings
        self._system = system
        self._database = database
        self._second_factor = second_factor
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)
        self._accepted_acr = settings.accepted_acr
        self._recording = threading.Lock()
        self.passwords = Passwords(database, hasher)
        self.factors = SecondFactors(database, keys)
        self.sessions = Sessions(database)
        self.throttle = Throttle(database, keys)
        self.issuer = Issuer(settings.issuer, settings.audience) if settings.issuer and settings.audience else None

    @classmethod
    def open(cls, system: System, *, second_factor: bool | None = None, hasher: PasswordHasher | None = None) -> Self:
        """Open the database and the key file of the system's settings; both are made at first need.

        `second_factor`: every local account needs one; None: unless the store is simulated. Refused
        `key-file-missing`, `key-file-other` where the secrets of the database were sealed with another key.
        """
        database = open_access_database(system.settings)
        try:
            with database.writing() as cursor:
                cursor.execute("SELECT digest FROM access_key")
                row = cursor.fetchone()
                keys = open_keys(system.settings, may_make=row is None)
                digest = keys.digest("key file", "of this database")
                if row is None:  # another process may have been here first, with a key of its own
                    cursor.execute(
                        "INSERT INTO access_key (one, digest) VALUES (1, ?) ON CONFLICT DO NOTHING", (digest,)
                    )
                    cursor.execute("SELECT digest FROM access_key")
                    row = cursor.fetchone()
                if row[0] != digest:
                    raise Refused("key-file-other")
            return cls(system, database, keys, second_factor=second_factor, hasher=hasher)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Close the database; safe to repeat."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _needs_factor(self) -> bool:
        """Whether people need a second factor."""
        return self._system.lives == "live" if self._second_factor is None else self._second_factor

    # Signing in and out

    def sign_in(self, login: str, password: str, code: str | None, address: str | None, now: datetime) -> SignedIn:
        """Open a session. Unknown, disabled and wrong are one refusal after the same work.

        Refused `sign-in-refused`, `code-needed` (the password is right, and the account has a second factor),
        `too-many-attempts`.
        """
        account_id = login.strip().lower()
        try:
            signed = self._signed_in(account_id, password, code, address or HERE, now)
        except Refused as refused:
            known = self._recorded(account_id) is not None  # an unknown name may be a password
            log.warning("sign-in refused: %s, account %s", refused.rule, account_id if known else "unknown")
            raise
        principal = signed.principal
        log.info("signed in: account %s, session %s, %s", account_id, principal.session_id, "+".join(principal.methods))
        return signed

    def _signed_in(self, account_id: str, password: str, code: str | None, place: str, now: datetime) -> SignedIn:
        self.throttle.admit(account_id, place, now)
        right = self.passwords.verify(account_id, password, now)
        account = self._recorded(account_id)
        if not right or account is None or account.enabled_at is None:
            raise Refused("sign-in-refused")
        methods: tuple[str, ...] = (PASSWORD,)
        if self.factors.has(account_id):
            if not code:
                raise Refused("code-needed")
            methods = (*methods, self._proved(account_id, code, now))
        self.throttle.take_back(account_id, place, now)
        return self._opened(account, methods, now)

    def _proved(self, account_id: str, code: str, now: datetime) -> str:
        """Use up a code and return how it proves the account."""
        if not self.factors.prove(account_id, code, now):
            raise Refused("sign-in-refused")
        return ONE_TIME_CODE if code.strip().isdecimal() else RECOVERY_CODE

    def _opened(self, account: RecordedAccount, methods: tuple[str, ...], now: datetime) -> SignedIn:
        token, session = self.sessions.open(account.account_id, methods, now, self._idle, self._longest)
        holder = self._holder(session, account)
        return SignedIn(
            token=token,
            principal=holder.principal,
            ends_at=session.ends_at,
            must_change_password=holder.must_change_password,
            must_add_factor=holder.must_add_factor,
        )

    def open_service_session(self, account_id: str, now: datetime, days: int) -> SignedIn:
        """Open a session without a password for a service account: for `run`, workers and programs of the city.

        It does not end while idle. Refused `account-unknown`, `not-a-service` for an account with another role.
        """
        account = self._enabled(account_id)
        principal = self._principal(account, None)
        if principal.roles != {"service"}:
            raise Refused("not-a-service", account=account_id)
        longest = timedelta(days=days)
        token, session = self.sessions.open(account_id, ("swk",), now, longest, longest)
        return SignedIn(token=token, principal=self._principal(account, session), ends_at=session.ends_at)

    def sign_out(self, token: str, now: datetime) -> bool:
        """End the session of a token; False where it is over already."""
        session = self.sessions.of_token(token, now)
        return session is not None and self.sessions.end(session.account_id, session.session_id) > 0

    # Who is it

    def principal_of_token(self, token: str, now: datetime) -> Principal | None:
        """Return who has a session's token, None for nobody.

        Refused `password-temporary`, `second-factor-missing` where something must be done before.
        """
        holder = self.holder_of_token(token, now)
        if holder is None:
            return None
        if holder.must_change_password:
            raise Refused("password-temporary")
        if holder.must_add_factor:
            raise Refused("second-factor-missing")
        return holder.principal

    def holder_of_token(self, token: str, now: datetime) -> Holder | None:
        """Return the account of a session, also of a half one; None for nobody and for a disabled account.

        A session that is older than the last time the account was enabled stays over.
        """
        session = self.sessions.of_token(token, now)
        account = None if session is None else self._recorded(session.account_id)
        if session is None or account is None:
            return None
        own_time = self._system.lives == "live"  # sessions live in the machine's time, simulated stores do not
        if account.enabled_at is None or (own_time and session.opened_at < account.enabled_at):
            self.sessions.end(session.account_id, session.session_id)
            return None
        return self._holder(session, account)

    def principal_of_bearer(self, token: str, now: datetime) -> Principal:
        """Return the account for which a token of the issuer stands.

        Refused `token-refused`, `issuer-away`, `second-factor-missing` where `acr` or `amr` says too little.
        """
        if self.issuer is None:
            raise Refused("token-refused")
        claims = self.issuer.claims_of(token, now)
        account = account_of_identity(self._system, self.issuer.issuer, claims.subject)
        if account is None or account.enabled_at is None:
            raise Refused("token-refused")
        principal = self._principal(account, None, methods=claims.methods, session_id=claims.token_id)
        strong = claims.acr in self._accepted_acr if self._accepted_acr else "mfa" in claims.methods
        if self._needs_factor and not strong and principal.roles != {"service"}:
            raise Refused("second-factor-missing")
        return principal

    def _holder(self, session: AccountSession, account: RecordedAccount) -> Holder:
        password = self.passwords.state(session.account_id)
        by_password = PASSWORD in session.methods
        return Holder(
            session=session,
            principal=self._principal(account, session),
            must_change_password=by_password and password is not None and password.temporary_until is not None,
            must_add_factor=by_password and self._needs_factor and not self.factors.has(session.account_id),
        )

    def _principal(
        self,
        account: RecordedAccount,
        session: AccountSession | None,
        *,
        methods: tuple[str, ...] = (),
        session_id: str | None = None,
    ) -> Principal:
        return Principal(
            account_id=account.account_id,
            grants=account.grants_at(self._store_now()),
            member_id=account.opened.member_id,
            resident_id=account.opened.resident_id,
            hospital_id=account.opened.hospital_id,
            methods=methods if session is None else session.methods,
            session_id=session_id if session is None else session.session_id,
        )

    # Proofs

    def set_first_password(self, account_id: str, actor: str, now: datetime) -> str:
        """Give an account a random password that must be changed at its first use, and return it: it is shown once.

        Its sessions end. Refused `account-unknown`.
        """
        self._enabled(account_id)
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
        assert len(password) >= LEAST_LETTERS
        self._record(ChangePassword(account_id=account_id, temporary=True), actor)
        self.passwords.set(account_id, password, now, temporary=True)
        self.sessions.end(account_id)
        return password

    def change_password(
        self,
        token: str,
        password: str,
        replacement: str,
        address: str | None,
        now: datetime,
        *,
        code: str | None = None,
    ) -> SignedIn:
        """Replace the password, end every session of the account, and open a new one.

        An account with a second factor gives a code again, unless it has just signed in with one. Refused
        `not-signed-in`, `password-wrong`, `code-needed`, `code-wrong`, `password-unchanged`, or as `require_fit` does.
        """
        holder = self._reauthenticated(token, password, address, now)
        self._prove_again(holder, code, address, now)
        account_id = holder.session.account_id
        if replacement == password:
            raise Refused("password-unchanged")
        self.passwords.set(account_id, replacement, now, temporary=False)
        self._record(ChangePassword(account_id=account_id), account_id)
        self.sessions.end(account_id)
        return self._opened(self._enabled(account_id), holder.session.methods, now)

    def begin_factor(self, token: str, password: str, address: str | None, now: datetime) -> Enrolment:
        """Make the seed of a second factor. Refused `not-signed-in`, `password-wrong`, `second-factor-there`."""
        return self.factors.begin(self._reauthenticated(token, password, address, now).session.account_id)

    def confirm_factor(self, token: str, code: str, address: str | None, now: datetime) -> tuple[str, ...]:
        """Let the second factor count and return recovery codes; every other session ends. Refused `code-wrong`."""
        holder = self._required(token, now)
        account_id, place = holder.session.account_id, address or HERE
        self.throttle.admit(account_id, place, now)
        codes = self.factors.confirm(account_id, code, now)
        self.throttle.take_back(account_id, place, now)
        for factor in FACTORS:
            self._record(AddSecondFactor(account_id=account_id, factor=factor), account_id)
        self.sessions.end(account_id, but=holder.session.session_id)
        return codes

    def remove_factor(self, account_id: str, actor: str, reason: AccessReason) -> int:
        """Remove a lost second factor for somebody else, who adds another at the next sign-in; their sessions end.

        Returns how many. Refused `account-unknown`, `access-for-oneself`.
        """
        self._enabled(account_id)
        if actor == account_id:
            raise Refused("access-for-oneself", account=account_id)
        for factor in FACTORS:
            self._record(RemoveSecondFactor(account_id=account_id, factor=factor, reason=reason), actor)
        self.factors.remove(account_id)
        return self.sessions.end(account_id)

    def end_sessions_again_proved(
        self, token: str, password: str, session_id: str | None, address: str | None, now: datetime
    ) -> int:
        """End one of one's own sessions, or all others, once the password was given again; return how many."""
        holder = self._reauthenticated(token, password, address, now)
        own = holder.session
        return self.sessions.end(own.account_id, session_id, but=own.session_id if session_id is None else None)

    def _required(self, token: str, now: datetime) -> Holder:
        holder = self.holder_of_token(token, now)
        if holder is None:
            raise Refused("not-signed-in")
        return holder

    def _reauthenticated(self, token: str, password: str, address: str | None, now: datetime) -> Holder:
        """Return the holder of a session who gives their password again; wrong ones are throttled as at sign-in."""
        holder = self._required(token, now)
        account_id, place = holder.session.account_id, address or HERE
        self.throttle.admit(account_id, place, now)
        if not self.passwords.verify(account_id, password, now):
            raise Refused("password-wrong")
        self.throttle.take_back(account_id, place, now)
        return holder

    def _prove_again(self, holder: Holder, code: str | None, address: str | None, now: datetime) -> None:
        """Refuse who gives no code again, where the account has a second factor and the session is not new."""
        session, place = holder.session, address or HERE
        fresh = not {ONE_TIME_CODE, RECOVERY_CODE}.isdisjoint(session.methods) and now < session.opened_at + FRESH
        if fresh or not self.factors.has(session.account_id):
            return
        if not code:
            raise Refused("code-needed")
        self.throttle.admit(session.account_id, place, now)
        if not self.factors.prove(session.account_id, code, now):
            raise Refused("code-wrong")
        self.throttle.take_back(session.account_id, place, now)

    def _recorded(self, account_id: str) -> RecordedAccount | None:
        return recorded_account(self._system.store, account_id)

    def _enabled(self, account_id: str) -> RecordedAccount:
        account = self._recorded(account_id)
        if account is None:
            raise Refused("account-unknown", account=account_id)
        if account.enabled_at is None:
            raise Refused("account-disabled", account=account_id)
        return account

    # The store

    def _store_now(self) -> datetime:
        """Return the store's moment: never before its newest event."""
        now, last = self._system.now(), self._system.store.last_recorded_at()
        return now if last is None else max(now, last)

    def _record(self, command: object, actor: str) -> None:
        """Record what happened to a proof, without the proof."""
        now = self._store_now()
        request = CommandRequest(command=command, command_id=None, actor=actor, now=now)
        with self._recording:
            execute(self._system.store, request, region=self._system.region)
            self._system.follow_command(now)
