"""Who is at the door: an account that signed in, with the roles it holds and where they hold."""

from domain.account.commands import Role, Scope
from domain.account.state import Grant
from domain.event import value

__all__ = ["Grant", "Principal", "Role", "Scope"]


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
