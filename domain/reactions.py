"""Reactions: pure functions from one event to the commands that follow from it.

A reaction's commands are delivered at least once, under ids made from the event, the reaction's name and the position,
so a second delivery changes nothing; the name of a reaction never changes. A refused command is recorded, not retried.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from domain.alliance.events import ExpertRecalled, ExpertSent
from domain.care_plan.commands import (
    CancelCareTask,
    CompleteCareTask,
    PlanBedCare,
    PlanContractCare,
    PlanGroupCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
)
from domain.care_plan.events import (
    CareResumed,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    OpenCareEnded,
    OpenVisitsMoved,
)
from domain.care_plan.referral_care import stage_of
from domain.contract.commands import ConsumeEntitlement
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
)
from domain.correcting import CORRECTIONS
from domain.endings import (
    visit_reason,
    when_bed_closed_by_death_record_it,
    when_bed_closed_cancel_its_rounds,
    when_bed_resident_is_in_hospital_cancel_its_rounds,
    when_care_resumed_return_the_bed,
    when_contract_ended_cancel_its_care,
    when_contract_ended_for_good_record_the_departure,
    when_contract_transferred_move_its_care,
    when_open_care_ended_end_each_part_of_it,
    when_open_visits_moved_hand_over_each,
    when_resident_departed_end_their_care,
    when_resident_is_back_resume_their_care,
    when_resident_is_in_hospital_pause_their_care,
)
from domain.family_bed.commands import RecordRound
from domain.family_bed.events import (
    BedClosed,
    BedExtended,
    BedOpened,
    BedReturnedFromHospital,
    BedRoundRecorded,
    BedTransferredToHospital,
)
from domain.local_time import DAY_MINUTES, at_local, local_day
from domain.referral.commands import FollowUpReferral
from domain.referral.events import (
    ReferralAdmitted,
    ReferralAttended,
    ReferralDischarged,
    ReferralFollowedUp,
    ReferralReferredDown,
    ReferralReturned,
)
from domain.resident.commands import RecordMerge
from domain.resident.events import KeyGroupTagged, KeyGroupUntagged, MergeAnnulled, ResidentDeparted, ResidentMerged
from domain.roster.commands import RosterSlot
from domain.roster.events import RosterPublished, RosterRevised
from domain.team.commands import InviteGuest, Member, RecordAbsence, WithdrawAbsence, WithdrawGuest
from domain.team.events import GuestInvited, GuestWithdrawn
from domain.team.shifts import hours_of
from domain.visit.commands import (
    AssignVisit,
    CancelVisit,
    HandOverVisit,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    Slot,
)
from domain.visit.events import (
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitMissed,
    VisitReleased,
    VisitRescheduled,
)

Commands = Iterator[object]


def when_resident_merged_record_it_in_the_kept_record(event: ResidentMerged | MergeAnnulled) -> Commands:
    """Both records name each other."""
    yield RecordMerge(resident_id=event.kept_id, merged_id=event.resident_id, merged=isinstance(event, ResidentMerged))


def when_contract_signed_plan_its_care(event: ContractSigned | ContractRenewed | ContractDeemedRenewed) -> Commands:
    """A contract owes the resident's key groups their services, e.g. quarterly follow-ups of a chronic disease."""
    yield PlanContractCare(resident_id=event.resident_id, contract_id=event.contract_id)


def when_key_group_changed_plan_its_care(event: KeyGroupTagged | KeyGroupUntagged) -> Commands:
    """A signed resident who joins a key group is owed its services at once, and no longer after leaving it."""
    yield PlanGroupCare(resident_id=event.resident_id, group=event.group)


def when_bed_gives_care_plan_its_next_rounds(
    event: BedOpened | BedExtended | BedReturnedFromHospital | BedRoundRecorded,
) -> Commands:
    """An open bed owes rounds, each counted from the one before."""
    yield PlanBedCare(resident_id=event.resident_id, family_bed_id=event.family_bed_id)


WhereTheResidentIs = ReferralAttended | ReferralAdmitted | ReferralDischarged | ReferralReferredDown | ReferralReturned


def when_referral_went_on_plan_its_follow_up(event: WhereTheResidentIs | ReferralFollowedUp) -> Commands:
    """A referred resident is followed up in hospital and after it; a completed follow-up is owed no longer."""
    yield PlanReferralFollowUp(resident_id=event.resident_id, referral_id=event.referral_id)


def when_care_task_fell_due_request_its_visit(event: CareTaskFellDue) -> Commands:
    """A task at home becomes a visit of the same id, unless it shares the visit of another task."""
    if event.at_home and event.with_task is None:
        yield RequestVisit(
            visit_id=event.care_task_id,
            resident_id=event.resident_id,
            team_id=event.team_id,
            contract_id=event.contract_id,
            family_bed_id=event.family_bed_id,
            care_task_id=event.care_task_id,
            purpose=event.kind,
            needs=event.needs,
            sync=event.sync,
            window_from=event.window_from,
            window_to=event.window_to,
            priority=event.priority,
        )


def when_care_task_moved_hand_over_its_visit(event: CareTaskMoved) -> Commands:
    """A requested visit moves with its task."""
    if event.asked:
        yield HandOverVisit(visit_id=event.care_task_id, team_id=event.team_id, needs=event.needs)


def when_care_task_ended_cancel_its_visit(event: CareTaskCancelled | CareTaskMissed | CareTaskLost) -> Commands:
    """A task that is over needs no visit; the visit tells the same cause."""
    if event.asked:
        cause = visit_reason(event.cause) if isinstance(event, CareTaskCancelled) else "no-longer-needed"
        yield CancelVisit(visit_id=event.care_task_id, reason=cause)


def when_care_task_done_follow_up_its_referral(event: CareTaskDone | CareTaskDoneLate) -> Commands:
    """The care task of a referral is its follow-up."""
    if event.source == "referral":
        yield FollowUpReferral(
            referral_id=event.source_id,
            followed_up_on=event.done_on,
            stage=stage_of(event.care_task_id),
            visit_id=event.visit_id,
        )


def when_care_task_done_use_its_entitlement(event: CareTaskDone | CareTaskDoneLate) -> Commands:
    """A service owed under a contract uses the package's items; a late one is not to norm."""
    if event.contract_id is not None and event.kind is not None:
        yield ConsumeEntitlement(
            contract_id=event.contract_id,
            item=event.kind,
            service_id=event.care_task_id,
            served_on=event.done_on,
            to_norm=isinstance(event, CareTaskDone),
        )


def when_visit_assigned_record_its_task_planned(event: VisitAssigned) -> Commands:
    """The care plan records the day."""
    if event.care_task_id is not None:
        yield RecordCareTaskPlanned(resident_id=event.resident_id, care_task_id=event.care_task_id, day=event.day)


def when_visit_lost_its_day_record_its_task_unplanned(
    event: VisitReleased | VisitMissed | VisitRescheduled | VisitHandedOver,
) -> Commands:
    """The care plan records that there is no day."""
    if event.care_task_id is not None:
        yield RecordCareTaskPlanned(resident_id=event.resident_id, care_task_id=event.care_task_id, day=None)


def when_visit_completed_complete_its_task(event: VisitCompleted) -> Commands:
    """The visit was for a care task; at a family bed it was a round."""
    done_on = local_day(event.left_at)
    if event.care_task_id is not None:
        yield CompleteCareTask(
            resident_id=event.resident_id,
            care_task_id=event.care_task_id,
            done_on=done_on,
            visit_id=event.visit_id,
            findings=event.findings,
            measured=event.measured,
        )
    if event.family_bed_id is not None:
        yield RecordRound(
            family_bed_id=event.family_bed_id,
            visit_id=event.visit_id,
            made_at=event.entered_at,
            member_ids=event.member_ids,
            findings=event.findings,
            measured=event.measured,
            kind=event.purpose or "bed-round",
        )


def when_visit_completed_use_its_entitlement(event: VisitCompleted) -> Commands:
    """A visit under a contract uses the package's items; a care task's visit does so by its task, a bed's does not."""
    of_its_own = event.care_task_id is None and event.family_bed_id is None
    if of_its_own and event.contract_id is not None and event.purpose is not None:
        yield ConsumeEntitlement(
            contract_id=event.contract_id,
            item=event.purpose,
            service_id=event.visit_id,
            served_on=local_day(event.left_at),
        )


def when_nobody_was_home_record_the_attempt(event: VisitMissed) -> Commands:
    """A resident who was not at home is tried again; after the pack's attempts the task is lost."""
    if event.care_task_id is not None and event.reason == "nobody-home":
        yield RecordFailedAttempt(resident_id=event.resident_id, care_task_id=event.care_task_id, attempt=event.attempt)


def when_visit_missed_request_it_again(event: VisitMissed) -> Commands:
    """A missed visit is requested again until the pack's attempts are used up."""
    yield RequestVisitAgain(visit_id=event.visit_id)


def when_visit_cancelled_cancel_its_task(event: VisitCancelled) -> Commands:
    """A cancelled visit cancels its task."""
    if event.care_task_id is not None:
        yield CancelCareTask(resident_id=event.resident_id, care_task_id=event.care_task_id, cause="visit-cancelled")


def when_bed_visit_cancelled_plan_the_next_round(event: VisitCancelled) -> Commands:
    """A cancelled round is still owed while the bed gives care."""
    if event.family_bed_id is not None:
        yield PlanBedCare(resident_id=event.resident_id, family_bed_id=event.family_bed_id)


def when_roster_published_assign_its_visits(event: RosterPublished | RosterRevised) -> Commands:
    """A published roster assigns its visits and releases those that have no place."""
    for left in event.unplaced:
        yield ReleaseVisit(visit_id=left.visit_id, roster_id=event.roster_id)
    by_visit: dict[str, list[RosterSlot]] = {}
    for slot in event.slots:
        by_visit.setdefault(slot.visit_id, []).append(slot)
    for visit_id, slots in sorted(by_visit.items()):
        yield AssignVisit(
            visit_id=visit_id,
            roster_id=event.roster_id,
            day=event.day,
            slots=tuple(
                Slot(member_id=slot.member_id, starts_at=slot.starts_at, ends_at=slot.ends_at)
                for slot in sorted(slots, key=lambda slot: slot.service)
            ),
        )


def when_guest_invited_record_absence_at_home(event: GuestInvited) -> Commands:
    """A guest of another team is absent from their own team meanwhile."""
    if event.home_team_id is not None:
        yield RecordAbsence(
            team_id=event.home_team_id,
            absence_id=f"stay-{event.stay_id}",
            member_id=event.member.member_id,
            starts_at=at_local(event.from_day),
            ends_at=end_of_stay(event.member, event.to_day),
            reason="with-another-team",
        )


def end_of_stay(member: Member, last_day: date) -> datetime:
    """Return when a guest is free again: at the midnight that ends the last day, or after a shift of the night."""
    nights = (hours_of(shift)[1] for shift in member.shifts if shift.weekday == last_day.weekday())
    return at_local(last_day, max((DAY_MINUTES, *nights)))


def when_guest_withdrawn_shorten_absence_at_home(event: GuestWithdrawn) -> Commands:
    """A guest who does not come, or returns earlier, is back in their own team."""
    if event.home_team_id is not None:
        yield WithdrawAbsence(team_id=event.home_team_id, absence_id=f"stay-{event.stay_id}")
        if event.last_day >= event.from_day:
            yield RecordAbsence(
                team_id=event.home_team_id,
                absence_id=f"stay-{event.stay_id}-until-{event.last_day.isoformat()}",
                member_id=event.member_id,
                starts_at=at_local(event.from_day),
                ends_at=at_local(event.last_day, DAY_MINUTES),
                reason="with-another-team",
            )


def when_expert_sent_invite_her_to_the_team(event: ExpertSent) -> Commands:
    """An expert of the alliance is a guest of the team of the posting (A8)."""
    if event.team_id is not None:
        yield InviteGuest(
            team_id=event.team_id,
            stay_id=f"{event.alliance_id}.{event.posting_id}",
            member=event.member,
            kind="alliance-expert",
            from_day=event.from_day,
            to_day=event.to_day,
        )


def when_expert_recalled_withdraw_her(event: ExpertRecalled) -> Commands:
    """A recalled expert is no longer a guest."""
    if event.team_id is not None:
        yield WithdrawGuest(
            team_id=event.team_id, stay_id=f"{event.alliance_id}.{event.posting_id}", last_day=event.last_day
        )


Reaction = Callable[[Any], Iterable[object]]

REACTIONS: dict[type, tuple[Reaction, ...]] = {
    ResidentMerged: (when_resident_merged_record_it_in_the_kept_record,),
    MergeAnnulled: (when_resident_merged_record_it_in_the_kept_record,),
    ContractSigned: (when_contract_signed_plan_its_care,),
    ContractRenewed: (when_contract_signed_plan_its_care,),
    ContractDeemedRenewed: (when_contract_signed_plan_its_care,),
    ContractTransferred: (when_contract_transferred_move_its_care,),
    ContractTerminated: (when_contract_ended_for_good_record_the_departure, when_contract_ended_cancel_its_care),
    ContractExpired: (when_contract_ended_cancel_its_care,),
    KeyGroupTagged: (when_key_group_changed_plan_its_care,),
    KeyGroupUntagged: (when_key_group_changed_plan_its_care,),
    BedOpened: (when_bed_gives_care_plan_its_next_rounds,),
    BedExtended: (when_bed_gives_care_plan_its_next_rounds,),
    BedReturnedFromHospital: (when_bed_gives_care_plan_its_next_rounds, when_resident_is_back_resume_their_care),
    BedRoundRecorded: (when_bed_gives_care_plan_its_next_rounds,),
    BedTransferredToHospital: (
        when_bed_resident_is_in_hospital_cancel_its_rounds,
        when_resident_is_in_hospital_pause_their_care,
    ),
    BedClosed: (when_bed_closed_by_death_record_it, when_bed_closed_cancel_its_rounds),
    ResidentDeparted: (when_resident_departed_end_their_care,),
    OpenCareEnded: (when_open_care_ended_end_each_part_of_it,),
    CareResumed: (when_care_resumed_return_the_bed,),
    OpenVisitsMoved: (when_open_visits_moved_hand_over_each,),
    ReferralAttended: (when_referral_went_on_plan_its_follow_up,),
    ReferralAdmitted: (when_referral_went_on_plan_its_follow_up, when_resident_is_in_hospital_pause_their_care),
    ReferralDischarged: (when_resident_is_back_resume_their_care, when_referral_went_on_plan_its_follow_up),
    ReferralReferredDown: (when_resident_is_back_resume_their_care, when_referral_went_on_plan_its_follow_up),
    ReferralReturned: (when_resident_is_back_resume_their_care, when_referral_went_on_plan_its_follow_up),
    ReferralFollowedUp: (when_referral_went_on_plan_its_follow_up,),
    CareTaskFellDue: (when_care_task_fell_due_request_its_visit,),
    CareTaskMoved: (when_care_task_moved_hand_over_its_visit,),
    CareTaskCancelled: (when_care_task_ended_cancel_its_visit,),
    CareTaskMissed: (when_care_task_ended_cancel_its_visit,),
    CareTaskLost: (when_care_task_ended_cancel_its_visit,),
    CareTaskDone: (when_care_task_done_follow_up_its_referral, when_care_task_done_use_its_entitlement),
    CareTaskDoneLate: (when_care_task_done_follow_up_its_referral, when_care_task_done_use_its_entitlement),
    VisitAssigned: (when_visit_assigned_record_its_task_planned,),
    VisitReleased: (when_visit_lost_its_day_record_its_task_unplanned,),
    VisitRescheduled: (when_visit_lost_its_day_record_its_task_unplanned,),
    VisitHandedOver: (when_visit_lost_its_day_record_its_task_unplanned,),
    VisitMissed: (
        when_visit_lost_its_day_record_its_task_unplanned,
        when_nobody_was_home_record_the_attempt,
        when_visit_missed_request_it_again,
    ),
    VisitCompleted: (when_visit_completed_complete_its_task, when_visit_completed_use_its_entitlement),
    VisitCancelled: (when_visit_cancelled_cancel_its_task, when_bed_visit_cancelled_plan_the_next_round),
    ExpertSent: (when_expert_sent_invite_her_to_the_team,),
    ExpertRecalled: (when_expert_recalled_withdraw_her,),
    GuestInvited: (when_guest_invited_record_absence_at_home,),
    GuestWithdrawn: (when_guest_withdrawn_shorten_absence_at_home,),
    RosterPublished: (when_roster_published_assign_its_visits,),
    RosterRevised: (when_roster_published_assign_its_visits,),
    **CORRECTIONS,
}
"""Reactions by the class of their event, in the order in which their commands are given."""
