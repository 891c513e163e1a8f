"""Mutants of the answers in the moment: notices, offers and cover."""

from tests.mutants.mutant import Mutant, in_file

NOTICES: tuple[Mutant, ...] = (
    *in_file(
        "domain/triage.py",
        "tests/domain/care_plan/test_triage.py",
        (
            "    if present:",
            "    if present and absent:",
            "test_one_sign_that_is_there_is_urgent_at_once_and_nothing_more_is_asked",
            "Somebody with pain in the chest would be asked questions while minutes pass.",
        ),
    ),
    *in_file(
        "projections/resources/abilities.py",
        "tests/projections/resources/test_abilities.py",
        (
            'return sorted(near, key=lambda row: (row["metres"], row["institution_id"]))[:limit]',
            'return sorted(near, key=lambda row: row["institution_id"])[:limit]',
            "test_the_nearest_hospital_that_can_is_named_with_its_metres",
            "In a heart emergency minutes would be lost on the way to another hospital.",
        ),
    ),
    *in_file(
        "projections/resources/green_channel.py",
        "tests/projections/resources/test_green_channel.py",
        (
            "case ReferralAccepted(green_channel=True):",
            "case ReferralAccepted():",
            "test_an_ordinary_referral_uses_none_and_a_withdrawn_one_gives_it_back",
            "Slots for family doctors would seem to be used up by others.",
        ),
    ),
    *in_file(
        "domain/alliance/slots.py",
        "tests/domain/test_alliance.py",
        (
            "if command.slots < 0:",
            "if command.slots <= 0:",
            "test_a_hospital_of_the_alliance_holds_slots_for_a_month",
            "A hospital may hold no slot for a month.",
        ),
    ),
    *in_file(
        "domain/institution.py",
        "tests/domain/test_institution.py",
        (
            "command.team_id not in institution_teams:",
            "not institution_teams:",
            "test_a_community_is_served_by_a_team_of_the_institution",
            "A village would count as served by a team that does not exist.",
        ),
        (
            "not 0 <= technicians <= staff:",
            "not 0 <= technicians < staff:",
            "test_technicians_are_part_of_the_headcount",
            "Everybody may be a health technician.",
        ),
    ),
    *in_file(
        "projections/resources/area.py",
        "tests/projections/resources/test_area.py",
        (
            '"known": len(served), "served": number',
            '"known": number, "served": number',
            "test_places_that_a_team_serves_are_counted_against_all_that_are_known",
            "A hundred per cent would be reached by leaving villages out.",
        ),
    ),
    *in_file(
        "projections/resources/capacity.py",
        "tests/projections/resources/test_capacity.py",
        (
            "if starts > day or (ends < day and (ends < self._day or not renewable)):",
            "if starts > day:",
            "test_a_contract_that_was_ended_early_is_not_renewed",
            "Residents who left would be expected for ever.",
        ),
        (
            'if seat["role"] == "gp":',
            'if seat["role"]:',
            "test_residents_a_practitioner_and_what_two_more_would_change",
            "A shortage of practitioners would be hidden by nurses.",
        ),
    ),
    *in_file(
        "domain/planning/notices.py",
        "tests/domain/planning/test_notices.py",
        (
            "return abs(now - known) > timedelta(minutes=pack.notice_minutes)",
            "return abs(now - known) >= timedelta(minutes=pack.notice_minutes)",
            "test_a_start_is_told_that_moved_by_more_than_half_an_hour",
            "A visit that moved by the pack's minutes is not told.",
        ),
        (
            'if departed == "died" or visit.status',
            "if visit.status",
            "test_nobody_calls_the_home_of_somebody_who_died",
            "The dead are not called.",
        ),
        (
            "now.member_ids != known.member_ids else",
            "False else",
            "test_another_member_is_told_at_any_time",
            "A stranger at the door is told before.",
        ),
        (
            "if number >= since and place is not None",
            "if place is not None",
            "test_who_was_told_nothing_knows_the_first_published_time",
            "The leader names the revision that residents know.",
        ),
    ),
    *in_file(
        "domain/notice.py",
        "tests/domain/test_notice.py",
        (
            'if command.channel != "in-person" and not',
            'if command.channel == "call" and not',
            "test_nobody_is_called_or_written_to_without_consent_but_anybody_may_be_told_in_person",
            "A message needs consent, too.",
        ),
    ),
)

OFFERS: tuple[Mutant, ...] = (
    *in_file(
        "schedulers/moment/offer.py",
        "tests/schedulers/moment/test_offer.py",
        (
            "abs(each.start - other.start) >= seconds",
            "abs(each.start - other.start) >= 0",
            "test_times_lie_apart_and_the_cheapest_comes_first",
            "Five times within five minutes are no choice.",
        ),
    ),
)

COVER: tuple[Mutant, ...] = (
    *in_file(
        "schedulers/moment/cover.py",
        "tests/schedulers/moment/test_cover.py",
        (
            "and pin_of(demand, number) is None",
            "and True",
            "test_visits_that_are_fixed_are_not_to_be_covered",
            "A visit that has begun stays with who began it.",
        ),
        (
            "for member in problem.members if member.id not in {member_id, *partners, *demand.not_with}",
            "for member in problem.members if member.id not in {member_id, *demand.not_with}",
            "test_the_partner_of_a_double_visit_keeps_their_part",
            "The partner of the absent member still comes.",
        ),
    ),
)

MOMENT: tuple[Mutant, ...] = (*NOTICES, *OFFERS, *COVER)
