"""Mutants of what leaves Jiayi: exports, calendars, FHIR views, webhooks."""

from tests.mutants.mutant import Mutant, in_file

FEEDS: tuple[Mutant, ...] = (
    *in_file(
        "infra/exports/csv_text.py",
        "tests/infra/exports/test_exports.py",
        (
            "    if cell.startswith((*FORMULA_SIGNS, APOSTROPHE)):",
            "    if cell.startswith(APOSTROPHE):",
            "test_a_formula_in_a_name_is_text_in_both_formats",
            "A name could run as a formula on the computer of who opens the list.",
        ),
        (
            "    return TAB + cell if _is_number_of_somebody(cell) else cell",
            "    return cell",
            "test_an_identity_number_a_phone_and_a_code_with_a_leading_zero_stay_text_in_csv",
            "A spreadsheet would shorten identity numbers.",
        ),
    ),
    *in_file(
        "infra/feeds/calendar_entries.py",
        "tests/infra/feeds/test_calendar.py",
        (
            "    return replace(entry, sequence=entry.sequence + 1, changed_at=at, **fields)",
            "    return replace(entry, changed_at=at, **fields)",
            "test_a_replan_keeps_the_id_and_raises_the_sequence",
            "A phone would keep the old time of a visit.",
        ),
        (
            "    if (entry.starts_at, entry.ends_at, entry.is_cancelled) == (starts_at, ends_at, False):",
            "    if (entry.starts_at, entry.ends_at) == (starts_at, ends_at):",
            "test_a_released_visit_is_cancelled_until_it_has_a_time_again",
            "A visit that comes back at its old time would stay cancelled.",
        ),
    ),
    *in_file(
        "infra/feeds/calendar_addresses.py",
        "tests/infra/feeds/test_calendar_addresses.py",
        (
            '"SELECT member_id FROM access_calendar_feeds WHERE digest = ? AND revoked_at IS NULL"',
            '"SELECT member_id FROM access_calendar_feeds WHERE digest = ?"',
            "test_an_address_opens_one_members_calendar_until_it_is_revoked",
            "A lost phone would read a calendar for ever.",
        ),
    ),
    *in_file(
        "infra/feeds/webhooks/receivers.py",
        "tests/infra/feeds/webhooks/test_receivers.py",
        (
            "        if not all(map(is_public, addresses)):",
            "        if not any(map(is_public, addresses)):",
            "test_an_address_of_our_own_network_is_refused",
            "A name with one public address would lead into our own network.",
        ),
    ),
    *in_file(
        "infra/feeds/webhooks/dispatcher.py",
        "tests/infra/feeds/webhooks/test_dispatcher.py",
        (
            "delivery.leased_until <= now and delivery.stream not in blocked",
            "delivery.leased_until <= now",
            "test_a_message_that_is_refused_holds_back_its_stream_alone",
            "A receiver would learn that a visit is over before it learns that it is wanted.",
        ),
        (
            "                self.deliveries.delivered(delivery)",
            "                pass",
            "test_every_wanted_event_is_sent_once_signed_and_in_the_order_of_the_log",
            "A message that was taken would be sent again and again.",
        ),
        (
            '        receivers = {name: row for name, row in rows.items() if row["removed_at"] is None}',
            "        receivers = dict(rows)",
            "test_a_removed_receiver_gets_nothing_more",
            "Events would go to a receiver that was removed.",
        ),
    ),
    *in_file(
        "infra/feeds/webhooks/payload.py",
        "tests/infra/feeds/webhooks/test_payload.py",
        (
            '        return "part" if name in PARTS and inner is not hint else "hidden"',
            '        return "part" if inner is not hint else "hidden"',
            "test_no_event_tells_a_personal_value_or_a_finding",
            "A gateway would learn what was measured.",
        ),
    ),
    *in_file(
        "infra/http/fhir/search.py",
        "tests/http/fhir/test_fhir_api.py",
        (
            "            return ends > day",
            "            return ends >= day",
            "test_a_search_narrows_by_day_status_and_id",
            "A search after a day would return that day.",
        ),
    ),
)
