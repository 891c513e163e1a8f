"""An account: for whom it stands, the roles it holds and where, how it proves itself, and when it breaks glass.

Events tell who decided and why. Secrets are no events: passwords, seeds and tokens stand in tables of their own.
"""

from domain.account.access import break_glass, disable, enable, grant_role, revoke_role, sign_off_break_glass
from domain.account.commands import (
    AccountCommand,
    AddSecondFactor,
    BreakGlass,
    ChangePassword,
    DisableAccount,
    EnableAccount,
    GrantRole,
    LinkIdentity,
    OpenAccount,
    RemoveSecondFactor,
    RevokeRole,
    SignOffBreakGlass,
    UnlinkIdentity,
)
from domain.account.events import AccountEvent
from domain.account.proofs import (
    add_second_factor,
    change_password,
    link_identity,
    open_account,
    remove_second_factor,
    unlink_identity,
)
from domain.account.state import Account, claims, evolve
from domain.decider import Decider, decision, members_of
from domain.inputs import ACTOR, NOW, PACK, one
from domain.resident import RESIDENT

__all__ = ["ACCOUNT"]

DECISIONS = (
    decision(OpenAccount, open_account, now=NOW, actor=ACTOR),
    decision(GrantRole, grant_role, now=NOW, actor=ACTOR),
    decision(RevokeRole, revoke_role, now=NOW, actor=ACTOR),
    decision(DisableAccount, disable, now=NOW, actor=ACTOR),
    decision(EnableAccount, enable, now=NOW, actor=ACTOR),
    decision(LinkIdentity, link_identity, now=NOW, actor=ACTOR),
    decision(UnlinkIdentity, unlink_identity, now=NOW, actor=ACTOR),
    decision(ChangePassword, change_password, now=NOW, actor=ACTOR),
    decision(AddSecondFactor, add_second_factor, now=NOW, actor=ACTOR),
    decision(RemoveSecondFactor, remove_second_factor, now=NOW, actor=ACTOR),
    decision(BreakGlass, break_glass, now=NOW, actor=ACTOR, pack=PACK, resident=one(RESIDENT)),
    decision(SignOffBreakGlass, sign_off_break_glass, now=NOW, actor=ACTOR),
)

ACCOUNT: Decider[Account, AccountEvent, AccountCommand] = Decider(
    category="account",
    initial=Account(),
    evolve=evolve,
    commands=members_of(AccountCommand),
    events=members_of(AccountEvent),
    decisions=DECISIONS,
    identify=lambda command: command.account_id,
    claims=claims,
)
