"""Mutants of corrections: what they need, and what follows from them."""

from tests.mutants.mutant import Mutant, in_file

CORRECTIONS: tuple[Mutant, ...] = (
    *in_file(
        "domain/corrections.py",
        "tests/domain/corrections/test_departures_corrected.py",
        (
            "if not reason.strip():",
            "if not reason:",
            "test_a_death_recorded_by_mistake_is_annulled_once_with_a_reason_and_a_second_person",
            "A blank is no reason.",
        ),
        (
            "if allowed_by == actor:",
            "if False:",
            "test_a_death_recorded_by_mistake_is_annulled_once_with_a_reason_and_a_second_person",
            "The one who gives the command is no second person.",
        ),
        (
            "if allowed_by is None and touches & set(pack.second_person_for):",
            "if allowed_by is None and touches:",
            "test_a_pack_may_leave_the_second_person_out_and_a_move_needs_none",
            "The pack says where a second person is needed.",
        ),
    ),
    *in_file(
        "domain/contract/corrections.py",
        "tests/domain/corrections/test_contracts_corrected.py",
        (
            'if gone is not None and (gone.reason == "died" or gone.last_day < last):',
            'if gone is not None and gone.reason == "died":',
            "test_no_contract_of_somebody_who_is_gone_runs_again",
            "Nobody is signed after they moved away.",
        ),
        (
            "last = until if earlier is None else earlier[0]",
            "last = until",
            "test_a_notice_that_a_mistaken_death_replaced_stands_again",
            "A notice holds although a death was recorded by mistake.",
        ),
    ),
    *in_file(
        "domain/contract/state.py",
        "tests/domain/corrections/test_contracts_corrected.py",
        (
            "        wrong = event.from_resident_id",
            "        wrong = event.resident_id",
            "test_a_contract_that_moves_claims_the_right_resident_and_gives_the_wrong_one_back",
            "The wrong resident may sign a contract of their own.",
        ),
    ),
    *in_file(
        "domain/care_plan/corrections.py",
        "tests/domain/corrections/test_care_corrected.py",
        (
            "and first <= planned.window_to",
            "and planned.window_from <= planned.window_to",
            "test_a_task_in_a_window_that_is_over_is_not_owed_again",
            "Nothing is owed in a window that is over.",
        ),
    ),
    *in_file(
        "domain/corrected.py",
        "tests/domain/corrections/test_links.py",
        (
            '            return (EntitlementConsumed, ServedBeyondPackage), ("service_id",)',
            "            return (EntitlementConsumed, ServedBeyondPackage), ()",
            "test_a_returned_service_is_the_one_of_its_id_and_not_the_newest",
            "A history would say of another service that it was returned.",
        ),
        (
            "    for index in range(len(earlier) - 1, -1, -1):",
            "    for index in range(len(earlier)):",
            "test_the_newest_of_two_departures_is_the_one_that_is_corrected",
            "A correction would name a move that another had replaced.",
        ),
    ),
)
