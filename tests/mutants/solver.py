"""Mutants of the gate of every roster, of the planner and its constants."""

from tests.mutants.mutant import Mutant, in_file

GATE: tuple[Mutant, ...] = (
    *in_file(
        "domain/planning/forecast.py",
        "tests/domain/planning/test_forecast.py",
        (
            "each > spent",
            "each > 0",
            "test_a_visit_that_lasts_longer_ends_after_the_median_rest_of_those_that_lasted_longer_still",
            "A visit that was over by then says nothing of the rest.",
        ),
        (
            "since + member.ways[place][part.place]",
            "since",
            "test_what_ended_late_makes_the_next_late_and_those_after_it",
            "The way to the next home takes its time.",
        ),
        (
            ">= pack.late_minutes",
            "> pack.late_minutes",
            "test_a_visit_is_late_ten_minutes_behind_its_planned_start_or_at_once_behind_its_window",
            "Ten minutes are late.",
        ),
        (
            "planned[visit_id] > published + pack.freeze_minutes * MINUTE",
            "planned[visit_id] > published",
            "test_the_planned_start_is_the_last_that_was_published_while_the_one_before_was_half_an_hour_ahead",
            "Who waits already is not told of another plan, but of a delay.",
        ),
    ),
    *in_file(
        "schedulers/search/restarts.py",
        "tests/schedulers/test_plan.py",
        (
            "elif candidate.costs == self.best.costs:",
            "elif candidate.costs != self.best.costs:",
            "test_a_search_ends_when_its_restarts_agree",
            "Restarts agree if their costs are the same.",
        ),
    ),
    *in_file(
        "schedulers/proof/partitions.py",
        "tests/schedulers/proof/test_enumeration.py",
        (
            "alike += [0] + [1] * (len(same) - 1)",
            "alike += [0] + [0] * (len(same) - 1)",
            "test_members_who_are_alike_do_not_change_places_in_partitions",
            "A partition that only exchanges two who are alike is not examined.",
        ),
    ),
    *in_file(
        "schedulers/proof/enumeration.py",
        "tests/schedulers/proof/test_prove.py",
        (
            "whole = last or not parameters.gap_slack or tier == Tier.UNPLACED",
            "whole = last or not parameters.gap_slack",
            "test_a_proof_that_gives_up_early_still_proves_the_visits_left_out_and_bounds_the_rest",
            "A proof does not give up early on the visits left out.",
        ),
    ),
    *in_file(
        "schedulers/rules.py",
        "tests/schedulers/test_rule_edges.py",
        (
            "if each.start < demand.opens:",
            "if each.start < demand.opens - 1:",
            "test_a_visit_may_start_when_its_window_opens_and_no_second_before",
            "Nobody is at home before the window.",
        ),
        (
            "begin = max(free, begins)",
            "begin = free",
            "test_a_visit_and_the_way_back_lie_in_working_time_and_the_overtime_behind_it",
            "A break is no working time.",
        ),
        (
            "begin + seconds > after.start",
            "begin + seconds > after.start + 1",
            "test_a_member_reaches_the_next_visit_in_time_to_the_second",
            "Nobody leaves before the visit is over.",
        ),
        (
            "and not least <= gap <= most:",
            "and not least < gap <= most:",
            "test_the_second_of_a_chain_starts_inside_its_gap_to_the_second",
            "A good roster that the gate turns down is not published.",
        ),
        (
            "len(moved) > most",
            "len(moved) > most + 1",
            "test_as_many_visits_move_as_the_leader_allows_and_no_more",
            "The leader's word is a rule.",
        ),
        (
            "if not set(service.roles) & set(member.roles):",
            "if False:",
            "test_a_visit_that_one_rule_keeps_from_a_member_breaks_that_rule_alone",
            "A nurse is sent where a doctor is needed.",
        ),
        (
            "if member.id in demand.not_with:",
            "if False:",
            "test_a_visit_that_one_rule_keeps_from_a_member_breaks_that_rule_alone",
            "A member meets whom they must not meet.",
        ),
        (
            "if frozenset((first.member_id, second.member_id)) in apart:",
            "if (first.member_id, second.member_id) in apart:",
            "test_a_pair_is_two_people_who_may_go_together",
            "Two who are kept apart are so whoever is named first.",
        ),
        (
            "if first.member_id == second.member_id:",
            "if False:",
            "test_a_pair_is_two_people_who_may_go_together",
            "Nobody does both parts of a visit for two.",
        ),
    ),
)

PLANNER: tuple[Mutant, ...] = (
    *in_file(
        "domain/planning/visit_hours.py",
        "tests/domain/planning/test_visit_hours.py",
        (
            "(min(starts) <= frozen and at_work)",
            "(min(starts) < frozen and at_work)",
            "test_a_visit_stays_that_has_begun_or_begins_by_the_end_of_the_freeze",
            "The visit at the very end of the freeze is not moved either.",
        ),
        (
            "timedelta(minutes=pack.freeze_minutes)",
            "timedelta(minutes=0)",
            "test_a_day_is_frozen_for_the_minutes_of_the_pack",
            "A member about to leave must not be sent elsewhere.",
        ),
        (
            "if day > local_day(now):",
            "if day >= local_day(now):",
            "test_a_day_is_frozen_for_the_minutes_of_the_pack",
            "It is today whose next minutes are frozen.",
        ),
    ),
    *in_file(
        "domain/policy_pack/packs/CN-2017.toml",
        "tests/infra/planning/test_plan_day.py",
        (
            "freeze_minutes = 30",
            "freeze_minutes = 29",
            "test_a_visit_is_pinned_from_half_an_hour_before_it_begins",
            "Half an hour is the rule.",
        ),
        (
            "freeze_minutes = 30",
            "freeze_minutes = 0",
            "test_a_visit_that_begins_within_half_an_hour_is_not_moved_and_one_under_way_stays",
            "A member about to leave must not be sent elsewhere.",
        ),
    ),
    *in_file(
        "domain/planning/visit_days.py",
        "tests/domain/planning/test_visit_days.py",
        (
            "known.day is None or known.day >= day",
            "known.day is None or known.day > day",
            "test_a_visit_is_left_to_a_day_before_the_one_that_is_planned_ahead",
            "A visit that is meant for the day stands on the day.",
        ),
        (
            "bisect_right(worked, window_to)",
            "len(worked)",
            "test_a_visit_without_a_place_is_carried_to_one_of_the_next_fourteen_days",
            "Working days behind the window are no slack.",
        ),
    ),
    *in_file(
        "schedulers/rules.py",
        "tests/schedulers/test_rules.py",
        (
            "for j, k in combinations(sorted(parts), 2):",
            "for j, k in combinations(sorted(parts)[:2], 2):",
            "test_of_three_no_two_may_be_kept_apart_and_two_are_not_enough",
            "The third of three is somebody else, too.",
        ),
        (
            "return bool(known) and member_id not in known",
            "return bool(known) and member_id != known[0]",
            "test_any_preferred_member_keeps_continuity_and_a_stranger_does_not",
            "Any of the preferred members will do.",
        ),
    ),
    *in_file(
        "domain/planning/working_time.py",
        "tests/domain/planning/test_working_time.py",
        (
            "seconds_into(day, starts_at) - travel_seconds",
            "seconds_into(day, starts_at)",
            "test_a_guest_is_booked_from_the_way_to_a_visit_to_its_end",
            "A guest on the way to another team's visit is not free.",
        ),
        (
            "away = [*absences, *map(",
            "away = [*map(",
            "test_the_night_belongs_to_the_day_on_which_it_begins",
            "Hours after midnight that belong to the night duty are not worked twice.",
        ),
        (
            "while ends - begins > longest:",
            "while ends - begins >= longest:",
            "test_a_shift_of_more_than_six_hours_without_a_break_has_a_rest",
            "Six hours need no rest.",
        ),
        (
            "until_rest = pack.longest_work_minutes * MINUTE - (works[-1][1] - works[-1][0])",
            "until_rest = pack.longest_work_minutes * MINUTE",
            "test_a_break_is_a_rest_and_overtime_does_not_make_a_stretch_too_long",
            "Overtime is work.",
        ),
        (
            "last_end(shifts) + pack.most_overtime_minutes > DAY_MINUTES",
            "last_end(shifts) > DAY_MINUTES",
            "test_a_night_reaches_the_next_day_and_so_may_the_overtime_of_an_evening",
            "Overtime over midnight ends where the next day's work begins.",
        ),
        (
            "if ends > DAY_SECONDS)",
            "if ends < DAY_SECONDS)",
            "test_the_night_belongs_to_the_day_on_which_it_begins",
            "The night's hours after midnight are those of the day before.",
        ),
        (
            "first <= start < end for",
            "first <= start <= end for",
            "test_members_are_at_work_from_the_first_second_of_their_hours_to_the_last",
            "At the end of their hours members have left.",
        ),
        (
            "if not works or works[-1][1] != shift[-1][1]:",
            "if not works:",
            "test_overtime_is_that_of_the_pack_and_none_for_members_who_leave_early",
            "A member who leaves early works no overtime.",
        ),
    ),
    *in_file(
        "domain/planning/visit_days.py",
        "tests/domain/planning/test_visit_days.py",
        (
            "sum(DAYS <= day <= closes for day in worked) >= pack.put_off_days",
            "sum(DAYS <= day < closes for day in worked) >= pack.put_off_days",
            "test_a_visit_is_put_off_only_if_three_days_of_the_next_week_are_left",
            "A visit with enough days of the next week may wait.",
        ),
    ),
    *in_file(
        "domain/policy_pack/packs/CN-2017.toml",
        "tests/domain/planning/test_visit_days.py",
        (
            "may_wait_days = 4",
            "may_wait_days = 5",
            "test_a_care_task_or_a_visit_with_four_days_may_wait_and_one_tried_again_may_not",
            "Four days are the rule.",
        ),
        (
            "put_off_days = 3",
            "put_off_days = 2",
            "test_a_visit_is_put_off_only_if_three_days_of_the_next_week_are_left",
            "Three days are the rule.",
        ),
        (
            "new_visits_until = 720",
            "new_visits_until = 721",
            "test_a_day_takes_visits_that_may_wait_until_noon",
            "Noon is 12:00.",
        ),
        (
            "week_reserve_percent = 20",
            "week_reserve_percent = 25",
            "test_a_week_keeps_a_fifth_of_its_hours",
            "A fifth is the rule.",
        ),
        (
            "neighbour_minutes = 5",
            "neighbour_minutes = 6",
            "test_homes_within_five_minutes_of_the_first_one_lie_together",
            "Five minutes are the rule.",
        ),
        (
            "carry_over_days = 14",
            "carry_over_days = 13",
            "test_a_visit_without_a_place_is_carried_to_one_of_the_next_fourteen_days",
            "Fourteen days are the rule.",
        ),
    ),
    *in_file(
        "schedulers/rules.py",
        "tests/schedulers/test_rules.py",
        (
            "4 if slack <= 2 else",
            "4 if slack < 2 else",
            "test_a_visit_is_more_urgent_the_fewer_days_are_left_to_its_legal_window",
            "Two days before the end a visit is urgent.",
        ),
    ),
)

WEIGHTS: tuple[Mutant, ...] = (
    *in_file(
        "schedulers/rules.py",
        "tests/schedulers/test_order.py",
        (
            "max(0, overtime_of(index, member) - limits.overtime)",
            "max(0, overtime_of(index, member))",
            "test_overtime_is_urgent_beyond_half_an_hour",
            "Half an hour of overtime is not urgent.",
        ),
    ),
    *in_file(
        "schedulers/limits.py",
        "tests/schedulers/test_order.py",
        (
            "demand.priority >= limits.urgent_from",
            "demand.priority > limits.urgent_from",
            "test_lateness_is_urgent_from_priority_8_on_and_else_beyond_half_an_hour",
            "A visit of priority 8 is urgent.",
        ),
        (
            "limits.imbalance + max(0, hours_of(one) - hours_of(other))",
            "limits.imbalance",
            "test_two_of_a_role_are_out_of_balance_beyond_two_hours_and_the_hours_that_only_one_works",
            "Nobody who leaves at noon makes as many visits as the others.",
        ),
    ),
    *in_file(
        "schedulers/limits.py",
        "tests/schedulers/test_order.py",
        (
            "<= calls.beyond\n",
            "< calls.beyond\n",
            "test_a_call_is_due_about_another_time_another_member_or_nobody_and_costs_its_minutes",
            "Half an hour is not told.",
        ),
        (
            "    if demand.notified is not None or not demand.previous:",
            "    if not demand.previous:",
            "test_a_call_goes_by_what_the_resident_was_told",
            "What was told outlives what is published.",
        ),
    ),
    *in_file(
        "domain/policy_pack/packs/CN-2017.toml",
        "tests/domain/planning/test_weights.py",
        (
            "call_minutes = 30",
            "call_minutes = 0",
            "test_a_call_to_a_resident_weighs_half_an_hour_and_is_due_beyond_half_an_hour",
            "A call costs something.",
        ),
        (
            "imbalance_minutes = 120",
            "imbalance_minutes = 121",
            "test_two_hours_of_visits_more_than_another_are_out_of_balance",
            "Two hours are the limit.",
        ),
        (
            "urgent_priority = 8",
            "urgent_priority = 9",
            "test_lateness_is_urgent_from_priority_8_on_or_beyond_half_an_hour",
            "Priority 8 is urgent.",
        ),
    ),
)

WEEK: tuple[Mutant, ...] = (
    *in_file(
        "schedulers/week/rules.py",
        "tests/schedulers/week/test_spread.py",
        (
            "TOO_NEAR = 2",
            "TOO_NEAR = 1",
            "test_rounds_of_a_bed_or_the_same_service_are_not_on_days_that_follow_each_other",
            "Two rounds on days that follow each other are one round too few later.",
        ),
        (
            "(100 - self._problem.reserve)",
            "100",
            "test_hours_kept_in_reserve_are_not_given_away",
            "A week without a reserve has no room for calls.",
        ),
    ),
)

SOLVER = (*GATE, *PLANNER, *WEIGHTS, *WEEK)
