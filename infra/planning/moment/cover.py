"""Cover for a member who is away today: ranked ways, each planned and checked, with the calls to make.

The day is read as if the absence were recorded. Nothing is written until a way is taken: then the absence, a guest's
invitation and the roster exactly as it was shown are recorded in one commit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import DAY_SECONDS, LOCAL, at_local, local_day, local_text, seconds_into
from domain.planning.working_time import Interval
from domain.policy_pack import in_force
from domain.roster.state import roster_id_of
from domain.team import TEAM
from domain.team.commands import AbsenceReason, InviteGuest, RecordAbsence
from domain.team.events import TeamEvent
from infra.command_handler import CommandRequest
from infra.planning.day_problem import is_published, read_day, team_members, wanted_visits, with_travel
from infra.planning.day_terms import read_terms
from infra.planning.moment.notices import DueNotice, notices_if
from infra.planning.moment.offer import Displaced, displaced
from infra.planning.on_terms import Solved, Terms, solve_on_terms
from infra.planning.plan_day import LIVE, Draft, publish
from infra.planning.published_roster import read_published
from infra.store.recorded import document_digest
from projections.changes import moment
from projections.places import busy_from, guests_on, sister_teams, teams_of_member
from projections.questions import Rows
from schedulers.counterfactual import placements
from schedulers.moment.cover import Cover, could_take, ranked, visits_of, ways
from schedulers.problem import Member, Pin, Problem

if TYPE_CHECKING:
    from infra.system import System

MOST_WAYS = 5
MOST_GUESTS = 2
"""Guests who are tried: those who can take over most of the visits."""


@value
class Takeover:
    """A member who gets visits that they did not have."""

    member_id: str
    visits: tuple[str, ...]


@value
class CoverWay:
    """A way to cover: who takes over what, whose visits move, which lose their place, its costs and the calls to make.

    `token` names this way and its roster: taking it publishes exactly that.
    """

    token: str
    kind: str
    member_id: str | None
    home_team_id: str | None
    takeovers: tuple[Takeover, ...]
    displaced: tuple[Displaced, ...]
    left_out: tuple[str, ...]
    costs: dict[str, int]
    notices: tuple[DueNotice, ...]


@value
class CoverAnswer:
    """The ways to cover for a member from a moment on, the best one first, and what the member had."""

    member_id: str
    team_id: str
    day: date
    starts_at: datetime
    revision: int
    visits: tuple[str, ...]
    ways: tuple[CoverWay, ...]


@dataclass(frozen=True, slots=True)
class CoverSearched:
    """The answer with what it was made from. `position` is that of the last event that had touched the day."""

    answer: CoverAnswer
    covers: tuple[Cover, ...]
    guests: dict[str, str]
    position: int


def cover(
    system: "System", member_id: str, day: date, since: datetime | None = None, team_id: str | None = None
) -> CoverAnswer:
    """Return the ways to cover for a member who is away from a moment on, by default from now, until the day ends.

    Refused `roster-day-over`, `member-not-in-team` or `roster-not-published`.
    """
    return search_cover(system, member_id, day, since, team_id).answer


def search_cover(
    system: "System", member_id: str, day: date, since: datetime | None, team_id: str | None
) -> CoverSearched:
    """Plan every way to cover; nothing is written."""
    now = system.now()
    system.check_clock(now)
    system.follower.follow(now)
    team_day = TeamDay(team_of(system, member_id, day, team_id), day)
    if day < local_day(now):
        raise Refused("roster-day-over", roster=roster_id_of(*team_day))
    starts_at = since or (now if day == local_day(now) else at_local(day))
    if local_day(starts_at) != day:
        raise Refused("term-of-another-day", day=day, moment=local_text(starts_at))
    position = system.store.requested_position(team_day)
    published = read_published(system.store, team_day)
    away = seconds_into(day, starts_at)
    problem, terms, homes, begun = day_without(system, team_day, member_id, away, now)
    covers = best_first(planned(problem, terms, member_id, tuple(homes)), terms)[:MOST_WAYS]
    lost = visits_of(problem, member_id)
    before = {name: pins for name, pins in placements(published.roster).items() if name not in begun}
    names = {member.id: team for member, team in homes.items()}
    answer = CoverAnswer(
        member_id=member_id,
        team_id=team_day.team_id,
        day=day,
        starts_at=starts_at,
        revision=published.revision,
        visits=tuple(each.id for each in sorted(lost, key=lambda each: (each.previous[0].start, each.id))),
        ways=tuple(way_of(system, team_day, each, before, names) for each in covers),
    )
    return CoverSearched(answer, tuple(covers), names, position)


def team_of(system: "System", member_id: str, day: date, team_id: str | None) -> str:
    """Return the team where a member works on a day: that where they are a guest, else their own."""
    teams = [str(each["team_id"]) for each in teams_of_member(system.rows, member_id, day)]
    if team_id is not None:
        teams = [each for each in teams if each == team_id]
    if not teams and team_id is not None:
        raise Refused("member-not-in-team", member=member_id, team=team_id)
    if not teams:
        raise Refused("member-of-no-team", member=member_id, day=day)
    return teams[0]


def day_without(
    system: "System", team_day: TeamDay, member_id: str, away: int, now: datetime
) -> tuple[Problem, Terms, dict[Member, str], frozenset[str]]:
    """Return a day as if a member were away from a second on, the leader's terms, possible guests, what has begun.

    Guests are by home team; the travel times of their modes are in the problem.
    """
    pack = in_force(system.settings.packs, team_day.day)
    absence: Interval = (away, DAY_SECONDS)
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE, away={member_id: absence})
        if day is None:
            raise Refused("team-not-formed", team=team_day.team_id)
        terms = read_terms(system.store, rows, day.problem, team_day, now)
        taken = busy_from(rows, team_day.day, moment(max(now, at_second(team_day.day, away)))) | guests_on(
            rows, team_day.day
        )
        lost = visits_of(day.problem, member_id)
        homes = {
            replace(each, start_place=0, end_place=0): team_id
            for team_id in sister_teams(rows, team_day.team_id)
            if has_its_roster(rows, TeamDay(team_id, team_day.day))
            for each in team_members(rows, TeamDay(team_id, team_day.day), pack)
            if each.id not in taken and could_take(each, lost, member_id)
        }
    most = sorted(homes, key=lambda each: (-sum(could_take(each, (one,), member_id) for one in lost), each.id))
    homes = {each: homes[each] for each in most[:MOST_GUESTS]}
    members = day.problem.members
    everybody = with_travel(replace(day, problem=replace(day.problem, members=(*members, *homes))), system.travel)
    begun = frozenset(each.visit_id for each in day.reality.visits if each.is_settled)
    return replace(everybody, members=members), terms, homes, begun


def has_its_roster(rows: Rows, team_day: TeamDay) -> bool:
    """Say whether it is known who of a team is free on a day: its roster is published, or nothing is wanted."""
    return is_published(rows, team_day) or not wanted_visits(rows, team_day)


def at_second(day: date, second: int) -> datetime:
    """Return the moment of a second of a day."""
    return at_local(day) + timedelta(seconds=second)


def planned(problem: Problem, terms: Terms, member_id: str, guests: Sequence[Member]) -> Iterator[Cover]:
    """Plan each way on the leader's terms; the solver's gate checks every roster."""
    for way in ways(problem, member_id, guests):
        solved = solve_on_terms(way.problem, terms)
        yield Cover(way=way, problem=solved.problem, roster=solved.roster)


def best_first(covers: Iterable[Cover], terms: Terms) -> list[Cover]:
    """Return the ways, the cheapest first; the best is planned with the whole budget if it was not."""
    best, *others = ranked(covers)
    if best.way.problem.budget != LIVE:
        solved = solve_on_terms(replace(best.way.problem, budget=LIVE), terms)
        best = replace(best, problem=solved.problem, roster=solved.roster)
    return ranked((best, *others))


def way_of(
    system: "System", team_day: TeamDay, each: Cover, before: dict[str, tuple[Pin, ...]], homes: dict[str, str]
) -> CoverWay:
    """Return a planned way as it is shown."""
    midnight, after = at_local(team_day.day), placements(each.roster)
    demanded = {demand.id for demand in each.problem.demands}
    published = {name: pins for name, pins in before.items() if name in demanded}
    return CoverWay(
        token=token_of(each),
        kind=each.way.kind,
        member_id=each.way.member_id,
        home_team_id=homes.get(each.way.member_id or ""),
        takeovers=tuple(takeovers(published, after)),
        displaced=tuple(displaced(published, after, midnight)),
        left_out=tuple(sorted(published.keys() - after.keys())),
        costs={tier.label: each.roster.costs[tier] for tier in each.problem.tiers},
        notices=notices_if(system, team_day, after, published.keys()),
    )


def takeovers(before: dict[str, tuple[Pin, ...]], after: dict[str, tuple[Pin, ...]]) -> Iterator[Takeover]:
    """Yield who gets which visits of others."""
    more: dict[str, list[str]] = {}
    for visit_id, pins in sorted(after.items(), key=lambda each: (each[1][0].start, each[0])):
        for pin in pins:
            if visit_id in before and pin.member_id not in {old.member_id for old in before[visit_id]}:
                more.setdefault(pin.member_id, []).append(visit_id)
    for member_id, visits in sorted(more.items()):
        yield Takeover(member_id=member_id, visits=tuple(visits))


def token_of(each: Cover) -> str:
    """Return the name of a way and its roster, like `own-team-3fa2c1`."""
    name = each.way.kind if each.way.member_id is None else f"{each.way.kind}-{each.way.member_id}"
    return f"{name}-{document_digest(orjson.dumps(each.roster.assignments))[:6]}"


@value
class TakenCover:
    """A cover that was taken: its revision of the roster, None if nothing had to change."""

    way: CoverWay
    team_id: str
    day: date
    absence_id: str
    stay_id: str | None
    revision: int | None


def take_cover(
    system: "System",
    member_id: str,
    day: date,
    since: datetime | None,
    choice: str,
    *,
    team_id: str | None = None,
    reason: AbsenceReason = "ill",
    actor: str,
) -> TakenCover:
    """Record the absence, invite the guest of the way, and publish its roster exactly as it was shown, all or nothing.

    `choice` is the way's number, from 1, or its token. Refused `cover-changed` if there is no such way any more, or
    as `search_cover` is.
    """
    searched = search_cover(system, member_id, day, since, team_id)
    answer, now = searched.answer, system.now()
    numbers = {str(number): at for at, number in enumerate(range(1, len(answer.ways) + 1))}
    numbers |= {way.token: at for at, way in enumerate(answer.ways)}
    if choice not in numbers:
        raise Refused("cover-changed", member=member_id, choice=choice)
    way, chosen = answer.ways[numbers[choice]], searched.covers[numbers[choice]]
    team_day = TeamDay(answer.team_id, day)
    absence = RecordAbsence(
        team_id=answer.team_id,
        absence_id=f"cover-{member_id}-{answer.starts_at.astimezone(LOCAL):%Y%m%dT%H%M}",
        member_id=member_id,
        starts_at=answer.starts_at,
        ends_at=at_local(day, DAY_SECONDS // 60),
        reason=reason,
    )
    stay = None if way.kind != "guest" else invitation(system, way, team_day)
    more = [absence, *(() if stay is None else (stay,))]
    result = publish(
        system,
        Draft(team_day, searched.position, problem=chosen.problem),
        Solved(problem=chosen.problem, roster=chosen.roster),
        now,
        answer.revision,
        [CommandRequest(command=each, command_id=None, actor=actor, now=now, follows=True) for each in more],
        actor=actor,
    )
    return TakenCover(
        way=way,
        team_id=answer.team_id,
        day=day,
        absence_id=absence.absence_id,
        stay_id=None if stay is None else stay.stay_id,
        revision=result.revision if result.published else None,
    )


def invitation(system: "System", way: CoverWay, team_day: TeamDay) -> InviteGuest:
    """Return the invitation of a way's guest for the day, as the member is in their own team."""
    assert way.member_id is not None
    assert way.home_team_id is not None
    recorded = (each.event for each in system.store.read(TEAM.stream(way.home_team_id)))
    home = TEAM.fold(event for event in recorded if isinstance(event, TeamEvent))
    member = home.member_on(way.member_id, team_day.day)
    if member is None:
        raise Refused("member-not-in-team", member=way.member_id, team=way.home_team_id)
    return InviteGuest(
        team_id=team_day.team_id,
        stay_id=f"cover-{way.member_id}-{team_day.day}",
        member=member,
        kind="other-team",
        from_day=team_day.day,
        to_day=team_day.day,
        home_team_id=way.home_team_id,
    )
