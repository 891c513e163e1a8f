"""Residents who died, have moved or will move, for the tests of what ends then."""

from dataclasses import replace
from datetime import date

from domain.resident.events import ResidentDeparted
from tests.domain.builders import (
    TOMORROW,
    YESTERDAY,
)

SUNDAY = date(2026, 3, 8)
DIED = ResidentDeparted(resident_id="wang", reason="died", last_day=YESTERDAY)
MOVED = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=YESTERDAY)
WILL_MOVE = replace(MOVED, last_day=TOMORROW)
