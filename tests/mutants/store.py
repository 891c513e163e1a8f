"""Mutants of the store, the bytes of events, and what is read from files."""

from tests.mutants.mutant import Mutant, in_file

STORE: tuple[Mutant, ...] = (
    *in_file(
        "infra/store/claims/periods.py",
        "tests/infra/store/test_claims.py",
        (
            "their_since > until or",
            "their_since >= until or",
            "test_an_overlapping_claim_of_another_is_refused[sqlite-period0]",
            "Two contracts of one resident must not share a day.",
        ),
        (
            "if their_until >= since:",
            "if their_until > since:",
            "test_an_overlapping_claim_of_another_is_refused[sqlite-period4]",
            "Two contracts of one resident must not share a day.",
        ),
        (
            "if until < since:",
            "if until <= since:",
            "test_a_claim_of_one_day_is_held[sqlite]",
            "A guest of one day belongs to one team on it.",
        ),
        (
            "is_held=any(until >= since for _, until",
            "is_held=any(until > since for _, until",
            "test_keys_under_a_prefix_are_counted_with_those_of_the_transaction_itself[sqlite]",
            "A contract counts on its last day.",
        ),
    ),
    *in_file(
        "infra/store/claims/numbers.py",
        "tests/infra/finder/test_numbers.py",
        (
            'return store.personal_keys.conceal(f"phone:{digits}").partition(":")[2]',
            "return digits",
            "test_no_row_beside_the_events_holds_a_number_a_phone_a_name_or_an_address[sqlite]",
            "A copy of the database would show phones.",
        ),
        (
            'cursor.execute("DELETE FROM personal_phones WHERE resident_id = ?", (resident_id,))',
            "pass",
            "test_a_corrected_phone_is_found_and_the_one_before_is_not[sqlite]",
            "A search by a phone that was given to another would show a stranger.",
        ),
    ),
    *in_file(
        "infra/store/claims/periods.py",
        "tests/infra/store/test_personal_claims.py",
        (
            "return self._personal.conceal(claim.key)",
            "return claim.key",
            "test_the_key_stands_in_no_row[sqlite]",
            "A copy of the database would show identity numbers.",
        ),
        (
            "if not claim.personal:\n                        values",
            "if True:\n                        values",
            "test_a_second_holder_is_refused_and_told_who_holds_it_but_never_the_key[sqlite]",
            "A refusal tells nothing of what it compares.",
        ),
        (
            "self._personal.check(known)",
            "pass",
            "test_another_key_file_is_refused[sqlite]",
            "Under another key no number is found again, and one person is registered twice.",
        ),
    ),
    *in_file(
        "infra/store/transaction.py",
        "tests/infra/store/test_store.py",
        (
            "if known != decided.version:",
            "if known > decided.version:",
            "test_a_stream_at_another_version_is_a_conflict_and_nothing_is_written[sqlite]",
            "An expected position that does not exist yet is an error too.",
        ),
    ),
    *in_file(
        "infra/store/transaction.py",
        "tests/infra/store/test_commands.py",
        (
            "if known != digest:",
            "if False:",
            "test_an_id_cannot_be_used_for_another_command_of_the_same_commit[sqlite]",
            "The second of two commands is answered as if it were the first, and is lost.",
        ),
    ),
    *in_file(
        "infra/store/transaction.py",
        "tests/infra/store/test_commands.py",
        (
            "if row[0] != digest:",
            "if False:",
            "test_an_id_cannot_be_used_for_another_command[sqlite]",
            "Another command under a known id is answered as if it were the first, and is lost.",
        ),
    ),
    *in_file(
        "infra/command_handler.py",
        "tests/infra/store/test_commands.py",
        (
            "CLOCK_SKEW = timedelta(seconds=30)",
            "CLOCK_SKEW = timedelta(seconds=90)",
            "test_the_clock_does_not_run_backwards[sqlite]",
            "Events must not be recorded before those that they follow.",
        ),
        (
            "now = max(now, last)",
            "pass",
            "test_what_follows_from_an_event_is_decided_as_of_the_newest_whoever_finds_out_when[sqlite]",
            "A reaction that is found late is refused for its clock.",
        ),
    ),
    *in_file(
        "infra/older_stores.py",
        "tests/infra/test_older_stores.py",
        (
            '    "visit": "open_visits:",',
            '    "visit": "open_beds:",',
            "test_a_visit_that_an_older_release_left_open_ends_with_the_resident",
            "An end of care must find what an older release left open.",
        ),
    ),
    *in_file(
        "infra/store/team_days.py",
        "tests/infra/store/test_team_days.py",
        (
            "first_at + longest))",
            "first_at + 10 * longest))",
            "test_each_touch_begins_the_pause_anew_but_not_beyond_the_longest_wait[sqlite]",
            "A day that is touched without end would never be planned.",
        ),
        (
            "PLAN_FROM_MINUTE = -6 * 60",
            "PLAN_FROM_MINUTE = -7 * 60",
            "test_settling_ignores_the_pause_but_not_the_beginning_of_planning[sqlite]",
            "Before 18:00 tomorrow's tasks have not fallen due.",
        ),
        (
            "if requested != as_of_position:",
            "if requested < as_of_position:",
            "test_publishing_on_a_stale_basis_is_refused_and_writes_nothing[sqlite]",
            "A roster must know of everything that touched its day.",
        ),
        (
            "team_day.day >= first_open_day(touched.last)",
            "team_day.day >= first_open_day(touched.last) - timedelta(days=1)",
            "test_a_day_over_is_neither_marked_nor_given[sqlite]",
            "Nothing is planned for a day that is closed.",
        ),
        (
            "return local_day(now - NIGHTS_END)",
            "return local_day(now)",
            "test_the_day_before_is_open_until_noon_for_its_night[sqlite]",
            "The night of the day before may still change.",
        ),
        (
            "before.first_at if before and undone else",
            "before.first_at if before else",
            "test_a_day_done_and_touched_again_waits_anew[sqlite]",
            "The longest wait counts from the first touch since the last roster.",
        ),
    ),
    *in_file(
        "infra/database/postgres_errors.py",
        "tests/infra/database/test_away.py",
        (
            'AWAY_STATES = frozenset({"25006", "25P03", "25P04"})',
            'AWAY_STATES = frozenset({"25P03", "25P04"})',
            "test_the_list_holds_exactly_the_errors_that_pass",
            "After a failover to a standby every part waits.",
        ),
        (
            'AWAY_CLASSES = frozenset({"08", "28", "40", "53", "55", "57", "58"})',
            'AWAY_CLASSES = frozenset({"08", "28", "40", "53", "54", "55", "57", "58"})',
            "test_the_list_holds_exactly_the_errors_that_pass",
            "A row that is too large comes back with every attempt: it is parked, not waited for.",
        ),
    ),
    *in_file(
        "infra/store/database.py",
        "tests/infra/store/test_applications.py",
        (
            "if held_by != owner:",
            "if False:",
            "test_an_application_never_writes_to_jiayis_log[sqlite]",
            "A user's own Application gets a file of its own.",
        ),
    ),
    *in_file(
        "infra/store/factory.py",
        "tests/infra/store/test_applications.py",
        (
            "JIAYI if isinstance(self.env, LogEnvironment) else self.env.name",
            "JIAYI",
            "test_an_application_never_writes_to_jiayis_log[sqlite]",
            "An Application of any name is never Jiayi itself.",
        ),
    ),
)

POSTGRES: tuple[Mutant, ...] = (
    *in_file(
        "infra/store/postgres_database.py",
        "tests/infra/store/test_postgres.py",
        (
            "return self.tip is not None and self.tip.commits == commits",
            "return self.tip is not None",
            "test_a_quiet_answer_is_true_of_the_newest_state",
            "A command would be answered as of a state that another process has changed.",
        ),
    ),
)

CODEC: tuple[Mutant, ...] = (
    *in_file(
        "infra/codec.py",
        "tests/infra/test_codec.py",
        (
            "if value.utcoffset() is None:",
            "if False:",
            "test_a_naive_moment_is_never_stored",
            "A moment without its offset is eight hours wrong.",
        ),
        (
            "return value.astimezone(UTC)",
            "return value",
            "test_an_event_is_compact_json_in_declared_order_with_utc_moments",
            "Stored bytes are canonical: they are hashed.",
        ),
        (
            'cls.__name__.encode() + b"\\0" + _CANONICAL(command)',
            "_CANONICAL(command)",
            "test_two_kinds_of_command_with_the_same_fields_have_different_digests",
            "Two kinds of command with the same fields are two commands.",
        ),
    ),
)

IMPORTING: tuple[Mutant, ...] = (
    *in_file(
        "infra/importing/cells.py",
        "tests/infra/importing/test_cells.py",
        (
            "> 24 * 60",
            "> 24 * 60 + 59",
            "test_a_value_past_the_bound_is_refused",
            "24:01 is no time of a day.",
        ),
        (
            "int(span[1]) > int(span[2] or span[1])",
            "int(span[1]) > 7",
            "test_a_value_past_the_bound_is_refused",
            "Weekdays that run backwards are no weekdays.",
        ),
        (
            "any(character.isspace() or",
            "any(False or",
            "test_a_value_past_the_bound_is_refused",
            "An id with a blank is two ids on the command line.",
        ),
    ),
)

STORING = (*STORE, *POSTGRES, *CODEC, *IMPORTING)
