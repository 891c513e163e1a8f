"""Slots that hospitals hold for family doctors, and those that were used, by alliance."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.alliance.events import AllianceFormed, InstitutionAdmitted, SlotsHeld
from domain.referral.events import ReferralWithdrawn
from infra.rows.sqlite import SqliteRows
from projections.resources.green_channel import GreenChannel
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.rules import holds

MARCH = date(2026, 3, 1)
FORMED = AllianceFormed(alliance_id="county", name="县域医联体", institution_id="city-3", formed_on=date(2026, 1, 1))
ADMITTED = InstitutionAdmitted(alliance_id="county", institution_id="fuhai", from_day=date(2026, 1, 1))
HELD = SlotsHeld(alliance_id="county", institution_id="city-3", specialty="cardiology", month=MARCH, slots=20)
ACCEPTED = replace(b.ACCEPTED, green_channel=True, specialty="cardiology")
ALL = (b.CENTRE, b.HOSPITAL, b.TEAM_1, FORMED, ADMITTED, HELD, b.REFERRED)


def channel(rows: SqliteRows, first: date = MARCH, last: date = date(2026, 3, 31)) -> dict[str, Any]:
    (alliance,) = answer(GreenChannel(first=first, last=last), rows)
    return {name: alliance[name] for name in ("held", "used", "share")}


@holds("A8.18")
def test_an_accepted_referral_of_the_channel_uses_one_of_the_slots_held(rows_of: RowsOf) -> None:
    rows = rows_of(*ALL, ACCEPTED)
    assert channel(rows) == {"held": 20, "used": 1, "share": 0.05}
    (alliance,) = answer(GreenChannel(first=MARCH, last=MARCH, alliance_id="county"), rows)
    assert alliance["slots"] == [
        {"month": "2026-03-01", "institution_id": "city-3", "specialty": "cardiology", "held": 20, "used": 1}
    ]


def test_an_ordinary_referral_uses_none_and_a_withdrawn_one_gives_it_back(rows_of: RowsOf) -> None:
    assert channel(rows_of(*ALL, b.ACCEPTED))["used"] == 0
    withdrawn = ReferralWithdrawn(referral_id="f1", resident_id="wang", team_id="team-1", reason="went-elsewhere")
    assert channel(rows_of(*ALL, ACCEPTED, replace(withdrawn, referral_id=ACCEPTED.referral_id)))["used"] == 0


def test_each_month_has_its_slots_and_another_number_replaces_them(rows_of: RowsOf) -> None:
    april = replace(HELD, month=date(2026, 4, 1), slots=5)
    rows = rows_of(*ALL, april, replace(HELD, slots=10))
    assert channel(rows)["held"] == 10
    assert channel(rows, last=date(2026, 4, 30))["held"] == 15


def test_a_team_outside_the_alliance_uses_none_of_its_slots(rows_of: RowsOf) -> None:
    assert channel(rows_of(*(each for each in ALL if each is not ADMITTED), ACCEPTED))["used"] == 0
