import re
from datetime import date
from pathlib import Path

from domain.resident.commands import CorrectPersonalDetails, Personal
from infra.planning.plan_day import plan_day
from infra.settings import Settings
from infra.simulate import simulate
from infra.wiring import open_system
from schedulers.problem import Budget
from tests.small_town import MONDAY, bed, centre, personal, run_commands, signed, town

PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[^"]+')
"""Of JSON: strings with their quotation marks, and what stands between them."""


def secrets_of(person: Personal) -> list[str]:
    return [person.name, person.phone, person.identity_number, person.address]


def test_nothing_personal_of_a_simulated_resident_stands_in_any_event_but_the_residents_own(tmp_path: Path) -> None:
    with open_system(Settings(data=tmp_path)) as system:
        simulate(system, teams=1, days=3, seed=11)
        everything = system.store.after(0, 10**6)
        names: set[str] = set()
        for row in system.rows.ask("SELECT name, phone, address FROM residents_v1"):
            names |= {str(row["phone"]), str(row["address"]), str(row["name"])}
        assert len(names) > 1000
        numbers = {
            recorded.event.personal.identity_number  # type: ignore[attr-defined]
            for recorded in everything
            if recorded.name == "resident.registered.v1"
        }
        others = b"\n".join(
            recorded.state + recorded.metadata_state
            for recorded in everything
            if not recorded.stream.startswith("resident-")
        ).decode()
        said = "\n".join(set(PIECES.findall(others)))  # the same pieces come again in thousands of events
        # A two-character name may be part of a street or a centre, so only whole JSON values are looked for.
        leaked = [word for word in names | numbers if f'"{word}"' in said or (len(word) > 3 and word in said)]
        assert leaked == []


def test_the_stored_problem_of_a_roster_holds_no_name_and_no_place(tmp_path: Path) -> None:
    home = personal("欧阳测试", x=1234567, y=7654321)
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *bed("li"))
        run_commands(system, CorrectPersonalDetails(resident_id="li", personal=home))
        plan_day(system, MONDAY, budget=Budget(iterations=500))
        (row,) = system.rows.ask("SELECT problem_digest FROM rosters_v1")
        document = (system.store.document(str(row["problem_digest"])) or b"").decode()
        assert "bed-of-li.bed-round.1" in document
        for secret in [*secrets_of(home), str(home.home_x), str(home.home_y), str(date(1970, 1, 1))]:
            assert secret not in document
