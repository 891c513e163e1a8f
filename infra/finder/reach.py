"""Whose records a search may look through: by the roles of who asks, and by what they see of names and numbers."""

from collections.abc import Iterable

from domain.decider import Refused
from infra.access.gate import Gate
from infra.access.levels import Kind, Level, levels_of
from infra.access.principal import Grant
from projections.access.searched import ScopeKind, SearchScope
from projections.accounts import Accounts
from projections.teams import TeamMembers

EVERYWHERE = SearchScope(kind="everywhere")


class SearchReach:
    """What one search sees; `gate` is None in a simulated store, where everybody sees everything."""

    def __init__(self, gate: Gate | None) -> None:
        self._gate = gate

    def may_compare(self, kind: Kind, *levels: Level) -> bool:
        """Say whether any role sees a kind of value at one of these levels, so that it may be compared."""
        return self._gate is None or bool(self._grants(kind, levels))

    def scopes(self, kind: Kind) -> list[SearchScope]:
        """Return the places whose residents' values of a kind are seen in full; a member's own are no place."""
        if self._gate is None:
            return [EVERYWHERE]
        scopes = [scope for grant in self._grants(kind, ("full",)) if (scope := self._scope(grant)) is not None]
        return [EVERYWHERE] if EVERYWHERE in scopes else list(dict.fromkeys(scopes))

    def visited(self) -> frozenset[str]:
        """Return the residents of a member's own visits."""
        if self._gate is None or self._gate.principal.member_id is None:
            return frozenset()
        is_member = any(grant.role == "member" for grant in self._gate.principal.grants)
        return self._gate.places.visited(self._gate.principal.member_id) if is_member else frozenset()

    def reaches(self, resident_id: str, kind: Kind, *levels: Level) -> bool:
        """Say whether a role that sees a kind of value at one of these levels reaches a resident."""
        if self._gate is None:
            return True
        places, principal = self._gate.places, self._gate.principal
        circle = places.resident(resident_id)
        return any(places.covers(principal, grant, circle) for grant in self._grants(kind, levels))

    def shows_staff(self, kind: str, team_id: str | None) -> bool:
        """Say whether a member of a team, or an account, is shown: to those who may list them."""
        if self._gate is None or kind not in {"member", "account"}:
            return True
        try:
            return self._gate.may_ask(Accounts() if kind == "account" else TeamMembers(team_id=str(team_id)))
        except Refused:  # none of their roles lists them
            return False

    def _grants(self, kind: Kind, levels: Iterable[Level]) -> list[Grant]:
        assert self._gate is not None
        purpose, grants = self._gate.purpose, self._gate.principal.grants
        return [
            grant for grant in grants if grant.role in SEARCHING and levels_of((grant.role,), purpose)[kind] in levels
        ]

    def _scope(self, grant: Grant) -> SearchScope | None:
        assert self._gate is not None
        if grant.role == "member":
            return None
        if grant.role == "hospital":
            return SearchScope(kind="hospital", scope_id=str(self._gate.principal.hospital_id))
        kind: ScopeKind = grant.scope
        return SearchScope(kind=kind, scope_id=grant.scope_id or "")


SEARCHING = frozenset({"member", "leader", "clerk", "auditor", "administrator", "hospital"})
"""Roles that search."""
