"""Who is at the door: an account that signed in, with the roles it holds and where they hold."""

from typing import Literal

from domain.event import value

Role = Literal["member", "leader", "clerk", "auditor", "operator", "administrator", "resident", "hospital", "service"]
"""What an account may be: a service stands for `run`, workers and programs of the city."""

Scope = Literal["everywhere", "district", "institution", "team"]
"""How far a role reaches. The account itself says whose record, day or referrals are its own."""


@value
class Grant:
    """A role within a scope. `scope_id` names the district, institution or team; None everywhere."""

    role: Role
    scope: Scope = "everywhere"
    scope_id: str | None = None


@value
class Principal:
    """An account that signed in.

    `member_id`, `resident_id` and `hospital_id` say for whom the account stands; at most one of them is there.
    `methods` are how it proved itself, as in RFC 8176 (`pwd`, `otp`). `session_id` names the session in records and is
    not the token.
    """

    account_id: str
    grants: tuple[Grant, ...]
    member_id: str | None = None
    resident_id: str | None = None
    hospital_id: str | None = None
    methods: tuple[str, ...] = ()
    session_id: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that it holds anywhere."""
        return frozenset(grant.role for grant in self.grants)
