"""A team's day as it happens, with the phones of residents who should be called."""

import msgspec

from domain.decider import TeamDay
from infra.cli.roster.day.results import DayNow
from infra.cli.session import Session
from infra.edges.moments import day
from infra.planning.today.day_forecast import forecast_day
from projections.residents import names_and_phones


def show_day(session: Session, team_id: str, date: str) -> DayNow:
    """Return the day as it happens. Refused `team-not-formed`.

    Names and phones are read now, from the residents, and stand in this answer alone.
    """
    wanted = day(date, "date")
    with session.open(asks=True) as system:
        forecast = forecast_day(system, TeamDay(team_id, wanted))
        people = names_and_phones(system.rows, {visit.resident_id for visit in forecast.visits})
    plain = msgspec.to_builtins(forecast)
    for visit in plain["visits"]:
        person = people.get(visit["resident_id"], {})
        is_to_call = visit["alarm"] or (visit["late"] and visit["status"] in {"assigned", "started"})
        visit |= {"name": person.get("name"), "phone": person.get("phone") if is_to_call else None}
    return msgspec.convert(plain, DayNow)
