"""Mutants of what is decided about contracts, visits, family beds and referrals."""

from tests.mutants.mutant import Mutant, in_file

CONTRACTS: tuple[Mutant, ...] = (
    *in_file(
        "domain/visit/plausible.py",
        "tests/domain/test_visit.py",
        (
            "if not 0 <= minute_of",
            "if not minute_of",
            "test_a_home_is_entered_on_the_day_of_the_visit",
            "A visit of today was not begun yesterday.",
        ),
        (
            "max(DAY_MINUTES, last)",
            "DAY_MINUTES",
            "test_the_night_of_a_shift_belongs_to_its_day",
            "Who works at night enters homes after midnight.",
        ),
        (
            "hours[0] <= minute_of(visit, part)",
            "hours[0] < minute_of(visit, part)",
            "test_a_home_is_entered_three_hours_outside_of_a_shift_for_a_reason_only",
            "Three hours before the shift need no reason.",
        ),
        (
            "minutes > pack.most_visit_minutes",
            "minutes >= pack.most_visit_minutes",
            "test_nobody_is_in_a_home_for_more_than_ten_hours",
            "Ten hours in one home are possible.",
        ),
    ),
    *in_file(
        "domain/recorded_days.py",
        "tests/domain/test_family_bed.py",
        (
            "    if day < first:",
            "    if day <= first:",
            "test_nobody_has_assessed_tomorrow",
            "What was done a year ago is still recorded.",
        ),
    ),
    *in_file(
        "domain/visit/endings.py",
        "tests/domain/endings/test_visits_end.py",
        (
            "stays = visit.day is not None and visit.day <= command.last_day",
            "stays = False",
            "test_a_visit_before_the_last_day_stays_and_a_longer_window_ends_on_it",
            "Who moves at the end of the week is still visited before.",
        ),
        (
            "    if gone is not None:",
            "    if False:",
            "test_a_visit_that_could_not_be_made_is_cancelled_and_not_missed",
            "A visit to the dead was not missed by anybody.",
        ),
        (
            "    if window_to > last_day:",
            "    if False:",
            "test_no_visit_is_requested_or_moved_beyond_the_last_day",
            "Nobody is there after the last day.",
        ),
    ),
    *in_file(
        "domain/visit/change.py",
        "tests/domain/endings/test_visits_end.py",
        (
            "    check_resident_is_there(resident, requested.resident_id, tomorrow)",
            "    assert resident",
            "test_nothing_is_requested_again_of_somebody_who_is_gone_or_without_a_contract",
            "A missed visit would be requested again for the dead.",
        ),
    ),
    *in_file(
        "domain/care_plan/open_care.py",
        "tests/domain/endings/test_open_care.py",
        (
            "    at_once = cause in AT_ONCE or last_day < today",
            "    at_once = last_day < today",
            "test_a_death_of_today_leaves_no_task",
            "A death of today leaves the tasks of today.",
        ),
        (
            '        family_bed_ids=with_those_of(plan, "family_bed", open_beds) if now_over else (),',
            '        family_bed_ids=with_those_of(plan, "family_bed", open_beds),',
            "test_a_move_that_is_announced_leaves_what_stands_until_its_last_day_and_ends_the_rest_after_it",
            "A bed gives care until its resident moves.",
        ),
    ),
    *in_file(
        "domain/contract/lifecycle.py",
        "tests/domain/endings/test_contracts_end.py",
        (
            ' or contract.end_reason == "died":',
            ":",
            "test_an_end_gives_way_to_a_sooner_death_or_move_and_on_its_own_day_to_a_stronger_one",
            "A recorded death is final.",
        ),
        (
            "force > stands",
            "False",
            "test_an_end_gives_way_to_a_sooner_death_or_move_and_on_its_own_day_to_a_stronger_one",
            "Who dies on the last day of a notice died.",
        ),
    ),
    *in_file(
        "domain/contract/entitlements.py",
        "tests/domain/endings/test_contracts_end.py",
        (
            "if newest.is_open and newest.term != settled.term:",
            "if False:",
            "test_a_paid_package_keeps_the_contract_of_somebody_who_moved_until_it_is_settled",
            "The account of an older term keeps no contract.",
        ),
    ),
    *in_file(
        "domain/contract/lifecycle.py",
        "tests/domain/test_contract.py",
        (
            "command.signed_on < first_day",
            "command.signed_on <= first_day",
            "test_a_renewal_may_be_signed_in_the_last_sixty_days",
            "The sixtieth day before the end belongs to the window.",
        ),
        (
            "command.last_day < earliest",
            "command.last_day <= earliest",
            "test_notice_is_a_month",
            "A month's notice is enough notice.",
        ),
        (
            "today <= sign_by",
            "today < sign_by",
            "test_a_term_whose_end_is_noticed_too_late_is_not_deemed_renewed",
            "A deemed term may be signed until the last day of its signature.",
        ),
        (
            "today <= ends_on",
            "today < ends_on",
            "test_a_contract_runs_through_its_last_day",
            "A contract that expires a day early leaves its resident without care.",
        ),
        (
            "starts_on = last + timedelta(days=1)",
            "starts_on = last + timedelta(days=0)",
            "test_a_contract_is_renewed_from_the_day_after_it_ends",
            "Two terms must not share a day.",
        ),
        (
            "if not command.consent:",
            "if False:",
            "test_nothing_moves_without_consent",
            "Nobody is handed to another team without their consent.",
        ),
    ),
    *in_file(
        "domain/contract/terms.py",
        "tests/domain/test_contract.py",
        (
            "key=lambda each: (contracts_of(each, named_contracts), each)",
            "key=lambda each: each",
            "test_without_a_name_it_is_the_doctor_and_the_nurse_of_the_fewest_contracts_the_first_by_id_among_equals",
            "The first nurse by id would get every resident of the team.",
        ),
        (
            "if held < pack.team_cap:",
            "if held <= pack.team_cap:",
            "test_a_full_team_takes_nobody_unless_somebody_allows_it_and_says_why",
            "The cap is the number of contracts, not one below the number.",
        ),
        (
            "months_later(starts_on, term) - timedelta(days=1)",
            "months_later(starts_on, term)",
            "test_a_contract_is_signed_for_a_year",
            "A year from 2 March ends on 1 March.",
        ),
    ),
    *in_file(
        "domain/contract/state.py",
        "tests/domain/test_contract.py",
        (
            "return self.signed.starts_on <= day <= self.ends_on",
            "return self.signed.starts_on <= day < self.ends_on",
            "test_a_contract_covers_its_days_recorded_expiry_or_not",
            "Care is owed on the last day too.",
        ),
    ),
    *in_file(
        "domain/contract/entitlements.py",
        "tests/domain/test_serving.py",
        (
            "left=count - 1",
            "left=count",
            "test_a_service_uses_what_the_package_grants",
            "A service that uses nothing up is granted without end.",
        ),
        (
            "command.served_on <= item.finish_by",
            "command.served_on < item.finish_by",
            "test_a_service_after_the_items_day_or_outside_its_window_is_not_to_norm",
            "A service on the item's last day is to norm, and paid.",
        ),
    ),
)

VISITS: tuple[Mutant, ...] = (
    *in_file(
        "domain/visit/request.py",
        "tests/domain/test_visit.py",
        (
            "opens_at >= pack.night_from",
            "opens_at > pack.night_from",
            "test_nobody_goes_alone_to_a_first_visit_of_a_severe_mental_disorder_or_at_night",
            "Night begins at 19:00, and nobody goes alone then.",
        ),
        (
            "last < today",
            "last <= today",
            "test_a_window_may_end_today_and_open_at_any_minute_of_the_day",
            "A call for today is the most common one.",
        ),
        (
            "not 0 <= minute < latest",
            "not 0 <= minute <= latest",
            "test_a_window_can_be_met",
            "Midnight is the first minute of the day after.",
        ),
        (
            "need.minutes < pack.least_visit_minutes",
            "need.minutes <= pack.least_visit_minutes",
            "test_a_consultation_lasts_ten_minutes_at_least",
            "Ten minutes are enough.",
        ),
    ),
    *in_file(
        "domain/visit/carry_out.py",
        "tests/domain/test_visit.py",
        (
            "command.left_at <= max(",
            "command.left_at < max(",
            "test_nobody_leaves_before_entering_or_in_the_future",
            "A visit of no length did not take place.",
        ),
        (
            " or visit.roster_id != command.roster_id",
            "",
            "test_monday_does_not_release_what_has_its_place_on_tuesday",
            "An older roster must not take people from a newer one.",
        ),
        (
            "visit.window_from <= command.day <= visit.window_to",
            "visit.window_from <= command.day",
            "test_a_visit_is_assigned_inside_its_window",
            "A visit after its window is late.",
        ),
        (
            "visit.window_from <= command.day <= visit.window_to",
            "visit.window_from <= command.day < visit.window_to",
            "test_a_visit_is_assigned_inside_its_window",
            "The last day of a window belongs to it.",
        ),
        (
            "signature.signed_at < entered_at",
            "signature.signed_at <= entered_at",
            "test_a_visit_is_signed_after_entering_and_once_by_each",
            "The resident may sign at the moment of entering.",
        ),
    ),
    *in_file(
        "domain/visit/presence.py",
        "tests/domain/test_visit_presence.py",
        (
            "< timedelta(minutes=pack.least_visit_minutes)",
            "<= timedelta(minutes=pack.least_visit_minutes)",
            "test_a_visit_of_ten_minutes_is_not_short",
            "Ten minutes are long enough for a paid visit.",
        ),
        (
            "< planned * pack.short_percent / 100",
            "<= planned * pack.short_percent / 100",
            "test_a_visit_of_less_than_half_its_planned_minutes_is_shown_as_far_shorter",
            "Half of the planned time is not far shorter.",
        ),
        (
            "if requested is None or requested.two_people:",
            "if requested is None:",
            "test_a_visit_to_which_two_must_go_is_asked_for_again_as_a_whole_if_one_did_not_come",
            "Where two must go, one alone does not do the work of both.",
        ),
        (
            'visit.waiting[:1] if visit.sync == "sequential" else visit.waiting',
            "visit.waiting",
            "test_of_two_who_come_one_after_the_other_the_next_one_enters_if_nobody_is_named",
            "The doctor has not come when the nurse comes.",
        ),
        (
            "or due is None or now < due",
            "or due is None or now <= due",
            "test_the_leader_is_told_once_if_nobody_leaves_a_home_an_hour_after_the_end_that_was_to_be_expected",
            "The leader is told when the hour is over.",
        ),
    ),
    *in_file(
        "domain/visit/change.py",
        "tests/domain/test_visit.py",
        (
            "visit.attempt >= pack.visit_attempts",
            "visit.attempt > pack.visit_attempts",
            "test_after_three_attempts_a_person_decides",
            "After the last attempt no program asks again.",
        ),
        (
            "pack.ask_again_days - 1",
            "pack.ask_again_days",
            "test_a_missed_visit_is_asked_for_again_from_tomorrow_for_a_week",
            "A week from tomorrow has seven days.",
        ),
        (
            "first_day = max(visit.window_from, local_day(now))",
            "first_day = min(visit.window_from, local_day(now))",
            "test_an_assigned_visit_that_is_handed_over_loses_its_day",
            "The new team plans the visit on the first day on which it can be made.",
        ),
    ),
    *in_file(
        "domain/visit/state.py",
        "tests/domain/test_visit.py",
        (
            "yield TeamDay(team_id, waited_for + timedelta(days=1))",
            "yield TeamDay(team_id, waited_for)",
            "test_a_visit_without_a_place_touches_the_days_whose_rosters_may_be_in_the_making_when_it_goes",
            "Tomorrow's roster may hold the visit already.",
        ),
        (
            "max(self.window_from, today) if",
            "self.window_from if",
            "test_a_visit_is_cancelled",
            "The roster of today loses the visit, not that of a day gone by.",
        ),
    ),
)

BEDS: tuple[Mutant, ...] = (
    *in_file(
        "domain/family_bed/cycles.py",
        "tests/domain/test_family_bed.py",
        (
            "not 1 <= days <= pack.bed_cycle_days",
            "not 1 <= days <= pack.bed_cycle_days + 1",
            "test_a_cycle_is_ninety_days_at_most_and_thirty_where_the_pack_says_so",
            "The insurer pays no ninety-first day.",
        ),
        (
            "if team_beds >= pack.team_beds_most and",
            "if team_beds > pack.team_beds_most and",
            "test_a_team_with_many_beds_is_crowded_and_a_full_one_opens_none_unless_somebody_answers_for_it",
            "A full team opens no further bed by itself.",
        ),
        (
            "local_day(now) <= command.due_on",
            "local_day(now) < command.due_on",
            "test_what_is_overdue_is_reported_once_after_its_day",
            "Nothing is overdue on its last day.",
        ),
        (
            "assessed.assessed_on <= before",
            "assessed.assessed_on < before",
            "test_each_further_cycle_has_its_own_assessment",
            "The assessment of the last cycle carries no further one.",
        ),
        (
            "command.extended_on < max(earliest, assessed.assessed_on)",
            "command.extended_on <= max(earliest, assessed.assessed_on)",
            "test_a_bed_is_not_extended_too_early_or_in_the_future",
            "The fourteenth day before the end belongs to the window.",
        ),
        (
            "0 <= command.insurance_fen <= command.amount_fen",
            "0 <= command.insurance_fen < command.amount_fen",
            "test_a_bed_is_settled_before_it_closes",
            "The insurance may pay the whole account.",
        ),
        (
            "command.closed_on < least",
            "command.closed_on <= least",
            "test_a_bed_does_not_close_before_it_opened_or_its_resident_went_to_hospital",
            "A bed may close on the day on which it opened.",
        ),
    ),
    *in_file(
        "domain/family_bed/application.py",
        "tests/domain/test_family_bed.py",
        (
            "strength > pack.most_limb_strength",
            "strength >= pack.most_limb_strength",
            "test_weak_limbs_are_measured",
            "Grade 3 is weak by the rule of the insurance.",
        ),
    ),
    *in_file(
        "domain/family_bed/state.py",
        "tests/domain/test_family_bed.py",
        (
            "stay.since < day and",
            "stay.since <= day and",
            "test_care_is_given_from_the_opening_to_the_end_but_not_in_hospital",
            "On the day of the transfer there was care at home.",
        ),
    ),
    *in_file(
        "domain/family_bed/care.py",
        "tests/domain/test_family_bed.py",
        (
            "command.returned_on < bed.stays[-1].since",
            "command.returned_on <= bed.stays[-1].since",
            "test_a_resident_comes_back_and_is_seen_within_the_hours_of_a_first_round",
            "A resident may come back on the day of the transfer.",
        ),
    ),
)

REFERRALS: tuple[Mutant, ...] = (
    *in_file(
        "domain/referral/outbound.py",
        "tests/domain/test_referral.py",
        (
            "LOWEST_TIER = 2",
            "LOWEST_TIER = 1",
            "test_a_referral_goes_upwards",
            "A referral to a centre of the same tier is none.",
        ),
        (
            "LOWEST_TIER = 2",
            "LOWEST_TIER = 3",
            "test_a_referral_goes_upwards",
            "A hospital of the district stands above the team.",
        ),
        (
            "now < requested.answer_by",
            "now <= requested.answer_by",
            "test_a_hospital_that_has_not_answered_in_its_hours_is_told_of_once",
            "The timer fires at this very moment and must be heard.",
        ),
    ),
    *in_file(
        "domain/referral/return_.py",
        "tests/domain/test_referral.py",
        (
            "days = min(days for days in rules",
            "days = max(days for days in rules",
            "test_who_lies_in_a_shenzhen_hospital_is_seen_there_within_five_days_elsewhere_within_two_weeks",
            "Of two rules in force the earlier one binds.",
        ),
        (
            "in_time=command.followed_up_on <= due.by",
            "in_time=command.followed_up_on < due.by",
            "test_after_the_last_day_the_follow_up_is_not_in_time",
            "The last day is in time.",
        ),
        (
            "local_day(now) <= due.by",
            "local_day(now) < due.by",
            "test_a_follow_up_that_was_not_done_by_its_day_is_told_of_once",
            "Nobody is overdue on the last day.",
        ),
    ),
)

PAPERS = (*CONTRACTS, *VISITS, *BEDS, *REFERRALS)
