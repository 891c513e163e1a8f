"""What each command of the command line needs in a live store, and what of its result who signed in may see.

One table: a command that opens the store and has no line is refused to everybody.
"""

import secrets
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, cast

import msgspec
import orjson

from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.gate import Gate
from infra.access.principal import Principal
from infra.cli.access.session_file import kept_session
from infra.clock import OwnClock
from infra.edges.results import ExportedAnswer, Listing, Payload, Result, to_json
from infra.system import System
from projections.questions import Answer

Arguments = Mapping[str, Any]

COMMANDS = "commands"
"""Each command that is given is checked by itself."""

QUESTIONS = "questions"
"""Each question that is asked goes through the gate."""

NOBODY = "nobody"
"""Nobody does this in a live store."""


PLACES = (
    *("team_id", "institution_id", "resident_id", "contract_id", "visit_id", "member_id"),
    *("family_bed_id", "referral_id", "alliance_id", "account_id", "survey_id"),
)
"""Arguments that say where something belongs."""

HISTORIES_OF = (
    *("contract", "resident", "visit", "bed", "referral", "team", "alliance", "institution", "account", "survey"),
    *("webhook", "care", "notice", "policy", "team-day", "team-week"),
)
"""Records with a history; the operation `contract-history` is that of contracts."""


def _named_place(_: System, arguments: Arguments) -> Arguments:
    return {name: arguments[name] for name in PLACES if name in arguments}


@dataclass(frozen=True, slots=True)
class CallLine:
    """What a function of the command line is to the table of roles: an operation, or one of the words above.

    `also` is checked beside it. `place` gives the arguments by which the gate finds the place.
    """

    operation: str
    also: str | None = None
    place: Callable[[System, Arguments], Arguments] = _named_place


def _team_of_plan(_: System, arguments: Arguments) -> Arguments:
    words = arguments["words"]
    return {"team_id": words[0] if len(words) == 2 else None}


def _team_of_draft(system: System, arguments: Arguments) -> Arguments:
    from infra.planning.leader.publish_draft import read_draft  # noqa: PLC0415 -- loads the solver's rules

    return {"team_id": read_draft(system, arguments["token"].strip().lower(), system.now()).team_id}


def _lines() -> dict[str, CallLine]:
    operations = {
        "records.twins:twins": "resident-twins",
        "finder.search:search_for": "find",
        "roster.board.show:show": "roster-show",
        "roster.day.show_day:show_day": "roster-day",
        "roster.replan:replan": "roster-replan",
        "roster.terms.place:place": "roster-place",
        "roster.terms.list_terms:terms": "roster-terms",
        "roster.explain:explain": "roster-explain",
        "roster.what_if:compare": "roster-what-if",
        "roster.week:week": "roster-week",
        "roster.stored:verify": "roster-verify",
        "roster.stored:replay": "roster-replay",
        "roster.stored:prove": "roster-prove",
        "roster.moment.offer:offer": "roster-offer",
        "roster.moment.offer:take": "roster-take-offer",
        "roster.moment.cover:cover": "roster-cover",
        "roster.moment.notices:notices": "roster-notices",
        "roster.moment.notices:record": "roster-record-notice",
        "operations.travel:check": "travel",
        "operations.travel:forget": "travel",
        "operations.run:run": "run",
        "operations.store:store": "store-live",
        "log.rebuild:rebuild": "projections",
        "streams.status:status": "health",
        "streams.dead_letters:list_letters": "dead-letters",
        "streams.dead_letters:show": "dead-letters",
        "streams.dead_letters:redrive": "dead-letters",
        "streams.clock:clock": "clock",
        "access.reads:of_resident": "reads-of",
        "access.reads:list_exceptional": "exceptional-reads",
        "operations.simulate:simulate": NOBODY,
        "importing.export:export_register": NOBODY,  # live, names are asked question by question
    }
    lines = {f"infra.cli.{name}": CallLine(operation) for name, operation in operations.items()}
    for of in HISTORIES_OF:
        lines[f"infra.cli.records.history.calls:{of.replace('-', '_')}_history"] = CallLine(f"{of}-history")
    for name in ("coverage:coverage", "coverage:who_next", "coverage:fulfilment", "capacity:capacity"):
        lines[f"infra.cli.reports.{name}"] = CallLine(QUESTIONS)
    for name in ("add", "replace_secret", "list_dead", "list_webhooks", "replay"):
        lines[f"infra.cli.feeds.webhook:{name}"] = CallLine("webhooks")
    for name in ("pin", "unpin", "hold", "limit", "apart", "withdraw"):
        lines[f"infra.cli.roster.terms.set_terms:{name}"] = CallLine(COMMANDS)
    return {
        **lines,
        "infra.cli.records.give:give": CallLine(COMMANDS),
        "infra.cli.records.give:give_named": CallLine(COMMANDS),
        "infra.cli.records.ask:ask": CallLine(QUESTIONS),
        "infra.cli.importing.files:import_files": CallLine(COMMANDS, also="import"),
        "infra.cli.roster.plan:plan": CallLine("roster-plan", place=_team_of_plan),
        "infra.cli.roster.terms.publish:publish": CallLine("roster-publish", place=_team_of_draft),
        "infra.cli.feeds.calendar:add": CallLine("calendar"),
        "infra.cli.feeds.calendar:revoke": CallLine("calendar"),
        "infra.cli.feeds.calendar:list_addresses": CallLine("accounts"),
        "infra.cli.log.tail:tail": CallLine("events"),
        "infra.cli.log.tail:show": CallLine("events"),
        "infra.cli.access.sign_in:add": CallLine(COMMANDS),
        "infra.cli.access.sign_in:list_accounts": CallLine(QUESTIONS),
        "infra.cli.access.sign_in:password": CallLine(COMMANDS),
        "infra.cli.access.sign_in:token": CallLine(COMMANDS),
        "infra.http.server.serve:serve": CallLine("run"),
    }


LINES: Mapping[str, CallLine] = _lines()
"""What each function that opens the store needs; other functions open it for themselves (accounts, sign-in)."""


class SignedInCall:
    """One call by somebody who signed in."""

    def __init__(self, system: System, principal: Principal, does: str, arguments: Arguments) -> None:
        self.principal = principal
        self._system = system
        self._request_id = secrets.token_hex(8)
        line = LINES.get(does)
        if line is None or line.operation == NOBODY:
            raise Refused("role-not-allowed", what=does.rpartition(":")[2])
        if does == "infra.cli.operations.store:store":  # it may be about a clock that nothing else accepts
            self._system = copy(system)
            self._system.clock = OwnClock(system.clock.real())
        self._line = line
        if arguments.get("personal") and line.operation == "events":
            self._operation = "events-personal"
        else:
            self._operation = line.operation
        self._place = line.place(self._system, arguments)
        gate = self.gate()
        if line.also is not None:
            gate.check_operation(line.also, **self._place)
        if self._operation not in {COMMANDS, QUESTIONS}:
            gate.check_operation(self._operation, **self._place)
        if self._operation == "run":
            self._system.require_adopted_packs()

    def gate(self) -> Gate:
        """Return a gate for one command or answer."""
        return Gate(self._system, self.principal, self._system.settings.purpose, self._request_id)

    @property
    def actor(self) -> str:
        """Who signed in."""
        return self.principal.account_id

    def ask(self, question: object, file: str | None) -> Answer:
        """Return an answer as they may see it; the read is on record."""
        return self.gate().ask(question, file=file)

    def check_command(self, command: object) -> None:
        """Refuse a command that who signed in may not give."""
        self.gate().check_command(command)

    @property
    def gives_commands(self) -> bool:
        """Tell whether commands are checked one by one."""
        return self._operation == COMMANDS

    def visible(self, result: Result) -> Result:
        """Return what of a result who signed in may see; the read is on record."""
        if self._operation in {COMMANDS, QUESTIONS} or isinstance(result, ExportedAnswer):
            return result
        documents = [orjson.loads(to_json(each)) for each in result.documents()]
        if not documents:
            return result
        plain = documents[0] if len(documents) == 1 else documents
        shown = self.gate().show(self._operation, plain, **self._place)
        if shown == plain:
            return self._named(result)
        try:
            return msgspec.convert(shown, type(result))
        except (msgspec.ValidationError, TypeError):  # a hidden value has no place in the report for people
            return Payload(shown)

    def _named(self, result: Result) -> Result:
        """Return a result with the names next to it only if who signed in sees names; these are on record."""
        if isinstance(result, Listing):
            return replace(result, items=tuple(self._named(each) for each in result.items))
        names: Mapping[str, str] = getattr(result, "names", {})
        if not names or self.gate().sees_names(self._operation, names.keys(), **self._place):
            return result
        return cast(Result, replace(cast("Any", result), names={}))


def admit(system: System, does: str, arguments: Arguments) -> SignedInCall | None:
    """Return the admission of who signed in; None in a store that nothing was recorded in, or that became simulated.

    Refused `not-signed-in`, `password-temporary`, `second-factor-missing`, and as the gate does.
    """
    lives = system.store.lives()
    if lives == "simulated":  # somebody else's first command came after the caller looked
        return None
    if lives is None:
        system.admission = lambda _: _refuse_unless_simulated(system)
        return None
    admission = SignedInCall(system, principal_of(system), does, arguments)
    system.is_lent = True  # what is shown is read after the command has closed the system
    if admission.gives_commands:
        system.admission = admission.check_command
    return admission


def principal_of(system: System) -> Principal:
    """Return who signed in on this machine. Refused `not-signed-in` if nobody did, or the session is over."""
    kept = kept_session(system.settings)
    if kept is None:
        raise Refused("not-signed-in")
    with Access.open(system, second_factor=True) as access:
        principal = access.principal_of_token(kept.token, system.clock.real())
    if principal is None:
        raise Refused("not-signed-in")
    return principal


def _refuse_unless_simulated(system: System) -> None:
    if system.store.begins_as() != "simulated":
        raise Refused("not-signed-in")
