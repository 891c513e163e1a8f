"""Simulates the services at the centre."""

from collections.abc import Iterator
from datetime import date

from domain.care_plan.commands import CompleteCareTask
from domain.care_plan.referral_care import HOSPITAL_KIND
from domain.local_time import at_local
from infra.simulate import figures
from infra.simulate.people.measurements import measured
from infra.simulate.town import TimedCommand, Town, works_on
from projections.care_tasks import due_at_the_centre


class Centre:
    """The centre's consulting rooms, where residents come for due services."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def day(self, day: date) -> Iterator[TimedCommand]:
        """Yield the due services that are done at the centre."""
        if not works_on(day):
            return
        for task in due_at_the_centre(self._town.system.rows, day):
            if task["kind"] == HOSPITAL_KIND:
                continue
            chance = self._town.chance("centre", task["care_task_id"], day)
            if chance.happens(figures.CENTRE_ATTENDANCE):
                yield (
                    at_local(day, chance.random.randint(8 * 60 + 30, 17 * 60)),
                    CompleteCareTask(
                        resident_id=str(task["resident_id"]),
                        care_task_id=str(task["care_task_id"]),
                        done_on=day,
                        measured=measured(str(task["kind"]), str(task["resident_id"]), chance),
                    ),
                )
