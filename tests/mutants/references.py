"""Mutants of the checks that what a command names exists."""

from tests.mutants.mutant import Mutant, in_file

SENTENCES = "tests/domain/test_references.py"

REFERENCES: tuple[Mutant, ...] = (
    *in_file(
        "domain/team/state.py",
        SENTENCES,
        (
            "    if strangers:",
            "    if False:",
            "test_a_bed_is_assessed_and_reviewed_by_known_persons",
            "An assessor would be anybody's name.",
        ),
    ),
    *in_file(
        "domain/visit/request.py",
        SENTENCES,
        (
            "    if not task_exists:",
            "    if False:",
            "test_a_visit_is_requested_for_a_task_of_the_plan_and_graded_by_a_known_person",
            "A visit for a task that nobody owes skips the checks of one by hand.",
        ),
    ),
    *in_file(
        "domain/family_bed/care.py",
        SENTENCES,
        (
            "    if not visit_exists:",
            "    if False:",
            "test_a_round_is_that_of_a_visit_and_made_by_known_persons",
            "A round would count without a visit.",
        ),
        (
            "    if command.referral_id is not None:",
            "    if False:",
            "test_a_bed_waits_for_a_referral_of_its_own_resident",
            "A bed would wait for a referral that is not there.",
        ),
    ),
    *in_file(
        "domain/care_plan/task_decisions.py",
        SENTENCES,
        (
            "    if not visit_exists:",
            "    if False:",
            "test_what_names_a_visit_or_a_resident_names_one_that_exists",
            "A task would be done by a visit that is not there.",
        ),
    ),
    *in_file(
        "domain/day_terms/decisions.py",
        SENTENCES,
        (
            "    if not resident_exists:",
            "    if False:",
            "test_what_names_a_visit_or_a_resident_names_one_that_exists",
            "A member would be kept from nobody.",
        ),
    ),
    *in_file(
        "domain/referral/return_.py",
        SENTENCES,
        (
            "    if not visit_exists:",
            "    if False:",
            "test_what_names_a_visit_or_a_resident_names_one_that_exists",
            "A follow-up would count without its visit.",
        ),
    ),
    *in_file(
        "domain/referral/outbound.py",
        SENTENCES,
        (
            "    if command.former_referral_id is not None:",
            "    if False:",
            "test_a_second_referral_names_a_former_one_of_the_same_resident",
            "A referral would follow one of somebody else.",
        ),
    ),
    *in_file(
        "domain/referral/state.py",
        SENTENCES,
        (
            "    if require_requested(referral, referral_id).resident_id != resident_id:",
            "    if require_requested(referral, referral_id).resident_id == '':",
            "test_a_bed_waits_for_a_referral_of_its_own_resident",
            "A bed would wait for the stay of somebody else.",
        ),
    ),
    *in_file(
        "domain/team/guests.py",
        SENTENCES,
        (
            "    if command.home_team_id is not None:",
            "    if False:",
            "test_a_guest_of_another_team_has_a_seat_there",
            "A guest would come from a team that does not know them.",
        ),
    ),
    *in_file(
        "infra/states.py",
        "tests/infra/test_named_ids.py",
        (
            "return version > 0 and (part is None or state.knows(part))",
            "return True",
            "test_an_aggregate_exists_once_something_is_recorded_of_it",
            "Every id would exist.",
        ),
        (
            'and not self._transaction.held_under(f"member-day:{each}:", date.min)',
            "and True",
            "test_members_guests_and_those_who_left_are_known",
            "A guest would be unknown.",
        ),
        (
            'if not self._transaction.was_claimed(f"member-seat:{each}")',
            "if True",
            "test_members_guests_and_those_who_left_are_known",
            "A member would be unknown.",
        ),
    ),
)
