"""The capacity forecast, as people read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from domain.local_time import local_day
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.edges.results import Result
from projections.questions import Row
from projections.resources.capacity import CapacityForecast


@dataclass(frozen=True, slots=True)
class CapacityReport(Result):
    """The answer to `CapacityForecast`."""

    day: str
    pack: str
    team_id: str | None
    institution_id: str | None
    basis: Row
    months: Sequence[Row]


def capacity(
    session: Session,
    at: str | None,
    institution_id: str | None,
    team_id: str | None,
    months: int,
    more_gps: int,
    renewed_percent: int,
) -> CapacityReport:
    """Return the forecast of a team, an institution or all."""
    wanted = day(at, "at") if at else None
    with session.open(asks=True) as system:
        question = CapacityForecast(
            day=wanted or local_day(system.now()),
            team_id=team_id,
            institution_id=institution_id,
            months=months,
            more_gps=more_gps,
            renewed_percent=renewed_percent,
            region=session.settings.packs,
        )
        return CapacityReport(**cast(Row, session.ask(system, question)))


def shown_capacity(report: CapacityReport, words: Translator) -> Iterator[Block]:
    """Show a month in a line, and under it what more practitioners would change."""
    table = Table(
        words.headings(
            *("month", "contracts", "running-out", "gps", "residents-a-gp", "gps-wanted"),
            *("visits", "visit-hours", "shift-hours", "visit-share"),
        ),
        title=f"{words.say('capacity')} {report.day} ({report.pack})",
        numeric=range(1, 10),
    )
    for month in report.months:
        table.add(
            month["month"],
            _count(month["contracts"]),
            _count(month["running_out"]),
            *_staffed(month),
            _count(month["gps_wanted"]),
            _count(month["visits"]),
            _count(month["visit_hours"]),
            *_hours(month),
        )
        if more := month["with_more"]:
            plus = words.say("with-more-gps", {"more": report.basis["more_gps"]})
            table.add(plus, "", "", *_staffed(more), "", "", "", *_hours(more))
    yield table
    if report.basis["visits_a_contract_year"] is not None:
        yield words.say("capacity-basis", report.basis)
    else:
        yield words.say("capacity-no-visits", report.basis)
    if unknown := [month["month"] for month in report.months if not month["calendar_known"]]:
        yield Notice(words.say("capacity-no-calendar", {"month": unknown[0]}))


def _staffed(row: Row) -> tuple[str, str]:
    return _count(row["gps"]), _count(row["residents_a_gp"])


def _hours(row: Row) -> tuple[str, str]:
    share = row["visit_share"]
    return _count(row["shift_hours"]), "—" if share is None else f"{share:.1%}"


def _count(number: Any) -> str:
    return "—" if number is None else f"{number:,}"
