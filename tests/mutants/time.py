"""Mutants of what time a store lives in."""

from tests.mutants.mutant import Mutant, in_file

TIME: tuple[Mutant, ...] = (
    *in_file(
        "infra/clock.py",
        "tests/infra/test_store_time.py",
        (
            "    if own > now + MOST_AHEAD:",
            "    if False:",
            "test_a_process_whose_clock_is_ahead_gives_no_command_fires_no_timer_and_plans_no_day[distributed]",
            "One wrong clock would fire the timers of two years.",
        ),
        (
            "    if now > last + LONGEST_SILENCE:",
            "    if False:",
            "test_a_live_store_asks_whether_a_clock_that_leaps_is_right[embedded]",
            "The clock of an only machine would stop its store for two years.",
        ),
        (
            "    if now < last - MOST_AHEAD:",
            "    if False:",
            "test_a_clock_behind_the_last_event_by_more_than_a_minute_stops_a_live_store[embedded]",
            "A clock that is behind would forge an earlier date.",
        ),
        (
            "            return replace(reading, recorded=last)",
            "            return reading",
            "test_a_contract_of_a_simulated_store_does_not_run_out_by_the_machines_clock",
            "A community of March would be over in the machine's November.",
        ),
    ),
    *in_file(
        "infra/distributed/clock.py",
        "tests/infra/test_store_time.py",
        (
            '            return ClockReading(now=database, machine=database, lives="live")',
            '            return ClockReading(now=own, machine=database, lives="live")',
            "test_the_recorded_time_of_a_live_store_is_its_databases_and_not_the_process_s[distributed]",
            "A process would date its commands by itself.",
        ),
    ),
    *in_file(
        "infra/store/transaction.py",
        "tests/infra/test_store_time.py",
        (
            '            if self._begins == "simulated":',
            "            if False:",
            "test_a_process_whose_clock_was_set_writes_nothing_once_the_store_is_live[embedded]",
            "A simulation that began before would forge dates in a live store.",
        ),
    ),
    *in_file(
        "infra/store/store_time.py",
        "tests/infra/test_store_time.py",
        (
            "            if last is not None and now < last:",
            "            if False:",
            "test_a_store_cannot_go_live_before_its_last_event_has_come[embedded]",
            "Every command would be refused until then.",
        ),
    ),
    *in_file(
        "infra/system.py",
        "tests/infra/cli/test_store.py",
        (
            '            raise Refused("clock-fixed" if names_time else "actor-fixed")',
            "            return",
            "test_no_actor_is_named_in_a_live_store",
            "Somebody would act under another's name.",
        ),
    ),
)
