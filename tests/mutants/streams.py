"""Mutants of how events become rows and reactions: watermarks, parking, dead letters, relay, timers, projections."""

from tests.mutants.mutant import Mutant, in_file

TRANSPORT: tuple[Mutant, ...] = (
    *in_file(
        "streams/projecting.py",
        "tests/streams/test_projecting.py",
        (
            "if mark < batch.after:",
            "if mark + 1 < batch.after:",
            "test_a_missing_event_is_a_gap",
            "One event that is missing makes rows that are wrong for ever.",
        ),
        (
            "before.get(each[0], event.position) < event.position",
            "before.get(each[0], event.position) <= event.position",
            "test_of_a_parcel_that_comes_again_and_longer_only_the_end_is_taken",
            "An event at the watermark was taken.",
        ),
        (
            "= max(mark, position)",
            "= position",
            "test_what_comes_again_moves_no_watermark_back",
            "A watermark that moves back takes events twice.",
        ),
        (
            "sum(event.position > lowest for",
            "sum(event.position >= lowest for",
            "test_what_comes_again_is_passed_over",
            "An event that comes twice counts once.",
        ),
        (
            "and event.position > lowest:",
            "and event.position >= lowest:",
            "test_an_event_that_only_a_newer_program_knows_is_not_passed_over",
            "An event that a newer program has taken ends nobody.",
        ),
        (
            "if (name, event.stream) in parked:",
            "if False:",
            "test_a_poison_event_is_kept_aside_and_its_stream_waits_behind_it",
            "Later events of a broken stream would overtake the broken one.",
        ),
        (
            "if changes and refused:",
            "if False:",
            "test_rows_that_the_database_refuses_park_their_stream_for_that_projection_alone",
            "Rows that the database refuses would be tried without end.",
        ),
        (
            "REFUSED))\n                parked.add((name, event.stream))",
            "REFUSED))\n                pass",
            "test_rows_that_the_database_refuses_park_their_stream_for_that_projection_alone",
            "Later events of the stream would be written before the one that was refused.",
        ),
        (
            "parked = set(marks.parked)",
            "parked = set[tuple[str, str]]()",
            "test_a_poison_event_is_kept_aside_and_its_stream_waits_behind_it",
            "A stream stays parked in the next batch too.",
        ),
    ),
    *in_file(
        "streams/committing.py",
        "tests/streams/test_projecting.py",
        (
            "middle = len(singles) // 2",
            "middle = len(singles)",
            "test_halves_are_the_whole_in_the_order_of_the_log",
            "A half that is the whole is halved without end.",
        ),
    ),
    *in_file(
        "streams/due_reactions.py",
        "tests/streams/test_due_reactions.py",
        (
            "if event.position <= mark:",
            "if event.position < mark:",
            "test_what_comes_again_is_passed_over",
            "A reaction that runs twice gives its commands twice.",
        ),
        (
            "parked.add(event.stream)",
            "pass",
            "test_poison_parks_what_comes_later_of_its_stream_and_nothing_else",
            "Reactions to a stream keep its order.",
        ),
        (
            "parked = set(marks.parked)",
            "parked = set[str]()",
            "test_a_stream_that_was_parked_before_stays_so",
            "A stream stays parked in the next batch too.",
        ),
        (
            "due.causes.sort(key=lambda cause: cause.event.position)",
            "pass",
            "test_commands_stand_in_the_order_of_the_log_and_the_watermarks_move",
            "Two events may command one aggregate: the log's order decides.",
        ),
        (
            "max(mark, end) for number, mark in",
            "end for number, mark in",
            "test_the_watermark_of_a_partition_in_which_nothing_came_moves_too_and_none_moves_back",
            "A watermark that moves back gives commands again.",
        ),
        (
            "if mark < batch.after:",
            "if mark + 1 < batch.after:",
            "test_a_hole_is_told_from_the_lowest_watermark_to_the_last_event_and_with_its_partitions",
            "A partition that lacks one event lacks one.",
        ),
    ),
    *in_file(
        "streams/envelope.py",
        "tests/streams/test_envelope.py",
        (
            "if event.position <= before:",
            "if event.position < before:",
            "test_a_message_of_ours_that_cannot_be_read_is_told_from_a_foreign_one",
            "An event that stands twice in a message is an error of the relay.",
        ),
        (
            "sizes[partition] + size > MOST_BYTES",
            "size > MOST_BYTES",
            "test_an_envelope_stays_far_below_the_largest_message",
            "Kafka takes no larger message.",
        ),
        (
            "last[partition] = batch.position",
            "last[partition] = batch.after",
            "test_each_batch_of_a_partition_names_the_last_event_of_the_one_before",
            "Readers prove by it that nothing is missing.",
        ),
    ),
    *in_file(
        "streams/relay.py",
        "tests/streams/test_envelope.py",
        (
            "1 if len(events) <= LIVE",
            "1 if len(events) < LIVE",
            "test_few_events_travel_one_by_one_and_many_in_envelopes",
            "Up to fifty events travel one by one, so that each is read at once.",
        ),
        (
            "len(event.state) > BATCH_BYTES",
            "len(event.state) >= BATCH_BYTES",
            "test_an_event_larger_than_a_kafka_batch_is_sent_alone_and_what_comes_before_it_first",
            "An event that fills a batch fits into it.",
        ),
        (
            "events[: max(large, 1)]",
            "events[:large]",
            "test_an_event_larger_than_a_kafka_batch_is_sent_alone_and_what_comes_before_it_first",
            "A run of no events is sent without end.",
        ),
    ),
    *in_file(
        "streams/batching.py",
        "tests/streams/test_batching.py",
        (
            "while len(held) >= most:",
            "while len(held) > most:",
            "test_what_comes_while_a_batch_is_written_is_the_next_one_and_no_larger_than_allowed",
            "A batch has a largest size.",
        ),
    ),
)

EMBEDDED: tuple[Mutant, ...] = (
    *in_file(
        "infra/reactions.py",
        "tests/infra/embedded/test_runner.py",
        (
            "derived_id(event_id, name, str(ordinal))",
            "derived_id(event_id, str(ordinal))",
            "test_a_missed_visit_is_asked_for_again_from_the_next_day",
            "Two reactions to one event give two commands.",
        ),
    ),
    *in_file(
        "infra/embedded/runner.py",
        "tests/infra/embedded/test_runner.py",
        (
            "self._position = position",
            "self._position = position + 1",
            "test_where_the_progress_could_not_be_written_the_runner_begins_there_again",
            "The reactions to the next event are never run.",
        ),
    ),
)

DISTRIBUTED: tuple[Mutant, ...] = (
    *in_file(
        "infra/distributed/timers.py",
        "tests/streams/test_watching.py",
        (
            "due_at <= :now AND NOT EXISTS (",
            "due_at <= :now AND (true) OR EXISTS (",
            "test_timers_team_days_and_letters_are_told",
            "A timer that was fired stays in its row: fired again, it is refused without end.",
        ),
    ),
)

DEAD_LETTERS: tuple[Mutant, ...] = (
    *in_file(
        "infra/embedded/runner.py",
        "tests/infra/embedded/test_dead_letters.py",
        (
            "if key in self._fired:",
            "if False:",
            "test_a_timer_that_was_refused_is_not_run_again",
            "A refused timer stays due: run again, it is refused without end.",
        ),
    ),
    *in_file(
        "infra/rows/sqlite.py",
        "tests/infra/embedded/test_dead_letters.py",
        (
            "if letters:",
            "if False:",
            "test_rows_of_other_streams_go_on_and_later_events_of_the_stream_are_parked",
            "An event that was set aside without a letter is lost.",
        ),
    ),
    *in_file(
        "streams/dead_letters.py",
        "tests/infra/embedded/test_dead_letters.py",
        (
            "            return taken\n",
            "            continue\n",
            "test_an_event_that_still_cannot_be_read_stays_and_all_behind_it",
            "Events would be taken past one of their stream that still cannot be.",
        ),
    ),
)

PROJECTIONS: tuple[Mutant, ...] = (
    *in_file(
        "projections/corrections/timer_rows.py",
        "tests/projections/test_timers.py",
        (
            "return moment_of(day, 24 * 60)",
            "return moment_of(day, 0)",
            "test_a_contract_expires_after_the_last_day_of_its_newest_term",
            "A day is over at its end.",
        ),
    ),
    *in_file(
        "projections/timers.py",
        "tests/projections/test_timers.py",
        (
            "FALL_DUE_MINUTE = -8 * 60",
            "FALL_DUE_MINUTE = -8 * 60 + 1",
            "test_a_care_task_falls_due_on_the_eve_of_its_window_and_is_lost_after_its_last_day",
            "A task that falls due late is not in the plan of its first day.",
        ),
        (
            "WHERE due_at <= :now ORDER BY due_at, timer_id",
            "WHERE due_at < :now ORDER BY due_at, timer_id",
            "test_due_timers_are_those_of_the_past_longest_overdue_first",
            "A timer is due at its moment.",
        ),
    ),
    *in_file(
        "projections/team_weeks.py",
        "tests/projections/test_team_weeks.py",
        (
            "day < (meant[name] or later)",
            "day <= (meant[name] or later)",
            "test_a_visit_that_is_meant_for_a_later_day_is_held_back_until_then",
            "A visit is wanted on the day that it is meant for.",
        ),
        (
            ' and visit["status"] == "requested"',
            "",
            "test_nothing_is_held_back_that_could_not_be_made_on_its_day_or_has_people_already",
            "A visit with people and times stays in its roster.",
        ),
    ),
    *in_file(
        "projections/coverage.py",
        "tests/projections/test_coverage.py",
        (
            "event.until + timedelta(days=1)",
            "event.until",
            "test_people_belong_to_the_key_groups_of_the_day_through_every_stay",
            "The last day in a group is a day in it.",
        ),
    ),
    *in_file(
        "projections/entitlements.py",
        "tests/projections/test_fulfilment_and_money.py",
        (
            "if finish_by < day else 0",
            "if finish_by <= day else 0",
            "test_a_contract_tells_what_is_granted_used_left_and_overdue",
            "Nothing is overdue on its last day.",
        ),
    ),
    *in_file(
        "projections/coverage.py",
        "tests/projections/test_coverage.py",
        (
            "t.contract_id = c.contract_id\nWHERE c.starts_on <= :day AND c.ends_on >= :day",
            "t.contract_id = c.contract_id\nWHERE c.starts_on <= :day AND c.ends_on > :day",
            "test_a_contract_counts_from_its_first_day_to_its_last",
            "A contract counts on its last day.",
        ),
        (
            "g.resident_id = c.resident_id\nWHERE c.starts_on <= :day AND c.ends_on >= :day",
            "g.resident_id = c.resident_id\nWHERE c.starts_on <= :day AND c.ends_on > :day",
            "test_a_contract_counts_from_its_first_day_to_its_last",
            "A contract counts on its last day, group by group too.",
        ),
    ),
    *in_file(
        "projections/outreach.py",
        "tests/projections/test_outreach.py",
        (
            "(c.ends_on <= :last OR",
            "(c.ends_on < :last OR",
            "test_a_contract_that_ends_soon_is_asked_first",
            "The fourteenth day before the end is soon.",
        ),
        (
            "g.resident_id AND c.ends_on >= :day)",
            "g.resident_id AND c.ends_on > :day)",
            "test_who_refused_comes_last_and_a_team_asks_whom_it_knew",
            "On the last day of a contract its resident is signed.",
        ),
    ),
    *in_file(
        "projections/team_weeks.py",
        "tests/projections/test_team_weeks.py",
        (
            "v.window_to >= :day AND",
            "v.window_to > :day AND",
            "test_the_week_ahead_holds_a_window_that_ends_on_the_day_and_one_that_opens_on_sunday",
            "A visit that must be made today belongs to this week.",
        ),
        (
            "o.window_from <= :sunday",
            "o.window_from < :sunday",
            "test_the_week_ahead_holds_a_window_that_ends_on_the_day_and_one_that_opens_on_sunday",
            "Sunday is a day of the week.",
        ),
    ),
    *in_file(
        "projections/entitlements.py",
        "tests/projections/test_fulfilment_and_money.py",
        (
            "served_on <= :day GROUP BY item",
            "served_on < :day GROUP BY item",
            "test_a_contract_tells_what_is_granted_used_left_and_overdue",
            "A service of today is used.",
        ),
        (
            '"c.ends_on >= :day"',
            '"c.ends_on > :day"',
            "test_a_new_term_is_fulfilled_anew_and_an_ended_contract_no_longer",
            "A contract is fulfilled until its last day.",
        ),
    ),
    *in_file(
        "projections/disease_quality.py",
        "tests/projections/test_disease_quality.py",
        (
            "done_on > :since AND done_on <= :day",
            "done_on > :since AND done_on < :day",
            "test_what_was_done_more_than_a_year_ago_or_later_than_the_day_does_not_count",
            "A follow-up on the day counts.",
        ),
    ),
    *in_file(
        "projections/visits.py",
        "tests/projections/test_care_and_visits.py",
        (
            "entered_at >= :since AND entered_at < :until",
            "entered_at >= :since AND entered_at <= :until",
            "test_visits_made_are_told_with_their_minutes_and_what_was_found_and_signed",
            "A visit at midnight is one of the new day.",
        ),
    ),
)

STREAMS = (*TRANSPORT, *DISTRIBUTED, *EMBEDDED, *DEAD_LETTERS, *PROJECTIONS)
