"""Levels: how much of each kind of personal value a role sees, without a purpose and with one."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from infra.access.principal import Role

Kind = Literal["name", "phone", "identity", "address", "birth", "findings", "care", "absence"]
"""Kinds of personal values.

`findings`: diagnoses, measured values, advice, outcomes. `care`: key groups, and what a visit or a service is for.
`absence`: why a member is away.
"""

Level = Literal["none", "masked", "full"]
LEVELS: tuple[Level, ...] = get_args(Level)

Purpose = Literal["treatment", "emergency", "administration", "payment", "complaint", "inspection", "quality-review"]
"""Why somebody reads. The purposes of an audit open values to an auditor that are masked otherwise."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
AUDIT_PURPOSES: frozenset[Purpose] = frozenset({"payment", "complaint", "inspection", "quality-review"})

USUAL_PURPOSE: Mapping[Role, Purpose | None] = {
    "member": "treatment",
    "leader": "treatment",
    "clerk": "administration",
    "auditor": None,
    "operator": "administration",
    "administrator": "administration",
    "resident": None,
    "hospital": "treatment",
    "service": "administration",
}
"""Why each role reads where no purpose is named. A resident needs none for their own record."""

_CARING: dict[Kind, Level] = {
    "name": "full",
    "phone": "full",
    "identity": "masked",
    "address": "full",
    "birth": "full",
    "findings": "full",
    "care": "full",
    "absence": "masked",
}
_EVERY: dict[Kind, Level] = dict.fromkeys(get_args(Kind), "full")
_NONE: dict[Kind, Level] = dict.fromkeys(get_args(Kind), "none")
_MASKED: dict[Kind, Level] = dict.fromkeys(get_args(Kind), "masked")

OF_ROLE: Mapping[Role, Mapping[Kind, Level]] = {
    "member": _CARING,
    "leader": {**_CARING, "absence": "full"},
    "clerk": {**_EVERY, "findings": "none"},
    "auditor": _MASKED,
    "operator": _NONE,
    "administrator": {**_NONE, "absence": "masked"},
    "resident": _EVERY,
    "hospital": {**_CARING, "address": "masked", "absence": "none"},
    "service": _NONE,
}
"""What each role sees inside its scope."""


def levels_of(roles: Iterable[Role], purpose: Purpose | None) -> dict[Kind, Level]:
    """Return the level of each kind for somebody who has these roles: the highest of any of them."""
    levels = dict(_NONE)
    for role in roles:
        of_role = _EVERY if role == "auditor" and purpose in AUDIT_PURPOSES else OF_ROLE[role]
        for kind, level in of_role.items():
            if LEVELS.index(level) > LEVELS.index(levels[kind]):
                levels[kind] = level
    return levels
