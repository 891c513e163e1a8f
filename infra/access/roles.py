"""Who may give which command, ask which question and do what else, in which scope, and which values are personal.

One table. What has no line is refused to everybody, and no edge starts (`infra/access/gate.py`).
"""

# ruff: noqa: E501 -- a table: one line is one group of commands, or one question

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from domain.event import value
from infra.access.levels import Kind
from infra.access.masks import Fields
from infra.access.principal import Role


@value
class AccessRule:
    """Who may, and where.

    `where` names the finder of the place (`infra/access/places.py`). `rows` are the parts of an answer whose rows
    each belong somewhere ("": the answer itself), None if it is one whole. `fields` are the personal values of a row,
    `outside_rows` those that stand outside the rows. `recorded` answers leave a record of the read. With `needs_purpose` an auditor must say why.
    """

    roles: frozenset[Role]
    where: str
    rows: tuple[str, ...] | None = None
    fields: Fields = ()
    outside_rows: Fields = ()
    recorded: bool = False
    needs_purpose: bool = False


_SHORT: Mapping[str, Role] = {
    "M": "member",
    "L": "leader",
    "C": "clerk",
    "A": "auditor",
    "O": "operator",
    "D": "administrator",
    "R": "resident",
    "H": "hospital",
    "S": "service",
}
"""The letters of the table. `*` stands for all of them."""


def _roles(letters: str) -> frozenset[Role]:
    return frozenset(get_args(Role)) if letters == "*" else frozenset(_SHORT[letter] for letter in letters)


def _fields(text: str) -> Fields:
    """Read `kind=path,path kind=path`; a kind alone is the path of the same name, `recorded` and `purpose` are none."""
    pairs: list[tuple[tuple[str, ...], Kind]] = []
    for word in (each for each in text.split() if each not in {"recorded", "purpose"}):
        kind, _, paths = word.partition("=")
        pairs += [(tuple(path.split(".")), cast(Kind, kind)) for path in (paths or kind).split(",")]
    return tuple(pairs)


def _commands(*groups: tuple[str, str, str]) -> dict[str, AccessRule]:
    return {
        name: AccessRule(roles=_roles(letters), where=where)
        for letters, where, names in groups
        for name in names.split()
    }


def _answers(*lines: tuple[str, str, str, str | None, str]) -> dict[str, AccessRule]:
    """Read lines of an answer; `recorded` as its only field says that it names residents and shows nothing of them."""
    return {
        name: AccessRule(
            roles=_roles(letters),
            where=where,
            rows=None if rows is None else tuple(rows.split(" ")),
            fields=_fields(fields.partition(" | ")[0]),
            outside_rows=_fields(fields.partition(" | ")[2]),
            recorded=bool(fields),
            needs_purpose=fields.endswith(" purpose"),
        )
        for letters, where, name, rows, fields in lines
    }


# fmt: off
COMMAND_LINES: Mapping[str, AccessRule] = _commands(
    # institutions, teams, alliances
    ("CD", "new-institution", "OpenInstitution"),
    ("CD", "institution", "RecordCensus CloseInstitution FormTeam AssignPlace RemovePlace RecordMeans RecordAbility"),
    ("CD", "team", "DisbandTeam"),
    ("LCD", "team", "JoinTeam LeaveTeam ChangeShifts RecordLicence RecordQualification"),
    ("MLC", "team-member", "RecordAbsence"),
    ("MLC", "absence", "WithdrawAbsence"),
    ("L", "team", "InviteGuest WithdrawGuest KeepApart EndApart StationMember SetTeamDay"),
    ("S", "team", "ReviewStaffing"),
    ("D", "institution", "FormAlliance"),
    ("CD", "alliance", "AdmitInstitution ReleaseInstitution SendExpert RecallExpert RecordActivity RecordTraining HoldSlots"),
    # accounts
    ("D", "anywhere", "OpenAccount"),
    ("D", "grant", "GrantRole"),
    ("D", "account", "DisableAccount EnableAccount LinkIdentity UnlinkIdentity"),
    ("*", "account", "RevokeRole"),
    ("", "account", "ChangePassword AddSecondFactor RemoveSecondFactor"),  # recorded where the proof changes, by nobody else
    ("MLH", "own-account", "BreakGlass"),
    ("A", "resident", "SignOffBreakGlass"),
    ("D", "city", "AddWebhook RemoveWebhook AdoptPacks"),
    # residents
    ("C", "institution", "RegisterResident"),
    ("C", "resident", "CorrectPersonalDetails ShowEvidence JoinHousehold"),
    ("LC", "resident", "RecordDeparture"),
    ("C", "resident", "AnnulDeparture CorrectDeparture MergeResident AnnulMerge"),
    ("LC", "resident", "LeaveAsEnded"),
    ("MLC", "resident", "TagKeyGroup UntagKeyGroup RecordBirth RecordMobility"),
    ("MLCR", "resident", "GiveConsent WithdrawConsent ChooseChannel"),
    ("S", "resident", "RecordMerge ReviewKeyGroups"),
    # contracts and what is owed under them
    ("LC", "team", "DraftContract"),
    ("C", "team", "SignContract"),
    ("LC", "contract", "DiscardDraft"),
    ("C", "contract", "RenewContract TransferContract TerminateContract PayPackage SettlePackage RefundPackage"),
    ("C", "contract", "AnnulPackageEntry AnnulContract ReinstateContract CorrectContractEnd CorrectSigning"),
    ("C", "contract-resident", "MoveContract"),
    ("LC", "contract", "ReturnEntitlement"),
    ("MLC", "contract", "ConsumeEntitlement"),
    ("A", "contract", "SignOffContract"),
    ("S", "contract", "ExpireContract"),
    ("ML", "resident", "CompleteCareTask"),
    ("MLC", "resident", "RecordFailedAttempt"),
    ("L", "resident", "CancelCareTask ReopenCareTask"),
    ("ML", "resident", "CorrectCareTask"),
    ("S", "resident", "PlanContractCare PlanGroupCare PlanBedCare PlanReferralFollowUp FallDueCareTask RecordCareTaskPlanned"),
    ("S", "resident", "MissCareTask CancelCare EndCare PauseCare ResumeCare MoveCare"),
    ("S", "resident", "ReplanContractCare ReinstateCare MoveCareEnd"),
    ("CR", "contract", "RecordSatisfaction"),
    # visits
    ("LC", "team-resident", "RequestVisit"),
    ("ML", "visit", "StartVisit CompleteVisit RecordPartnerAbsent MissVisit"),
    ("LC", "visit", "RescheduleVisit CancelVisit"),
    ("L", "visit", "ReinstateVisit AnnulVisit CorrectVisit"),
    ("ML", "visit", "CorrectFindings"),
    ("L", "visit", "HandOverVisit"),
    ("MLC", "visit", "RecordNotice"),
    ("S", "visit", "AssignVisit ReleaseVisit RaiseVisitAlarm RequestVisitAgain EndVisit"),
    # family beds
    ("L", "team-resident", "ApplyForBed"),
    ("L", "bed", "ReturnBedApplication ResubmitBedApplication ReviewBed ExtendBed CloseBed"),
    ("L", "team-bed", "OpenBed"),
    ("ML", "bed", "AssessBed SetBedPlan EvaluateBedPlan StopBedPlan RecordRound WriteUpRound"),
    ("LC", "bed", "AgreeBed TransferBedToHospital ReturnBedFromHospital"),
    ("C", "bed", "SettleBed"),
    ("S", "bed", "EndBed ReportBedOverdue"),
    ("L", "bed", "AnnulRound AnnulBedOpening CorrectBedDays ReopenBed"),
    # referrals
    ("ML", "resident", "RequestReferral"),
    ("L", "referral", "WithdrawReferral"),
    ("LH", "referral", "AcceptReferral DeclineReferral ScheduleReferral MissAppointment AttendReferral AdmitReferral"),
    ("LH", "referral", "DischargeReferral ReferDown ReturnReferral"),
    ("ML", "referral", "FollowUpReferral"),
    ("S", "referral", "RecordUnanswered RecordAppointmentPassed RecordFollowUpOverdue EndReferral"),
    # rosters and the leader's terms
    ("LS", "team", "PublishRoster RecordBound SpreadWeek"),
    ("L", "team", "HoldDay LimitMoves ForbidPair WithdrawTerm"),
    ("L", "team-visit", "PinVisit ChooseVisitDay ReleaseVisitDay"),
)
"""Commands: who may give them, and how their place is found."""

QUESTION_LINES: Mapping[str, AccessRule] = _answers(
    # institutions, teams, alliances
    ("*", "anywhere", "Institutions", None, ""),
    ("MLCAR", "resident", "NearestInstitutions", None, "address=metres"),
    ("MLCAR", "resident", "NearestHospitals", None, "address=metres"),
    ("LCAD", "anywhere", "InstitutionLoad", None, ""),
    ("*", "anywhere", "Teams", None, ""),
    ("MLCAD", "team", "TeamMembers", None, "absence=absences.reason"),
    ("LCAD", "team-or-institution", "Understaffed", "", ""),
    ("LA", "team", "KeptApartOn", None, "recorded"),
    ("MLCA", "team", "StationsOn", None, ""),
    ("MLCAD", "team", "TeamDays", None, ""),
    ("*", "anywhere", "Alliances", None, ""),
    ("LCAD", "anywhere", "PlacesCovered", None, ""),
    ("LCAD", "anywhere", "AllianceTowns", None, ""),
    ("LCAD", "anywhere", "GreenChannel", None, ""),
    ("LCAD", "anywhere", "InstitutionMeans", None, ""),
    ("LCAD", "anywhere", "AllianceWork", None, ""),
    # accounts
    ("AD", "anywhere", "Accounts", None, "recorded"),
    ("*", "account", "GrantsOf", None, ""),
    ("AD", "anywhere", "AccessOn", None, "recorded"),
    ("AD", "anywhere", "BreakGlassUses", None, "recorded"),
    ("A", "team", "SignOffsDue", "", "recorded"),
    ("A", "by-row", "SignOffs", "", "recorded"),
    ("D", "city", "Webhooks", None, ""),
    ("*", "anywhere", "AdoptedPacks", None, ""),
    # residents
    ("MLCAR", "resident", "ResidentCard", "", "name phone address=address,home_x,home_y,place birth=born_on care=groups,homebound,delivered_on,departed,departed_after"),
    ("MLCA", "by-row", "RoughHomes", "", "address=located"),
    ("MLCA", "by-row", "Household", "", "name birth=born_on care=relation"),
    ("LCA", "team-or-institution", "WhoNext", "", "name phone care=groups,reason,end_reason"),
    # contracts and what is owed under them
    ("MLCA", "team", "TeamCaseload", "", "name phone care=package,homebound,end_reason"),
    ("MLCAR", "resident", "ResidentContracts", "", "care=package,end_reason"),
    ("LCA", "team", "RenewalsDue", "", "name phone care=package,end_reason"),
    ("LCA", "team", "RemindersDue", "", "name phone care=package,end_reason"),
    ("LCA", "team", "ContractDrafts", "", "name phone care=package"),
    ("LCAD", "team", "TeamLoad", "", ""),
    ("MLCAR", "contract", "Entitlements", None, "care=package,items.item"),
    ("LCA", "team", "Fulfilment", "", ""),
    ("LCA", "team", "TeamMoney", "", ""),
    ("LA", "team", "DiseaseQuality", "", ""),
    ("MLCA", "team", "TeamCareTasks", "", "name care=kind,key_group,because findings=outcome"),
    ("MLCAR", "resident", "ResidentCareTasks", "", "care=kind,key_group,because findings=outcome"),
    ("MLAR", "resident", "TriageAdvice", None, "findings=criteria address=hospitals.metres"),
    ("MLA", "team", "AdvisedReferrals", "", "name findings=criteria,urgency"),
    ("LCA", "team", "OpenReinstatements", "", "care=cause"),
    ("LCA", "team", "SenseOfGain", "", ""),
    ("LCAD", "insiders", "Coverage", None, ""),
    ("LCAD", "team-or-institution", "CapacityForecast", None, ""),
    # visits
    ("MLCA", "team", "OpenVisits", "", "address=home_x,home_y care=purpose,grade,infectious,homebound,needs.qualifications,miss_reason,cancel_reason findings=findings,measured"),
    ("MLCA", "team", "VisitsMade", "", "care=purpose,grade,infectious,needs.qualifications,miss_reason,cancel_reason findings=findings,measured"),
    ("MLCAR", "resident", "ResidentVisits", "", "care=purpose,grade,infectious,needs.qualifications,miss_reason,cancel_reason findings=findings,measured"),
    ("MLCAR", "resident", "ResidentNotices", "", "recorded"),
    ("MLCA", "team", "VisitsOn", "", "care=reason"),
    ("LA", "team", "VisitLengths", None, ""),
    ("MLCA", "team", "TeamRoster", "slots unplaced", "name address care=purpose"),
    ("LA", "team", "DayTermsOf", "", "recorded"),
    ("LA", "team", "TeamWeekPlan", None, ""),
    ("LA", "team", "WeekAhead", "", "address=home_x,home_y care=purpose,needs.qualifications"),
    # family beds
    ("MLCA", "team-or-institution", "BedCensus", "", "name address findings=indications,diagnoses,opinion,outcome care=kind"),
    ("MLA", "bed", "BedRounds", None, "findings=findings,measured,complaints,tests care=kind"),
    ("MLA", "bed", "BedPlans", None, "findings=diagnoses,goals,measures,result care=kind"),
    ("MLCA", "team", "OverdueBeds", "", "care=what"),
    # referrals
    ("MLCAH", "hospital", "ReferralInbox", "", "name findings=criteria,slip,plan,advice,reason,decline_reason,withdraw_reason care=urgency,ward,bed"),
    ("MLCAR", "resident", "ResidentReferrals", "", "findings=criteria,slip,plan,advice,reason,decline_reason,withdraw_reason care=urgency,ward,bed"),
    ("LCAH", "hospital", "ReferralTimes", None, ""),
    # timers
    ("OS", "anywhere", "DueTimers", None, "recorded"),
    ("OS", "anywhere", "NextTimer", None, ""),
)
"""Questions: who may ask them, how their place is found, and the personal values of their answers."""

_VISIT = "name phone address care=purpose,reason"
_NOTICE = "name=name,family_name phone care=purpose"
_COVER = "name=ways.notices.name,ways.notices.family_name,way.notices.name,way.notices.family_name phone=ways.notices.phone,way.notices.phone care=ways.notices.purpose,way.notices.purpose"

OPERATION_LINES: Mapping[str, AccessRule] = _answers(
    # the team's day and week
    ("LS", "team", "roster-plan", None, ""),
    ("L", "team", "roster-check", None, ""),
    ("L", "team", "roster-replan", None, ""),
    ("L", "team", "roster-publish", None, ""),
    ("L", "visit", "roster-place", None, ""),
    ("LA", "team", "roster-explain", None, ""),
    ("LA", "team", "roster-what-if", None, ""),
    ("LS", "team", "roster-week", None, ""),
    ("LA", "team", "roster-terms", None, "recorded"),
    ("LAOS", "team", "roster-verify", None, ""),
    ("LAOS", "team", "roster-replay", None, ""),
    ("LOS", "team", "roster-prove", None, ""),
    ("MLCA", "team", "roster-show", "slots unplaced", f"{_VISIT} | absence=members.reason,changes.reason"),
    ("MLCA", "team", "roster-day", "visits", _VISIT),
    ("LC", "resident", "roster-offer", None, "care=purpose"),
    ("LC", "resident", "roster-take-offer", None, "care=purpose"),
    ("L", "member", "roster-cover", None, _COVER),
    ("MLCA", "team", "roster-notices", "notices", _NOTICE),
    ("MLC", "visit", "roster-record-notice", None, ""),
    # histories and the log
    ("MLCAR", "contract", "contract-history", None, "care=data.package,data.reason,before.package,after.package,changes"),
    ("MLAR", "resident", "resident-history", None, "findings=data,changes"),
    ("MLAR", "resident", "care-history", None, "findings=data,changes"),
    ("MLAR", "visit", "visit-history", None, "findings=data,changes"),
    ("MLCAR", "visit", "notice-history", None, "recorded"),
    ("MLA", "bed", "bed-history", None, "findings=data,changes"),
    ("MLARH", "referral", "referral-history", None, "findings=data,changes"),
    ("CAR", "survey", "survey-history", None, "recorded"),
    ("LCA", "team", "team-history", None, "absence=data,changes"),
    ("LA", "team", "team-day-history", None, "care=data,changes"),
    ("LA", "team", "team-week-history", None, ""),
    ("CAD", "alliance", "alliance-history", None, ""),
    ("CAD", "institution", "institution-history", None, ""),
    ("*", "account", "account-history", None, "recorded"),
    ("AD", "city", "webhook-history", None, ""),
    ("*", "anywhere", "policy-history", None, ""),
    ("CA", "city", "resident-twins", None, "recorded"),
    ("MLCADH", "by-row", "find", "hits", "name phone address birth=born_on"),
    ("AO", "city", "events", None, "findings=data"),
    ("AO", "city", "events-envelopes", None, ""),
    ("A", "city", "events-personal", None, "findings=data purpose"),
    ("AR", "resident", "reads-of", None, "recorded"),
    ("A", "city", "reads", None, ""),
    ("AD", "city", "exceptional-reads", None, ""),
    # files, feeds, exports
    ("C", "anywhere", "import", None, ""),
    ("LCAR", "anywhere", "export", None, ""),
    ("ML", "member", "calendar", None, ""),
    ("D", "city", "webhooks", None, ""),
    # the system
    ("O", "city", "projections", None, ""),
    ("ODS", "anywhere", "health", None, ""),
    ("O", "city", "dead-letters", None, ""),
    ("O", "city", "topics", None, ""),
    ("O", "city", "clock", None, ""),
    ("OS", "city", "run", None, ""),
    ("OD", "city", "travel", None, ""),
    ("D", "city", "store-live", None, ""),
    ("D", "anywhere", "accounts", None, ""),
    ("D", "account", "account-proofs", None, ""),
    ("*", "anywhere", "policy", None, ""),
    ("*", "anywhere", "own-account", None, ""),
    ("*", "anywhere", "jobs", None, ""),
)
"""What edges do beside commands and questions: who may, where, and the personal values of what they answer."""
# fmt: on


def missing_lines(commands: Iterable[str], questions: Iterable[str]) -> list[str]:
    """Return the commands and questions without a line, and the lines of none."""
    return sorted((set(commands) ^ set(COMMAND_LINES)) | (set(questions) ^ set(QUESTION_LINES)))
