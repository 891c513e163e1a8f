"""Mutants of the API: its guard, pages, live lines, jobs and boards."""

from tests.mutants.mutant import Mutant, in_file

HTTP: tuple[Mutant, ...] = (
    *in_file(
        "infra/command_handler.py",
        "tests/http/test_commands.py",
        (
            "if request.if_version is not None and version != request.if_version:",
            "if request.if_version is not None and version < request.if_version:",
            "test_of_two_who_read_the_same_version_one_is_refused",
            "Who changes what somebody else changed meanwhile must read it again.",
        ),
    ),
    *in_file(
        "infra/http/guard.py",
        "tests/http/test_guard.py",
        (
            'if fetched is not None and fetched not in {"same-origin", "none"}:',
            'if fetched is not None and fetched not in {"same-origin", "same-site", "none"}:',
            "test_a_page_of_another_site_cannot_write[headers1]",
            "A page of a neighbouring host is another site.",
        ),
        (
            "return urlsplit(origin)[:2] != (request.url.scheme, request.url.netloc)",
            "return bool(urlsplit(origin).netloc) and urlsplit(origin)[:2] != (request.url.scheme, request.url.netloc)",
            "test_a_page_of_another_site_cannot_write[headers3]",
            "A sandboxed page has the origin `null`.",
        ),
        (
            'route = getattr(scope.get("route"), "path", UNROUTED)',
            'route = scope["path"]',
            "test_the_access_log_names_the_route_and_neither_path_nor_query",
            "A path may name a resident.",
        ),
    ),
    *in_file(
        "infra/http/paging.py",
        "tests/http/test_questions.py",
        (
            "end = first + len(shown)",
            "end = first + len(shown) - 1",
            "test_pages_hold_every_row_once_though_rows_are_added_meanwhile",
            "A page begins behind the last row of the page before.",
        ),
    ),
    *in_file(
        "infra/http/feed.py",
        "tests/http/test_log.py",
        (
            "if self.messages.qsize() >= MOST_BEHIND:",
            "if self.messages.qsize() > MOST_BEHIND:",
            "test_a_line_too_far_behind_is_cut",
            "A line that nobody reads must not fill the memory.",
        ),
    ),
    *in_file(
        "infra/http/log/live.py",
        "tests/http/test_log.py",
        (
            "if principal is None or principal.account_id != exchange.who.account_id:",
            "if principal is not None and principal.account_id != exchange.who.account_id:",
            "test_a_silent_line_says_that_it_is_alive_and_ends_when_the_session_does",
            "A line hears nothing after its session is over.",
        ),
    ),
    *in_file(
        "infra/http/jobs.py",
        "tests/http/test_rosters.py",
        (
            "if job is None or job.account_id != account_id:",
            "if job is None:",
            "test_what_takes_long_is_a_job_that_its_owner_looks_at",
            "A job's result may hold what another person may not see.",
        ),
    ),
    *in_file(
        "infra/http/rosters/calls.py",
        "tests/http/test_rosters.py",
        (
            "if (drafted.team_id, drafted.day) != (team_id, wanted.isoformat()):",
            "if drafted.team_id != team_id:",
            "test_a_draft_is_published_as_it_was_read_and_only_once",
            "Who may publish a day publishes no draft of another one.",
        ),
    ),
)
"""Mutants of the API."""
