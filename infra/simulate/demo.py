"""The demo: a small simulated community whose last day is today, with one account for each role."""

import secrets
from datetime import date, timedelta

from domain.account.commands import GrantRole, OpenAccount, Role, Scope
from domain.event import value
from infra.access.accounts import Access
from infra.simulate.community import simulate
from infra.simulate.town import OnProgress
from infra.system import System

TEAMS, DAYS, SEED = 2, 8, 1
TEAM, INSTITUTION, HOSPITAL, RESIDENT = "T0001", "I001", "H2", "R000001"
ACTOR = "demo"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@value
class DemoAccount:
    """An account of the demo: whoever reads its password, which is shown once, signs in with this role."""

    role: Role
    account_id: str
    password: str


def make_demo(system: System, access: Access, today: date, on_progress: OnProgress | None = None) -> list[DemoAccount]:
    """Simulate some days up to this morning in an empty system, and open an account for each role.

    Refused `store-not-empty`.
    """
    simulate(system, TEAMS, DAYS, SEED, today - timedelta(days=DAYS - 1), on_progress)
    accounts = [_account(system, access, *line) for line in _lines()]
    system.clock.release()
    return accounts


def _lines() -> list[tuple[Role, Scope, str | None, dict[str, str]]]:
    return [
        ("leader", "team", TEAM, {"member_id": f"{TEAM}-gp-1"}),
        ("member", "team", TEAM, {"member_id": f"{TEAM}-nurse-1"}),
        ("clerk", "institution", INSTITUTION, {}),
        ("auditor", "everywhere", None, {}),
        ("operator", "everywhere", None, {}),
        ("administrator", "everywhere", None, {}),
        ("resident", "everywhere", None, {"resident_id": RESIDENT}),
        ("hospital", "everywhere", None, {"hospital_id": HOSPITAL}),
    ]


def _account(
    system: System, access: Access, role: Role, scope: Scope, scope_id: str | None, stands_for: dict[str, str]
) -> DemoAccount:
    """Open an account under the name of its role. A person of the demo need not change its password."""
    system.execute(OpenAccount(account_id=role, reason="set-up", **stands_for), actor=ACTOR)
    system.execute(GrantRole(account_id=role, role=role, scope=scope, scope_id=scope_id, reason="set-up"), actor=ACTOR)
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))
    access.passwords.set(role, password, system.now(), temporary=False)
    return DemoAccount(role=role, account_id=role, password=password)
