"""Published rosters from the log: verified against their stored problems, solved again, and proved."""

from dataclasses import asdict

import msgspec

from domain.decider import TeamDay
from infra.cli.roster.results import Presented, ProvedRoster, ReplayedRoster, Verification, VerifiedRoster
from infra.cli.roster.wording import revision_number
from infra.cli.session import Session
from infra.edges.moments import day, shown
from infra.edges.phrases import Translator
from infra.planning import published_roster
from infra.planning.prove_rosters import DETERMINISTIC, prove_newest
from infra.planning.published_roster import PublishedRoster, read_published


def verify(session: Session, team_id: str, date: str, revision: int | None) -> Presented[Verification]:
    """Check a published roster against its stored problem."""
    roster = _published(session, team_id, date, revision)
    verdict = msgspec.convert(msgspec.to_builtins(published_roster.verify(roster)), VerifiedRoster)
    result = Verification(verified=not verdict.faults, verdict=verdict)
    return Presented(result=result, heading=_heading(session.words, roster))


def replay(session: Session, team_id: str, date: str, revision: int | None) -> Presented[ReplayedRoster]:
    """Solve a published roster's stored problem again."""
    roster = _published(session, team_id, date, revision)
    result = msgspec.convert(msgspec.to_builtins(published_roster.replay(roster)), ReplayedRoster)
    return Presented(result=result, heading=_heading(session.words, roster))


def prove(session: Session, team_id: str, date: str, deterministic: float | None) -> Presented[ProvedRoster]:
    """Prove or bound the newest roster, and record that."""
    wanted = day(date, "date")
    with session.open() as system, session.working("proving"):
        roster, bounded = prove_newest(system, TeamDay(team_id, wanted), deterministic or DETERMINISTIC)
    result = ProvedRoster(team_id=team_id, day=wanted, revision=roster.revision, **asdict(bounded))
    return Presented(
        result=result,
        heading=_heading(session.words, roster),
        cost_of_bound_tier=cost_of(roster, bounded.bound_tier),
    )


def cost_of(roster: PublishedRoster, tier: str | None) -> int | None:
    """Return a published roster's cost in a tier."""
    costs = {each.tier: each.cost for each in roster.event.solution.costs}
    return None if tier is None else costs.get(tier)


def _published(session: Session, team_id: str, date: str, revision: int | None) -> PublishedRoster:
    wanted = day(date, "date")
    with session.open() as system:
        return read_published(system.store, TeamDay(team_id, wanted), revision)


def _heading(words: Translator, roster: PublishedRoster) -> str:
    solution = roster.event.solution
    return (
        f"{roster.team_day.team_id} {roster.team_day.day} · {revision_number(roster.revision, words)}"
        f" · {shown(roster.recorded_at)} · {solution.solver} · {solution.problem_digest[:16]}"
    )
