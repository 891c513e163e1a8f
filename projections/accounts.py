"""Accounts: for whom they stand, who held which role and where, and which records were opened in an emergency."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

from domain.account.commands import Role
from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
    AccountEvent,
    AccountOpened,
    BreakGlassSignedOff,
    GlassBroken,
    IdentityLinked,
    IdentityUnlinked,
    PasswordChanged,
    RoleGranted,
    RoleRevoked,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from domain.event import value
from domain.local_time import DAY_MINUTES, at_local
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows, ask_where

ACCOUNTS_V1 = Table(
    "accounts_v1",
    "account_id",
    {
        "member_id": "text",
        "resident_id": "text",
        "hospital_id": "text",
        "opened_at": "text",
        "opened_by": "text",
        "enabled": "int",
        "password_changed_at": "text",
        "password_temporary": "int",
        "totp": "int",
        "recovery_codes": "int",
    },
    indexes=(("member_id",), ("resident_id",)),
)
"""`totp` and `recovery_codes` say whether the account has them; the table holds no secret."""

ACCOUNT_PERIODS_V1 = Table(
    "account_periods_v1",
    "period_key",  # account|enabled_at
    {"account_id": "text", "enabled_at": "text", "disabled_at": "text", "reason": "text", "by": "text"},
    indexes=(("account_id",),),
)
"""The times in which an account could be used. `reason` and `by` are those of its end."""

ROLE_GRANTS_V1 = Table(
    "role_grants_v1",
    "grant_key",  # account|role|scope|scope_id|granted_at
    {
        "account_id": "text",
        "role": "text",
        "scope": "text",
        "scope_id": "text",
        "granted_at": "text",
        "until": "text",
        "reason": "text",
        "granted_by": "text",
        "revoked_by": "text",
        "revoke_reason": "text",
    },
    indexes=(("account_id",), ("scope_id",)),
)
"""Roles from `granted_at` to `until`; without `until` they hold. A revoked one ends when it was revoked."""

IDENTITIES_V1 = Table(
    "identities_v1",
    "identity_key",  # account|issuer
    {"account_id": "text", "issuer": "text", "subject": "text", "linked_at": "text"},
    indexes=(("issuer", "subject"),),
)

BREAK_GLASS_V1 = Table(
    "break_glass_v1",
    "use_key",  # account|resident|broken_at
    {"account_id": "text", "resident_id": "text", "reason": "text", "broken_at": "text", "until": "text"},
    indexes=(("account_id",), ("resident_id",), ("broken_at",)),
)


def project(event: AccountEvent) -> Iterator[Change]:
    """Follow accounts."""
    whose = event.account_id
    match event:
        case AccountOpened():
            yield ACCOUNTS_V1.put(
                whose,
                member_id=event.member_id,
                resident_id=event.resident_id,
                hospital_id=event.hospital_id,
                opened_at=moment(event.opened_at),
                opened_by=event.by,
                enabled=1,
                password_temporary=0,
                totp=0,
                recovery_codes=0,
            )
            yield period(whose, event.opened_at)
        case RoleGranted():
            yield ROLE_GRANTS_V1.put(
                grant_key(event),
                account_id=whose,
                role=event.role,
                scope=event.scope,
                scope_id=event.scope_id,
                granted_at=moment(event.granted_at),
                until=None if event.until is None else moment(event.until),
                reason=event.reason,
                granted_by=event.by,
            )
        case RoleRevoked():
            yield ROLE_GRANTS_V1.patch(
                grant_key(event), until=moment(event.revoked_at), revoked_by=event.by, revoke_reason=event.reason
            )
        case AccountDisabled():
            yield ACCOUNTS_V1.patch(whose, enabled=0)
            yield ACCOUNT_PERIODS_V1.patch(
                f"{whose}|{moment(event.enabled_at)}",
                disabled_at=moment(event.disabled_at),
                reason=event.reason,
                by=event.by,
            )
        case AccountEnabled():
            yield ACCOUNTS_V1.patch(whose, enabled=1)
            yield period(whose, event.enabled_at)
        case IdentityLinked():
            yield IDENTITIES_V1.put(
                f"{whose}|{event.issuer}",
                account_id=whose,
                issuer=event.issuer,
                subject=event.subject,
                linked_at=moment(event.linked_at),
            )
        case IdentityUnlinked():
            yield IDENTITIES_V1.drop(f"{whose}|{event.issuer}")
        case PasswordChanged():
            yield ACCOUNTS_V1.patch(
                whose, password_changed_at=moment(event.changed_at), password_temporary=int(event.temporary)
            )
        case SecondFactorAdded() | SecondFactorRemoved():
            column = "totp" if event.factor == "totp" else "recovery_codes"
            yield ACCOUNTS_V1.patch(whose, **{column: int(isinstance(event, SecondFactorAdded))})
        case GlassBroken():
            yield BREAK_GLASS_V1.put(
                f"{whose}|{event.resident_id}|{moment(event.broken_at)}",
                account_id=whose,
                resident_id=event.resident_id,
                reason=event.reason,
                broken_at=moment(event.broken_at),
                until=moment(event.until),
            )


def period(account_id: str, enabled_at: datetime) -> Change:
    """Return the row of a time in which an account can be used."""
    since = moment(enabled_at)
    return ACCOUNT_PERIODS_V1.put(f"{account_id}|{since}", account_id=account_id, enabled_at=since)


def grant_key(event: RoleGranted | RoleRevoked) -> str:
    """Return the key of the row of a grant."""
    return f"{event.account_id}|{event.role}|{event.scope}|{event.scope_id or ''}|{moment(event.granted_at)}"


@value
class Accounts:
    """Ask for accounts, all of them or those that can be used."""

    enabled_only: bool = False


def accounts(question: Accounts, rows: Rows) -> list[Row]:
    """Return accounts by login name: for whom they stand, how they prove themselves, whether they can be used."""
    only = "enabled = 1" if question.enabled_only else ""
    return [{**row} for row in ask_where(rows, "SELECT * FROM accounts_v1", [only], "ORDER BY account_id")]


@value
class GrantsOf:
    """Ask which roles an account has held, and until when."""

    account_id: str


def grants_of(question: GrantsOf, rows: Rows) -> list[Row]:
    """Return the roles of an account by their beginning, with who granted and revoked them and why."""
    sql = """SELECT role, scope, scope_id, granted_at, until, reason, granted_by, revoked_by, revoke_reason
        FROM role_grants_v1 WHERE account_id = :account_id ORDER BY granted_at, role, scope_id"""
    return [{**row} for row in rows.ask(sql, account_id=question.account_id)]


@value
class AccessOn:
    """Ask who held a role on a day, of all or in one place; and who had opened a record in an emergency."""

    day: date
    role: Role | None = None
    scope_id: str | None = None


def access_on(question: AccessOn, rows: Rows) -> list[Row]:
    """Return each role that was held on a day for a time at least by an account that could be used at that time.

    With `scope_id` those of that district, institution or team and those that hold everywhere. `from_at` and `to_at`
    are when the role began and ended (None: it holds still), `resident_id` the record that was opened in an emergency:
    then the role is `break-glass`, and `scope` is `resident`.
    """
    begins, ends = moment(at_local(question.day)), moment(at_local(question.day, DAY_MINUTES))
    held = ask_where(
        rows,
        """SELECT g.account_id, g.role, g.scope, g.scope_id, NULL AS resident_id, g.granted_at AS from_at,
        g.until AS to_at, g.reason, g.granted_by FROM role_grants_v1 g
        JOIN account_periods_v1 p ON p.account_id = g.account_id""",
        [
            "g.granted_at < :ends AND (g.until IS NULL OR g.until > :begins)",
            "p.enabled_at < :ends AND (p.disabled_at IS NULL OR p.disabled_at > :begins)",
            "p.enabled_at < COALESCE(g.until, :ends) AND (p.disabled_at IS NULL OR p.disabled_at > g.granted_at)",
            "g.role = :role" if question.role else "",
            "(g.scope_id = :scope_id OR g.scope = 'everywhere')" if question.scope_id else "",
        ],
        """GROUP BY g.grant_key, g.account_id, g.role, g.scope, g.scope_id, g.granted_at, g.until, g.reason,
            g.granted_by
        ORDER BY g.account_id, g.role, g.scope_id""",
        begins=begins,
        ends=ends,
        role=question.role,
        scope_id=question.scope_id,
    )
    if question.role or question.scope_id:
        return [{**row} for row in held]
    opened = rows.ask(
        """SELECT account_id, 'break-glass' AS role, 'resident' AS scope, NULL AS scope_id, resident_id,
        broken_at AS from_at, until AS to_at, reason, account_id AS granted_by FROM break_glass_v1
        WHERE broken_at < :ends AND until > :begins ORDER BY account_id, resident_id""",
        begins=begins,
        ends=ends,
    )
    return [{**row} for row in (*held, *opened)]


@value
class BreakGlassUses:
    """Ask which records were opened in an emergency, by one account, of one resident, or since a day."""

    account_id: str | None = None
    resident_id: str | None = None
    since: date | None = None


def break_glass_uses(question: BreakGlassUses, rows: Rows) -> list[Row]:
    """Return the uses, the newest first."""
    uses = ask_where(
        rows,
        "SELECT account_id, resident_id, reason, broken_at, until FROM break_glass_v1",
        [
            "account_id = :account_id" if question.account_id else "",
            "resident_id = :resident_id" if question.resident_id else "",
            "broken_at >= :since" if question.since else "",
        ],
        "ORDER BY broken_at DESC, account_id, resident_id",
        account_id=question.account_id,
        resident_id=question.resident_id,
        since=None if question.since is None else moment(at_local(question.since)),
    )
    return [{**row} for row in uses]


def account_named(rows: Rows, account_id: str) -> Row | None:
    """Return an account, None if there is none of that name; `enabled_at` is when it was last opened or enabled."""
    sql = """SELECT a.*, (SELECT max(p.enabled_at) FROM account_periods_v1 p WHERE p.account_id = a.account_id)
        AS enabled_at FROM accounts_v1 a WHERE a.account_id = :account_id"""
    return next(iter(rows.ask(sql, account_id=account_id)), None)


def account_with_identity(rows: Rows, issuer: str, subject: str) -> str | None:
    """Return the account for which a subject of an issuer stands, None if there is none."""
    sql = "SELECT account_id FROM identities_v1 WHERE issuer = :issuer AND subject = :subject"
    return next((str(row["account_id"]) for row in rows.ask(sql, issuer=issuer, subject=subject)), None)


def grants_at(rows: Rows, account_id: str, now: datetime) -> list[Row]:
    """Return `role`, `scope` and `scope_id` of what an account holds at a moment, sorted."""
    sql = """SELECT role, scope, scope_id FROM role_grants_v1
        WHERE account_id = :account_id AND granted_at <= :now AND (until IS NULL OR until > :now)
        ORDER BY role, scope, scope_id"""
    return [{**row} for row in rows.ask(sql, account_id=account_id, now=moment(now))]


def records_open_to(rows: Rows, account_id: str, now: datetime) -> frozenset[str]:
    """Return the residents whose records an account has opened in an emergency and may see at a moment."""
    sql = """SELECT resident_id FROM break_glass_v1
        WHERE account_id = :account_id AND broken_at <= :now AND until > :now"""
    return frozenset(str(row["resident_id"]) for row in rows.ask(sql, account_id=account_id, now=moment(now)))


ACCOUNTS = Projection(
    name="accounts",
    tables=(ACCOUNTS_V1, ACCOUNT_PERIODS_V1, ROLE_GRANTS_V1, IDENTITIES_V1, BREAK_GLASS_V1),
    events=tuple(each for each in get_args(AccountEvent) if each is not BreakGlassSignedOff),  # `sign_offs` follows it
    project=project,
    questions=(
        Question(asks=Accounts, answer=accounts, example=Accounts(enabled_only=True)),
        Question(asks=GrantsOf, answer=grants_of, example=GrantsOf(account_id="nurse-li")),
        Question(asks=AccessOn, answer=access_on, example=AccessOn(day=date(2026, 3, 2), scope_id="team-east")),
        Question(asks=BreakGlassUses, answer=break_glass_uses, example=BreakGlassUses(since=date(2026, 3, 1))),
    ),
)
