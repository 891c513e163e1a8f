"""The kinds of histories: of which streams each consists, and who may read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.account import ACCOUNT
from domain.alliance import ALLIANCE
from domain.care_plan import CARE_PLAN
from domain.contract import CONTRACT
from domain.day_terms import DAY_TERMS
from domain.day_terms.state import day_terms_of
from domain.decider import Refused
from domain.family_bed import FAMILY_BED
from domain.institution import INSTITUTION
from domain.notice import NOTICE
from domain.policy import POLICY, THIS_STORE
from domain.referral import REFERRAL
from domain.registry import BY_CATEGORY, AnyDecider
from domain.resident import RESIDENT
from domain.roster import ROSTER
from domain.roster.state import roster_id_of
from domain.survey import SURVEY
from domain.team import TEAM
from domain.team_week import TEAM_WEEK, week_id_of
from domain.visit import VISIT
from domain.webhook import WEBHOOK
from infra.edges.moments import day
from infra.system import System
from projections.registry import TABLES

Named = Mapping[str, str]
"""What names the record of a history: ids, and the day of a team's day or week."""


@dataclass(frozen=True, slots=True)
class HistoryKind:
    """A kind of history. `operation` is its name in the table of roles, `arguments` name the record.

    `streams` returns the streams of its events, and refuses a record that nobody knows. Only a history of `one_stream`
    has versions; only one that `reads_rows` needs more than the log to know its streams.
    """

    operation: str
    arguments: tuple[str, ...]
    streams: Callable[[System, Named], Sequence[str]]
    one_stream: bool = True
    reads_rows: bool = False


def of_record(operation: str, decider: AnyDecider, argument: str, unknown: str) -> HistoryKind:
    """Return the history of an aggregate; an id without events is refused as `unknown`."""

    def streams(system: System, named: Named) -> list[str]:
        stream = decider.stream(named[argument])
        if not system.store.read(stream):
            raise Refused(unknown, **{decider.category.removeprefix("family_"): named[argument]})
        return [stream]

    return HistoryKind(operation, (argument,), streams)


def of_part(
    operation: str, decider: AnyDecider, owner: AnyDecider, argument: str, unknown: tuple[str, str]
) -> HistoryKind:
    """Return the history of an aggregate that has the id of another, its owner, which must be known."""
    rule, field = unknown

    def streams(system: System, named: Named) -> list[str]:
        if not system.store.read(owner.stream(named[argument])):
            raise Refused(rule, **{field: named[argument]})
        return [decider.stream(named[argument])]

    return HistoryKind(operation, (argument,), streams)


def streams_of_resident(system: System, named: Named) -> list[str]:
    """Return the streams in which something happens to a resident, by the rows that name the resident.

    Refused `resident-not-registered`.
    """
    resident_id = named["resident_id"]
    if not system.store.read(RESIDENT.stream(resident_id)):
        raise Refused("resident-not-registered", resident=resident_id)
    streams = [RESIDENT.stream(resident_id), CARE_PLAN.stream(resident_id)]
    for each in TABLES.values():
        decider = BY_CATEGORY.get(each.key.removesuffix("_id"))
        if decider is not None and "resident_id" in each.columns:
            sql = f"SELECT {each.key} AS id FROM {each.name} WHERE resident_id = :resident_id"  # noqa: S608 -- our own names
            rows = system.rows.ask(sql, resident_id=resident_id)
            streams += [decider.stream(str(row["id"])) for row in rows]
    return list(dict.fromkeys(streams))


def streams_of_team_day(system: System, named: Named) -> list[str]:
    """Return the streams of a team's day: its rosters, and the leader's terms. Refused `team-unknown`."""
    team_id, date = require_team(system, named), day(named["date"], "date")
    return [ROSTER.stream(roster_id_of(team_id, date)), DAY_TERMS.stream(day_terms_of(team_id, date))]


def streams_of_team_week(system: System, named: Named) -> list[str]:
    """Return the stream of the week of a team in which a day lies. Refused `team-unknown`."""
    team_id = require_team(system, named)
    return [TEAM_WEEK.stream(week_id_of(team_id, day(named["date"], "date")))]


def require_team(system: System, named: Named) -> str:
    """Return the id of a team that was formed. Refused `team-unknown`."""
    team_id = named["team_id"]
    if not system.store.read(TEAM.stream(team_id)):
        raise Refused("team-unknown", team=team_id)
    return team_id


CONTRACT_HISTORY = of_record("contract-history", CONTRACT, "contract_id", "contract-unknown")
VISIT_HISTORY = of_record("visit-history", VISIT, "visit_id", "visit-unknown")
BED_HISTORY = of_record("bed-history", FAMILY_BED, "family_bed_id", "bed-unknown")
REFERRAL_HISTORY = of_record("referral-history", REFERRAL, "referral_id", "referral-unknown")
TEAM_HISTORY = of_record("team-history", TEAM, "team_id", "team-unknown")
ALLIANCE_HISTORY = of_record("alliance-history", ALLIANCE, "alliance_id", "alliance-unknown")
INSTITUTION_HISTORY = of_record("institution-history", INSTITUTION, "institution_id", "institution-unknown")
ACCOUNT_HISTORY = of_record("account-history", ACCOUNT, "account_id", "account-unknown")
SURVEY_HISTORY = of_record("survey-history", SURVEY, "survey_id", "survey-unknown")
WEBHOOK_HISTORY = of_record("webhook-history", WEBHOOK, "webhook_id", "webhook-unknown")
CARE_HISTORY = of_part(
    "care-history", CARE_PLAN, RESIDENT, "resident_id", ("resident-not-registered", RESIDENT.category)
)
NOTICE_HISTORY = of_part("notice-history", NOTICE, VISIT, "visit_id", ("visit-unknown", VISIT.category))
POLICY_HISTORY = HistoryKind("policy-history", (), lambda _, __: [POLICY.stream(THIS_STORE)])
RESIDENT_HISTORY = HistoryKind(
    "resident-history", ("resident_id",), streams_of_resident, one_stream=False, reads_rows=True
)
TEAM_DAY_HISTORY = HistoryKind("team-day-history", ("team_id", "date"), streams_of_team_day, one_stream=False)
TEAM_WEEK_HISTORY = HistoryKind("team-week-history", ("team_id", "date"), streams_of_team_week)

KINDS: Mapping[str, HistoryKind] = {
    each.operation: each
    for each in (
        *(CONTRACT_HISTORY, VISIT_HISTORY, BED_HISTORY, REFERRAL_HISTORY, TEAM_HISTORY, ALLIANCE_HISTORY),
        *(INSTITUTION_HISTORY, ACCOUNT_HISTORY, SURVEY_HISTORY, WEBHOOK_HISTORY, CARE_HISTORY, NOTICE_HISTORY),
        *(POLICY_HISTORY, RESIDENT_HISTORY, TEAM_DAY_HISTORY, TEAM_WEEK_HISTORY),
    )
}
"""Every kind of history by its operation."""
