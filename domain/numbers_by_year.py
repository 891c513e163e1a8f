"""Numbers of a pack that change from year to year."""

from dataclasses import replace
from datetime import date

from domain.policy_pack.coverage import YearSum, targets_on_path
from domain.policy_pack.pack import PolicyPack


def with_targets_of(pack: PolicyPack, day: date) -> PolicyPack:
    """Return the pack with the targets of coverage of a day, where they rise on a path."""
    if pack.coverage_path is None:
        return pack
    targets = targets_on_path(pack.coverage_path, day.year)
    return replace(pack, target_population=targets.population, target_key_groups=targets.key_groups)


def public_health_sum(pack: PolicyPack, day: date) -> YearSum | None:
    """Return the newest sum a head that is known up to the year of a day, None if none is."""
    known = [each for each in pack.public_health_fen if each.year <= day.year]
    return max(known, key=lambda each: each.year) if known else None
