"""Mutants of the checks that what a command names exists, and of the days of a signature."""

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
    *in_file(
        "domain/contract/signing.py",
        "tests/domain/test_late_signing.py",
        (
            "if command.signed_on >= today - timedelta(days=pack.late_record_days):",
            "if command.signed_on > today - timedelta(days=pack.late_record_days):",
            "test_a_signature_within_the_year_needs_none_and_none_is_kept",
            "The last day of the year is in time.",
        ),
        (
            "if command.late_reason is None or not command.late_reason.strip():",
            "if False:",
            "test_a_signature_of_more_than_a_year_ago_needs_a_reason_and_a_second_person",
            "A contract of five years ago would appear without a reason.",
        ),
        (
            "    if command.allowed_by is None:",
            "    if False:",
            "test_a_signature_of_more_than_a_year_ago_needs_a_reason_and_a_second_person",
            "One person alone would change what past years covered.",
        ),
    ),
    *in_file(
        "domain/contract/terms.py",
        "tests/domain/test_late_signing.py",
        (
            "and day < team.formed.formed_on:",
            "and False:",
            "test_nobody_signs_before_the_team_was_formed_or_its_institution_opened",
            "A team would have contracts from before it was formed.",
        ),
        (
            "and day < opened.opened_on:",
            "and False:",
            "test_nobody_signs_before_the_team_was_formed_or_its_institution_opened",
            "A centre would have contracts from before it opened.",
        ),
    ),
    *in_file(
        "domain/contract/corrections.py",
        "tests/domain/test_late_signing.py",
        (
            "if command.allowed_by is None and signed_on < min(was_signed_on, late):",
            "if False:",
            "test_a_corrected_signature_has_the_same_bounds",
            "A correction would be the way round the second person.",
        ),
        (
            "    check_born(resident.personal, signed_on)",
            "    pass",
            "test_a_corrected_signature_has_the_same_bounds",
            "Nobody signs before their birth.",
        ),
    ),
    *in_file(
        "domain/contract/lifecycle.py",
        "tests/domain/test_late_signing.py",
        (
            "    check_not_before(signed_on, signed.signed_on, now)",
            "    pass",
            "test_a_supplementary_agreement_is_not_older_than_the_contract",
            "An agreement would supplement a contract that was not signed yet.",
        ),
    ),
    *in_file(
        "domain/team/seats.py",
        "tests/domain/test_late_signing.py",
        (
            "    if day < first:",
            "    if False:",
            "test_a_seat_ends_and_an_absence_begins_no_longer_ago_than_a_year",
            "A seat would end before anybody sat in it.",
        ),
        (
            "if command.formed_on is not None and command.formed_on > today:",
            "if False:",
            "test_a_team_was_formed_by_today",
            "A team that is formed next year would sign today.",
        ),
    ),
    *in_file(
        "domain/resident/evidence.py",
        "tests/domain/resident/test_documents.py",
        (
            "return regular[-KEPT_CHARACTERS:] if len(regular) >= LEAST_CHARACTERS else None",
            "return regular",
            "test_of_a_short_number_nothing_is_recorded",
            "The number of a residence permit is that of the person.",
        ),
        (
            "if command.document_kind is None and (",
            "if False and (",
            "test_a_document_has_a_kind_a_day_before_it_was_shown_and_a_digest_that_is_one",
            "A number of nothing is no document.",
        ),
        (
            "if command.copy_digest is not None and SHA256.fullmatch(command.copy_digest) is None:",
            "if False:",
            "test_a_document_has_a_kind_a_day_before_it_was_shown_and_a_digest_that_is_one",
            "A digest that is none proves no copy.",
        ),
        (
            "command.document_issued_on > command.shown_on:",
            "command.document_issued_on >= command.shown_on:",
            "test_a_document_has_a_kind_a_day_before_it_was_shown_and_a_digest_that_is_one",
            "A document may be shown on the day of its issue.",
        ),
    ),
)
