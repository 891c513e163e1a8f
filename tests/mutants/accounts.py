"""Mutants of accounts: what they may do, and how they prove themselves."""

from tests.mutants.mutant import Mutant, in_file

ACCOUNTS: tuple[Mutant, ...] = (
    *in_file(
        "domain/account/state.py",
        "tests/domain/test_account.py",
        (
            "    if actor == account_id:",
            "    if not actor:",
            "test_nobody_decides_about_their_own_access",
            "An administrator would make themselves a leader.",
        ),
    ),
    *in_file(
        "domain/policy.py",
        "tests/domain/access/test_policy_adoption.py",
        (
            "    if policy.adopted is not None and policy.adopted.versions != packs_in_turn(packs):",
            "    if not packs:",
            "test_packs_of_the_settings_that_nobody_adopted_do_not_decide",
            "Other numbers would decide as soon as somebody changes a setting, and nobody would know who and why.",
        ),
    ),
    *in_file(
        "infra/access/accounts.py",
        "tests/access/proofs/test_second_factor.py",
        (
            "        self._prove_again(holder, code, address, now)",
            "        assert holder",
            "test_another_password_needs_a_code_again_unless_one_was_just_given",
            "Who finds a screen open and knows the password would lock its owner out.",
        ),
    ),
    *in_file(
        "domain/account/access.py",
        "tests/domain/test_account.py",
        (
            "    if actor != command.account_id:",
            "    if not actor:",
            "test_glass_is_broken_by_oneself_and_by_a_role_that_treats_residents",
            "Somebody could break glass under another's name.",
        ),
        (
            "    if actor == command.account_id:",
            "    if not actor:",
            "test_nobody_signs_off_their_own_opening_or_one_that_was_not_or_for_a_reason_that_does_not_fit",
            "An auditor who opened a record would find that in order themselves.",
        ),
        (
            "    if not any(each.role in BREAKS_GLASS and lasts(each, now) for each in account.grants):",
            "    if not any(lasts(each, now) for each in account.grants):",
            "test_glass_is_broken_by_oneself_and_by_a_role_that_treats_residents",
            "A clerk would open records.",
        ),
        (
            "    if not now < until <= latest:",
            "    if not now < until:",
            "test_who_treats_residents_opens_one_record_in_an_emergency_for_a_few_hours",
            "A record would stay open for good.",
        ),
    ),
    *in_file(
        "infra/access/accounts.py",
        "tests/access/proofs/test_sign_in.py",
        (
            "        if not right or account is None or account.enabled_at is None:",
            "        if not right or account is None:",
            "test_unknown_disabled_and_wrong_are_one_refusal",
            "A disabled account would sign in.",
        ),
        (
            "must_change_password=by_password and password is not None and password.temporary_until is not None,",
            "must_change_password=False,",
            "test_a_first_password_must_be_changed_before_anything_else",
            "An administrator would know a password in use.",
        ),
    ),
    *in_file(
        "infra/access/second_factor.py",
        "tests/access/proofs/test_second_factor.py",
        (
            "WHERE account_id = ? AND last_step < ? RETURNING account_id",
            "WHERE account_id = ? AND last_step <> ? RETURNING account_id",
            "test_each_code_is_taken_once_and_none_before_it",
            "A code that was seen over a shoulder would be taken after a newer one.",
        ),
        (
            "SET seed = excluded.seed, last_step = 0\n                WHERE access_factors.confirmed = 0 RETURNING",
            "SET seed = excluded.seed, last_step = 0\n                RETURNING",
            "test_a_seed_counts_only_after_a_code_of_it",
            "A stolen session would replace the second factor.",
        ),
    ),
    *in_file(
        "infra/access/sessions.py",
        "tests/access/proofs/test_sessions.py",
        (
            "    return now < session.ends_at and now < session.seen_at + session.idle",
            "    return now < session.seen_at + session.idle",
            "test_a_session_ends_after_half_a_day_however_busy_it_is",
            "A stolen session would live as long as it is used.",
        ),
        (
            "    return now < session.ends_at and now < session.seen_at + session.idle",
            "    return now < session.ends_at",
            "test_a_session_ends_when_it_was_idle_for_half_an_hour",
            "A browser left open would be anybody's.",
        ),
    ),
    *in_file(
        "infra/access/passwords.py",
        "tests/access/proofs/test_sign_in.py",
        (
            "        hashed, until = row or (self._nobody, None)",
            '        hashed, until = row or ("", None)',
            "test_an_unknown_account_costs_as_much_work_as_a_known_one",
            "The time of an answer would tell who has an account.",
        ),
    ),
    *in_file(
        "infra/access/bearer.py",
        "tests/access/proofs/test_bearer.py",
        (
            '        if header["alg"] not in ALGORITHMS or str(header.get("typ", "")).lower() not in ACCESS_TOKEN:',
            '        if header["alg"] not in ALGORITHMS:',
            "test_an_id_token_is_no_access_token",
            "A token that was made for a page would open the API.",
        ),
        (
            "            if not (known and fresh) and rested:",
            "            if not (known and fresh):",
            "test_a_new_key_is_fetched_once_a_minute_at_most",
            "Anybody could make us flood the issuer.",
        ),
        (
            '            if described["issuer"] != self.issuer:',
            '            if not described["issuer"]:',
            "test_an_issuer_that_names_itself_otherwise_or_redirects_is_not_believed",
            "One issuer could speak for another.",
        ),
    ),
    *in_file(
        "infra/access/key_file.py",
        "tests/access/proofs/test_key_file.py",
        (
            "        if status.st_mode & FORBIDDEN or status.st_uid not in {os.geteuid(), 0}:",
            "        if status.st_uid not in {os.geteuid(), 0}:",
            "test_a_key_that_others_may_read_is_refused",
            "Everybody on the machine could read the key.",
        ),
    ),
)
