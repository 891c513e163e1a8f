"""How long visits last by a policy pack, and how long they would last by another one."""

from domain.local_time import MINUTE
from domain.policy_pack.pack import PolicyPack


def minutes_by_purpose(pack: PolicyPack) -> dict[str, int]:
    """Return the minutes of a visit by its purpose; a purpose for which the pack has several is left out."""
    minutes = {(purpose.code, purpose.minutes) for purpose in pack.visit_purposes}
    minutes |= {(rule.kind, rule.minutes) for rule in pack.care}
    minutes |= {
        ("bed-round", pack.round_minutes),
        ("bed-nursing", pack.nurse_round_minutes),
        ("bed-rehabilitation", pack.nurse_round_minutes),
    }
    purposes = [purpose for purpose, _ in minutes]
    return {purpose: each for purpose, each in minutes if purposes.count(purpose) == 1}


def seconds_under(seconds: int, purpose: str | None, pack: PolicyPack, other: PolicyPack) -> int:
    """Return how long a part of a visit of `seconds` by one pack would last by another.

    A duration that did not come from the pack stays, and none is below the other pack's least.
    """
    before, after = (minutes_by_purpose(each).get(purpose or "") for each in (pack, other))
    if before is not None and after is not None and seconds == before * MINUTE:
        seconds = after * MINUTE
    return max(seconds, other.least_visit_minutes * MINUTE)
