"""Signing in on the command line: in a live store nobody does anything before, and who signed in is the actor."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import Result

from domain.account.commands import Role, Scope
from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.reads import reads_of
from infra.cli.access import group
from infra.cli.access.admission import LINES, admit
from infra.cli.access.session_file import KeptSession, keep_session, session_path
from infra.cli.log import tail
from infra.cli.main import cli
from infra.cli.session import Call, Session
from infra.edges.commands import COMMANDS
from infra.edges.loading import load
from infra.edges.parsing import parse_command
from infra.settings import Settings, from_environment
from infra.store.sqlite import SqliteStore
from infra.wiring import Embedded
from tests.infra.cli.desk import Desk
from tests.infra.cli.first_sign_in import PASSWORD, first_sign_in

Refuses = Callable[[Result, str], None]

OPENS_BY_ITSELF = {f"infra.cli.access.sign_in:{name}" for name in ("login", "logout")}
INSTITUTION = ("institution", "open", "i1", "--name", "East", "--kind", "community-health", "--sector", "public")


def here(desk: Desk, *words: str, stdin: str | None = None) -> Result:
    return desk(*words, now=None, stdin=stdin)


def somebody(resident_id: str, identity_number: str) -> dict[str, Any]:
    """Return the registration of a resident."""
    example: dict[str, Any] = dict(COMMANDS["RegisterResident"].example)
    personal = {**example["personal"], "identity_number": identity_number}
    return {**example, "resident_id": resident_id, "institution_id": "i1", "personal": personal}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A live store in which its administrator has signed in, with a clerk, an auditor and a service."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        environment.setenv("LANG", "C.UTF-8")
        desk = Desk(folder / "data")
        added = here(desk, "account", "add", "boss", "--json")
        assert added.exit_code == 0, added.stderr
        first_sign_in("boss", json.loads(added.stdout)["first_password"], "--data", str(desk.data))
        for words in (
            (*INSTITUTION, "--tier", "1", "--district", "Nanshan"),
            ("do", "FormTeam", json.dumps(COMMANDS["FormTeam"].example)),
            ("account", "add", "clerk", "--role", "clerk", "--scope", "institution", "--scope-id", "i1"),
            ("account", "add", "auditor", "--role", "auditor"),
            ("account", "add", "worker", "--role", "service"),
        ):
            result = here(desk, *words)
            assert result.exit_code == 0, result.stderr
        yield desk


@pytest.fixture
def as_(office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Go on as another account, whose session stands in a file that the setting names."""

    def choose(account_id: str) -> None:
        with Embedded(Settings(data=office.data)) as system, Access.open(system, second_factor=True) as access:
            day = timedelta(days=1)
            opened, _ = access.sessions.open(account_id, ("swk",), datetime.now(UTC), day, day)
        file = tmp_path / f"{account_id}.json"
        keep_session(file, KeptSession(account_id, opened))
        monkeypatch.setenv("JIAYI_TOKEN_FILE", str(file))

    return choose


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        ((*INSTITUTION, "--tier", "1", "--district", "Nanshan"), None),
        (("do", "OpenInstitution", json.dumps(COMMANDS["OpenInstitution"].example)), None),
        (("account", "open", "boss", "--reason", "set-up"), None),
    ],
)
def test_the_first_command_of_a_live_store_opens_its_administrators_account(
    empty: Desk, refused: Refuses, words: tuple[str, ...], stdin: str | None
) -> None:
    refused(here(empty, *words, stdin=stdin), "not-signed-in")
    assert empty.events() == 0


def test_no_line_is_taken_before_somebody_has_signed_in(empty: Desk) -> None:
    line = {"name": "OpenInstitution", "data": COMMANDS["OpenInstitution"].example}
    answered = here(empty, "do", "-", stdin=json.dumps(line))
    assert answered.exit_code == 2
    assert json.loads(answered.stdout)["rule"] == "not-signed-in"
    assert empty.events() == 0


def test_what_starts_while_the_first_command_makes_the_store_simulated_needs_no_sign_in(tmp_path: Path) -> None:
    with Embedded(Settings(data=tmp_path)) as starting:
        assert starting.lives == "live"
        with Embedded(Settings(data=tmp_path, now=datetime(2026, 3, 1, tzinfo=UTC))) as first:
            first.execute(parse_command("OpenInstitution", COMMANDS["OpenInstitution"].example), actor="desk")
        assert admit(starting, "infra.cli.operations.run:run", {}) is None


def test_the_first_account_cannot_be_anything_else(empty: Desk, refused: Refuses) -> None:
    refused(here(empty, "account", "add", "li", "--role", "clerk"), "first-account-administers")


@pytest.mark.parametrize(
    "words",
    [
        ("coverage",),
        ("ask", "Accounts"),
        ("events", "tail"),
        ("roster", "plan", "2026-12-01"),
        ("run", "--until-idle"),
        ("streams", "status"),
        ("account", "add", "li", "--role", "clerk"),
        ("account", "list"),
        ("account", "disable", "boss", "--reason", "review"),
        ("store", "live", "--yes"),
    ],
    ids=" ".join,
)
def test_without_a_session_every_command_and_question_is_refused(
    office: Desk, refused: Refuses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("JIAYI_TOKEN_FILE", str(tmp_path / "nobody.json"))
    before = office.events()
    refused(here(office, *words), "not-signed-in")
    assert office.events() == before


def test_the_actor_is_who_signed_in(office: Desk, refused: Refuses) -> None:
    with SqliteStore(office.data / "events.db") as store:
        (opened,) = store.read("institution-i1")
        account, *_ = store.read("account-boss")
    assert opened.metadata.actor == "boss"
    assert account.metadata.actor == "set-up"
    refused(here(office, "account", "add", "li", "--role", "clerk", "--actor", "somebody"), "actor-fixed")


@pytest.mark.parametrize(
    ("field", "value", "rule"), [("now", "2026-03-02T07:00", "clock-fixed"), ("actor", "somebody", "actor-fixed")]
)
def test_no_line_brings_its_own_time_or_actor_into_a_live_store(
    office: Desk, field: str, value: str, rule: str
) -> None:
    before = office.events()
    line = {"name": "FormTeam", "data": COMMANDS["FormTeam"].example, field: value}
    answered = here(office, "do", "-", stdin=json.dumps(line))
    assert answered.exit_code == 2
    assert json.loads(answered.stdout)["rule"] == rule
    assert office.events() == before


def test_a_session_is_kept_in_a_file_that_nobody_else_can_read(
    office: Desk, refused: Refuses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = session_path(Settings(data=office.data))
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(office.data) not in file.read_text()
    copied = tmp_path / "copied.json"
    copied.write_bytes(file.read_bytes())
    copied.chmod(0o640)
    monkeypatch.setenv("JIAYI_TOKEN_FILE", str(copied))
    refused(here(office, "coverage"), "session-file-open")


def test_no_password_and_no_token_stands_in_the_log(office: Desk) -> None:
    kept = json.loads(session_path(Settings(data=office.data)).read_text())
    written = b"".join(file.read_bytes() for file in office.data.glob("events.db*"))
    for secret in (PASSWORD, kept["token"]):
        assert secret.encode() not in written


def test_a_command_outside_ones_roles_or_scope_is_refused(
    office: Desk, refused: Refuses, as_: Callable[[str], None]
) -> None:
    as_("clerk")
    before = office.events()
    closed = here(office, "institution", "close", "i2", "--closed-on", "2027-01-01")
    refused(closed, "outside-scope")
    refused(here(office, "account", "disable", "auditor", "--reason", "review"), "role-not-allowed")
    refused(here(office, "events", "tail"), "role-not-allowed")
    line = {"name": "CloseInstitution", "data": {"institution_id": "i2", "closed_on": "2027-01-01"}}
    answered = here(office, "do", "-", stdin=json.dumps(line))
    assert json.loads(answered.stdout)["rule"] == "outside-scope"
    assert office.events() == before


def test_an_import_beyond_ones_scope_imports_nothing(
    office: Desk, refused: Refuses, as_: Callable[[str], None], tmp_path: Path
) -> None:
    as_("clerk")
    before = office.events()
    file = tmp_path / "institutions.csv"
    file.write_text(
        "institution_id,name,kind,sector,tier,district\ni7,West,community-health,public,1,Futian\n", encoding="utf-8"
    )
    refused(here(office, "import", str(file), "--as", "institutions"), "outside-scope")
    assert office.events() == before


def test_what_somebody_may_not_see_is_hidden_and_the_read_is_on_record(
    office: Desk, as_: Callable[[str], None]
) -> None:
    resident: dict[str, Any] = {**COMMANDS["RegisterResident"].example, "resident_id": "r9", "institution_id": "i1"}
    as_("clerk")
    assert here(office, "do", "RegisterResident", json.dumps(resident)).exit_code == 0
    name = resident["personal"]["name"]
    assert name in here(office, "ask", "ResidentCard", '{"resident_id": "r9"}').stdout
    as_("auditor")
    seen = here(office, "ask", "ResidentCard", '{"resident_id": "r9"}')
    assert seen.exit_code == 0, seen.stderr
    assert name not in seen.stdout
    with Embedded(Settings(data=office.data)) as system:
        readers = [read.account_id for read in reads_of(system).of_resident("r9", None, 10)]
    assert readers == ["auditor", "clerk"]


def test_who_has_seen_a_record_is_told_to_an_auditor_and_the_resident_and_that_is_on_record(
    office: Desk, refused: Refuses, as_: Callable[[str], None]
) -> None:
    resident = somebody("r8", "440300197001010041")
    as_("clerk")
    assert here(office, "do", "RegisterResident", json.dumps(resident)).exit_code == 0
    here(office, "ask", "ResidentCard", '{"resident_id": "r8"}')
    refused(here(office, "reads", "of", "r8"), "role-not-allowed")
    as_("auditor")
    seen = [json.loads(line) for line in here(office, "reads", "of", "r8", "--json").stdout.splitlines()]
    assert [(read["account_id"], read["what"], read["outcome"]) for read in seen] == [
        ("clerk", "reads-of", "refused"),
        ("clerk", "ResidentCard", "shown"),
    ]
    shown = here(office, "reads", "of", "r8", "--limit", "1")
    assert "auditor" in shown.stdout
    assert resident["personal"]["name"] not in shown.stdout
    refused(here(office, "reads", "of", "nobody"), "resident-not-registered")


def test_reads_for_an_audit_are_told_to_an_auditor_on_the_command_line(
    office: Desk, as_: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_("auditor")
    monkeypatch.setenv("JIAYI_PURPOSE", "complaint")
    assert here(office, "ask", "ResidentCard", '{"resident_id": "r8"}').exit_code == 0
    (read,) = (json.loads(here(office, "reads", "exceptional", "--limit", "1", "--json").stdout),)
    assert (read["account_id"], read["purpose"], read["residents"]) == ("auditor", "complaint", 1)
    assert "resident_id" not in read


def test_packs_that_nobody_adopted_decide_nothing_until_an_administrator_adopts_them(
    office: Desk, refused: Refuses, as_: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIAYI_REGION", "CN")
    resident = json.dumps(somebody("r7", "440300197001010068"))
    as_("clerk")
    refused(here(office, "do", "RegisterResident", resident), "packs-not-adopted")
    refused(here(office, "policy", "adopt", "CN", "--reason", "correction"), "role-not-allowed")
    as_("worker")
    refused(here(office, "run", "--until-idle"), "packs-not-adopted")
    monkeypatch.delenv("JIAYI_TOKEN_FILE")
    assert here(office, "policy", "adopt", "CN", "--reason", "correction").exit_code == 0
    as_("clerk")
    assert here(office, "do", "RegisterResident", resident).exit_code == 0
    monkeypatch.delenv("JIAYI_TOKEN_FILE")
    assert here(office, "policy", "adopt", "SZ", "--reason", "correction").exit_code == 0
    rows = json.loads(here(office, "ask", "AdoptedPacks").stdout)
    assert [(row["packs"], row["reason"], row["adopted_by"]) for row in rows if row["version"] == "CN-2017"] == [
        ("SZ", "correction", "boss"),
        ("CN", "correction", "boss"),
        ("SZ", "set-up", "set-up"),
    ]


def test_who_follows_the_log_sees_nothing_more_once_their_session_is_over(
    office: Desk, as_: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_("auditor")
    monkeypatch.setattr(tail, "WAIT_SECONDS", 0.0)
    settings = replace(from_environment(), data=office.data)
    call = Call("infra.cli.log.tail:tail", {})
    session = Session(settings, emit=print, notify=print, narrate=print, steps=nullcontext, call=call)  # type: ignore[arg-type]
    with session.open() as system:
        still_admitted = tail.readmission(session, system)
        still_admitted()
        with Access.open(system) as access:
            access.sessions.end("auditor")
        with pytest.raises(Refused, match="not-signed-in"):
            still_admitted()
    call.close()


def test_a_service_account_runs_the_system_with_a_token_in_a_file(
    office: Desk, refused: Refuses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "worker.json"
    refused(here(office, "run", "--until-idle"), "role-not-allowed")
    written = here(office, "account", "token", "worker", "--to", str(file))
    assert written.exit_code == 0, written.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("JIAYI_TOKEN_FILE", str(file))
    assert here(office, "run", "--until-idle").exit_code == 0
    refused(here(office, "account", "list"), "role-not-allowed")


def test_an_administrator_sets_another_first_password_and_others_do_not(
    office: Desk, refused: Refuses, as_: Callable[[str], None]
) -> None:
    again = here(office, "account", "password", "auditor", "--json")
    assert len(json.loads(again.stdout)["first_password"]) == 23
    as_("clerk")
    refused(here(office, "account", "password", "auditor"), "role-not-allowed")


def test_whoever_signs_out_is_nobody(office: Desk, refused: Refuses, as_: Callable[[str], None]) -> None:
    as_("auditor")
    assert here(office, "coverage").exit_code == 0
    file = Path(os.environ["JIAYI_TOKEN_FILE"])
    copied = file.read_bytes()
    assert here(office, "logout").stdout == "Signed out.\n"
    assert not file.exists()
    file.write_bytes(copied)
    file.chmod(0o600)
    refused(here(office, "coverage"), "not-signed-in")


def test_nobody_signs_in_to_a_simulated_store(desk: Desk, refused: Refuses) -> None:
    refused(desk("login", "boss", stdin="secret\n"), "sign-in-not-needed")
    added = desk("account", "add", "li", "--role", "clerk")
    assert added.exit_code == 0, added.stderr


def test_every_function_that_opens_the_store_says_what_it_needs() -> None:
    opening = {does for does in functions_of(cli) if opens_store(does)}
    assert opening - OPENS_BY_ITSELF == LINES.keys()


def test_the_declarations_know_every_role_and_scope() -> None:
    assert set(group.ROLES) == set(get_args(Role))
    assert set(group.SCOPES) == set(get_args(Scope))


def functions_of(command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from functions_of(inner)
        return
    callback: Any = command.callback
    yield callback.args[0]


def opens_store(does: str) -> bool:
    """Tell whether a function opens the store of its session: by itself, or in another one of its module."""
    function = load(does)
    source = inspect.getsource(sys.modules[function.__module__])
    return "session.open(" in source or "_opened(session" in source


def test_a_history_is_a_file_for_those_who_may_export_and_ones_own_account_has_one(
    office: Desk, as_: Callable[[str], None], refused: Refuses, tmp_path: Path
) -> None:
    file = tmp_path / "i1.csv"
    refused(here(office, "institution", "history", "i1", "--to", str(file)), "role-not-allowed")
    assert not file.exists()
    as_("auditor")
    assert here(office, "institution", "history", "i1", "--to", str(file)).exit_code == 0
    assert "institution.opened.v1" in file.read_text(encoding="utf-8-sig")
    with Embedded(Settings(data=office.data)) as system:
        assert reads_of(system).newest(limit=1)[0].what == "institution-history.csv"
    assert here(office, "account", "history", "clerk").exit_code == 0
    as_("clerk")
    own = [json.loads(line) for line in here(office, "account", "history", "clerk", "--json").stdout.splitlines()]
    assert {each["actor"] for each in own} == {"boss"}
    refused(here(office, "account", "history", "auditor"), "outside-scope")
