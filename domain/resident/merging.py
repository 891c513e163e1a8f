"""Two records of one person become one: further work goes to the record that is kept, and both can be read."""

from datetime import datetime

from domain.corrections import check_allowed, check_reason
from domain.decider import Refused
from domain.local_time import local_day
from domain.resident.commands import AnnulMerge, MergeResident, RecordMerge
from domain.resident.events import MergeAnnulled, MergeRecorded, ResidentEvent, ResidentMerged
from domain.resident.state import Resident, require_known, require_registered


def merge(
    command: MergeResident,
    resident: Resident,
    *,
    now: datetime,
    actor: str,
    kept: Resident,
    open_visits: tuple[str, ...],
    open_beds: tuple[str, ...],
    open_referrals: tuple[str, ...],
) -> list[ResidentEvent]:
    """Merge a record into another one of the same person, once nothing is open under it.

    An active contract is refused by its claim: it is moved or ended first, and so are visits, beds and referrals.
    """
    require_known(resident, command.resident_id)
    if resident.merged_into == command.kept_id:
        return []
    require_registered(resident, command.resident_id)
    if command.kept_id == command.resident_id:
        raise Refused("merged-with-itself", resident=command.resident_id)
    require_registered(kept, command.kept_id)
    check_reason(command.reason)
    if command.allowed_by is None:
        raise Refused("second-person-missing")
    check_allowed(command.allowed_by, actor)
    if left := (*open_visits, *open_beds, *open_referrals):
        raise Refused("merge-with-open-care", resident=command.resident_id, open=", ".join(left))
    return [
        ResidentMerged(
            resident_id=command.resident_id,
            kept_id=command.kept_id,
            merged_on=local_day(now),
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def annul_merge(command: AnnulMerge, resident: Resident, *, now: datetime, actor: str) -> list[ResidentEvent]:
    """Annul a merge: the two records are two persons."""
    require_known(resident, command.resident_id)
    if resident.merged_into is None:
        return []
    check_reason(command.reason)
    if command.allowed_by is None:
        raise Refused("second-person-missing")
    check_allowed(command.allowed_by, actor)
    return [
        MergeAnnulled(
            resident_id=command.resident_id,
            kept_id=resident.merged_into,
            annulled_on=local_day(now),
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def record_merge(command: RecordMerge, resident: Resident) -> list[ResidentEvent]:
    """Record in the kept record which one was merged into it, or is so no longer."""
    require_known(resident, command.resident_id)
    if (command.merged_id in resident.merged_from) == command.merged:
        return []
    return [MergeRecorded(resident_id=command.resident_id, merged_id=command.merged_id, merged=command.merged)]
