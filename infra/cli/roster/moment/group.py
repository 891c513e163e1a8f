"""Declarations of the commands that answer in the moment: times to offer, cover for a member, whom to tell."""

import click

from infra.cli.declaring import command

_TEAM = click.Argument(["team_id"], metavar="TEAM")
_DATE = click.Argument(["date"])

notices = command(
    "notices",
    "infra.cli.roster.moment.notices:notices",
    "List who must be told what about a team's day: only residents whose visit moved, changed members or is not made.",
    _TEAM,
    _DATE,
    click.Option(
        ["--since"],
        type=click.IntRange(min=1),
        default=1,
        metavar="REVISION",
        help="Residents who were told nothing yet know the times of this revision (default: the first).",
    ),
    view="infra.cli.roster.moment.views:notices",
    schema="infra.cli.roster.moment.results:ListedNotices",
)

record_notice = command(
    "record-notice",
    "infra.cli.roster.moment.notices:record",
    "Record that a resident was told what `roster notices` says about a visit. It is not listed again.",
    _TEAM,
    _DATE,
    click.Argument(["visit_id"], metavar="VISIT"),
    click.Option(["--by", "notified_by"], metavar="MEMBER", required=True, help="Who told them."),
    click.Option(
        ["--channel"],
        type=click.Choice(["call", "message", "family", "in-person"]),
        help="How (default: as listed; in person without consent).",
    ),
    click.Option(["--actor"], default="cli", show_default=True, help="The person or system that gives the command."),
    view="infra.cli.records.views:answered",
)

_VISIT_OPTIONS = (
    click.Option(["--purpose"], metavar="CODE", required=True, help="A purpose of the policy pack."),
    click.Option(["--priority"], type=click.IntRange(1, 9), default=5, show_default=True, help="9 is the most urgent."),
    click.Option(["--first"], is_flag=True, help="Nobody of the team has been in this home."),
    click.Option(["--assessor", "assessor_id"], metavar="MEMBER", help="Who graded the care, where it is graded."),
)

offer = command(
    "offer",
    "infra.cli.roster.moment.offer:offer",
    "List the five best times to offer a resident who is on the phone, each with what it costs the others.",
    click.Argument(["resident_id"], metavar="RESIDENT"),
    *_VISIT_OPTIONS,
    click.Option(
        ["--days"],
        type=click.IntRange(1, 20),
        default=3,
        show_default=True,
        help="Look at so many days on which the team works.",
    ),
    click.Option(["--from", "first_day"], metavar="DATE", help="From this day on (default: today)."),
    click.Option(["--between"], metavar="FROM-TO", help="Begin inside this time of the day, as 09:30-11:00."),
    view="infra.cli.roster.moment.views:offers",
    schema="infra.cli.roster.moment.results:TimesToOffer",
)

take_offer = command(
    "take-offer",
    "infra.cli.roster.moment.offer:take",
    """Take an offered time: request the visit, confirm its time, and plan a published day again.

    Every later plan keeps a confirmed time. The resident counts as told.
    """,
    click.Argument(["resident_id"], metavar="RESIDENT"),
    *_VISIT_OPTIONS,
    click.Option(["--at"], metavar="TIME", required=True, help="The time, as 2026-03-10T09:30."),
    click.Option(
        ["--visit", "visit_id"], metavar="VISIT", help="Its id (default: made of resident, purpose and time)."
    ),
    click.Option(
        ["--by", "notified_by"], metavar="MEMBER", default="leader", show_default=True, help="Who is on the phone."
    ),
    click.Option(["--actor"], default="cli", show_default=True, help="The person or system that gives the command."),
    view="infra.cli.roster.moment.views:confirmed",
    schema="infra.cli.roster.moment.results:ConfirmedTime",
)

cover = command(
    "cover",
    "infra.cli.roster.moment.cover:cover",
    """List the ways to cover for a member who is away until the day ends, the best one first, with the calls to make.

    With --take the absence, a guest's invitation and the roster of that way are recorded together.
    """,
    click.Argument(["member_id"], metavar="MEMBER"),
    _DATE,
    click.Option(["--from", "since"], metavar="TIME", help="Away from then on, as 11:00 (default: now)."),
    click.Option(["--team", "team_id"], metavar="TEAM", help="The team, where the member belongs to several."),
    click.Option(["--take", "choice"], metavar="N", help="Take this way: its number, or its token."),
    click.Option(
        ["--reason"],
        type=click.Choice(["ill", "leave", "training", "other"]),
        default="ill",
        show_default=True,
        help="Why the member is away.",
    ),
    click.Option(["--actor"], default="cli", show_default=True, help="The person or system that gives the command."),
    view="infra.cli.roster.moment.cover_view:cover",
    schema="infra.cli.roster.moment.results:WaysToCover",
)

IN_THE_MOMENT = (offer, take_offer, cover, notices, record_notice)
