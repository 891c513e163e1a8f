"""What a team's day would be with other people or visits."""

from typing import Any

import msgspec

from domain.decider import TeamDay
from infra.cli.reports.policy import known_pack
from infra.cli.roster.days.results import WhatIfRange, range_of
from infra.cli.roster.results import WhatIfComparison
from infra.cli.roster.wording import named_costs
from infra.cli.session import Session
from infra.edges.moments import day, span
from infra.edges.problems import OptionsError
from infra.planning.what_if import Changes, what_if
from infra.planning.what_if_days import what_if_days


def compare(
    session: Session,
    team_id: str,
    date: str,
    add: tuple[str, ...],
    ill: tuple[str, ...],
    without: tuple[str, ...],
    window: tuple[tuple[str, str], ...],
    policy: str | None,
    *,
    stored: bool,
    revision: int | None,
    fresh: bool,
    until: str | None,
) -> WhatIfComparison | WhatIfRange:
    """Return the present roster and the one of the changed day; for a range of days the costs and work of both."""
    wanted, windows = day(date, "date"), tuple((visit, *span(text, "window")) for visit, text in window)
    pack = known_pack(policy) if policy else None
    changes = Changes(add=add, ill=ill, without=without, windows=windows, pack=pack)
    if until is not None:
        if stored or revision is not None or fresh:
            raise OptionsError(
                "--until takes no --stored, --revision or --fresh: days that are over are taken as stored"
            )
        with session.open() as system, session.working("planning") as on_progress:
            days = what_if_days(system, team_id, wanted, day(until, "until"), changes, on_progress=on_progress)
        return range_of(days)
    with session.open() as system, session.working("planning"):
        compared = what_if(system, TeamDay(team_id, wanted), changes, stored=stored, revision=revision, fresh=fresh)
    plain = msgspec.to_builtins(compared)
    rosters = {name: _with_names(each) for name, each in plain.pop("compared").items()}
    return msgspec.convert({**rosters, **plain}, WhatIfComparison)


def _with_names(plain: dict[str, Any]) -> dict[str, Any]:
    """Return a roster or a difference with its costs under the names of their tiers."""
    return {**plain, "costs": named_costs(plain["costs"], plain["order"])}
