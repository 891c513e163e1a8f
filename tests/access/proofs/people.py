"""Who signs in, and with what."""

from base64 import b32decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.account.commands import AccountCommand, DisableAccount, GrantRole, LinkIdentity, OpenAccount
from infra.access.accounts import Access
from infra.access.second_factor import Enrolment, totp_of
from infra.access.sessions import SignedIn
from infra.system import System

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
"""The machine's moment, months after the store's."""

PASSWORD = "vier-Pferde traben 7"
OTHER = "drei-Esel schlafen 8"
ADDRESS = "192.0.2.7"
ISSUER, AUDIENCE = "http://127.0.0.1", "jiayi"


@dataclass
class Person:
    """Somebody with a session, and the seed of their second factor."""

    session: SignedIn
    enrolment: Enrolment | None = None
    recovery_codes: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        return self.session.token


def record(system: System, *commands: AccountCommand) -> None:
    for command in commands:
        system.execute(command, actor="admin")


def started(system: System) -> None:
    """Open the accounts."""
    record(
        system,
        OpenAccount(account_id="nurse-li", member_id="nurse-1", reason="new-duty"),
        GrantRole(account_id="nurse-li", role="member", scope="team", scope_id="east", reason="new-duty"),
        OpenAccount(account_id="worker", reason="set-up"),
        GrantRole(account_id="worker", role="service", reason="set-up"),
    )


def disable(system: System) -> None:
    record(system, DisableAccount(account_id="nurse-li", reason="incident"))


def link(system: System, issuer: str, account_id: str = "nurse-li", subject: str = "8f2c") -> None:
    record(system, LinkIdentity(account_id=account_id, issuer=issuer, subject=subject, reason="set-up"))


def signed_in(access: Access, now: datetime = NOW) -> Person:
    """Sign in for the first time and change the password."""
    first = access.set_first_password("nurse-li", "admin", now)
    half = access.sign_in("nurse-li", first, None, ADDRESS, now)
    return Person(access.change_password(half.token, first, PASSWORD, ADDRESS, now))


def with_factor(access: Access, person: Person, now: datetime = NOW) -> Person:
    """Add a second factor."""
    person.enrolment = access.begin_factor(person.token, PASSWORD, ADDRESS, now)
    person.recovery_codes = access.confirm_factor(person.token, code(person.enrolment, now), ADDRESS, now)
    return person


def code(enrolment: Enrolment, now: datetime) -> str:
    """Return the code that an authenticator app shows."""
    seed = b32decode(enrolment.seed + "=" * (-len(enrolment.seed) % 8))
    return totp_of(seed).generate(int(now.timestamp())).decode()


def later(**time: float) -> datetime:
    return NOW + timedelta(**time)
