"""Declarations of the commands about a team's day and week."""

import click

from infra.cli.declaring import command, group
from infra.cli.records.history.declared import history_command
from infra.cli.roster.moment.group import IN_THE_MOMENT

_TEAM = click.Argument(["team_id"], metavar="TEAM")
_DATE = click.Argument(["date"])
_REVISION = click.Option(["--revision"], type=click.IntRange(min=1), help="This revision (default: the newest).")
_IF_REVISION = click.Option(
    ["--if-revision"],
    type=click.IntRange(min=0),
    metavar="N",
    help="Publish only if N is still the newest revision (0: none is published).",
)
_ACTOR = click.Option(["--actor"], default="cli", show_default=True, help="The person who decides.")
_DRY_RUN = click.Option(["--dry-run"], is_flag=True, help="Plan, but publish nothing.")

plan = command(
    "plan",
    "infra.cli.roster.plan:plan",
    "Plan the day of one team, or of all, and publish the rosters.",
    click.Argument(["words"], metavar="[TEAM] DATE", nargs=-1, required=True),
    _DRY_RUN,
    _IF_REVISION,
    view="infra.cli.roster.views:planned",
    schema="infra.cli.roster.results:PlannedTeamDay",
)

publish = command(
    "publish",
    "infra.cli.roster.terms.publish:publish",
    """Publish a dry run exactly as it was read, by the TOKEN that it showed.

    Refused with what changed if there is a newer revision by now, or if the day is no more as it was.
    """,
    click.Argument(["token"]),
    _ACTOR,
    view="infra.cli.roster.views:planned",
    schema="infra.cli.roster.results:PlannedTeamDay",
)

show = command(
    "show",
    "infra.cli.roster.board.show:show",
    "Show the newest roster of a team's day.",
    _TEAM,
    _DATE,
    view="infra.cli.roster.board.views:board",
    schema="infra.cli.roster.board.results:RosterView",
)

day = command(
    "day",
    "infra.cli.roster.day.show_day:show_day",
    "Show a team's day as it happens: planned, forecast and done, alarms and late visits first, with whom to call.",
    _TEAM,
    _DATE,
    view="infra.cli.roster.day.view:day_now",
    schema="infra.cli.roster.day.results:DayNow",
)

week = command(
    "week",
    "infra.cli.roster.week:week",
    "Plan the rest of a day's week: the day of each visit that may wait, with its reason.",
    _TEAM,
    _DATE,
    click.Option(["--weeks"], type=click.IntRange(1, 5), default=1, help="That many weeks; the first is the day's."),
    click.Option(["--dry-run"], is_flag=True, help="Plan the week, but record nothing."),
    view="infra.cli.roster.week_view:weeks",
    schema="infra.cli.roster.week_results:PlannedWeek",
)

replan = command(
    "replan",
    "infra.cli.roster.replan:replan",
    """Plan a published day again, moving as little as the leader allows; each moved visit with its reason.

    The limits last until the day ends or they are withdrawn: see `roster terms`.
    """,
    _TEAM,
    _DATE,
    click.Option(["--max-moved", "most_moved"], type=click.IntRange(min=0), help="Move or leave out no more visits."),
    click.Option(
        ["--freeze"], metavar="TIME", help="Move nothing that begins before: 10:30 of the day, or a full time."
    ),
    _DRY_RUN,
    _IF_REVISION,
    _ACTOR,
    view="infra.cli.roster.views:replanned",
    schema="infra.cli.roster.results:ReplannedTeamDay",
)

_VISIT = click.Argument(["visit_id"], metavar="VISIT")
_PART = click.Option(
    ["--part"],
    type=click.IntRange(min=1),
    default=1,
    help="Of a visit by two: the first person's part, or the second's.",
)
_ON = click.Option(["--day", "on"], metavar="DAY", help="The day (default: the visit's, else the first of its window).")
_UNTIL = click.Option(["--until"], metavar="TIME", help="As 12:00, or a full time (default: the end of the day).")
_ANSWERED = "infra.cli.records.views:answered"

pin = command(
    "pin",
    "infra.cli.roster.terms.set_terms:pin",
    "Hold a visit with a member, at a time, or both: every plan of the day keeps it, until it is unpinned.",
    _VISIT,
    click.Option(["--member", "member_id"], help="Who goes."),
    click.Option(["--at"], metavar="TIME", help="When the visit begins: 10:00, or a full time."),
    _PART,
    _ON,
    _UNTIL,
    _ACTOR,
    view=_ANSWERED,
)

unpin = command(
    "unpin",
    "infra.cli.roster.terms.set_terms:unpin",
    "Let plans move a pinned visit again.",
    _VISIT,
    _PART,
    _ON,
    _ACTOR,
    view=_ANSWERED,
)

hold = command(
    "hold",
    "infra.cli.roster.terms.set_terms:hold",
    "Hold every published visit of a day that begins before a time.",
    _TEAM,
    _DATE,
    click.Option(["--until"], required=True, metavar="TIME", help="Move nothing that begins before: 10:30."),
    _ACTOR,
    view=_ANSWERED,
)

limit = command(
    "limit",
    "infra.cli.roster.terms.set_terms:limit",
    "Let at most MOST published visits of a day move or lose their place, from now on; what must move moves.",
    _TEAM,
    _DATE,
    click.Argument(["most"], type=click.IntRange(min=0)),
    _UNTIL,
    _ACTOR,
    view=_ANSWERED,
)

apart = command(
    "apart",
    "infra.cli.roster.terms.set_terms:apart",
    "Keep a member from OTHER for one day: another member, a resident, or a visit.",
    _TEAM,
    _DATE,
    click.Argument(["member_id"], metavar="MEMBER"),
    click.Argument(["other_id"], metavar="OTHER"),
    _UNTIL,
    _ACTOR,
    view=_ANSWERED,
)

terms = command(
    "terms",
    "infra.cli.roster.terms.list_terms:terms",
    "List what was pinned, held, limited and kept apart for a day, by whom, and whether it is kept.",
    _TEAM,
    _DATE,
    view="infra.cli.roster.terms.views:terms",
    schema="infra.cli.roster.terms.results:TermsOfDay",
)

withdraw = command(
    "withdraw",
    "infra.cli.roster.terms.set_terms:withdraw",
    "Withdraw a term of a day, as `roster terms` names it.",
    _TEAM,
    _DATE,
    click.Argument(["term_id"], metavar="TERM"),
    _ACTOR,
    view=_ANSWERED,
)

place = command(
    "place",
    "infra.cli.roster.terms.place:place",
    """Place a visit of a published day by hand, leave the others where they are, and pin it there.

    The checker answers first: a place that breaks a rule is refused with the rule. Of a visit by two, name both members
    in their order, or one --part.
    """,
    _VISIT,
    click.Option(["--member", "member_id"], required=True, multiple=True, help="Who goes. Twice for a visit by two."),
    click.Option(["--at"], required=True, multiple=True, metavar="TIME", help="When: 10:00. Once, or once a member."),
    click.Option(["--part"], type=click.IntRange(min=1), help="Place only the first person's part, or the second's."),
    _ON,
    _DRY_RUN,
    _IF_REVISION,
    _ACTOR,
    view="infra.cli.roster.terms.views:placed",
    schema="infra.cli.roster.terms.results:HandPlacedVisit",
)

explain = command(
    "explain",
    "infra.cli.roster.explain:explain",
    """Explain a visit's place: what other members would cost, and which rules forbid them.

    For a visit without a place: the cheapest ways to place it.
    """,
    _TEAM,
    _DATE,
    click.Argument(["visit_id"], metavar="VISIT"),
    _REVISION,
    view="infra.cli.roster.explain_view:explanation",
    schema="infra.cli.roster.results:VisitExplanation",
)

what_if = command(
    "what-if",
    "infra.cli.roster.what_if:compare",
    """Show what a day would be with one more member, without one, and so on. Nothing is published.

    With --until a range of days: a day that is over as it was known before its work began, from its stored problem.
    """,
    _TEAM,
    _DATE,
    click.Option(["--add"], metavar="ROLE", multiple=True, help="One more member of this role. May be repeated."),
    click.Option(["--ill"], metavar="MEMBER", multiple=True, help="The member is away from now on. May be repeated."),
    click.Option(["--without"], metavar="VISIT", multiple=True, help="The visit is not made. May be repeated."),
    click.Option(
        ["--window"],
        nargs=2,
        metavar="VISIT FROM-TO",
        multiple=True,
        help="The visit starts then, as 09:30-11:00. May be repeated.",
    ),
    click.Option(["--policy"], metavar="PACK", help="Another policy pack."),
    click.Option(
        ["--stored"], is_flag=True, help="From the published roster's stored problem, not from the current rows."
    ),
    click.Option(["--revision"], type=click.IntRange(min=1), help="From this revision's stored problem."),
    click.Option(["--fresh"], is_flag=True, help="Today, too, as if nothing had been published yet."),
    click.Option(["--until"], metavar="DATE", help="Every day from the first one to this one, with sums."),
    view="infra.cli.roster.days.views:compared",
)

verify = command(
    "verify",
    "infra.cli.roster.stored:verify",
    "Check a published roster against its stored problem. Exit code 1 if it is not what it says it is.",
    _TEAM,
    _DATE,
    _REVISION,
    view="infra.cli.roster.views:verified",
)

replay = command(
    "replay",
    "infra.cli.roster.stored:replay",
    "Solve a published roster's stored problem again, with its seed and budget. Exit code 1 if the answer differs.",
    _TEAM,
    _DATE,
    _REVISION,
    view="infra.cli.roster.views:replayed",
)

prove = command(
    "prove",
    "infra.cli.roster.stored:prove",
    "Prove the newest roster from its stored problem, or bound it, and record that. Its assignments stay.",
    _TEAM,
    _DATE,
    click.Option(
        ["--deterministic"],
        type=click.FloatRange(min=0, min_open=True),
        help="Counted seconds of the proof (default: those of the night before).",
    ),
    view="infra.cli.roster.views:proved",
)

day_history = history_command(
    "team-day",
    "Show what happened to a team's day: its rosters and the leader's terms, and what each event changed.",
    "team_id",
    "date",
    name="history",
    versions=False,
)

week_history = history_command(
    "team-week",
    "Show what happened to a team's week: which day each visit was given, and by whom.",
    "team_id",
    "date",
    name="week-history",
)

roster = group(
    "roster",
    "Plan, change and explain a team's day.",
    *(plan, publish, show, day, replan, place, pin, unpin, hold, limit, apart, terms, withdraw),
    *(explain, what_if, week, day_history, week_history, verify, replay, prove, *IN_THE_MOMENT),
)
