"""Capacity: contracts, renewals and visits of the next months beside the general practitioners and shifts there are.

Each number goes on as it was: contracts that run out are renewed by a share, visits follow contracts as in the last
year, seats and hours are those that are on record for the month. What changes them is asked as a what-if.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from domain.event import value
from domain.local_time import DAY_MINUTES, at_local, months_later
from domain.policy_pack import PolicyPack, in_force
from domain.team.working_days import is_calendar_known, weekdays_worked
from projections.changes import moment
from projections.questions import Question, Row, Rows, ask_where, opened_json, whole
from projections.teams import holds

YEAR = 365
NEWEST_STAYS = 2000
"""Stays in homes from which the usual length of a visit is taken."""

MOST_MONTHS = 36
EARLIEST, LATEST = date(2, 1, 1), date(9990, 1, 1)
MOST_MORE = 1000


@value
class CapacityForecast:
    """Ask whether practitioners and shifts will do for the coming months, of a team, an institution or all.

    `more_gps` is the what-if: general practitioners beside those there are. `renewed_percent` of the contracts that run
    out are renewed.
    """

    day: date
    team_id: str | None = None
    institution_id: str | None = None
    months: int = 12
    more_gps: int = 0
    renewed_percent: int = 100
    region: str = "SZ"


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month of the forecast."""

    first: date

    @property
    def last(self) -> date:
        """Return its last day."""
        return months_later(self.first, 1) - timedelta(days=1)

    def days(self) -> Iterator[date]:
        """Yield its days."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def capacity_forecast(question: CapacityForecast, rows: Rows) -> Row:
    """Return `day`, `pack`, `basis` and `months`; the first month is the first whole one from the day on.

    `basis`: `visits_a_contract_year` and `minutes_a_visit` of the last year (None: none were made), the pack's
    `residents_a_gp` that warn and that are the most, `renewed_percent`, `more_gps`. Of each month: `contracts` on its
    first day, `running_out` in it, `if_none_renew`, `gps`, `residents_a_gp`, `gps_wanted`, `visits`, `visit_hours`,
    `shift_hours`, `visit_share`, `calendar_known`, and `with_more`: what the what-if changes.
    """
    pack = in_force(question.region, question.day)
    months = months_from(question.day, question.months)
    contracts, staff = Contracts(question, rows, pack), Staff(question, rows, pack)
    made, minutes = visits_made(question, rows)
    rate = made / contracts.days_before if contracts.days_before and made else None
    return {
        "day": question.day.isoformat(),
        "pack": pack.version,
        "team_id": question.team_id,
        "institution_id": question.institution_id,
        "basis": {
            "visits_a_contract_year": None if rate is None else round(rate * YEAR, 2),
            "minutes_a_visit": None if minutes is None else round(minutes),
            "residents_a_gp_warn": pack.team_warn,
            "residents_a_gp_most": pack.team_cap,
            "renewed_percent": question.renewed_percent,
            "more_gps": question.more_gps,
        },
        "months": [_month(each, question, contracts, staff, rate, minutes, pack) for each in months],
    }


def _month(
    month: Month,
    question: CapacityForecast,
    contracts: "Contracts",
    staff: "Staff",
    rate: float | None,
    minutes: float | None,
    pack: PolicyPack,
) -> Row:
    running = contracts.expected(month.first)
    visits = None if rate is None else rate * running * len(list(month.days()))
    visit_hours = None if visits is None or minutes is None else visits * minutes / 60
    gps, gp_hours, hours = staff.of(month)
    more = min(max(question.more_gps, 0), MOST_MORE)
    usual = gp_hours / gps if gps else 0.0
    return {
        "month": f"{month.first:%Y-%m}",
        "contracts": round(running),
        "running_out": contracts.running_out(month),
        "if_none_renew": round(contracts.expected(month.first, renewed=0)),
        "gps_wanted": ceil(round(running) / pack.team_warn),
        "visits": None if visits is None else round(visits),
        "visit_hours": None if visit_hours is None else round(visit_hours),
        **_staffed(running, gps, hours, visit_hours),
        "calendar_known": is_calendar_known(month.first, pack),
        "with_more": _staffed(running, gps + more, hours + more * usual, visit_hours) if more else None,
    }


def _staffed(contracts: float, gps: int, hours: float, visit_hours: float | None) -> Row:
    """Return how far so many practitioners and hours go."""
    return {
        "gps": gps,
        "residents_a_gp": round(contracts / gps) if gps else None,
        "shift_hours": round(hours),
        "visit_share": None if visit_hours is None or not hours else round(visit_hours / hours, 3),
    }


OF_SCOPE = {
    "team_id": "c.team_id = :team_id",
    "institution_id": "c.team_id IN (SELECT team_id FROM teams_v1 WHERE institution_id = :institution_id)",
}


def _scope(question: CapacityForecast) -> tuple[str, dict[str, str]]:
    """Return the condition of what belongs to the asked teams, with `c` as the name of its table; "" for all."""
    if question.team_id:
        return OF_SCOPE["team_id"], {"team_id": question.team_id}
    if question.institution_id:
        return OF_SCOPE["institution_id"], {"institution_id": question.institution_id}
    return "", {}


def months_from(day: date, count: int) -> list[Month]:
    """Return whole months, the first of them the first one from a day on; none at the end of all dates."""
    if day >= LATEST:
        return []
    begins = day if day.day == 1 else months_later(day.replace(day=1), 1)
    return [Month(months_later(begins, number)) for number in range(min(max(count, 1), MOST_MONTHS))]


def year_before(day: date) -> date:
    """Return the day a year earlier, or the first of all dates."""
    return date.min + max(day - date.min - timedelta(days=YEAR), timedelta())


class Contracts:
    """Contracts counted by their first and last day."""

    def __init__(self, question: CapacityForecast, rows: Rows, pack: PolicyPack) -> None:
        condition, named = _scope(question)
        counted = ask_where(
            rows,
            """SELECT c.starts_on, c.ends_on, count(*) AS n,
            CASE WHEN c.status IN ('terminated', 'expired') OR c.end_reason IS NOT NULL THEN 0 ELSE 1 END AS renewable
            FROM caseload_v1 c""",
            [condition, "c.ends_on >= :since", "c.ends_on >= c.starts_on", "c.status <> 'annulled'"],
            "GROUP BY c.starts_on, c.ends_on, renewable",
            since=year_before(question.day).isoformat(),
            **named,
        )
        self._spans = [
            (date.fromisoformat(str(row["starts_on"])), date.fromisoformat(str(row["ends_on"])), whole(row["n"]))
            for row in counted
        ]
        self._renewable = [bool(row["renewable"]) for row in counted]
        self._day = question.day
        self._term = pack.term_months
        self._renewed = min(max(question.renewed_percent, 0), 100) / 100

    @property
    def days_before(self) -> int:
        """Return the days under contract in the year before the day."""
        first = year_before(self._day)
        overlaps = (((min(ends, self._day) - max(starts, first)).days, n) for starts, ends, n in self._spans)
        return sum(max(days, 0) * n for days, n in overlaps)

    def expected(self, day: date, renewed: float | None = None) -> float:
        """Return how many contracts are expected to run on a day; those that ran out by then by the renewed share."""
        share = self._renewed if renewed is None else renewed
        running = 0.0
        for (starts, ends, n), renewable in zip(self._spans, self._renewable, strict=True):
            if starts > day or (ends < day and (ends < self._day or not renewable)):
                continue
            running += n * share ** len(self._ends_before(ends, day))
        return running

    def running_out(self, month: Month) -> int:
        """Return how many contracts run out in a month, those of renewed terms as far as they are renewed."""
        running_out = 0.0
        for (_, ends, n), renewable in zip(self._spans, self._renewable, strict=True):
            if ends < self._day:
                continue
            before = self._ends_before(ends, month.first)
            due = self._ends_before(ends, months_later(month.first, 1))
            if len(due) > len(before) and (renewable or not before):
                running_out += n * (self._renewed ** len(before) if renewable else 1)
        return round(running_out)

    def _ends_before(self, ends: date, day: date) -> list[date]:
        """Return the last days of terms before a day, the first of them the one on record."""
        past: list[date] = []
        while ends < day:
            past.append(ends)
            ends = months_later(ends + timedelta(days=1), self._term) - timedelta(days=1)
        return past


class Staff:
    """Seats of general practitioners, and hours of everybody, by what is on record for a day; no guests."""

    def __init__(self, question: CapacityForecast, rows: Rows, pack: PolicyPack) -> None:
        condition, named = _scope(question)
        self._pack = pack
        self._seats = opened_json(
            ask_where(
                rows,
                """SELECT c.team_id, c.member_id, c.role, c.shifts, c.from_day,
                coalesce(c.left_after, t.disbanded_after, '9999-12-31') AS until
                FROM members_v1 c JOIN teams_v1 t ON t.team_id = c.team_id""",
                [condition, "c.guest IS NULL"],
                "ORDER BY c.member_key",
                **named,
            ),
            "shifts",
        )
        hours = ask_where(rows, "SELECT c.* FROM member_hours_v1 c", [condition], "ORDER BY c.from_day", **named)
        self._hours: dict[tuple[str, str], list[Row]] = {}
        for row in opened_json(hours, "shifts"):
            self._hours.setdefault((row["team_id"], row["member_id"]), []).append(row)
        licences = ask_where(
            rows,
            "SELECT c.* FROM member_papers_v1 c",
            [condition, "c.paper = 'licence'"],
            "ORDER BY c.paper_key",
            **named,
        )
        self._licences: dict[tuple[str, str], list[Row]] = {}
        for row in licences:
            self._licences.setdefault((str(row["team_id"]), str(row["member_id"])), []).append(row)

    def of(self, month: Month) -> tuple[int, float, float]:
        """Return how many practise generally on the first day of a month, their hours in it, and everybody's."""
        weekdays = Counter(days[0] for day in month.days() if (days := weekdays_worked(day, None, self._pack)))
        gps, gp_minutes, all_minutes = set(), 0, 0
        for seat in self._seats:
            first = month.first.isoformat()
            if seat["from_day"] > first or seat["until"] < first or not self._practises(seat, month.first):
                continue
            minutes = sum(weekdays[each["weekday"]] * _minutes(each) for each in self._shifts(seat, first))
            all_minutes += minutes
            if seat["role"] == "gp":
                gps.add(seat["member_id"])
                gp_minutes += minutes
        return len(gps), gp_minutes / 60, all_minutes / 60

    def _shifts(self, seat: Row, day: str) -> list[Row]:
        shifts: list[Row] = seat["shifts"]
        for row in self._hours.get((seat["team_id"], seat["member_id"]), ()):
            if seat["from_day"] <= row["from_day"] <= day:
                shifts = row["shifts"]
        return shifts

    def _practises(self, seat: Row, day: date) -> bool:
        licences = self._licences.get((seat["team_id"], seat["member_id"]), [])
        return not licences or any(holds(each, day) for each in licences)


def _minutes(shift: Row) -> int:
    """Return the minutes of a shift without its break."""
    pause = (shift.get("break_ends") or 0) - (shift.get("break_starts") or 0)
    minutes: int = shift["ends"] - shift["starts"] + (DAY_MINUTES if shift["ends"] <= shift["starts"] else 0)
    return minutes - pause


def visits_made(question: CapacityForecast, rows: Rows) -> tuple[int, float | None]:
    """Return how many visits were made in the year before the day, and the minutes that one takes of all who go."""
    condition, named = _scope(question)
    period = {
        "since": moment(at_local(max(year_before(question.day), EARLIEST))),
        "until": moment(at_local(max(question.day, EARLIEST))),
    }
    of_period = ["c.entered_at >= :since", "c.entered_at < :until"]
    made = ask_where(
        rows,
        "SELECT count(*) AS n FROM visits_v1 c",
        [condition, "c.status = 'completed'", *of_period],
        "",
        **period,
        **named,
    )
    parts = ask_where(
        rows,
        "SELECT c.part, c.entered_at, c.left_at FROM visit_lengths_v2 c",
        [condition, *of_period],
        "ORDER BY c.left_at DESC, c.part LIMIT :most",
        most=NEWEST_STAYS,
        **period,
        **named,
    )
    if not parts:
        return whole(made[0]["n"]), None
    minutes = sum(
        (datetime.fromisoformat(str(row["left_at"])) - datetime.fromisoformat(str(row["entered_at"]))).total_seconds()
        for row in parts
    )
    visits = {str(row["part"]).partition("|")[0] for row in parts}
    return whole(made[0]["n"]), minutes / 60 / len(visits)


CAPACITY = Question(
    asks=CapacityForecast,
    answer=capacity_forecast,
    example=CapacityForecast(day=date(2026, 3, 2), team_id="team-east", months=12, more_gps=2),
)
