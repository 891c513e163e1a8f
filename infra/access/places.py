"""Places: to which teams, institutions and people a command, a question or a row belongs, and whose scope covers it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from domain.local_time import local_day
from infra.access.principal import Grant, Principal
from infra.settings import OWN_VISIT_DAYS
from projections import accounts
from projections.access import care_circle
from projections.access.care_circle import NOBODY, Circle
from projections.questions import Row, Rows

Fields = Mapping[str, Any]
"""Fields of a command or a question, or arguments of an operation, by name."""


class Places:
    """Looks places up in the rows as of a day. It remembers what it has read: one object serves one request."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self._rows = rows
        self._now = now
        self._today = local_day(now)
        self._since = self._today - timedelta(days=OWN_VISIT_DAYS)
        self._residents: dict[str, Circle] = {}
        self._visited: dict[str, frozenset[str]] = {}
        self._seats: dict[str, frozenset[str]] = {}

    @cached_property
    def _institutions(self) -> dict[str, str]:
        return care_circle.institutions_of_teams(self._rows)

    @cached_property
    def _districts(self) -> dict[str, str]:
        return care_circle.districts_of_institutions(self._rows)

    def resident(self, resident_id: str) -> Circle:
        """Return who cares for a resident."""
        if resident_id not in self._residents:
            circle = care_circle.circle_of_resident(self._rows, resident_id, self._today, self._since)
            self._residents[resident_id] = circle
        return self._residents[resident_id]

    def of_resident_and(self, circle: Circle | None) -> Circle:
        """Return the circle of something that one resident has, with those who visit that resident."""
        if circle is None:
            return NOBODY
        visitors = [self.resident(each).member_ids for each in circle.resident_ids]
        return circle.joined(Circle(member_ids=frozenset().union(*visitors)))

    def visit(self, visit_id: str) -> Circle:
        """Return the circle of a visit."""
        return care_circle.circle_of_visit(self._rows, visit_id) or NOBODY

    def contract(self, contract_id: str) -> Circle:
        """Return the circle of a contract."""
        return self.of_resident_and(care_circle.circle_of_contract(self._rows, contract_id))

    def bed(self, family_bed_id: str) -> Circle:
        """Return the circle of a family bed."""
        return care_circle.circle_of_bed(self._rows, family_bed_id, self._since) or NOBODY

    def referral(self, referral_id: str) -> Circle:
        """Return the circle of a referral."""
        return self.of_resident_and(care_circle.circle_of_referral(self._rows, referral_id))

    def survey(self, survey_id: str) -> Circle:
        """Return the circle of the resident who answered a survey."""
        resident_id = care_circle.resident_of_survey(self._rows, survey_id)
        return NOBODY if resident_id is None else self.resident(resident_id)

    def absence(self, team_id: str, absence_id: str) -> Circle:
        """Return the circle of a member's absence."""
        return care_circle.circle_of_absence(self._rows, team_id, absence_id)

    def insiders(self, institution_id: str) -> Circle:
        """Return an institution with all of its teams: what is true of it concerns each of them."""
        teams = {team for team, institution in self._institutions.items() if institution == institution_id}
        return Circle(team_ids=frozenset(teams), institution_ids=frozenset({institution_id}))

    def alliance(self, alliance_id: str) -> Circle:
        """Return the leading institution of an alliance."""
        leading = care_circle.leading_institution(self._rows, alliance_id)
        return Circle(institution_ids=frozenset({leading})) if leading else NOBODY

    def household(self, household_id: str) -> list[Circle]:
        """Return the circles of the residents of a household."""
        return [self.resident(each) for each in sorted(care_circle.household_members(self._rows, household_id))]

    def member(self, member_id: str) -> Circle:
        """Return the teams of a member of today."""
        return Circle(team_ids=self.seats(member_id), member_ids=frozenset({member_id}))

    def seats(self, member_id: str) -> frozenset[str]:
        """Return the teams in which a member has a seat today."""
        if member_id not in self._seats:
            self._seats[member_id] = care_circle.teams_of_member(self._rows, member_id, self._today)
        return self._seats[member_id]

    def account(self, account_id: str) -> list[Circle]:
        """Return the places of the roles that an account holds; none of an account without a role.

        One that nobody has lies outside every scope, as another's does.
        """
        if accounts.account_named(self._rows, account_id) is None:
            return [NOBODY]
        held = accounts.grants_at(self._rows, account_id, self._now)
        return [self.grant(account_id, str(each["role"]), str(each["scope"]), each["scope_id"]) for each in held]

    def grant(self, account_id: str, role: str, scope: str, scope_id: str | None) -> Circle:
        """Return the place of a role: its scope, or the person for whom the account stands."""
        account = accounts.account_named(self._rows, account_id) or {}
        match role, scope:
            case "resident", _:
                return self.resident(str(account.get("resident_id")))
            case "hospital", _:
                return Circle(institution_ids=care_circle.ids_of(account, "hospital_id"))
            case _, "team":
                return Circle(team_ids=frozenset({str(scope_id)}))
            case _, "institution":
                return Circle(institution_ids=frozenset({str(scope_id)}))
            case _, "district":
                return Circle(districts=frozenset({str(scope_id)}))
        return NOBODY

    def row(self, row: Row) -> Circle:
        """Return the circle of a row of an answer; of one that names a resident and no team, that of the resident."""
        circle = care_circle.circle_of_row(row)
        if circle.team_ids or circle.member_ids or circle.hospital_ids or len(circle.resident_ids) != 1:
            return circle
        (resident_id,) = circle.resident_ids
        return circle.joined(self.resident(resident_id))

    def visited(self, member_id: str) -> frozenset[str]:
        """Return the residents of a member's own visits."""
        if member_id not in self._visited:
            teams = self.seats(member_id)
            self._visited[member_id] = care_circle.residents_visited(self._rows, member_id, teams, self._since)
        return self._visited[member_id]

    def covers(self, principal: Principal, grant: Grant, circle: Circle) -> bool:
        """Say whether a role reaches a place: a member's own visits, a resident's own record, else by its scope."""
        match grant.role:
            case "member":
                return principal.member_id is not None and (
                    principal.member_id in circle.member_ids
                    or (not circle.member_ids and bool(circle.resident_ids & self.visited(principal.member_id)))
                )
            case "resident":
                return principal.resident_id is not None and circle.resident_ids == {principal.resident_id}
            case "hospital":
                return principal.hospital_id in circle.hospital_ids
            case _:
                return self.within(grant, circle)

    def within(self, grant: Grant, circle: Circle) -> bool:
        """Say whether a place lies inside the scope of a grant."""
        match grant.scope:
            case "everywhere":
                return True
            case "team":
                return grant.scope_id in circle.team_ids
            case "institution":
                return grant.scope_id in self._institutions_of(circle)
            case "district":
                of_institutions = {self._districts.get(each) for each in self._institutions_of(circle)}
                return grant.scope_id in circle.districts | of_institutions

    def _institutions_of(self, circle: Circle) -> frozenset[str]:
        of_teams = {self._institutions[team] for team in circle.team_ids if team in self._institutions}
        return circle.institution_ids | of_teams

    def has_team(self, grant: Grant, circle: Circle) -> bool:
        """Say whether the team of a grant belongs to an institution of a place."""
        return grant.scope == "team" and self._institutions.get(str(grant.scope_id)) in circle.institution_ids

    def works_in(self, principal: Principal, grant: Grant, circle: Circle) -> bool:
        """Say whether a member belongs to the team of a place, by the grant or by a seat, a guest's, too.

        What belongs to one person of the team, a resident or a colleague, is not the team's.
        """
        if grant.role != "member" or not circle.team_ids or circle.resident_ids or circle.member_ids:
            return False
        in_scope = grant.scope != "everywhere" and self.within(grant, circle)
        return in_scope or bool(principal.member_id and circle.team_ids & self.seats(principal.member_id))


def team(_: Places, fields: Fields) -> list[Circle]:
    """Return the place of a team; without one the whole city."""
    return [Circle(team_ids=_ids(fields, "team_id"))]


def institution(_: Places, fields: Fields) -> list[Circle]:
    """Return the place of an institution; without one the whole city."""
    return [Circle(institution_ids=_ids(fields, "institution_id"))]


def team_and(finder: Callable[[Places, Fields], Circle]) -> Callable[[Places, Fields], list[Circle]]:
    """Return a finder of two places, both of which must be covered: the team's, and another."""
    return lambda places, fields: [*team(places, fields), finder(places, fields)]


def insiders(places: Places, fields: Fields) -> list[Circle]:
    """Return a team, or an institution with its teams; with neither the whole city."""
    if fields.get("team_id"):
        return team(places, fields)
    return [places.insiders(fields["institution_id"])] if fields.get("institution_id") else [NOBODY]


def team_or_institution(places: Places, fields: Fields) -> list[Circle]:
    """Return a team, or else an institution; without either the whole city."""
    return team(places, fields) if fields.get("team_id") else institution(places, fields)


def hospital(_: Places, fields: Fields) -> list[Circle]:
    """Return the place of a team and of a hospital, each if it is named."""
    return [Circle(team_ids=_ids(fields, "team_id"), hospital_ids=_ids(fields, "institution_id"))]


def of_rows(_: Places, __: Fields) -> list[Circle]:
    """Return no place: each row of the answer says by itself where it belongs."""
    return []


FINDERS: Mapping[str, Callable[[Places, Fields], list[Circle]]] = {
    "anywhere": of_rows,
    "by-row": of_rows,
    "city": lambda _, __: [NOBODY],
    "team": team,
    "institution": institution,
    "new-institution": lambda _, fields: [Circle(districts=_ids(fields, "district"))],
    "team-or-institution": team_or_institution,
    "insiders": insiders,
    "hospital": hospital,
    "grant": lambda places, fields: [
        places.grant(fields["account_id"], fields["role"], fields["scope"], fields["scope_id"])
    ],
    "account": lambda places, fields: places.account(fields["account_id"]),
    "own-account": of_rows,
    "resident": lambda places, fields: [places.resident(fields["resident_id"])],
    "visit": lambda places, fields: [places.visit(fields["visit_id"])],
    "contract": lambda places, fields: [places.contract(fields["contract_id"])],
    "bed": lambda places, fields: [places.bed(fields["family_bed_id"])],
    "survey": lambda places, fields: [places.survey(fields["survey_id"])],
    "referral": lambda places, fields: [places.referral(fields["referral_id"])],
    "alliance": lambda places, fields: [places.alliance(fields["alliance_id"])],
    "household": lambda places, fields: places.household(fields["household_id"]),
    "member": lambda places, fields: [places.member(fields["member_id"])],
    "absence": lambda places, fields: [places.absence(fields["team_id"], fields["absence_id"])],
    "team-member": lambda _, fields: [Circle(team_ids=_ids(fields, "team_id"), member_ids=_ids(fields, "member_id"))],
    "team-resident": team_and(lambda places, fields: places.resident(fields["resident_id"])),
    "contract-resident": lambda places, fields: [
        places.contract(fields["contract_id"]),
        places.resident(fields["resident_id"]),
    ],
    "team-visit": team_and(lambda places, fields: places.visit(fields["visit_id"])),
    "team-bed": team_and(lambda places, fields: places.bed(fields["family_bed_id"])),
}
"""How the place of a command or question is found: by its fields, or by looking its rows up."""


def _ids(fields: Fields, name: str) -> frozenset[str]:
    value = fields.get(name)
    return frozenset({str(value)}) if value else frozenset()


def residents_named(arguments: Fields) -> frozenset[str]:
    """Return the resident that a question names."""
    return frozenset({str(arguments["resident_id"])}) if arguments.get("resident_id") else frozenset()
