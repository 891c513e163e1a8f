"""Mutants of who a person is."""

from tests.mutants.mutant import Mutant, in_file

PEOPLE: tuple[Mutant, ...] = (
    *in_file(
        "domain/resident/merging.py",
        "tests/domain/resident/test_merging.py",
        (
            "    if left := (*open_visits, *open_beds, *open_referrals):",
            "    if left := (*open_visits, *open_beds):",
            "test_nothing_is_open_under_a_record_that_is_given_up",
            "A referral under way would be lost with the record.",
        ),
        (
            "    require_registered(kept, command.kept_id)",
            "    require_known(kept, command.kept_id)",
            "test_a_merge_names_another_registered_record",
            "A record that was merged away keeps nothing.",
        ),
    ),
    *in_file(
        "domain/resident/consents.py",
        "tests/domain/resident/test_consents_required.py",
        (
            "required.from_day <= day and not",
            "required.from_day > day and not",
            "test_a_signature_rests_on_the_consent_to_the_use_of_health_data",
            "A consent is asked for from its day on.",
        ),
    ),
    *in_file(
        "domain/referral/outbound.py",
        "tests/domain/resident/test_consents_required.py",
        (
            'command.urgency != "urgent"',
            'command.urgency == "urgent"',
            "test_a_referral_rests_on_the_consent_to_share_data_with_the_hospital_unless_it_is_urgent",
            "An emergency does not wait for a consent.",
        ),
    ),
    *in_file(
        "domain/resident/identity.py",
        "tests/domain/resident/test_identity.py",
        (
            "len(kept) == 15",
            "len(kept) == 16",
            "test_a_number_of_fifteen_digits_is_the_same_person_as_its_eighteen_signs",
            "An old card and a new one would be two people.",
        ),
        (
            '.normalize("NFKC", number).upper()',
            '.normalize("NFKC", number)',
            "test_a_number_is_kept_in_its_regular_form_and_another_way_of_writing_it_changes_nothing",
            "A small x would be another person.",
        ),
        (
            'rule="person-already-registered", since=since, until=until, personal=True',
            'rule="person-already-registered", since=since, until=until, personal=False',
            "test_a_registered_resident_is_one_person_for_ever",
            "A number would stand in a row.",
        ),
    ),
    *in_file(
        "domain/resident/state.py",
        "tests/domain/resident/test_identity.py",
        (
            "            yield person_claim(key, held=False)",
            "            pass",
            "test_a_corrected_number_is_claimed_and_the_wrong_one_returned",
            "Whose number it is could not be registered.",
        ),
        (
            "        for key in identity_keys(event, event.personal):",
            "        for key in ():",
            "test_a_registered_resident_is_one_person_for_ever",
            "One person could be registered twice.",
        ),
    ),
    *in_file(
        "domain/resident/state.py",
        "tests/domain/resident/test_newborns.py",
        (
            "    return (*number, newborn_key(",
            "    return number or (newborn_key(",
            "test_a_number_is_added_later_and_the_birth_stays_claimed",
            "The child could be registered again without its number.",
        ),
    ),
    *in_file(
        "domain/resident/registration.py",
        "tests/domain/resident/test_newborns.py",
        (
            "    if today > until:",
            "    if today >= until:",
            "test_a_child_without_a_number_is_a_newborn",
            "A day too few.",
        ),
        (
            "1 <= command.birth_order <=",
            "0 <= command.birth_order <=",
            "test_children_of_one_birth_are_counted_from_one",
            "One child could be the first and the one before the first.",
        ),
        (
            "    elif command.birth_order is not None:",
            "    elif False:",
            "test_an_order_of_birth_needs_a_guardian",
            "An order of birth without a guardian would be dropped silently.",
        ),
        (
            "        check_born(guardian.personal, command.personal.born_on)",
            "        pass",
            "test_the_guardian_was_born_before_the_child",
            "A child could be the guardian of its mother.",
        ),
    ),
    *in_file(
        "infra/store/claims/earlier.py",
        "tests/infra/embedded/test_earlier_claims.py",
        (
            "progress.recorded if is_last else registered[-1].position",
            "progress.recorded",
            "test_claims_that_were_interrupted_go_on",
            "After an interruption some residents would have no claim.",
        ),
        (
            "transaction.cursor.execute(START_AGAIN)",
            "pass",
            "test_claims_under_another_key_file_are_raised_again_from_the_events",
            "Who lost the key file could register nobody.",
        ),
    ),
    *in_file(
        "infra/cli/records/known_person.py",
        "tests/infra/cli/test_known_person.py",
        (
            'mask(str(known["name"]))',
            'str(known["name"])',
            "test_a_second_registration_under_one_number_names_the_known_one",
            "A clerk of another place would read a whole name.",
        ),
    ),
    *in_file(
        "domain/resident/state.py",
        "tests/domain/resident/test_papers.py",
        (
            'departed.reason == "died" and day > departed.last_day',
            'departed.reason == "died" and day >= departed.last_day',
            "test_what_was_before_a_death_may_be_recorded_late",
            "What was true on the last day could not be recorded any more.",
        ),
    ),
    *in_file(
        "domain/resident/state.py",
        "tests/domain/resident/test_before_birth.py",
        (
            "    if personal is not None and day < personal.born_on:",
            "    if personal is not None and day <= personal.born_on:",
            "test_the_day_of_the_birth_counts",
            "What was true on the day of the birth could not be recorded.",
        ),
    ),
    *in_file(
        "domain/contract/terms.py",
        "tests/domain/test_contract.py",
        (
            "    check_there(resident, resident_id, day)",
            "    pass",
            "test_who_is_gone_signs_and_renews_nothing_and_is_told_why",
            "Who died would be told that they have not lived here for long enough.",
        ),
    ),
    *in_file(
        "domain/referral/outbound.py",
        "tests/domain/test_referral.py",
        (
            "    check_there(resident, command.resident_id, today)",
            "    pass",
            "test_the_dead_are_referred_nowhere_also_on_the_day_of_their_death",
            "A hospital would wait for somebody who died.",
        ),
    ),
)
