"""Mutants of what is decided about care plans, teams, rosters and weeks."""

from tests.mutants.mutant import Mutant, in_file

CARE_PLANS: tuple[Mutant, ...] = (
    *in_file(
        "domain/team/working_days.py",
        "tests/domain/team/test_team_own_days.py",
        (
            "    if day in calendar.days_off:\n        return ()",
            "    if day in calendar.days_off:\n        return (day.weekday(),)",
            "test_the_weekdays_whose_shifts_are_worked",
            "On a national day off nobody works, whatever the weekday.",
        ),
        (
            "return (pack.make_up_weekday, day.weekday())",
            "return (day.weekday(),)",
            "test_the_weekdays_whose_shifts_are_worked",
            "A make-up day has Monday's shifts.",
        ),
        (
            "return all(at_work.intersection(each) for each in roles)",
            "return bool(at_work)",
            "test_whoever_wants_a_visit_is_warned_where_nobody_can_go",
            "A doctor at work makes no visit of a nurse.",
        ),
    ),
    *in_file(
        "domain/working_calendar.py",
        "tests/domain/test_working_calendar.py",
        (
            "off.pop(each.day, None)",
            "off.get(each.day)",
            "test_a_region_adds_its_days_to_those_of_the_nation_and_replaces_them",
            "A region's working day replaces the nation's day off.",
        ),
    ),
    *in_file(
        "domain/care_plan/task_endings.py",
        "tests/domain/care_plan/test_care_plan.py",
        (
            "today <= task.scheduled.lost_after",
            "today < task.scheduled.lost_after",
            "test_until_then_it_may_be_done_late",
            "A task is given up after its last day, not on it.",
        ),
        (
            "if tried < most:",
            "if tried <= most:",
            "test_who_is_not_there_in_all_attempts_is_lost",
            "After the last attempt the person is reported as lost.",
        ),
    ),
    *in_file(
        "domain/care_plan/open_care.py",
        "tests/domain/care_plan/test_care_plan.py",
        (
            "task.scheduled.window_from > last_day",
            "task.scheduled.window_from >= last_day",
            "test_what_it_owes_before_and_what_others_owe_stays",
            "A task that opens on the contract's last day is still owed.",
        ),
    ),
    *in_file(
        "domain/care_plan/follow_up.py",
        "tests/domain/care_plan/test_outcomes.py",
        (
            ' and plan.outcomes.get(group) == "uncontrolled"',
            "",
            "test_controlled_in_between_is_not_twice_in_a_row",
            "A referral is advised the second time in a row, not the first.",
        ),
    ),
    *in_file(
        "domain/care_plan/outcomes.py",
        "tests/domain/care_plan/test_outcomes.py",
        (
            "upper >= systolic",
            "upper > systolic",
            "test_elders_may_have_a_higher_pressure",
            "140 mmHg is uncontrolled by the national norm.",
        ),
    ),
    *in_file(
        "domain/care_plan/trip_sharing.py",
        "tests/domain/care_plan/test_trip_sharing.py",
        (
            "days_of(begins, ends) >= min(pack.merge_days",
            "days_of(begins, ends) > min(pack.merge_days",
            "test_the_windows_share_some_days",
            "Five common days are enough to share a trip.",
        ),
        (
            "round(share * sum(lengths[:-1]))",
            "round(sum(lengths[:-1]))",
            "test_two_services_of_one_doctor_share_a_trip_of_the_whole_and_half_the_minutes",
            "The second service of a trip takes half its minutes.",
        ),
    ),
    *in_file(
        "domain/care_plan/schedule.py",
        "tests/domain/care_plan/test_care_schedules.py",
        (
            "begins, ends = max(first, term.starts_on), min(last, term.ends_on)",
            "begins, ends = max(first, term.starts_on), last",
            "test_every_window_lies_in_the_term_in_order_and_is_cut_where_it_ends",
            "Nothing is owed beyond the contract.",
        ),
        (
            "yield 1, (first, first + timedelta(days=rule.window_days - 1))",
            "yield 1, (first, first + timedelta(days=rule.window_days))",
            "test_severe_mental_disorder_is_first_visited_within_two_weeks_by_doctor_and_nurse_together",
            "Two weeks have fourteen days.",
        ),
    ),
)

TEAMS: tuple[Mutant, ...] = (
    *in_file(
        "domain/team/absences.py",
        "tests/domain/team/test_team.py",
        (
            "LONGEST_ABSENCE_DAYS = 366",
            "LONGEST_ABSENCE_DAYS = 367",
            "test_an_absence_lasts_a_year_at_most",
            "A member who is away for more than a year has left.",
        ),
    ),
    *in_file(
        "domain/team/claims.py",
        "tests/domain/team/test_team.py",
        (
            "local_day(event.ends_at - timedelta(microseconds=1))",
            "local_day(event.ends_at)",
            "test_an_absence_and_its_end_touch_each_day_that_they_cover",
            "An absence that ends at midnight leaves the next day's roster alone.",
        ),
        (
            "default=0) - DAY_MINUTES",
            "default=0)",
            "test_an_absence_in_the_night_touches_the_day_on_which_the_members_shift_began",
            "Who works by day is not missed in the night of the day before.",
        ),
    ),
    *in_file(
        "domain/team/claims.py",
        "tests/domain/team/test_team_guests.py",
        (
            "while day <= to_day:",
            "while day < to_day:",
            "test_a_person_belongs_to_one_team_a_day",
            "The last day of a stay is claimed like the others.",
        ),
    ),
    *in_file(
        "domain/team/guests.py",
        "tests/domain/team/test_team_guests.py",
        (
            "LONGEST_STAY_DAYS = 92",
            "LONGEST_STAY_DAYS = 93",
            "test_a_stay_has_days_and_three_months_of_them_at_most",
            "A guest who stays for longer than three months joins the team.",
        ),
    ),
    *in_file(
        "domain/team/staffing.py",
        "tests/domain/team/test_team_staffing.py",
        (
            "if day <= gap.grace_until:",
            "if day < gap.grace_until:",
            "test_after_the_grace_the_team_is_understaffed",
            "The last day of grace is one.",
        ),
    ),
    *in_file(
        "domain/team/seats.py",
        "tests/domain/team/test_team_staffing.py",
        (
            "pack.gp_practice_months) > day",
            "pack.gp_practice_months) >= day",
            "test_in_shenzhen_a_practitioner_is_licensed_there_and_has_practised_for_a_year",
            "A year of practice is enough on its last day.",
        ),
    ),
)

ROSTERS: tuple[Mutant, ...] = (
    *in_file(
        "domain/roster/publication.py",
        "tests/domain/test_roster.py",
        (
            "after.starts_at < before.ends_at",
            "after.starts_at <= before.ends_at",
            "test_one_visit_may_follow_the_other_at_once",
            "Two residents of one house are visited one after the other.",
        ),
        (
            "(command.bound or 0) > cost",
            "(command.bound or 0) > cost + 1",
            "test_a_bound_above_the_cost_cannot_be",
            "A bound above the cost is an error of the solver, and is never recorded.",
        ),
        (
            "read is None or read == roster.revision",
            "read is None or read <= roster.revision",
            "test_a_revision_that_was_read_is_replaced_and_an_unread_one_is_not",
            "Two leaders do not replace each other's rosters unseen.",
        ),
        (
            "better <= roster.known",
            "better < roster.known",
            "test_a_better_bound_is_told_and_one_that_is_known_as_well_is_not",
            "A bound that says nothing new fills the log.",
        ),
    ),
    *in_file(
        "domain/day_terms/state.py",
        "tests/domain/test_day_terms.py",
        (
            "if now < term.until",
            "if now <= term.until",
            "test_a_term_may_end_before_the_day_does_and_lasts_until_then",
            "A term is over at its moment.",
        ),
        (
            "withdrawn=state.withdrawn - {event.term_id}",
            "withdrawn=state.withdrawn",
            "test_a_term_that_was_set_again_is_withdrawn_again",
            "A term that was set again can be withdrawn again.",
        ),
    ),
    *in_file(
        "infra/planning/on_terms.py",
        "tests/leader/test_terms.py",
        (
            "rule = broken_by(problem, demand, places)",
            "rule = None",
            "test_pins_that_exclude_each_other_give_way_to_the_older_one",
            "A pin that breaks a hard rule would be published, as the checker believes pins.",
        ),
    ),
    *in_file(
        "infra/planning/leader/place_visit.py",
        "tests/leader/test_by_hand.py",
        (
            "if broken is not None:",
            "if broken is not None and dry_run:",
            "test_a_place_that_breaks_a_rule_is_refused_by_it_and_nothing_is_written",
            "A place that breaks a rule would be published.",
        ),
    ),
    *in_file(
        "infra/planning/leader/publish_draft.py",
        "tests/leader/test_publish_draft.py",
        (
            "if lasting_terms(system, team_day, now) != drafted.terms:",
            "if not drafted.terms:",
            "test_what_was_read_is_published_to_the_byte_with_the_terms_of_the_leader",
            "A dry run is published if the terms are those that it was read with.",
        ),
        (
            "if before.get(name, ()) != after.get(name, ())",
            "if name not in before",
            "test_a_day_that_has_changed_refuses_it_with_what_changed",
            "Other hours of a member are another day.",
        ),
    ),
    *in_file(
        "infra/planning/leader/day_board.py",
        "tests/leader/test_board.py",
        (
            "if not system.store.is_planned(team_day):",
            "if True:",
            "test_a_change_that_a_plan_has_seen_and_left_the_roster_as_it_was_is_no_change_any_more",
            "A leader is not sent to plan a day again that a plan has left as it was.",
        ),
    ),
    *in_file(
        "infra/planning/plan_day.py",
        "tests/leader/test_shifts.py",
        (
            "            store.settle_team_day(claimed.team_day, claimed.requested)",
            "            return claimed",
            "test_the_day_before_is_settled_without_a_plan_where_nobody_works_at_night",
            "A day that is over has no plan.",
        ),
    ),
    *in_file(
        "domain/planning/stays.py",
        "tests/projections/test_visit_days.py",
        (
            ".total_seconds() / at_once",
            ".total_seconds()",
            "test_services_of_one_stay_share_its_length",
            "Two services in one home are together as long as the stay.",
        ),
    ),
    *in_file(
        "domain/roster/changes.py",
        "tests/leader/test_joint_visits.py",
        (
            "and each.starts_at > now}",
            "}",
            "test_a_partner_who_is_merely_late_makes_no_new_revision",
            "A partner who is late is no new plan.",
        ),
    ),
    *in_file(
        "infra/planning/leader/check_commands.py",
        "tests/leader/test_by_hand.py",
        (
            "AssignVisit: check_assignment,",
            "AssignVisit: check_release,",
            "test_no_assignment_by_hand_goes_round_the_checker_or_the_roster",
            "A command by hand would assign a doctor at night.",
        ),
    ),
    *in_file(
        "domain/planning/forecast.py",
        "tests/domain/planning/test_forecast.py",
        (
            "free = begins[-1] + part.seconds",
            "free = since",
            "test_of_services_under_way_in_one_stay_what_remains_is_added_up",
            "The services of a stay are not all given at once.",
        ),
    ),
    *in_file(
        "schedulers/replan.py",
        "tests/leader/test_reality.py",
        (
            "if demand.pins and by_leader:",
            "if demand.pins:",
            "test_a_visit_that_begins_soon_behind_late_ones_names_the_one_before_it_and_not_the_leader",
            "The leader holds nothing that only begins soon.",
        ),
    ),
    *in_file(
        "infra/planning/leader/day_board.py",
        "tests/leader/test_board.py",
        (
            "elif name in missed:",
            "elif False:",
            "test_a_visit_that_an_absent_partner_kept_from_being_made_says_so_and_that_it_is_requested_again",
            "A visit that was missed and asked for again was not moved by anybody.",
        ),
    ),
    *in_file(
        "domain/visit/presence.py",
        "tests/domain/test_visit_presence.py",
        (
            "    if len(visit.needs) > 1:",
            "    if False:",
            "test_a_stranger_begins_no_part_of_a_visit_by_several_unless_they_say_whose",
            "Strangers would complete a visit of a doctor and a nurse.",
        ),
    ),
    *in_file(
        "infra/planning/day_terms.py",
        "tests/leader/test_terms.py",
        (
            "max(0, limit.most - moved_since(read, roster))",
            "limit.most",
            "test_the_automatic_plan_after_the_leaders_moves_only_what_a_change_forces",
            "The leader's limit counts all that moved since.",
        ),
    ),
    *in_file(
        "domain/team_week.py",
        "tests/domain/test_team_week.py",
        (
            "next_monday(monday) <= local_day(now)",
            "next_monday(monday) < local_day(now)",
            "test_a_week_begins_on_a_monday_and_is_not_over",
            "On Monday the week before is over.",
        ),
        (
            "command.monday <= visit.day < next_monday(command.monday)",
            "command.monday <= visit.day <= next_monday(command.monday)",
            "test_a_visit_has_one_day_of_the_week",
            "The Monday after belongs to another week.",
        ),
    ),
)

TEAMWORK = (*CARE_PLANS, *TEAMS, *ROSTERS)
