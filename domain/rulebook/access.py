"""A12 accounts and access."""

from domain import policy
from domain import sign_off as signing_off
from domain.account import access, proofs, state
from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    BreakGlassSignedOff,
    GlassBroken,
    IdentityLinked,
    RoleGranted,
    RoleRevoked,
)
from domain.contract.events import ContractSignedOff
from domain.contract.sign_off import sign_off
from domain.rulebook.rule import Rule, where

RULES: tuple[Rule, ...] = (
    Rule(
        number="A12.1",
        says="An account stands for one person at most, and only who stands for somebody acts for them.",
        source="GB/T 22239-2019, identification and access control; Personal Information Protection Law",
        decisions=(proofs.open_account, proofs.link_identity, access.grant_role, state.claims),
        refusals=(
            "account-for-two",
            "role-without-person",
            "identity-already-linked",
            "identity-of-another-account",
        ),
        events=(where(AccountOpened), where(IdentityLinked)),
    ),
    Rule(
        number="A12.2",
        says="A role holds in a scope that is named, from its grant until its end, and who granted it and why is kept.",
        source="Personal Information Protection Law: access by the least that a duty needs; the reasons are [GK]",
        decisions=(access.grant_role, access.revoke_role),
        refusals=("grant-over",),
        events=(where(RoleGranted), where(RoleRevoked)),
    ),
    Rule(
        number="A12.3",
        says="Nobody decides about their own access.",
        source="GB/T 22239-2019: administrators' rights are separated",
        decisions=(state.require_another, access.grant_role, access.disable, access.enable, proofs.link_identity),
        refusals=("access-for-oneself",),
    ),
    Rule(
        number="A12.4",
        says="An account that is disabled can do nothing until it is enabled.",
        source="GB/T 22239-2019: accounts that are not needed are disabled",
        decisions=(access.disable, access.enable, access.grant_role, access.break_glass),
        refusals=("account-disabled",),
        events=(where(AccountDisabled), where(AccountEnabled)),
    ),
    Rule(
        number="A12.5",
        says="Who treats residents may open one record outside their roles for life and health, for a few hours; "
        "it is kept, and administrators see it.",
        source="Personal Information Protection Law: urgent protection of life and health; the hours are [GK]",
        decisions=(access.break_glass,),
        numbers=("break_glass_hours",),
        refusals=("break-glass-for-another", "break-glass-by-role", "break-glass-too-long"),
        events=(where(GlassBroken),),
    ),
    Rule(
        number="A12.6",
        says="An auditor signs off each record that was opened in an emergency, and each contract whose money moved or "
        "that was corrected: in order or not, with a reason that fits; nobody signs off what they did themselves.",
        source="GB/T 22239-2019: audits are made by others than those who are audited; the reasons are [GK]",
        decisions=(access.sign_off_break_glass, sign_off, signing_off.require_fitting),
        refusals=("sign-off-for-oneself", "sign-off-reason-unfit"),
        events=(where(BreakGlassSignedOff), where(ContractSignedOff)),
    ),
    Rule(
        number="A12.7",
        says="An administrator adopts the policy packs, with a reason; in a live store no others decide.",
        source="GB/T 22239-2019: changes of settings are authorised and on record; the reasons are [GK]",
        decisions=(policy.adopt, policy.require_adopted),
        refusals=("packs-not-adopted",),
        events=(where(policy.PacksAdopted),),
    ),
)
