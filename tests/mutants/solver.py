"""Mutants of the gate of every roster, of the planner and its constants."""

from tests.mutants.mutant import Mutant, in_file

GATE: tuple[Mutant, ...] = (
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
            "if not least <= gap <= most:",
            "if not least < gap <= most:",
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
            "if frozenset((first, second)) in apart:",
            "if (first, second) in apart:",
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

SOLVER = GATE
