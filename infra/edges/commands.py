"""Every command of the domain, one line each: its name, an example, and its words on the command line if it has any."""

# ruff: noqa: E501 -- a table: one line is one command

from collections.abc import Mapping

from domain import institution, institution_area, notice, policy, survey, team_week, webhook
from domain.account import commands as account
from domain.alliance import commands as alliance
from domain.care_plan import commands as care_plan
from domain.contract import commands as contract
from domain.day_terms import commands as day_terms
from domain.event import value
from domain.family_bed import commands as family_bed
from domain.referral import commands as referral
from domain.resident import commands as resident
from domain.roster import commands as roster
from domain.team import commands as team
from domain.visit import commands as visit


@value
class CommandEdge:
    """A command at the edges, with what it is called on the command line and an example of its data.

    `path` is empty where reactions, timers or the planner give the command, or words of `jiayi roster`; `id_field` is what a person names first.
    """

    command: type
    id_field: str
    path: tuple[str, ...]
    example: Mapping[str, object]


_WEEKDAYS = [{"weekday": day, "starts": 480, "ends": 1020, "break_starts": 720, "break_ends": 780} for day in range(5)]
_NURSE = {"member_id": "nurse-li", "role": "nurse", "shifts": _WEEKDAYS, "qualifications": ["visiting", "wound-care"]}
_LICENCE = {"kind": "general-practice", "registered_in": "SZ", "practising_since": "2019-07-01"}
_DOCTOR = {"member_id": "dr-chen", "role": "gp", "shifts": _WEEKDAYS, "licences": [_LICENCE]}
_PERSONAL = {
    "name": "Wang Fang",
    "phone": "13800000001",
    "identity_number": "440300197001010025",
    "address": "Lane 3, No. 5",
    "born_on": "1970-01-01",
    "home_x": 700,
    "home_y": 400,
}
_NEEDS = [{"roles": ["nurse"], "minutes": 30}]
_SLOT = {"member_id": "nurse-li", "starts_at": "2026-03-02T09:00:00+08:00", "ends_at": "2026-03-02T09:30:00+08:00"}
_SOLUTION = {
    "problem_digest": "0" * 64,
    "solver": "search-1",
    "seed": 1,
    "iterations": 1000,
    "deterministic": 0.0,
    "costs": [{"tier": "travel", "cost": 600}],
    "proof": "unknown",
}
_DIAGNOSES = [
    {"axis": "biological", "code": "I69.3"},
    {"axis": "psychological", "code": "none"},
    {"axis": "social", "code": "Z74.2"},
]
_TASK = {"resident_id": "r1", "care_task_id": "c1.1.elder-exam.1"}


def _edges(*lines: tuple[type, str, str, Mapping[str, object]]) -> dict[str, CommandEdge]:
    return {
        command.__name__: CommandEdge(command=command, id_field=id_field, path=tuple(path.split()), example=example)
        for command, id_field, path, example in lines
    }


# fmt: off
COMMANDS: dict[str, CommandEdge] = _edges(
    (account.OpenAccount, "account_id", "account open", {"account_id": "nurse-li", "member_id": "nurse-li", "reason": "new-duty"}),
    (account.GrantRole, "account_id", "account grant", {"account_id": "nurse-li", "role": "member", "scope": "team", "scope_id": "t1", "reason": "new-duty"}),
    (account.RevokeRole, "account_id", "account revoke", {"account_id": "nurse-li", "role": "member", "scope": "team", "scope_id": "t1", "reason": "end-of-duty"}),
    (account.LinkIdentity, "account_id", "account link-identity", {"account_id": "nurse-li", "issuer": "https://sign-in.example", "subject": "8f2c", "reason": "set-up"}),
    (account.UnlinkIdentity, "account_id", "account unlink-identity", {"account_id": "nurse-li", "issuer": "https://sign-in.example", "reason": "end-of-duty"}),
    (account.ChangePassword, "account_id", "", {"account_id": "nurse-li"}),
    (account.AddSecondFactor, "account_id", "", {"account_id": "nurse-li", "factor": "totp"}),
    (account.RemoveSecondFactor, "account_id", "", {"account_id": "nurse-li", "factor": "totp", "reason": "request"}),
    (account.DisableAccount, "account_id", "account disable", {"account_id": "nurse-li", "reason": "end-of-duty"}),
    (account.EnableAccount, "account_id", "account enable", {"account_id": "nurse-li", "reason": "cover"}),
    (account.BreakGlass, "account_id", "account break-glass", {"account_id": "nurse-li", "resident_id": "r1", "reason": "emergency-care"}),
    (account.SignOffBreakGlass, "account_id", "account sign-off", {"account_id": "nurse-li", "resident_id": "r1", "broken_at": "2026-03-02T09:00:00+08:00", "verdict": "in-order", "reason": "checked"}),
    (webhook.AddWebhook, "webhook_id", "", {"webhook_id": "gateway", "address": "https://gateway.example/jiayi", "event_names": ["notice.recorded.v1", "visit"], "level": "ids", "reason": "set-up"}),
    (webhook.RemoveWebhook, "webhook_id", "webhook remove", {"webhook_id": "gateway", "reason": "end-of-duty"}),
    (policy.AdoptPacks, "packs", "policy adopt", {"packs": "SZ", "reason": "set-up"}),
    (institution.OpenInstitution, "institution_id", "institution open", {"institution_id": "i1", "name": "East Street", "kind": "community-health", "sector": "public", "tier": 1, "district": "Nanshan", "x": 0, "y": 0}),
    (institution.RecordCensus, "institution_id", "institution record-census", {"institution_id": "i1", "counted_on": "2026-01-01", "population": 30000, "groups": [{"group": "elder", "people": 3200}]}),
    (institution_area.AssignPlace, "institution_id", "institution assign-place", {"institution_id": "i1", "place": "440305001001", "name": "East Community", "kind": "community", "town": "Nanshan Street", "from_day": "2026-01-01"}),
    (institution_area.RemovePlace, "institution_id", "institution remove-place", {"institution_id": "i1", "place": "440305001001", "last_day": "2026-03-01"}),
    (institution_area.RecordMeans, "institution_id", "institution record-means", {"institution_id": "i1", "counted_on": "2026-01-01", "floor_space": 1400, "headcount": 20, "technicians": 18}),
    (institution_area.RecordAbility, "institution_id", "institution record-ability", {"institution_id": "h1", "ability": "coronary-intervention", "from_day": "2026-01-01"}),
    (institution.CloseInstitution, "institution_id", "institution close", {"institution_id": "i1", "closed_on": "2027-01-01"}),
    (team.FormTeam, "team_id", "team form", {"team_id": "t1", "institution_id": "i1", "base_x": 0, "base_y": 0, "members": [_DOCTOR, _NURSE]}),
    (team.JoinTeam, "team_id", "team join", {"team_id": "t1", "member": {"member_id": "zhao", "role": "rehab", "shifts": _WEEKDAYS}}),
    (team.LeaveTeam, "team_id", "team leave", {"team_id": "t1", "member_id": "zhao", "last_day": "2026-06-30"}),
    (team.ChangeShifts, "team_id", "team change-shifts", {"team_id": "t1", "member_id": "zhao", "shifts": _WEEKDAYS[:3]}),
    (team.RecordAbsence, "team_id", "team record-absence", {"team_id": "t1", "absence_id": "a1", "member_id": "nurse-li", "starts_at": "2026-03-02T08:00:00+08:00", "ends_at": "2026-03-02T17:00:00+08:00", "reason": "ill"}),
    (team.WithdrawAbsence, "team_id", "team withdraw-absence", {"team_id": "t1", "absence_id": "a1"}),
    (team.RecordLicence, "team_id", "team record-licence", {"team_id": "t1", "member_id": "dr-chen", "licence": _LICENCE}),
    (team.RecordQualification, "team_id", "team record-qualification", {"team_id": "t1", "member_id": "nurse-li", "code": "wound-care", "valid_from": "2026-01-01", "valid_until": "2028-12-31"}),
    (team.InviteGuest, "team_id", "team invite-guest", {"team_id": "t1", "stay_id": "s1", "member": {"member_id": "prof-wu", "role": "specialist", "shifts": _WEEKDAYS}, "kind": "visiting-specialist", "from_day": "2026-03-09", "to_day": "2026-03-13"}),
    (team.WithdrawGuest, "team_id", "team withdraw-guest", {"team_id": "t1", "stay_id": "s1", "last_day": "2026-03-10"}),
    (team.KeepApart, "team_id", "team keep-apart", {"team_id": "t1", "member_id": "nurse-li", "resident_id": "r1"}),
    (team.EndApart, "team_id", "team end-apart", {"team_id": "t1", "member_id": "nurse-li", "resident_id": "r1"}),
    (team.StationMember, "team_id", "team station", {"team_id": "t1", "member_id": "nurse-li", "institution_id": "i1"}),
    (team.SetTeamDay, "team_id", "team set-day", {"team_id": "t1", "day": "2026-02-14", "kind": "working", "shifts_of": 2}),
    (team.ReviewStaffing, "team_id", "", {"team_id": "t1"}),
    (team.DisbandTeam, "team_id", "team disband", {"team_id": "t1", "last_day": "2026-12-31"}),
    (resident.RegisterResident, "resident_id", "resident register", {"resident_id": "r1", "institution_id": "i1", "evidence": "household-registration", "resident_since": "2010-05-01", "personal": _PERSONAL}),
    (resident.CorrectPersonalDetails, "resident_id", "resident correct", {"resident_id": "r1", "personal": _PERSONAL}),
    (resident.TagKeyGroup, "resident_id", "resident tag", {"resident_id": "r1", "group": "hypertension", "since": "2015-01-01"}),
    (resident.UntagKeyGroup, "resident_id", "resident untag", {"resident_id": "r1", "group": "hypertension", "until": "2026-03-01"}),
    (resident.ReviewKeyGroups, "resident_id", "", {"resident_id": "r1"}),
    (resident.ShowEvidence, "resident_id", "resident show-evidence", {"resident_id": "r1", "evidence": "residence-permit", "resident_since": "2025-06-01", "shown_on": "2026-02-01", "valid_until": "2031-02-01"}),
    (resident.RecordBirth, "resident_id", "resident record-birth", {"resident_id": "r1", "delivered_on": "2026-02-20", "discharged_on": "2026-02-24"}),
    (resident.RecordMobility, "resident_id", "resident record-mobility", {"resident_id": "r1", "homebound": True, "since": "2026-03-01"}),
    (resident.JoinHousehold, "resident_id", "resident join-household", {"resident_id": "r1", "household_id": "lane-3-no-5", "relation": "head", "since": "2020-05-01"}),
    (resident.GiveConsent, "resident_id", "resident give-consent", {"resident_id": "r1", "kind": "home-visits", "given_on": "2026-03-01"}),
    (resident.WithdrawConsent, "resident_id", "resident withdraw-consent", {"resident_id": "r1", "kind": "home-visits", "withdrawn_on": "2026-06-01"}),
    (resident.ChooseChannel, "resident_id", "resident choose-channel", {"resident_id": "r1", "channel": "call"}),
    (resident.RecordDeparture, "resident_id", "resident depart", {"resident_id": "r1", "reason": "moved-out", "last_day": "2026-02-28"}),
    (resident.AnnulDeparture, "resident_id", "resident annul-departure", {"resident_id": "r1", "departure": "died", "reason": "recorded for a namesake", "allowed_by": "head-of-centre"}),
    (resident.CorrectDeparture, "resident_id", "resident correct-departure", {"resident_id": "r1", "last_day": "2026-02-27", "reason": "the paper says the 27th", "allowed_by": "head-of-centre"}),
    (resident.MergeResident, "resident_id", "resident merge", {"resident_id": "r2", "kept_id": "r1", "reason": "registered twice", "allowed_by": "head-of-centre"}),
    (resident.AnnulMerge, "resident_id", "resident annul-merge", {"resident_id": "r2", "reason": "a namesake", "allowed_by": "head-of-centre"}),
    (resident.RecordMerge, "resident_id", "", {"resident_id": "r1", "merged_id": "r2", "merged": True}),
    (contract.DraftContract, "contract_id", "contract draft", {"contract_id": "c1", "resident_id": "r1", "team_id": "t1", "package": "chronic"}),
    (contract.DiscardDraft, "contract_id", "contract discard", {"contract_id": "c1"}),
    (contract.SignContract, "contract_id", "contract sign", {"contract_id": "c1", "resident_id": "r1", "team_id": "t1", "signed_on": "2026-03-01", "starts_on": "2026-03-01", "agreement_read": True}),
    (contract.RenewContract, "contract_id", "contract renew", {"contract_id": "c1", "signed_on": "2027-02-01", "agreement_read": True}),
    (contract.TransferContract, "contract_id", "contract transfer", {"contract_id": "c1", "team_id": "t2", "consent": True, "reason": "doctor-left"}),
    (contract.TerminateContract, "contract_id", "contract terminate", {"contract_id": "c1", "last_day": "2026-09-30", "reason": "moved-out"}),
    (contract.PayPackage, "contract_id", "contract pay", {"contract_id": "c1", "payer": "resident", "paid_on": "2026-03-01"}),
    (contract.SettlePackage, "contract_id", "contract settle", {"contract_id": "c1", "settled_on": "2026-09-01"}),
    (contract.RefundPackage, "contract_id", "contract refund", {"contract_id": "c1", "refunded_on": "2026-09-01"}),
    (contract.ConsumeEntitlement, "contract_id", "contract serve", {"contract_id": "c1", "item": "health-education", "service_id": "s1", "served_on": "2026-03-02"}),
    (contract.SignOffContract, "contract_id", "contract sign-off", {"contract_id": "c1", "verdict": "in-order", "reason": "checked"}),
    (contract.ReturnEntitlement, "contract_id", "contract return-entitlement", {"contract_id": "c1", "service_id": "s1", "reason": "counted twice"}),
    (contract.AnnulPackageEntry, "contract_id", "contract annul-entry", {"contract_id": "c1", "entry": "payment", "payer": "resident", "reason": "paid for another contract", "allowed_by": "head-of-centre"}),
    (contract.AnnulContract, "contract_id", "contract annul", {"contract_id": "c1", "reason": "entered twice"}),
    (contract.ReinstateContract, "contract_id", "contract reinstate", {"contract_id": "c1", "reason": "ended by mistake"}),
    (contract.CorrectContractEnd, "contract_id", "contract correct-end", {"contract_id": "c1", "last_day": "2026-08-31", "reason": "the notice says August"}),
    (contract.CorrectSigning, "contract_id", "contract correct-signing", {"contract_id": "c1", "signed_on": "2026-02-28", "starts_on": "2026-02-28", "reason": "the paper says the 28th"}),
    (contract.MoveContract, "contract_id", "contract move", {"contract_id": "c1", "resident_id": "r2", "reason": "signed for a namesake"}),
    (contract.ExpireContract, "contract_id", "", {"contract_id": "c1"}),
    (care_plan.PlanContractCare, "resident_id", "", {"resident_id": "r1", "contract_id": "c1"}),
    (care_plan.PlanGroupCare, "resident_id", "", {"resident_id": "r1", "group": "hypertension"}),
    (care_plan.PlanBedCare, "resident_id", "", {"resident_id": "r1", "family_bed_id": "b1"}),
    (care_plan.PlanReferralFollowUp, "resident_id", "", {"resident_id": "r1", "referral_id": "f1"}),
    (care_plan.FallDueCareTask, "care_task_id", "", _TASK),
    (care_plan.RecordCareTaskPlanned, "care_task_id", "", {**_TASK, "day": "2026-03-02"}),
    (care_plan.CompleteCareTask, "care_task_id", "care complete", {**_TASK, "done_on": "2026-03-02", "findings": ["adverse-reaction"], "measured": [{"code": "systolic-pressure", "value": 152, "unit": "mmHg"}]}),
    (care_plan.RecordFailedAttempt, "care_task_id", "care attempt", {**_TASK, "attempt": 1}),
    (care_plan.MissCareTask, "care_task_id", "", _TASK),
    (care_plan.CancelCareTask, "care_task_id", "care cancel", {**_TASK, "cause": "no-longer-needed"}),
    (care_plan.CancelCare, "resident_id", "", {"resident_id": "r1", "source_id": "c1", "last_day": "2026-09-30", "cause": "contract-over"}),
    (care_plan.EndCare, "resident_id", "", {"resident_id": "r1", "last_day": "2026-02-28", "cause": "moved-out"}),
    (care_plan.PauseCare, "resident_id", "", {"resident_id": "r1", "since": "2026-03-10", "referral_id": "f1"}),
    (care_plan.ResumeCare, "resident_id", "", {"resident_id": "r1", "returned_on": "2026-03-18"}),
    (care_plan.MoveCare, "resident_id", "", {"resident_id": "r1", "contract_id": "c1"}),
    (care_plan.CorrectCareTask, "care_task_id", "care correct", {**_TASK, "measured": [{"code": "systolic-pressure", "value": 135, "unit": "mmHg"}], "reason": "figures swapped"}),
    (care_plan.ReopenCareTask, "care_task_id", "care reopen", {**_TASK, "reason": "recorded for a namesake"}),
    (care_plan.ReplanContractCare, "resident_id", "", {"resident_id": "r1", "contract_id": "c1"}),
    (care_plan.ReinstateCare, "resident_id", "", {"resident_id": "r1", "cause": "died", "last_day": "2026-02-28", "reason": "recorded for a namesake", "allowed_by": "head-of-centre"}),
    (care_plan.MoveCareEnd, "resident_id", "", {"resident_id": "r1", "cause": "moved-out", "was_last_day": "2026-02-28", "last_day": "2026-02-27", "reason": "the paper says the 27th"}),
    (care_plan.LeaveAsEnded, "resident_id", "care leave-as-ended", {"resident_id": "r1", "part": "contract", "part_id": "c1", "reason": "signed again meanwhile"}),
    (visit.RequestVisit, "visit_id", "visit request", {"visit_id": "v1", "resident_id": "r1", "team_id": "t1", "contract_id": "c1", "purpose": "dressing", "needs": _NEEDS, "window_from": "2026-03-02", "window_to": "2026-03-06", "opens_at": 540, "closes_at": 690, "applicant": "resident", "assessor_id": "dr-chen"}),
    (visit.AssignVisit, "visit_id", "", {"visit_id": "v1", "roster_id": "t1.2026-03-02", "day": "2026-03-02", "slots": [_SLOT]}),
    (visit.ReleaseVisit, "visit_id", "", {"visit_id": "v1", "roster_id": "t1.2026-03-02"}),
    (visit.StartVisit, "visit_id", "visit start", {"visit_id": "v1", "entered_at": "2026-03-02T09:02:00+08:00", "member_id": "nurse-li"}),
    (visit.CompleteVisit, "visit_id", "visit complete", {"visit_id": "v1", "left_at": "2026-03-02T09:31:00+08:00", "findings": ["wound-clean"], "measured": [{"code": "temperature", "value": 36.8, "unit": "Cel"}], "signatures": [{"signed_by": "resident", "signed_at": "2026-03-02T09:30:00+08:00"}]}),
    (visit.RecordPartnerAbsent, "visit_id", "visit partner-absent", {"visit_id": "v1", "member_id": "dr-chen"}),
    (visit.RaiseVisitAlarm, "visit_id", "", {"visit_id": "v1"}),
    (visit.MissVisit, "visit_id", "visit miss", {"visit_id": "v1", "reason": "nobody-home"}),
    (visit.RequestVisitAgain, "visit_id", "", {"visit_id": "v1"}),
    (visit.RescheduleVisit, "visit_id", "visit reschedule", {"visit_id": "v1", "window_from": "2026-03-09", "window_to": "2026-03-13"}),
    (visit.HandOverVisit, "visit_id", "visit hand-over", {"visit_id": "v1", "team_id": "t2"}),
    (visit.CancelVisit, "visit_id", "visit cancel", {"visit_id": "v1", "reason": "in-hospital"}),
    (visit.AnnulVisit, "visit_id", "visit annul", {"visit_id": "v1", "reason": "recorded twice"}),
    (visit.CorrectVisit, "visit_id", "visit correct", {"visit_id": "v1", "entered_at": "2026-03-02T09:12:00+08:00", "reason": "the door code says 9:12"}),
    (visit.CorrectFindings, "visit_id", "visit correct-findings", {"visit_id": "v1", "findings": ["wound-clean"], "measured": [{"code": "systolic-pressure", "value": 135, "unit": "mmHg"}], "reason": "figures swapped"}),
    (visit.ReinstateVisit, "visit_id", "visit reinstate", {"visit_id": "v1", "reason": "cancelled by mistake"}),
    (notice.RecordNotice, "visit_id", "visit record-notice", {"visit_id": "v1", "resident_id": "r1", "starts_at": "2026-03-02T09:00:00+08:00", "member_ids": ["nurse-li"], "channel": "call", "notified_by": "nurse-li"}),
    (visit.EndVisit, "visit_id", "", {"visit_id": "v1", "last_day": "2026-02-28", "cause": "moved-out"}),
    (family_bed.ApplyForBed, "family_bed_id", "bed apply", {"family_bed_id": "b1", "resident_id": "r1", "team_id": "t1", "kind": "treatment", "indications": ["stroke-rehabilitation"]}),
    (family_bed.ReturnBedApplication, "family_bed_id", "bed return-application", {"family_bed_id": "b1", "reason": "papers-incomplete"}),
    (family_bed.ResubmitBedApplication, "family_bed_id", "bed apply-again", {"family_bed_id": "b1", "kind": "treatment", "indications": ["stroke-rehabilitation", "bedridden"]}),
    (family_bed.AssessBed, "family_bed_id", "bed assess", {"family_bed_id": "b1", "assessed_on": "2026-03-01", "assessor_id": "dr-chen", "condition_fits": True, "dwelling_fits": True, "measured": [{"code": "muscle-strength", "value": 3, "unit": "grade"}]}),
    (family_bed.AgreeBed, "family_bed_id", "bed agree", {"family_bed_id": "b1", "agreed_on": "2026-03-02", "text_version": "2026-1", "copies": 3, "criteria_told": True, "risks_told": True, "payment": "self"}),
    (family_bed.OpenBed, "family_bed_id", "bed open", {"family_bed_id": "b1", "team_id": "t1", "opened_on": "2026-03-02", "doctor_id": "dr-chen", "nurse_id": "nurse-li", "diagnoses": _DIAGNOSES}),
    (family_bed.SetBedPlan, "family_bed_id", "bed plan", {"family_bed_id": "b1", "kind": "nursing", "measures": ["turn-every-2h"], "diagnoses": ["pressure-sore-risk"], "goals": ["skin-intact"]}),
    (family_bed.EvaluateBedPlan, "family_bed_id", "bed evaluate-plan", {"family_bed_id": "b1", "kind": "nursing", "evaluated_on": "2026-03-16", "result": "partly-met"}),
    (family_bed.StopBedPlan, "family_bed_id", "bed stop-plan", {"family_bed_id": "b1", "kind": "nursing", "stopped_on": "2026-04-20", "reason": "goal-met"}),
    (family_bed.RecordRound, "family_bed_id", "bed round", {"family_bed_id": "b1", "visit_id": "b1.bed-round.1", "made_at": "2026-03-03T10:00:00+08:00", "member_ids": ["dr-chen", "nurse-li"]}),
    (family_bed.WriteUpRound, "family_bed_id", "bed write-up", {"family_bed_id": "b1", "visit_id": "b1.bed-round.1", "complaints": ["poor-sleep"], "tests": ["blood-count"], "contact_talked": True}),
    (family_bed.ReviewBed, "family_bed_id", "bed review", {"family_bed_id": "b1", "reviewed_on": "2026-03-30", "reviewer_id": "dr-senior"}),
    (family_bed.ExtendBed, "family_bed_id", "bed extend", {"family_bed_id": "b1", "extended_on": "2026-05-28"}),
    (family_bed.TransferBedToHospital, "family_bed_id", "bed to-hospital", {"family_bed_id": "b1", "transferred_on": "2026-04-01", "referral_id": "f1"}),
    (family_bed.ReturnBedFromHospital, "family_bed_id", "bed from-hospital", {"family_bed_id": "b1", "returned_on": "2026-04-09"}),
    (family_bed.SettleBed, "family_bed_id", "bed settle", {"family_bed_id": "b1", "settled_on": "2026-05-30", "amount_fen": 128000, "insurance_fen": 96000}),
    (family_bed.CloseBed, "family_bed_id", "bed close", {"family_bed_id": "b1", "closed_on": "2026-05-30", "outcome": "improved"}),
    (family_bed.AnnulRound, "family_bed_id", "bed annul-round", {"family_bed_id": "b1", "visit_id": "v1", "reason": "recorded twice"}),
    (family_bed.AnnulBedOpening, "family_bed_id", "bed annul-opening", {"family_bed_id": "b1", "reason": "opened for a namesake"}),
    (family_bed.CorrectBedDays, "family_bed_id", "bed correct-days", {"family_bed_id": "b1", "opened_on": "2026-03-01", "reason": "the paper says the 1st"}),
    (family_bed.ReopenBed, "family_bed_id", "bed reopen", {"family_bed_id": "b1", "reason": "closed by mistake"}),
    (family_bed.EndBed, "family_bed_id", "", {"family_bed_id": "b1", "last_day": "2026-05-30", "outcome": "died"}),
    (family_bed.ReportBedOverdue, "family_bed_id", "", {"family_bed_id": "b1", "what": "cycle", "due_on": "2026-05-30"}),
    (referral.RequestReferral, "referral_id", "referral request", {"referral_id": "f1", "resident_id": "r1", "contract_id": "c1", "institution_id": "h1", "urgency": "urgent", "reason": "chest-pain", "criteria": ["chest-pain"], "green_channel": True, "slip": {"conditions": ["I10"], "cautions": ["penicillin-allergy"], "tests": ["ecg"]}}),
    (referral.AcceptReferral, "referral_id", "referral accept", {"referral_id": "f1", "ward": "cardiology", "bed": "12", "green_channel": True, "specialty": "cardiology"}),
    (referral.DeclineReferral, "referral_id", "referral decline", {"referral_id": "f1", "reason": "no-bed"}),
    (referral.RecordUnanswered, "referral_id", "", {"referral_id": "f1"}),
    (referral.WithdrawReferral, "referral_id", "referral withdraw", {"referral_id": "f1", "reason": "resident-declined"}),
    (referral.ScheduleReferral, "referral_id", "referral schedule", {"referral_id": "f1", "appointment_at": "2026-03-10T09:00:00+08:00"}),
    (referral.RecordAppointmentPassed, "referral_id", "", {"referral_id": "f1"}),
    (referral.MissAppointment, "referral_id", "referral miss", {"referral_id": "f1"}),
    (referral.AttendReferral, "referral_id", "referral attend", {"referral_id": "f1", "attended_at": "2026-03-10T09:10:00+08:00"}),
    (referral.AdmitReferral, "referral_id", "referral admit", {"referral_id": "f1", "admitted_on": "2026-03-10", "ward": "cardiology", "bed": "12"}),
    (referral.DischargeReferral, "referral_id", "referral discharge", {"referral_id": "f1", "discharged_on": "2026-03-18"}),
    (referral.ReferDown, "referral_id", "referral down", {"referral_id": "f1", "referred_down_on": "2026-03-18", "diagnoses": ["I10"], "plan": ["two-drugs"], "stable": True, "prescriptions": ["amlodipine-5mg"]}),
    (referral.ReturnReferral, "referral_id", "referral return", {"referral_id": "f1", "returned_on": "2026-03-12", "advice": ["statin"]}),
    (referral.FollowUpReferral, "referral_id", "referral follow-up", {"referral_id": "f1", "followed_up_on": "2026-03-15", "stage": "return"}),
    (referral.RecordFollowUpOverdue, "referral_id", "", {"referral_id": "f1"}),
    (referral.EndReferral, "referral_id", "", {"referral_id": "f1", "reason": "moved-out", "last_day": "2026-03-12"}),
    (survey.RecordSatisfaction, "survey_id", "survey record", {"survey_id": "q1", "resident_id": "r1", "contract_id": "c1", "answered_on": "2026-03-02", "scores": [{"question": "access", "score": 4}, {"question": "health-gain", "score": 5}]}),
    (alliance.FormAlliance, "alliance_id", "alliance form", {"alliance_id": "county", "name": "County alliance", "institution_id": "h1"}),
    (alliance.AdmitInstitution, "alliance_id", "alliance admit", {"alliance_id": "county", "institution_id": "i1"}),
    (alliance.ReleaseInstitution, "alliance_id", "alliance release", {"alliance_id": "county", "institution_id": "i1", "last_day": "2026-12-31"}),
    (alliance.SendExpert, "alliance_id", "alliance send-expert", {"alliance_id": "county", "posting_id": "p1", "member": {"member_id": "prof-wu", "role": "specialist", "shifts": _WEEKDAYS}, "institution_id": "i1", "team_id": "t1", "from_day": "2026-03-09", "to_day": "2026-03-13"}),
    (alliance.RecallExpert, "alliance_id", "alliance recall-expert", {"alliance_id": "county", "posting_id": "p1", "last_day": "2026-03-10"}),
    (alliance.HoldSlots, "alliance_id", "alliance hold-slots", {"alliance_id": "county", "institution_id": "h1", "specialty": "cardiology", "month": "2026-03-01", "slots": 20}),
    (alliance.RecordActivity, "alliance_id", "alliance record-activity", {"alliance_id": "county", "activity_id": "a1", "kind": "lecture", "institution_id": "i1", "held_on": "2026-03-01", "expert_ids": ["prof-wu"], "people": 35}),
    (alliance.RecordTraining, "alliance_id", "alliance record-training", {"alliance_id": "county", "training_id": "n1", "topic": "insulin", "from_day": "2026-02-02", "to_day": "2026-02-06", "trainees": [{"member_id": "nurse-li", "institution_id": "i1", "hours": 30}]}),
    (roster.PublishRoster, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "slots": [{**_SLOT, "visit_id": "v1", "service": 0, "travel_seconds": 300}], "unplaced": [], "solution": _SOLUTION}),
    (roster.RecordBound, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "revision": 1, "proof": "within", "bound_tier": "travel", "bound": 540, "solver": "search-1 + cp-sat 9.15", "deterministic": 3.0}),
    (day_terms.PinVisit, "visit_id", "", {"visit_id": "v1", "team_id": "t1", "day": "2026-03-02", "member_id": "nurse-li", "starts_at": "2026-03-02T10:00:00+08:00"}),
    (day_terms.HoldDay, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "before": "2026-03-02T10:30:00+08:00"}),
    (day_terms.LimitMoves, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "most": 3, "since_revision": 1}),
    (day_terms.ForbidPair, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "member_id": "nurse-li", "resident_id": "r1"}),
    (day_terms.WithdrawTerm, "team_id", "", {"team_id": "t1", "day": "2026-03-02", "term_id": "limit"}),
    (team_week.SpreadWeek, "team_id", "", {"team_id": "t1", "monday": "2026-03-02", "visits": [{"visit_id": "v1", "day": "2026-03-04", "because": "unevenness"}], "solution": _SOLUTION}),
    (team_week.ChooseVisitDay, "visit_id", "visit choose-day", {"team_id": "t1", "visit_id": "v1", "day": "2026-03-04"}),
    (team_week.ReleaseVisitDay, "visit_id", "visit release-day", {"team_id": "t1", "visit_id": "v1", "day": "2026-03-04"}),
)
# fmt: on
"""Commands by the name under which they are given."""
