"""Every rule of the field, chapter by chapter, each with its source and the code that keeps it."""

from domain.rulebook import access, beds, care, contracts, groups, packages, papers, referrals, rosters, teams, visits
from domain.rulebook.rule import RecordedBy, Rule

__all__ = ["RULEBOOK", "Rule", "rule_of_refusal", "rules_of"]

RULEBOOK: tuple[Rule, ...] = (
    *contracts.RULES,
    *teams.RULES,
    *groups.RULES,
    *care.RULES,
    *visits.RULES,
    *beds.RULES,
    *referrals.RULES,
    *packages.RULES,
    *papers.RULES,
    *rosters.RULES,
    *access.RULES,
)

MOST_RULES = 3
"""The most rules that an event names."""

_BY_EVENT: dict[type, list[tuple[RecordedBy, str]]] = {}
for _rule in RULEBOOK:
    for _recorded in _rule.events:
        _BY_EVENT.setdefault(_recorded.event, []).append((_recorded, _rule.number))

_BY_REFUSAL = {refusal: rule.number for rule in RULEBOOK for refusal in rule.refusals}


def rules_of(event: object) -> tuple[str, ...]:
    """Return the numbers of the rules whose outcome an event carries, `MOST_RULES` at most."""
    return tuple(dict.fromkeys(number for recorded, number in _BY_EVENT.get(type(event), ()) if recorded.fits(event)))


def rule_of_refusal(refusal: str) -> str | None:
    """Return the number of the rule that refuses so; None for a refusal that is no rule of the field."""
    return _BY_REFUSAL.get(refusal)
