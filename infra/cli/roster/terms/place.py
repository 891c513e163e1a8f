"""A visit placed by hand."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from infra.cli.roster.results import DraftToken, NamedDifference, Placement, Presented
from infra.cli.roster.terms.results import HandPlacedVisit
from infra.cli.roster.terms.set_terms import time_of_day
from infra.cli.roster.wording import named_costs, visit_names
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.problems import OptionsError
from infra.planning.leader.place_visit import PlaceByHand, day_of_visit, place_visit
from infra.planning.leader.publish_draft import keep_draft


def place(
    session: Session,
    visit_id: str,
    member_id: tuple[str, ...],
    at: tuple[str, ...],
    part: int | None,
    on: str | None,
    *,
    dry_run: bool,
    if_revision: int | None,
    actor: str,
) -> Presented[HandPlacedVisit]:
    """Place a visit by hand, and publish unless it is a dry run."""
    with session.open() as system:
        wanted = None if on is None else day(on, "day")
        team_day = day_of_visit(system.rows, visit_id, wanted, system.now())
        parts = parts_of(member_id, [time_of_day(each, team_day.day, "at") for each in at], part)
        place_at = PlaceByHand(visit_id=visit_id, parts=parts)
        placed = place_visit(system, team_day, place_at, actor=actor, dry_run=dry_run, if_revision=if_revision)
        draft = keep_draft(system, placed.planned, placed.pins) if dry_run else None
        names = visit_names(session.words, system.rows, {visit_id})
    plain = msgspec.to_builtins(placed.difference)
    result = HandPlacedVisit(
        team_id=team_day.team_id,
        day=team_day.day,
        visit_id=visit_id,
        published=placed.planned.published,
        revision=placed.planned.revision,
        before=msgspec.convert(msgspec.to_builtins(placed.before), tuple[Placement, ...]),
        after=msgspec.convert(msgspec.to_builtins(placed.after), tuple[Placement, ...]),
        difference=msgspec.convert({**plain, "costs": named_costs(plain["costs"], plain["order"])}, NamedDifference),
        draft=msgspec.convert(msgspec.to_builtins(draft), DraftToken | None),
    )
    return Presented(result=result, names=names, dry_run=dry_run)


def parts_of(members: Sequence[str], times: Sequence[datetime], part: int | None) -> dict[int, tuple[str, datetime]]:
    """Return members and starts by service: of one part, or of all parts in their order; one time is for all."""
    if part is not None and (len(members), len(times)) != (1, 1):
        raise OptionsError("--part goes with one --member and one --at")
    if len(times) not in {1, len(members)}:
        raise OptionsError("name one --at for all members, or one for each --member")
    starts = list(times) if len(times) == len(members) else list(times) * len(members)
    first = 0 if part is None else part - 1
    return {first + j: each for j, each in enumerate(zip(members, starts, strict=True))}
