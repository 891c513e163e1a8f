"""Accounts stand for one person, hold roles within a scope and for a time, and break glass for life and health."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.account.commands import (
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
from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
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
from domain.account.state import identity_key
from domain.decider import FOREVER
from domain.registry import BY_CATEGORY
from tests.domain.builders import TODAY, TOMORROW, WANG, YESTERDAY, at
from tests.rules import holds
from tests.spec import NOW, claimed, given

OPEN = OpenAccount(account_id="nurse-li", member_id="li", reason="new-duty")
OPENED = AccountOpened(
    account_id="nurse-li",
    member_id="li",
    resident_id=None,
    hospital_id=None,
    reason="new-duty",
    by="admin",
    opened_at=at(YESTERDAY, 9),
)
GRANT = GrantRole(account_id="nurse-li", role="member", scope="team", scope_id="team-1", reason="new-duty")
GRANTED = RoleGranted(
    account_id="nurse-li",
    role="member",
    scope="team",
    scope_id="team-1",
    until=None,
    reason="new-duty",
    by="admin",
    granted_at=at(YESTERDAY, 10),
)
REVOKE = RevokeRole(account_id="nurse-li", role="member", scope="team", scope_id="team-1", reason="end-of-duty")
REVOKED = RoleRevoked(
    account_id="nurse-li",
    role="member",
    scope="team",
    scope_id="team-1",
    granted_at=at(YESTERDAY, 10),
    reason="end-of-duty",
    by="admin",
    revoked_at=NOW,
)
DISABLED = AccountDisabled(
    account_id="nurse-li", enabled_at=at(YESTERDAY, 9), reason="incident", by="admin", disabled_at=NOW
)
ENABLED = AccountEnabled(account_id="nurse-li", reason="cover", by="admin", enabled_at=NOW)
LINK = LinkIdentity(account_id="nurse-li", issuer="https://sign-in.example", subject="8f2c", reason="set-up")
LINKED = IdentityLinked(
    account_id="nurse-li",
    issuer="https://sign-in.example",
    subject="8f2c",
    reason="set-up",
    by="admin",
    linked_at=NOW,
)
BREAK = BreakGlass(account_id="nurse-li", resident_id="wang", reason="emergency-care")
BROKEN = GlassBroken(
    account_id="nurse-li",
    resident_id="wang",
    reason="emergency-care",
    broken_at=NOW,
    until=NOW + timedelta(hours=4),
)
OPENED_BY_NIGHT = replace(BROKEN, broken_at=at(YESTERDAY, 22) + timedelta(seconds=0.5), until=at(TODAY, 2))
BY_HERSELF = {"actor": "nurse-li", "resident": [WANG]}


@holds("A12.1")
def test_an_account_stands_for_one_person_at_most():
    given().when(OPEN).then(replace(OPENED, opened_at=NOW))
    given(OPENED).when(OPEN).then_nothing()
    given(OPENED).when(replace(OPEN, member_id="he")).then_refused("account-already-open", account="nurse-li")
    given().when(replace(OPEN, resident_id="wang")).then_refused("account-for-two", account="nurse-li")
    given().when(replace(OPEN, hospital_id="city-3")).then_refused("account-for-two")


@pytest.mark.parametrize("name", ["13800000001", "440300197001010025", "Nurse", "li nurse", "a", "-a", "李"])
def test_a_login_name_is_no_phone_and_no_identity_number(name):
    given().when(replace(OPEN, account_id=name)).then_refused("login-name-malformed", account=name)


def test_a_login_name_has_small_letters_digits_and_marks():
    for name in ("li", "nurse.li-2_b", "a" * 64):
        given().when(replace(OPEN, account_id=name)).then(replace(OPENED, account_id=name, opened_at=NOW))
    given().when(replace(OPEN, account_id="13800000001")).then_refused("login-name-malformed")


@holds("A12.2")
def test_a_role_holds_in_a_scope_from_its_grant_until_its_end():
    given(OPENED).when(GRANT).then(replace(GRANTED, granted_at=NOW))
    given(OPENED, GRANTED).when(GRANT).then_nothing()
    ending = replace(GRANT, until=at(TOMORROW, 18))
    given(OPENED).when(ending).then(replace(GRANTED, granted_at=NOW, until=at(TOMORROW, 18)))
    given(OPENED, GRANTED).when(ending).then_refused("role-already-held", role="member")
    given(OPENED).when(replace(GRANT, until=NOW)).then_refused("grant-over")
    over = replace(GRANTED, until=at(TODAY, 8))
    given(OPENED, over).when(GRANT).then(replace(GRANTED, granted_at=NOW))
    given(OPENED, GRANTED).when(replace(GRANT, scope_id="team-2")).then(
        replace(GRANTED, scope_id="team-2", granted_at=NOW)
    )


@holds("A12.2")
def test_a_role_is_revoked_and_its_end_names_its_beginning():
    given(OPENED, GRANTED).when(REVOKE).then(REVOKED)
    given(OPENED).when(REVOKE).then_nothing()
    given(OPENED, GRANTED, REVOKED).when(REVOKE).then_nothing()
    given(OPENED, replace(GRANTED, until=at(TODAY, 8))).when(REVOKE).then_nothing()
    given(OPENED, GRANTED).when(REVOKE, actor="nurse-li").then(replace(REVOKED, by="nurse-li"))
    given().when(REVOKE).then_refused("account-unknown", account="nurse-li")


def test_a_scope_has_an_id_unless_it_is_everywhere():
    given(OPENED).when(replace(GRANT, scope_id=None)).then_refused("scope-half-named", scope="team")
    given(OPENED).when(replace(GRANT, scope="everywhere")).then_refused("scope-half-named", scope="everywhere")
    given(OPENED).when(replace(GRANT, scope="everywhere", scope_id=None)).then(
        replace(GRANTED, scope="everywhere", scope_id=None, granted_at=NOW)
    )


@holds("A12.1")
def test_only_an_account_that_stands_for_somebody_acts_for_them():
    nobody = replace(OPENED, member_id=None)
    for role in ("member", "resident", "hospital"):
        given(nobody).when(replace(GRANT, role=role)).then_refused("role-without-person", role=role)
    given(nobody).when(replace(GRANT, role="leader")).then(replace(GRANTED, role="leader", granted_at=NOW))


@holds("A12.3")
def test_nobody_decides_about_their_own_access():
    own = {"actor": "nurse-li"}
    given(OPENED).when(GRANT, **own).then_refused("access-for-oneself", account="nurse-li")
    given(OPENED).when(LINK, **own).then_refused("access-for-oneself")
    given(OPENED).when(DisableAccount(account_id="nurse-li", reason="request"), **own).then_refused(
        "access-for-oneself"
    )
    given(OPENED, DISABLED).when(EnableAccount(account_id="nurse-li", reason="cover"), **own).then_refused(
        "access-for-oneself"
    )


@holds("A12.4")
def test_a_disabled_account_can_do_nothing_until_it_is_enabled():
    disable = DisableAccount(account_id="nurse-li", reason="incident")
    enable = EnableAccount(account_id="nurse-li", reason="cover")
    given(OPENED).when(disable).then(DISABLED)
    given(OPENED, DISABLED).when(disable).then_nothing()
    given(OPENED, DISABLED).when(enable).then(ENABLED)
    given(OPENED).when(enable).then_nothing()
    given(OPENED, DISABLED, ENABLED).when(disable).then(replace(DISABLED, enabled_at=NOW))
    for command in (GRANT, LINK):
        given(OPENED, DISABLED).when(command).then_refused("account-disabled", account="nurse-li")
    given(OPENED, GRANTED, DISABLED).when(BREAK, **BY_HERSELF).then_refused("account-disabled")
    unlink = UnlinkIdentity(account_id="nurse-li", issuer="x", reason="review")
    for unknown in (disable, enable, GRANT, LINK, unlink):
        given().when(unknown).then_refused("account-unknown", account="nurse-li")


def test_an_identity_stands_for_one_account():
    unlink = UnlinkIdentity(account_id="nurse-li", issuer="https://sign-in.example", reason="end-of-duty")
    unlinked = IdentityUnlinked(
        account_id="nurse-li",
        issuer="https://sign-in.example",
        subject="8f2c",
        reason="end-of-duty",
        by="admin",
        unlinked_at=NOW,
    )
    given(OPENED).when(LINK).then(LINKED)
    given(OPENED, LINKED).when(LINK).then_nothing()
    given(OPENED, LINKED).when(replace(LINK, subject="9a")).then_refused("identity-already-linked")
    given(OPENED, LINKED).when(unlink).then(unlinked)
    given(OPENED).when(unlink).then_nothing()
    account = BY_CATEGORY["account"]
    (taken,) = claimed(account, OPENED, LINKED)
    (back,) = claimed(account, OPENED, LINKED, unlinked)
    assert (taken.key, taken.since, taken.until) == (identity_key(LINKED), TODAY, FOREVER)
    assert (back.key, back.until < back.since) == (taken.key, True)
    assert taken.rule == "identity-of-another-account"


def test_proofs_are_recorded_without_their_secrets():
    change = ChangePassword(account_id="nurse-li", temporary=True)
    changed = PasswordChanged(account_id="nurse-li", temporary=True, by="admin", changed_at=NOW)
    given(OPENED).when(change).then(changed)
    given(OPENED, changed).when(change).then_nothing()
    given().when(change).then_refused("account-unknown")
    add = AddSecondFactor(account_id="nurse-li", factor="totp")
    added = SecondFactorAdded(account_id="nurse-li", factor="totp", by="admin", added_at=NOW)
    given(OPENED).when(add).then(added)
    given(OPENED, added).when(add).then_nothing()
    given().when(add).then_refused("account-unknown")
    remove = RemoveSecondFactor(account_id="nurse-li", factor="totp", reason="request")
    removed = SecondFactorRemoved(account_id="nurse-li", factor="totp", reason="request", by="admin", removed_at=NOW)
    given(OPENED, added).when(remove).then(removed)
    given(OPENED).when(remove).then_nothing()
    given().when(remove).then_refused("account-unknown")


@holds("A12.5")
def test_who_treats_residents_opens_one_record_in_an_emergency_for_a_few_hours():
    own = (OPENED, GRANTED)
    given(*own).when(BREAK, **BY_HERSELF).then(BROKEN)
    given(*own, BROKEN).when(BREAK, **BY_HERSELF).then_nothing()
    given(*own, OPENED_BY_NIGHT, BROKEN).when(BREAK, **BY_HERSELF).then_nothing()
    given(*own, BROKEN).when(replace(BREAK, until=NOW + timedelta(hours=1)), **BY_HERSELF).then_nothing()
    earlier = replace(BROKEN, broken_at=at(TODAY, 6), until=at(TODAY, 10))
    longer = replace(BREAK, until=at(TODAY, 11))
    given(*own, earlier).when(longer, **BY_HERSELF).then(replace(BROKEN, until=at(TODAY, 11)))
    for until in (NOW, NOW + timedelta(hours=4, seconds=1)):
        given(*own).when(replace(BREAK, until=until), **BY_HERSELF).then_refused("break-glass-too-long", hours=4)


@holds("A12.5")
def test_glass_is_broken_by_oneself_and_by_a_role_that_treats_residents():
    given(OPENED, GRANTED).when(BREAK, resident=[WANG]).then_refused("break-glass-for-another", account="nurse-li")
    for past in ((OPENED,), (OPENED, replace(GRANTED, role="clerk")), (OPENED, replace(GRANTED, until=at(TODAY, 8)))):
        given(*past).when(BREAK, **BY_HERSELF).then_refused("break-glass-by-role", account="nurse-li")
    given(OPENED, GRANTED).when(BREAK, actor="nurse-li").then_refused("resident-not-registered", resident="wang")
    given().when(BREAK, **BY_HERSELF).then_refused("account-unknown")


SIGN_OFF = SignOffBreakGlass(
    account_id="nurse-li",
    resident_id="wang",
    broken_at=at(YESTERDAY, 22),
    verdict="in-order",
    reason="explained",
)
SIGNED_OFF = BreakGlassSignedOff(
    account_id="nurse-li",
    resident_id="wang",
    broken_at=OPENED_BY_NIGHT.broken_at,
    verdict="in-order",
    reason="explained",
    by="zheng",
    signed_off_at=NOW,
)


@holds("A12.6")
def test_an_auditor_signs_off_an_opening_of_a_record_and_changes_their_mind_by_another_sign_off():
    given(OPENED, OPENED_BY_NIGHT).when(SIGN_OFF, actor="zheng").then(SIGNED_OFF)
    earlier = replace(SIGNED_OFF, signed_off_at=at(TODAY, 8))
    given(OPENED, OPENED_BY_NIGHT, earlier).when(SIGN_OFF, actor="zheng").then_nothing()
    worse = replace(SIGN_OFF, verdict="not-in-order", reason="no-ground")
    given(OPENED, OPENED_BY_NIGHT, earlier).when(worse, actor="zheng").then(
        replace(SIGNED_OFF, verdict="not-in-order", reason="no-ground")
    )


@holds("A12.6")
def test_nobody_signs_off_their_own_opening_or_one_that_was_not_or_for_a_reason_that_does_not_fit():
    given(OPENED, OPENED_BY_NIGHT).when(SIGN_OFF, actor="nurse-li").then_refused("sign-off-for-oneself")
    given().when(SIGN_OFF, actor="zheng").then_refused("account-unknown")
    given(OPENED).when(SIGN_OFF, actor="zheng").then_refused("break-glass-unknown", resident="wang")
    for other in (replace(SIGN_OFF, resident_id="zhao"), replace(SIGN_OFF, broken_at=at(YESTERDAY, 21))):
        given(OPENED, OPENED_BY_NIGHT).when(other, actor="zheng").then_refused("break-glass-unknown")
    given(OPENED, OPENED_BY_NIGHT).when(replace(SIGN_OFF, reason="no-ground"), actor="zheng").then_refused(
        "sign-off-reason-unfit", verdict="in-order", reason="no-ground"
    )
