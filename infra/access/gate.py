"""The gate: whether somebody may give a command or ask a question, and what they see of the answer.

Every edge goes through it. Deny by default: a command, question or operation without a line starts nothing.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from domain.account.access import BREAKS_GLASS
from domain.decider import Pack, Refused
from domain.event import value
from domain.registry import DECISION_OF
from infra.access.levels import AUDIT_PURPOSES, PURPOSES, USUAL_PURPOSE, Kind, Level, Purpose, levels_of
from infra.access.masks import hide, hide_all
from infra.access.places import FINDERS, Fields, Places, residents_named
from infra.access.principal import Grant, Principal, Role
from infra.access.reads import Outcome, Read, Reads, reads_of, reads_of_resident
from infra.access.roles import COMMAND_LINES, OPERATION_LINES, QUESTION_LINES, AccessRule, missing_lines
from infra.edges.commands import COMMANDS
from projections.access.care_circle import Circle, residents_of_visits
from projections.accounts import records_open_to
from projections.questions import Answer, Row
from projections.registry import QUESTIONS, answer

if TYPE_CHECKING:
    from infra.system import System

SEEN_BY = ("read_id", "at", "account_id", "roles", "purpose", "what", "outcome", "request_id")
"""What somebody learns of a read of their record."""

log = logging.getLogger(__name__)

OWN_ONLY: frozenset[Role] = frozenset({"member", "resident", "hospital"})
"""Roles that reach what is their own, however wide their scope is."""

CARES: frozenset[Role] = frozenset({"member", "leader"})
"""What these may see of a resident, those see who break glass."""

OWN_ACCOUNT = frozenset({"account", "own-account"})
"""Finders of what everybody may do with their own account."""

if missing := missing_lines(COMMANDS, QUESTIONS):
    raise RuntimeError(f"infra/access/roles.py has no line of these, or a line of nothing: {', '.join(missing)}")


@value
class Reach:
    """What somebody may see of an answer: all of it by these grants, or the rows that one of the others covers."""

    whole: tuple[Grant, ...]
    by_row: tuple[Grant, ...] = ()
    residents: frozenset[str] = frozenset()
    emergency: bool = False


@dataclass(slots=True)
class UnrecordedRead:
    """An answer whose read is not on record yet: `record` writes it, before anything of the answer leaves."""

    answer: Any
    seen: Collection[str]
    named: frozenset[str]
    write: Callable[[Collection[str]], None]

    def record(self, shown: Collection[str] | None = None) -> None:
        """Put the read on record: with these residents of the answer if only a part of it is shown, else with all."""
        self.write(self.seen if shown is None else self.named | (set(self.seen) & set(shown)))


class Gate:
    """What one principal may do in one request. `purpose` says why they read, `request_id` names the request.

    Refused `not-signed-in`, `role-not-allowed`, `outside-scope`, `purpose-needed`, `read-purpose-unknown`.
    """

    def __init__(
        self,
        system: "System",
        principal: Principal | None,
        purpose: str | None = None,
        request_id: str | None = None,
    ) -> None:
        if principal is None:
            raise Refused("not-signed-in")
        self.system = system
        self.principal = principal
        self.purpose = purpose_of(purpose)
        self.request_id = request_id
        self.places = Places(system.rows, system.now())
        self._known_levels: dict[frozenset[Role], dict[Kind, Level]] = {}

    def check_command(self, command: object) -> None:
        """Refuse a command that none of the principal's roles may give where it belongs.

        Where packs decide it, they must be those that an administrator adopted: `packs-not-adopted`.
        """
        name = type(command).__name__
        self._reach(name, COMMAND_LINES[name], fields_of(command), reads=False)
        if any(isinstance(source.input, Pack) for source in DECISION_OF[type(command)].sources):
            self.system.require_adopted_packs()

    def check_question(self, question: object) -> None:
        """Refuse a question that none of the principal's roles may ask. `ask` does this itself."""
        name = type(question).__name__
        self._reach(name, QUESTION_LINES[name], fields_of(question))

    def check_operation(self, name: str, **arguments: Any) -> None:
        """Refuse an operation that none of the principal's roles may do; KeyError if it has no line.

        A refused look at a resident is on record.
        """
        self._reach_or_record(name, OPERATION_LINES[name], arguments)

    def ask(self, question: object, *, file: str | None = None) -> Answer:
        """Return the answer as the principal may see it: rows of their scope, values at their level.

        The read is on record before this returns. As a `file` (csv, xlsx) it must be one that the principal may export,
        and it is on record whatever it holds.
        """
        read = self.read(question, file=file)
        read.record()
        return cast(Answer, read.answer)

    def read(self, question: object, *, file: str | None = None) -> UnrecordedRead:
        """Answer as `ask` does, for a reader who is shown a part: the caller records whose."""
        name = type(question).__name__
        line, what = self._as_file(QUESTION_LINES[name], name, file)
        return self._read(what, line, fields_of(question), lambda: answer(question, self.system.rows))

    def _as_file(self, line: AccessRule, name: str, file: str | None) -> tuple[AccessRule, str]:
        """Return the line of an answer and what it is called on record; refused for a file that may not be exported."""
        if file is None:
            return line, name
        self.check_operation("export")
        return replace(line, recorded=True), f"{name}.{file}"

    def may_ask(self, question: object) -> bool:
        """Say whether the principal may ask a question here: for a search that leaves out what others may see."""
        name = type(question).__name__
        try:
            self._reached(name, QUESTION_LINES[name], fields_of(question), reads=True)
        except Refused as refused:
            if refused.rule == "outside-scope":
                return False
            raise
        return True

    def sees_names(self, name: str, visit_ids: Collection[str], **arguments: Any) -> bool:
        """Say whether names of the residents of visits may stand next to what an operation answers.

        If so, they are on record as seen.
        """
        reach = self._reach(name, OPERATION_LINES[name], arguments)
        roles = frozenset(grant.role for grant in reach.whole or reach.by_row)
        if self._levels(roles)["name"] != "full":
            return False
        self._record(name, residents_of_visits(self.system.rows, visit_ids), roles, "shown")
        return True

    def who_has_seen(self, resident_id: str, before: int | None = None, limit: int = 100) -> list[Row]:
        """Return who has seen a resident's record, the newest read first; of others who were seen it says nothing.

        Fields: `read_id`, `at`, `account_id`, `roles`, `purpose`, `what`, `outcome`, `request_id`. The next page is
        `before` the last `read_id` of this one. That somebody asked is on record too. Refused
        `resident-not-registered`.
        """
        self.check_operation("reads-of", resident_id=resident_id)
        reads = reads_of_resident(self.system, resident_id, before, limit)
        rows = [{name: getattr(read, name) for name in SEEN_BY} for read in reads]
        return cast(list[Row], self.show("reads-of", rows, resident_id=resident_id))

    def show(self, name: str, payload: Any, *, file: str | None = None, **arguments: Any) -> Any:
        """Return what an operation answers, in plain data, as the principal may see it; the read is on record.

        As a `file` (csv, xlsx) it is checked and on record as the answer to a question is.
        """
        line, what = self._as_file(OPERATION_LINES[name], name, file)
        read = self._read(what, line, arguments, lambda: payload)
        read.record()
        return read.answer

    def exceptional_reads(self, before: int | None = None, limit: int = 100) -> list[Row]:
        """Return reads that roles alone would not have allowed, the newest first: in an emergency, or for an audit.

        The fields are those of `who_has_seen`, and how many `residents` were seen.
        """
        self.check_operation("exceptional-reads")
        return [
            {**{name: getattr(read, name) for name in SEEN_BY}, "residents": len(read.resident_ids)}
            for read in exceptional(reads_of(self.system), before, limit)
        ]

    def level(self, kind: Kind) -> Level:
        """Return how much the principal sees of a kind of value in the best of cases: for headings and notes."""
        return levels_of(self.principal.roles, self.purpose)[kind]

    @cached_property
    def opened(self) -> frozenset[str]:
        """The residents whose records the principal has opened by breaking glass, and may still see."""
        return records_open_to(self.system.rows, self.principal.account_id, self.system.now())

    def _read(self, name: str, line: AccessRule, arguments: Fields, answers: Callable[[], Any]) -> UnrecordedRead:
        reach = self._reach_or_record(name, line, arguments)
        seen: set[str] = set(reach.residents)
        shown = self._visible(answers(), line, reach, seen)
        roles = frozenset(grant.role for grant in reach.whole or reach.by_row)
        outcome: Outcome = "emergency" if reach.emergency else "shown"

        def write(residents: Collection[str]) -> None:
            if line.recorded:
                self._record(name, residents, roles, outcome)

        return UnrecordedRead(shown, seen, reach.residents, write)

    def _reach_or_record(self, name: str, line: AccessRule, arguments: Fields) -> Reach:
        try:
            return self._reach(name, line, arguments)
        except Refused:
            if line.recorded:
                self._record(name, residents_named(arguments), self.principal.roles, "refused")
            raise

    def _reach(self, name: str, line: AccessRule, arguments: Fields, *, reads: bool = True) -> Reach:
        """Return what may be seen; a refusal is logged with who, for what and in which request, and without ids."""
        try:
            return self._reached(name, line, arguments, reads=reads)
        except Refused as refused:
            who, what = self.principal.account_id, self.request_id or "-"
            log.info("access refused: %s, account %s, %s, request %s", refused.rule, who, name, what)
            raise

    def _reached(self, name: str, line: AccessRule, arguments: Fields, *, reads: bool) -> Reach:
        grants = tuple(grant for grant in self.principal.grants if grant.role in line.roles)
        circles = FINDERS[line.where](self.places, arguments)
        residents = frozenset[str]().union(*(circle.resident_ids for circle in circles))
        caring = tuple(grant for grant in self.principal.grants if grant.role in BREAKS_GLASS)
        may_break = reads and bool(residents) and not line.roles.isdisjoint(CARES) and bool(caring)
        is_outside = not any(self._covers_all(grant, line, circles) for grant in grants)
        if may_break and is_outside and residents <= self.opened:
            return Reach(whole=caring, residents=residents, emergency=True)
        if not grants:
            raise Refused("role-not-allowed", what=name)
        if line.needs_purpose and self.purpose is None:
            raise Refused("purpose-needed", what=name)
        if line.where in OWN_ACCOUNT:
            return Reach(whole=self._grants_on_account(name, line, arguments, grants, circles, reads=reads))
        whole = tuple(grant for grant in grants if self._covers_all(grant, line, circles))
        if whole:
            return Reach(whole=whole, residents=residents)
        by_row = tuple(grant for grant in grants if line.rows is not None and self._sees_rows(grant, circles))
        if not by_row:
            raise Refused("outside-scope", what=name)
        return Reach(whole=(), by_row=by_row, residents=residents)

    def _grants_on_account(
        self,
        name: str,
        line: AccessRule,
        arguments: Fields,
        grants: tuple[Grant, ...],
        circles: list[Circle],
        *,
        reads: bool,
    ) -> tuple[Grant, ...]:
        """Return the roles by which the principal decides about an account: their own, or as an administrator."""
        if arguments["account_id"] == self.principal.account_id:
            return grants
        administers = tuple(
            grant
            for grant in grants
            if line.where == "account"
            and (grant.role == "administrator" or (reads and grant.role == "auditor"))
            and all(self.places.within(grant, circle) for circle in circles)
        )
        if not administers:
            raise Refused("outside-scope", what=name)
        return administers

    def _covers_all(self, grant: Grant, line: AccessRule, circles: list[Circle]) -> bool:
        if line.where == "anywhere":
            return True
        if not circles:  # each row says where it belongs
            return grant.scope == "everywhere" and grant.role not in OWN_ONLY
        return all(
            self.places.covers(self.principal, grant, circle)
            or (line.rows is None and self.places.works_in(self.principal, grant, circle))
            for circle in circles
        )

    def _sees_rows(self, grant: Grant, circles: list[Circle]) -> bool:
        """Say whether a grant may ask although it does not cover the whole answer."""
        match grant.role:
            case "member":
                return all(
                    self.places.works_in(self.principal, grant, each) or not (each.team_ids or each.resident_ids)
                    for each in circles
                )
            case "hospital":
                return not any(circle.hospital_ids for circle in circles)
            case "resident":
                return False
            case _:  # of their institution or the city they see the rows of their own scope
                return not any(circle.team_ids or circle.resident_ids for circle in circles) and all(
                    not circle.institution_ids or self.places.has_team(grant, circle) for circle in circles
                )

    def _visible(self, whole: Any, line: AccessRule, reach: Reach, seen: set[str]) -> Any:
        if whole is None:
            return None
        if line.rows is None:
            return self._masked(whole, line, reach.whole, seen)
        if line.rows == ("",):
            return self._rows(whole, line, reach, seen)
        parts = {part: self._rows(whole[part], line, reach, seen) for part in line.rows if part in whole}
        roles = frozenset(grant.role for grant in reach.whole or reach.by_row)
        return {**hide(whole, line.outside_rows, self._levels(roles)), **parts}

    def _rows(self, rows: Any, line: AccessRule, reach: Reach, seen: set[str]) -> Any:
        if reach.whole:
            return self._masked(rows, line, reach.whole, seen)
        by_row = [(row, self._grants_of_row(row, line, reach.by_row)) for row in rows]
        by_visit = {row["visit_id"]: grants for row, grants in by_row if grants and row.get("visit_id")}
        visible = [(row, grants or by_visit.get(row.get("visit_id"), ())) for row, grants in by_row]  # a visit by two
        return [self._masked(row, line, grants, seen) for row, grants in visible if grants]

    def _masked(self, row: Any, line: AccessRule, grants: Iterable[Grant], seen: set[str]) -> Any:
        if line.recorded:
            seen |= residents_in(row)
        roles = frozenset(grant.role for grant in grants)
        if not line.fields:
            return row
        levels = self._levels(roles)
        return hide_all(row, line.fields, levels)

    def _levels(self, roles: frozenset[Role]) -> dict[Kind, Level]:
        if roles not in self._known_levels:
            self._known_levels[roles] = levels_of(roles, self.purpose)
        return self._known_levels[roles]

    def _grants_of_row(self, row: Row, line: AccessRule, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        circle = self.places.row(row)
        if line.where == "hospital":  # the row's institution is the hospital
            circle = Circle(
                team_ids=circle.team_ids,
                resident_ids=circle.resident_ids,
                member_ids=circle.member_ids,
                hospital_ids=circle.institution_ids,
            )
        return tuple(grant for grant in grants if self.places.covers(self.principal, grant, circle))

    def _record(self, name: str, residents: Iterable[str], roles: Iterable[Role], outcome: Outcome) -> None:
        held = sorted(roles)
        usual = next((USUAL_PURPOSE[role] for role in held if USUAL_PURPOSE[role]), None)
        usual = "emergency" if outcome == "emergency" else usual
        reads_of(self.system).record(
            Read(
                at=self.system.now(),
                account_id=self.principal.account_id,
                session_id=self.principal.session_id,
                roles=tuple(held),
                purpose=self.purpose or usual,
                what=name,
                resident_ids=tuple(sorted(each for each in residents if each)),
                request_id=self.request_id,
                outcome=outcome,
            )
        )


def exceptional(reads: Reads, before: int | None, limit: int) -> list[Read]:
    """Return reads in an emergency, and those in full for an audit, the newest first."""
    known = reads.of_purposes(("emergency", *sorted(AUDIT_PURPOSES)), before, limit)
    return [read for read in known if read.purpose == "emergency" or "auditor" in read.roles]


def purpose_of(purpose: str | None) -> Purpose | None:
    """Return a purpose by its code. Refused `read-purpose-unknown`."""
    if purpose is None:
        return None
    for known in PURPOSES:
        if known == purpose:
            return known
    raise Refused("read-purpose-unknown", value=purpose, known=", ".join(PURPOSES))


def fields_of(command: Any) -> dict[str, Any]:
    """Return the fields of a command or a question by name."""
    return {field.name: getattr(command, field.name) for field in fields(command)}


def residents_in(row: Any) -> set[str]:
    """Return the residents whom plain data name, at any depth."""
    if isinstance(row, Mapping):
        own = {str(row["resident_id"])} if row.get("resident_id") else set()
        own.update(map(str, row.get("resident_ids") or ()))
        return own.union(*(residents_in(each) for each in row.values() if isinstance(each, Mapping | list | tuple)))
    return set().union(*map(residents_in, row)) if isinstance(row, list | tuple) else set()
