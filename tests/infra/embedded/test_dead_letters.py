"""One poison event parks its stream and nothing else, also in the embedded system, until it is redriven."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from domain.contract.commands import TransferContract
from domain.decider import Refused
from domain.resident.commands import CorrectPersonalDetails
from domain.team.commands import FormTeam
from infra import reactions
from infra.cli.main import cli
from infra.command_handler import CommandRequest, execute
from infra.wiring import Embedded
from projections.changes import Change
from projections.residents import RESIDENTS_V1
from projections.timers import due_by
from tests.small_town import SEVEN, centre, member, personal, run_commands, signed, town

REGISTERED = "resident.registered.v1"
LI = "resident-li"


def jiayi(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--data", str(folder)], env={"JIAYI_NOW": SEVEN.isoformat()})


def listed(folder: Path) -> list[dict[str, Any]]:
    return [
        orjson.loads(line) for line in jiayi(folder, "streams", "dead-letters", "list", "--json").stdout.splitlines()
    ]


def failing_for(resident_id: str) -> Callable[[Any], Iterator[Change]]:
    """Return a handler that cannot project one resident's registration."""

    def project(event: Any) -> Iterator[Change]:
        if event.resident_id == resident_id:
            raise ValueError(resident_id)
        yield RESIDENTS_V1.put(event.resident_id, name=event.personal.name)

    return project


def break_projection(system: Embedded, handler: Callable[[Any], Iterator[Change]]) -> None:
    """Let the residents' projection use another handler for registrations."""
    system.rows.handlers = {**system.rows.handlers, REGISTERED: (("residents", handler),)}


def correction(resident_id: str) -> CorrectPersonalDetails:
    return CorrectPersonalDetails(resident_id=resident_id, personal=personal("改名", number=resident_id))


def names(system: Embedded) -> dict[str, str]:
    return {row["resident_id"]: row["name"] for row in system.rows.ask("SELECT resident_id, name FROM residents_v1")}  # type: ignore[misc]  # texts


def state_of(folder: Path, stream: str, state: bytes) -> bytes:
    """Overwrite the stored bytes of a stream's first event, as no program of ours would; return what they were."""
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as file:
        where = "WHERE originator_id = ? AND originator_version = 1"
        (before,) = file.execute(f"SELECT state FROM stored_events {where}", (stream,)).fetchone()
        file.execute(f"UPDATE stored_events SET state = ? {where}", (state, stream))
    return bytes(before)


@pytest.fixture
def poisoned(tmp_path: Path) -> Path:
    """A data folder in which the registration of Li was poison, and a correction came later."""
    with town(tmp_path) as system:
        run_commands(system, *centre())
        break_projection(system, failing_for("li"))
        run_commands(system, signed("li")[0], signed("wang")[0])
        run_commands(system, correction("li"), correction("wang"))
        assert names(system) == {"wang": "改名"}
    return tmp_path


def test_a_command_whose_event_a_projection_cannot_take_still_answers(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre())
        break_projection(system, failing_for("li"))
        answer = system.execute(signed("li")[0], actor="test")
        assert answer.events == (REGISTERED,)
        assert system.rows.position == system.store.last_position()


def test_rows_of_other_streams_go_on_and_later_events_of_the_stream_are_parked(poisoned: Path) -> None:
    letters = [each for each in listed(poisoned) if each["projection"] == "residents"]
    assert [(each["stream"], each["version"], each["reason"]) for each in letters] == [
        (LI, 1, "poison"),
        (LI, 2, "parked"),
    ]
    assert letters[0]["error"].startswith("ValueError at test_dead_letters.py:")


def test_a_letter_is_shown_with_what_waits_behind_it(poisoned: Path) -> None:
    position = next(each["position"] for each in listed(poisoned) if each["reason"] == "poison")
    shown = orjson.loads(jiayi(poisoned, "streams", "dead-letters", "show", str(position), "--json").stdout)
    assert [(each["projection"], each["behind"], each["waits_for"]) for each in shown] == [("residents", 1, None)]


def test_a_mended_program_redrives_the_stream_in_order_and_the_rows_are_those_of_a_straight_build(
    poisoned: Path,
) -> None:
    answer = jiayi(poisoned, "streams", "dead-letters", "redrive", "--json")
    assert answer.exit_code == 0, answer.output
    assert orjson.loads(answer.stdout.splitlines()[0]) == {
        "projection": "residents",
        "stream": LI,
        "taken": 2,
        "waiting": 0,
        "position": None,
        "error": "",
    }
    assert listed(poisoned) == []
    with town(poisoned) as system:
        assert names(system)["li"] == "改名"
        assert system.check_rows("residents") != []  # wang was projected by the broken handler, too
        system.rebuild_rows()
        assert names(system) == {"li": "改名", "wang": "改名"}


def test_an_event_that_still_cannot_be_read_stays_and_all_behind_it(poisoned: Path) -> None:
    before = listed(poisoned)
    state = state_of(poisoned, LI, b"{")
    assert jiayi(poisoned, "streams", "dead-letters", "redrive").exit_code == 1
    assert [each["position"] for each in listed(poisoned)] == [each["position"] for each in before]
    assert listed(poisoned)[0]["error"].startswith("CorruptEvent")
    state_of(poisoned, LI, state)
    assert jiayi(poisoned, "streams", "dead-letters", "redrive").exit_code == 0


def test_rows_that_the_file_does_not_take_are_set_aside_alone(tmp_path: Path) -> None:
    def too_large(event: Any) -> Iterator[Change]:
        yield RESIDENTS_V1.put(event.resident_id, name="x", homebound=2**63 if event.resident_id == "li" else 0)

    with town(tmp_path) as system:
        run_commands(system, *centre())
        break_projection(system, too_large)
        run_commands(system, signed("zhao")[0], signed("li")[0], signed("wang")[0], correction("li"))
        assert set(names(system)) == {"zhao", "wang"}
    letters = [(each["version"], each["reason"], each["error"]) for each in listed(tmp_path)]
    assert letters == [(1, "poison", "rows refused by the database"), (2, "parked", "")]


def test_the_health_counts_the_letters(poisoned: Path) -> None:
    status = orjson.loads(jiayi(poisoned, "streams", "status", "--json").stdout)
    assert status["dead_letters"] == [{"projection": "residents", "poison": 1, "parked": 1}]


def test_a_reaction_that_fails_parks_its_stream_until_it_is_redriven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: Any) -> list[object]:
        raise LookupError(event.contract_id)

    with town(tmp_path) as system, monkeypatch.context() as broken:
        run_commands(system, *centre(), signed("li")[0], signed("wang", ["hypertension"])[0])
        west = FormTeam(
            team_id="west", institution_id="centre", base_x=0, base_y=0, members=(member("gp", 8), member("nurse", 9))
        )
        broken.setitem(reactions.REACTIONS_TO, "contract.signed.v1", (fail,))
        run_commands(system, signed("li")[-1], west)
        run_commands(system, TransferContract(contract_id="contract-of-li", team_id="west", consent=True))
        run_commands(system, *signed("wang", ["hypertension"])[1:-1])
        assert system.store.read("care_plan-li") == []
    letters = [(each["projection"], each["stream"], each["reason"]) for each in listed(tmp_path)]
    assert letters == [
        ("reactions", "contract-contract-of-li", "poison"),
        ("reactions", "contract-contract-of-li", "parked"),
    ]
    answer = jiayi(tmp_path, "streams", "dead-letters", "redrive", "--projection", "reactions", "--json")
    assert (answer.exit_code, orjson.loads(answer.stdout.splitlines()[0])["taken"]) == (0, 2)
    with town(tmp_path) as system:
        assert system.store.read("care_plan-li") != []
    assert listed(tmp_path) == []


def test_a_reaction_that_cannot_be_decided_is_set_aside_and_others_are_run(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"])[:-1], *signed("wang", ["hypertension"])[:-1])
        for name in ("li", "wang"):  # recorded, and nothing has followed yet
            execute(system.store, CommandRequest(signed(name)[-1], name, "test", SEVEN), region="SZ")
    state = state_of(tmp_path, LI, b"{")  # the reaction to a contract reads its resident
    with town(tmp_path) as system:
        system.follower.follow(SEVEN)
        letters = system.dead_letters.find("reactions")
        assert [(each.stream, each.reason) for each in letters] == [("contract-contract-of-li", "poison")]
        assert letters[0].error.startswith("CorruptEvent")
        assert system.store.read("care_plan-wang") != []
    state_of(tmp_path, LI, state)
    with town(tmp_path) as system:
        (result,) = system.dead_letters.redrive(system.dead_letters.find("reactions"))
        assert (result.taken, result.position) == (1, None)
        assert system.store.read("care_plan-li") != []


def test_a_data_folder_of_an_older_program_gets_the_tables_that_it_lacks(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"))
    for file, table in (("rows.db", "dead_letters"), ("work.db", "reaction_letters")):
        with closing(sqlite3.connect(tmp_path / file, isolation_level=None)) as connection:
            connection.execute(f"DROP TABLE {table}")
    with town(tmp_path) as system:
        run_commands(system, *signed("wang"))
        assert system.dead_letters.find() == []
        assert system.check_rows() == []


def test_a_timer_whose_stream_cannot_be_read_does_not_keep_the_others_from_firing(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *signed("wang"))
    state_of(tmp_path, "contract-contract-of-li", b"{")
    with town(tmp_path, SEVEN.replace(year=2027)) as system:
        system.follower.settle(system.now())
        expired = [event.name for event in system.store.read("contract-contract-of-wang")][1:]
        assert expired == ["contract.expired.v1"]


def test_a_timer_that_was_refused_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str | None] = []

    def refuse_all(_: object, commands: list[CommandRequest], *, region: str) -> list[Refused]:  # noqa: ARG001 -- as the real one
        if {each.command_id for each in commands} & set(runs):
            pytest.fail("a refused timer was run again")
        runs.extend(each.command_id for each in commands)
        return [Refused("not-now") for _ in commands]

    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li", ["hypertension"]))
        later = SEVEN.replace(year=2027)
        due = due_by(system.rows, later)
        monkeypatch.setattr(reactions, "execute_all", refuse_all)
        system.follower.settle(later)
        system.follower.settle(later)
        assert len(runs) == len(due) > 0
