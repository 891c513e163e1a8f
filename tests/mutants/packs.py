"""Mutants of numbers in policy packs that the title of a test names."""

from tests.mutants.mutant import Mutant, in_file

NATION = "domain/policy_pack/packs/CN-2017.toml"
SHENZHEN = "domain/policy_pack/packs/SZ-2018.toml"
EXAMPLE = "domain/policy_pack/packs/EX-2020.toml"

PACKS: tuple[Mutant, ...] = (
    *in_file(
        NATION,
        "tests/domain/test_contract.py",
        (
            "renewal_window_days = 60",
            "renewal_window_days = 61",
            "test_a_renewal_may_be_signed_in_the_last_sixty_days",
            "Sixty days are the rule.",
        ),
        ("notice_days = 30", "notice_days = 31", "test_notice_is_a_month", "A month's notice has thirty days."),
        (
            "latest_start_days = 90",
            "latest_start_days = 91",
            "test_a_contract_begins_when_it_is_signed_or_within_ninety_days",
            "Ninety days are the rule.",
        ),
        (
            "one_year_reason_months = 12",
            "one_year_reason_months = 13",
            "test_unreachable_or_refusing_service_counts_after_a_year",
            "A year is the rule.",
        ),
        (
            "package_guard_months = 11",
            "package_guard_months = 10",
            "test_a_paid_package_is_not_signed_again_within_eleven_months",
            "Eleven months are the rule.",
        ),
        (
            "team_warn = 1500",
            "team_warn = 1501",
            "test_a_team_of_more_than_fifteen_hundred_is_warned",
            "The warning comes with contract 1501.",
        ),
        (
            "longest_term_months = 36",
            "longest_term_months = 37",
            "test_a_term_is_one_year_to_three",
            "Three years are the longest term.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/test_family_bed.py",
        (
            "bed_agreement_copies = 3",
            "bed_agreement_copies = 2",
            "test_an_agreement_is_signed_with_everything_told_in_three_copies",
            "Resident, centre and insurer have a copy each.",
        ),
        (
            "first_round_hours = 48",
            "first_round_hours = 72",
            "test_a_resident_comes_back_and_is_seen_within_the_hours_of_a_first_round",
            "Two days are the rule, after a stay in hospital too.",
        ),
    ),
    *in_file(
        EXAMPLE,
        "tests/domain/test_family_bed.py",
        (
            "bed_cycle_days = 30",
            "bed_cycle_days = 31",
            "test_a_cycle_is_ninety_days_at_most_and_thirty_where_the_pack_says_so",
            "A pack's own number counts.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/test_referral.py",
        (
            "urgent_answer_hours = 2",
            "urgent_answer_hours = 3",
            "test_an_urgent_request_is_answered_within_two_hours_and_any_other_within_three_days",
            "An urgent request waits for two hours at most.",
        ),
        (
            "referral_follow_up_days = 14",
            "referral_follow_up_days = 15",
            "test_who_came_is_followed_up_within_two_weeks",
            "The nation says two weeks.",
        ),
        (
            "discharge_follow_up_days = 14",
            "discharge_follow_up_days = 15",
            "test_who_returns_is_followed_up_within_two_weeks",
            "The nation says two weeks.",
        ),
    ),
    *in_file(
        SHENZHEN,
        "tests/domain/test_referral.py",
        (
            "hospital_follow_up_days = 5",
            "hospital_follow_up_days = 6",
            "test_who_lies_in_a_shenzhen_hospital_is_seen_there_within_five_days_elsewhere_within_two_weeks",
            "Shenzhen says five days.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/test_screening.py",
        (
            "stroke_window_hours = 4.5",
            "stroke_window_hours = 4.4",
            "test_a_stroke_is_urgent_and_within_four_and_a_half_hours_it_says_so",
            "The vessel can be opened for four and a half hours.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/test_visit.py",
        (
            "visit_attempts = 3",
            "visit_attempts = 4",
            "test_after_three_attempts_a_person_decides",
            "A person decides after the third attempt.",
        ),
        (
            "least_visit_minutes = 10",
            "least_visit_minutes = 9",
            "test_a_consultation_lasts_ten_minutes_at_least",
            "Shenzhen's norm says ten minutes.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/care_plan/test_outcomes.py",
        (
            "recheck_days = 14",
            "recheck_days = 15",
            "test_uncontrolled_pressure_is_seen_again_within_two_weeks_and_the_regular_windows_stay",
            "The norm says two weeks.",
        ),
        (
            "risk_every_days = 182",
            "risk_every_days = 183",
            "test_people_at_risk_are_measured_again_in_half_a_year",
            "The norm says half a year.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/care_plan/test_bed_care.py",
        (
            "first_round_hours = 48",
            "first_round_hours = 73",
            "test_the_first_round_is_made_within_forty_eight_hours",
            "Two days are the rule.",
        ),
        (
            "nurse_round_every_days = 4",
            "nurse_round_every_days = 5",
            "test_the_nurse_comes_in_the_first_four_days",
            "Four days are the rule.",
        ),
    ),
    *in_file(
        NATION,
        "tests/domain/care_plan/test_care_plan.py",
        (
            "attempts = 2",
            "attempts = 3",
            "test_tuberculosis_is_reported_upward_after_two_failed_attempts",
            "The norm says two failed attempts.",
        ),
    ),
    *in_file(
        NATION,
        "tests/projections/test_fulfilment_and_money.py",
        (
            "renewal_reminder_days = 14",
            "renewal_reminder_days = 13",
            "test_a_resident_is_reminded_a_fortnight_before_the_end_and_while_a_deemed_term_awaits_its_signature",
            "A fortnight has fourteen days.",
        ),
    ),
)
