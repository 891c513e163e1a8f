"""A small world, and what is asked of it wrongly: command, what is changed in its example, and the rule that says no.

The world stands at noon of 2026-03-10. An input is a command's example with some fields changed.
"""

from typing import Any

from infra.edges.commands import COMMANDS
from tests.infra.cli.desk import another

Changes = dict[str, Any]

EXAMPLE: dict[str, dict[str, Any]] = {name: dict(edge.example) for name, edge in COMMANDS.items()}
DOCTOR, NURSE = EXAMPLE["FormTeam"]["members"]
PERSONAL = EXAMPLE["RegisterResident"]["personal"]
SLOT = EXAMPLE["AssignVisit"]["slots"][0]
AT_TEN, NEXT_DAY = "2026-03-02T10:00:00+08:00", "2026-03-03T07:00:00+08:00"
SECOND = {"team_id": "t2", "members": [{**DOCTOR, "member_id": "dr-b"}, {**NURSE, "member_id": "nurse-b"}]}
HOSPITAL = {"kind": "hospital", "tier": 3}
ROUTINE = {"purpose": "home-call", "needs": [{"roles": ["gp"], "minutes": 20}], "opens_at": None, "closes_at": None}
AGREED = ("AssessBed", "AgreeBed")

WORLD: list[tuple[str, Changes]] = [
    ("OpenInstitution", {}),
    ("OpenInstitution", {"institution_id": "h1", **HOSPITAL}),
    ("OpenInstitution", {"institution_id": "h2", **HOSPITAL}),
    ("CloseInstitution", {"institution_id": "h2", "closed_on": "2026-01-01"}),
    ("FormTeam", {}),
    ("FormTeam", SECOND),
    ("FormAlliance", {}),
    ("AdmitInstitution", {}),
    ("SendExpert", {}),
    ("RegisterResident", {}),
    *(("RegisterResident", {"resident_id": f"r{n}", "personal": another(f"r{n}")}) for n in range(2, 7)),
    (
        "RegisterResident",
        {
            "resident_id": "new",
            "evidence": "half-year-residence",
            "resident_since": "2026-02-01",
            "personal": another("new"),
        },
    ),
    ("TagKeyGroup", {"group": "hypertension"}),
    *(("SignContract", {"contract_id": f"c{number}", "resident_id": f"r{number}"}) for number in range(1, 6)),
    ("TerminateContract", {"contract_id": "c5", "last_day": "2026-03-05"}),
    ("RequestVisit", ROUTINE),
    ("RequestVisit", {"visit_id": "gone", **ROUTINE}),
    ("CancelVisit", {"visit_id": "gone"}),
    ("RequestVisit", {"visit_id": "begun", **ROUTINE}),
    ("AssignVisit", {"visit_id": "begun", "slots": [{**SLOT, "member_id": "dr-chen"}]}),
    ("StartVisit", {"visit_id": "begun"}),
    *(("ApplyForBed", {"family_bed_id": f"b{number}", "resident_id": f"r{number}"}) for number in range(1, 5)),
    *((name, {"family_bed_id": bed}) for bed in ("b1", "b4") for name in AGREED),
    ("OpenBed", {}),
    ("AssessBed", {"family_bed_id": "b3", "condition_fits": False}),
    *(("RequestReferral", {"referral_id": f"f{number}"}) for number in range(1, 5)),
    ("RequestReferral", {"referral_id": "f5", "resident_id": "r4", "contract_id": "c4"}),
    ("DeclineReferral", {"referral_id": "f2"}),
    *(("AcceptReferral", {"referral_id": f"f{number}"}) for number in range(3, 6)),
    ("ScheduleReferral", {"referral_id": "f3", "appointment_at": "2026-03-20T09:00:00+08:00"}),
    *(("AttendReferral", {"referral_id": f"f{number}", "attended_at": NEXT_DAY}) for number in range(4, 6)),
    ("AdmitReferral", {"referral_id": "f5", "admitted_on": "2026-03-03"}),
    ("OpenAccount", {}),
    ("GrantRole", {}),
]
"""What was given, one after the other: half an hour each, from the morning of 2026-03-02 on."""

SHAPES: list[tuple[str, Changes, str]] = [
    ("SignContract", {"contract_id": ""}, "bad-id"),
    ("SignContract", {"contract_id": "a b"}, "bad-id"),
    ("SignContract", {"contract_id": "a:b"}, "bad-id"),
    ("SignContract", {"signed_on": "2026-02-30"}, "bad-day"),
    ("SignContract", {"starts_on": "1066-10-14"}, "bad-day"),
    ("SignContract", {"signed_on": 5}, "wrong-type"),
    ("SignContract", {"doctor": "dr-chen"}, "unknown-field"),
    ("SignContract", {"signed_by": "neighbour"}, "unknown-value"),
    ("SignContract", {"team_id": None}, "wrong-type"),
    ("StartVisit", {"entered_at": "2026-03-02T09:02:00"}, "naive-moment"),
    ("StartVisit", {"entered_at": "nine"}, "bad-moment"),
    ("StartVisit", {"entered_at": "0001-01-01T00:00:00Z"}, "bad-moment"),
    ("OpenInstitution", {"tier": "one"}, "wrong-type"),
    ("OpenInstitution", {"kind": "pharmacy"}, "unknown-value"),
    ("TagKeyGroup", {"group": "left-handed"}, "unknown-value"),
    ("RequestReferral", {"urgency": "soon"}, "unknown-value"),
    ("DeclineReferral", {"reason": "no-time"}, "unknown-value"),
    ("MissVisit", {"reason": "rain"}, "unknown-value"),
    ("CloseBed", {"outcome": "happy"}, "unknown-value"),
    ("FollowUpReferral", {"stage": "middle"}, "unknown-value"),
    ("FormTeam", {"members": [{**DOCTOR, "role": "cook"}]}, "unknown-value"),
]

PLACES: list[tuple[str, Changes, str]] = [
    ("OpenInstitution", {"institution_id": "i2", "tier": 4}, "tier-unknown"),
    ("OpenInstitution", {"name": "West Street"}, "institution-already-open"),
    ("RecordCensus", {"institution_id": "i9"}, "institution-unknown"),
    ("RecordCensus", {"counted_on": "2026-03-11"}, "day-in-the-future"),
    ("RecordCensus", {"counted_on": "1950-03-11"}, "day-too-long-ago"),
    ("RecordCensus", {"groups": [{"group": "elder", "people": 30001}]}, "census-group-too-large"),
    ("HoldSlots", {"slots": -1}, "slots-negative"),
    ("AssignPlace", {"team_id": "t9"}, "team-of-another-institution"),
    ("RemovePlace", {"place": "nowhere"}, "place-unknown"),
    ("RecordMeans", {"technicians": 21}, "means-impossible"),
    ("CloseInstitution", {"institution_id": "i9"}, "institution-unknown"),
    ("CloseInstitution", {"institution_id": "h2", "closed_on": "2026-02-01"}, "institution-already-closed"),
    ("FormTeam", {"team_id": "t3", "members": [DOCTOR]}, "missing-mandatory-role"),
    ("FormTeam", {"team_id": "t3", "members": [DOCTOR, DOCTOR, NURSE]}, "member-seated-twice"),
    ("FormTeam", {"team_id": "t3", "institution_id": "h2"}, "institution-not-open"),
    ("FormTeam", {"team_id": "t3", "institution_id": "h1"}, "institution-may-not-sign"),
    ("FormTeam", {"base_x": 5}, "team-already-formed"),
    ("JoinTeam", {"team_id": "t9"}, "team-not-formed"),
    ("JoinTeam", {"member": {**DOCTOR, "role": "rehab"}}, "member-seated-twice"),
    ("LeaveTeam", {"member_id": "nobody"}, "member-not-seated"),
    ("ChangeShifts", {"member_id": "nobody"}, "member-not-seated"),
    (
        "ChangeShifts",
        {"member_id": "dr-chen", "shifts": [{"weekday": 0, "starts": 600, "ends": 500}]},
        "shift-not-in-the-day",
    ),
    ("RecordAbsence", {"absence_id": "a9", "ends_at": "2026-03-02T07:00:00+08:00"}, "absence-ends-before-it-begins"),
    ("RecordAbsence", {"absence_id": "a9", "member_id": "nobody"}, "member-not-seated"),
    ("RecordAbsence", {"absence_id": "a9", "ends_at": "2029-03-02T07:00:00+08:00"}, "absence-too-long"),
    ("RecordAbsence", {"absence_id": "a9", "on": "2026-03-02"}, "absence-without-time"),
]

PEOPLE: list[tuple[str, Changes, str]] = [
    ("RegisterResident", {"resident_id": "x", "institution_id": "i9"}, "institution-unknown"),
    ("RegisterResident", {"resident_id": "x", "resident_since": "2026-03-11"}, "day-in-the-future"),
    ("RegisterResident", {"personal": {**PERSONAL, "name": "Li"}}, "resident-already-registered"),
    (
        "RegisterResident",
        {"resident_id": "x", "personal": {**PERSONAL, "identity_number": "440300195001010027"}},
        "identity-number-check-fails",
    ),
    (
        "RegisterResident",
        {"resident_id": "x", "personal": {**PERSONAL, "identity_number": "44"}},
        "identity-number-malformed",
    ),
    (
        "RegisterResident",
        {"resident_id": "x", "personal": {**PERSONAL, "born_on": "1951-01-01"}},
        "identity-number-says-another-birthday",
    ),
    ("CorrectPersonalDetails", {"resident_id": "x"}, "resident-not-registered"),
    ("TagKeyGroup", {"resident_id": "x"}, "resident-not-registered"),
    ("TagKeyGroup", {"group": "disabled", "since": "2026-03-11"}, "day-in-the-future"),
    ("TagKeyGroup", {"group": "disabled", "since": "1900-03-01"}, "day-before-birth"),
    ("TagKeyGroup", {"group": "disabled", "since": "2026-03-01", "anchor": "1900-03-01"}, "day-before-birth"),
    ("TagKeyGroup", {"group": "child", "since": "2026-01-01"}, "age-outside-group"),
    ("UntagKeyGroup", {"group": "hypertension", "until": "2014-01-01"}, "group-left-before-joined"),
    ("RecordBirth", {"delivered_on": "2026-03-11", "discharged_on": "2026-03-12"}, "day-in-the-future"),
    ("RecordMobility", {"since": "2026-03-11"}, "day-in-the-future"),
    ("RecordMobility", {"homebound": True, "since": "1900-03-01"}, "day-before-birth"),
    ("GiveConsent", {"given_on": "2026-03-11"}, "day-in-the-future"),
    ("GiveConsent", {"given_on": "1900-03-01"}, "day-before-birth"),
    ("JoinHousehold", {"since": "1900-03-01"}, "day-before-birth"),
    ("RecordDeparture", {"reason": "died", "last_day": "1900-03-01"}, "day-before-birth"),
    ("ChooseChannel", {"channel": "family"}, "family-phone-missing"),
    ("JoinHousehold", {"resident_id": "x"}, "resident-not-registered"),
    ("RecordDeparture", {"reason": "died", "last_day": "2026-03-11"}, "day-in-the-future"),
    ("ShowEvidence", {"valid_until": "2026-01-01"}, "evidence-over-before-shown"),
]

CONTRACTS: list[tuple[str, Changes, str]] = [
    ("SignContract", {"contract_id": "c9", "signed_on": "2026-03-11"}, "day-in-the-future"),
    (
        "SignContract",
        {"contract_id": "c9", "resident_id": "r6", "signed_on": "1900-03-01", "starts_on": "1900-03-01"},
        "day-before-birth",
    ),
    ("SignContract", {"contract_id": "c9", "resident_id": "x"}, "resident-not-registered"),
    ("SignContract", {"contract_id": "c9", "resident_id": "new"}, "not-eligible"),
    ("SignContract", {"contract_id": "c9", "resident_id": "r6", "team_id": "t9"}, "team-not-formed"),
    ("SignContract", {"contract_id": "c9", "resident_id": "r6", "doctor_id": "nurse-li"}, "named-member-not-seated"),
    ("SignContract", {"contract_id": "c9", "resident_id": "r6", "term_months": 6}, "term-outside-limits"),
    ("SignContract", {"contract_id": "c9", "resident_id": "r6", "package": "golden"}, "package-unknown"),
    ("SignContract", {"contract_id": "c9", "resident_id": "r6", "agreement_read": False}, "agreement-not-read"),
    ("SignContract", {"contract_id": "c9"}, "active-contract-exists"),
    ("SignContract", {"resident_id": "r6"}, "contract-already-signed"),
    ("RenewContract", {"contract_id": "c9", "signed_on": "2026-03-01"}, "contract-unknown"),
    ("RenewContract", {"signed_on": "2026-03-09"}, "renewal-too-early"),
    ("RenewContract", {"signed_on": "2026-03-11"}, "day-in-the-future"),
    ("RenewContract", {"contract_id": "c5", "signed_on": "2026-03-09"}, "contract-over"),
    ("TransferContract", {"team_id": "t9"}, "team-not-formed"),
    ("TransferContract", {"consent": False}, "consent-missing"),
    ("TransferContract", {"contract_id": "c9"}, "contract-unknown"),
    ("TerminateContract", {"last_day": "2026-03-20", "reason": "own-wish", "both_signed": True}, "notice-too-short"),
    ("TerminateContract", {"last_day": "2028-01-01"}, "last-day-outside-term"),
    ("TerminateContract", {"contract_id": "c9"}, "contract-unknown"),
    ("PayPackage", {"contract_id": "c9"}, "contract-unknown"),
    ("PayPackage", {}, "nothing-to-pay"),
    ("ExpireContract", {"contract_id": "c9"}, "contract-unknown"),
]

CARE: list[tuple[str, Changes, str]] = [
    ("PlanContractCare", {"contract_id": "c9"}, "contract-unknown"),
    ("PlanContractCare", {"contract_id": "c2"}, "contract-of-another-resident"),
    ("PlanBedCare", {"family_bed_id": "b2"}, "bed-not-open"),
    ("PlanReferralFollowUp", {}, "referral-not-attended"),
    ("PlanReferralFollowUp", {"resident_id": "r2", "referral_id": "f4"}, "referral-of-another-resident"),
    ("CompleteCareTask", {"care_task_id": "nothing"}, "care-task-unknown"),
    ("CancelCareTask", {"care_task_id": "nothing"}, "care-task-unknown"),
    ("MoveCare", {"contract_id": "c9"}, "contract-unknown"),
]

VISITS: list[tuple[str, Changes, str]] = [
    (
        "RequestVisit",
        {"visit_id": "x", **ROUTINE, "window_from": "2026-03-13", "window_to": "2026-03-12"},
        "window-ends-before-it-begins",
    ),
    ("RequestVisit", {"visit_id": "x", **ROUTINE}, "window-is-over"),
    ("RequestVisit", {"visit_id": "x", **ROUTINE, "care_task_id": "y"}, "care-task-unknown"),
    ("RequestVisit", {"visit_id": "x", **ROUTINE, "assessor_id": "nobody"}, "member-unknown"),
    ("RequestVisit", {"visit_id": "x", **ROUTINE, "window_to": "2026-03-12", "purpose": "chess"}, "purpose-unknown"),
    (
        "RequestVisit",
        {"visit_id": "x", **ROUTINE, "window_to": "2026-03-12", "needs": [{"roles": [], "minutes": 20}]},
        "need-without-role",
    ),
    ("RequestVisit", {"visit_id": "x", **ROUTINE, "window_to": "2026-03-12", "priority": 12}, "priority-unknown"),
    (
        "RequestVisit",
        {"visit_id": "x", **ROUTINE, "window_to": "2026-03-12", "opens_at": 900, "closes_at": 1500},
        "time-not-in-the-day",
    ),
    (
        "RequestVisit",
        {"visit_id": "x", **ROUTINE, "window_to": "2026-03-12", "contract_id": None},
        "no-valid-contract-or-bed",
    ),
    ("RequestVisit", {**ROUTINE, "priority": 9}, "visit-already-requested"),
    ("AssignVisit", {"visit_id": "x"}, "visit-unknown"),
    ("AssignVisit", {"visit_id": "gone"}, "visit-not-open"),
    ("AssignVisit", {"day": "2026-03-20"}, "day-outside-window"),
    ("StartVisit", {}, "visit-not-assigned"),
    ("StartVisit", {"visit_id": "x"}, "visit-unknown"),
    ("CompleteVisit", {}, "visit-not-started"),
    ("CompleteVisit", {"visit_id": "begun", "left_at": "2026-03-02T09:01:00+08:00"}, "left-before-entered"),
    ("CompleteVisit", {"visit_id": "begun", "left_at": "2026-03-11T09:01:00+08:00"}, "moment-in-the-future"),
    ("CompleteVisit", {"visit_id": "begun", "left_at": "2026-03-09T22:01:00+08:00"}, "visit-too-long"),
    (
        "CompleteVisit",
        {"visit_id": "begun", "measured": [{"code": "luck", "value": 7, "unit": "1"}]},
        "finding-unknown",
    ),
    (
        "CompleteVisit",
        {"visit_id": "begun", "measured": [{"code": "temperature", "value": 98, "unit": "F"}]},
        "finding-in-another-unit",
    ),
    (
        "CompleteVisit",
        {"visit_id": "begun", "measured": [{"code": "temperature", "value": 55, "unit": "Cel"}]},
        "finding-not-plausible",
    ),
    (
        "CompleteVisit",
        {"visit_id": "begun", "measured": 2 * [{"code": "pain", "value": 5, "unit": "points"}]},
        "finding-told-twice",
    ),
    ("MissVisit", {"visit_id": "gone"}, "visit-not-open"),
    ("RescheduleVisit", {"window_from": "2026-03-13", "window_to": "2026-03-12"}, "window-ends-before-it-begins"),
    ("RescheduleVisit", {"window_from": "2026-03-02", "window_to": "2026-03-03"}, "window-is-over"),
    ("HandOverVisit", {"visit_id": "gone"}, "visit-not-open"),
    ("CancelVisit", {"visit_id": "begun"}, "visit-not-open"),
    ("RequestVisitAgain", {"visit_id": "x"}, "visit-unknown"),
    ("RecordNotice", {"visit_id": "x"}, "visit-unknown"),
    ("RecordNotice", {}, "notice-without-consent"),
    ("RecordNotice", {"channel": "in-person", "notified_by": "nobody"}, "member-not-seated"),
]

BEDS: list[tuple[str, Changes, str]] = [
    ("ApplyForBed", {"family_bed_id": "x", "resident_id": "x"}, "resident-not-registered"),
    ("ApplyForBed", {"family_bed_id": "x", "team_id": "t9"}, "team-not-formed"),
    ("ApplyForBed", {"family_bed_id": "x", "indications": []}, "indication-missing"),
    ("ApplyForBed", {"family_bed_id": "x", "indications": ["boredom"]}, "indication-unknown"),
    ("ApplyForBed", {"kind": "palliative"}, "bed-already-applied-for"),
    ("AssessBed", {"family_bed_id": "x"}, "bed-unknown"),
    ("AssessBed", {"family_bed_id": "b2", "assessed_on": "2026-03-11"}, "day-in-the-future"),
    ("AssessBed", {"family_bed_id": "b2", "assessed_on": "1950-03-11"}, "day-too-long-ago"),
    ("AssessBed", {"family_bed_id": "b2", "assessor_id": "nobody"}, "member-unknown"),
    ("AgreeBed", {"family_bed_id": "b2"}, "bed-not-assessed"),
    ("AgreeBed", {"family_bed_id": "b3"}, "bed-assessed-unfit"),
    ("AgreeBed", {"family_bed_id": "b4", "text_version": "2026-2", "copies": 1}, "agreement-copies-missing"),
    ("AgreeBed", {"family_bed_id": "b4", "text_version": "2026-2", "risks_told": False}, "criteria-not-told"),
    ("OpenBed", {"family_bed_id": "b2"}, "bed-not-assessed"),
    ("OpenBed", {"family_bed_id": "b3"}, "bed-assessed-unfit"),
    ("OpenBed", {"family_bed_id": "b4", "team_id": "t2"}, "bed-of-another-team"),
    ("OpenBed", {"family_bed_id": "b4", "doctor_id": "nurse-li"}, "named-member-not-seated"),
    ("OpenBed", {"family_bed_id": "b4", "days": 400}, "bed-cycle-outside-limits"),
    ("OpenBed", {"family_bed_id": "b4", "diagnoses": []}, "diagnosis-missing"),
    ("SetBedPlan", {"family_bed_id": "b2"}, "bed-not-open"),
    ("SetBedPlan", {"measures": []}, "plan-without-measures"),
    ("StopBedPlan", {"family_bed_id": "b2", "stopped_on": "2026-03-02"}, "bed-not-open"),
    ("EvaluateBedPlan", {"evaluated_on": "2026-03-09"}, "plan-unknown"),
    ("RecordRound", {"family_bed_id": "b2"}, "bed-not-open"),
    ("RecordRound", {"visit_id": "x"}, "visit-unknown"),
    ("RecordRound", {"visit_id": "begun", "member_ids": ["nobody"]}, "member-unknown"),
    ("ReviewBed", {"reviewed_on": "2026-03-09", "reviewer_id": "nobody"}, "member-unknown"),
    ("TransferBedToHospital", {"transferred_on": "2026-03-09", "referral_id": "x"}, "referral-unknown"),
    ("TransferBedToHospital", {"transferred_on": "2026-03-09", "referral_id": "f5"}, "referral-of-another-resident"),
    ("WriteUpRound", {}, "round-unknown"),
    ("ExtendBed", {"extended_on": "2026-03-09"}, "extension-not-assessed"),
    ("ReturnBedFromHospital", {"returned_on": "2026-03-09"}, "bed-not-in-hospital"),
    ("CloseBed", {"closed_on": "2026-03-09"}, "bed-not-settled"),
    ("CloseBed", {"closed_on": "2026-03-11"}, "day-in-the-future"),
]

REFERRALS: list[tuple[str, Changes, str]] = [
    ("RequestReferral", {"referral_id": "x", "contract_id": "c9"}, "no-valid-contract"),
    ("RequestReferral", {"referral_id": "x", "former_referral_id": "y"}, "referral-unknown"),
    ("RequestReferral", {"referral_id": "x", "former_referral_id": "f5"}, "referral-of-another-resident"),
    ("RequestReferral", {"referral_id": "x", "contract_id": "c2"}, "no-valid-contract"),
    ("RequestReferral", {"referral_id": "x", "contract_id": "c5", "resident_id": "r5"}, "resident-moved-out"),
    ("RequestReferral", {"referral_id": "x", "institution_id": "h2"}, "institution-not-open"),
    ("RequestReferral", {"referral_id": "x", "institution_id": "i1"}, "referral-not-upwards"),
    ("RequestReferral", {"referral_id": "x", "criteria": ["bad-mood"]}, "criterion-unknown"),
    ("RequestReferral", {"referral_id": "x", "former_referral_id": "x"}, "referral-names-itself"),
    ("RequestReferral", {"reason": "stroke-signs"}, "referral-already-requested"),
    ("AcceptReferral", {"referral_id": "x"}, "referral-unknown"),
    ("AcceptReferral", {"referral_id": "f2"}, "referral-step-out-of-order"),
    ("DeclineReferral", {"referral_id": "f3"}, "referral-step-out-of-order"),
    ("WithdrawReferral", {"referral_id": "f4"}, "referral-step-out-of-order"),
    ("ScheduleReferral", {"referral_id": "f3", "appointment_at": AT_TEN}, "appointment-in-the-past"),
    (
        "ScheduleReferral",
        {"referral_id": "f1", "appointment_at": "2026-03-20T09:00:00+08:00"},
        "referral-step-out-of-order",
    ),
    ("MissAppointment", {"referral_id": "f3"}, "appointment-still-to-come"),
    (
        "AttendReferral",
        {"referral_id": "f3", "attended_at": "2026-03-09T09:00:00+08:00"},
        "attended-before-appointment",
    ),
    ("AttendReferral", {"referral_id": "f3", "attended_at": "2026-03-11T09:00:00+08:00"}, "moment-in-the-future"),
    ("AttendReferral", {"referral_id": "f3", "attended_at": "2026-03-01T09:00:00+08:00"}, "attended-before-requested"),
    ("AdmitReferral", {"referral_id": "f4", "admitted_on": "2026-03-01"}, "referral-day-too-early"),
    ("AdmitReferral", {"referral_id": "f4", "admitted_on": "2026-03-11"}, "day-in-the-future"),
    ("DischargeReferral", {"referral_id": "f4", "discharged_on": "2026-03-09"}, "referral-step-out-of-order"),
    ("DischargeReferral", {"referral_id": "f5", "discharged_on": "2026-03-01"}, "referral-day-too-early"),
    ("ReferDown", {"referral_id": "f4", "referred_down_on": "2026-03-09", "stable": False}, "not-fit-for-primary-care"),
    ("ReturnReferral", {"referral_id": "f5", "returned_on": "2026-03-09"}, "referral-step-out-of-order"),
    ("FollowUpReferral", {"referral_id": "f4", "followed_up_on": "2026-03-09"}, "referral-step-out-of-order"),
]

ROSTERS: list[tuple[str, Changes, str]] = [
    ("PublishRoster", {}, "roster-day-over"),
    (
        "PublishRoster",
        {"day": "2026-03-12", "unplaced": [{"visit_id": "v1", "rule": "no-time-left"}]},
        "placed-and-unplaced",
    ),
    ("RecordBound", {"day": "2026-03-12"}, "roster-not-published"),
    ("PinVisit", {"member_id": None, "starts_at": None}, "pin-without-member-or-time"),
    ("PinVisit", {"visit_id": "v9"}, "visit-unknown"),
    ("PinVisit", {"visit_id": "begun"}, "visit-not-open"),
    ("PinVisit", {"service": 1}, "part-unknown"),
    ("PinVisit", {"member_id": "nobody"}, "member-not-in-team"),
    ("HoldDay", {}, "roster-day-over"),
    ("HoldDay", {"day": "2026-03-11"}, "term-of-another-day"),
    ("LimitMoves", {"day": "2026-03-11", "most": -1}, "limit-below-zero"),
    ("LimitMoves", {"day": "2026-03-11", "until": "2026-03-10T08:00:00+08:00"}, "term-over"),
    ("ForbidPair", {"day": "2026-03-11", "other_member_id": "dr-chen"}, "apart-from-one"),
    ("WithdrawTerm", {}, "day-term-unknown"),
    ("SpreadWeek", {}, "week-over"),
    ("SpreadWeek", {"monday": "2026-03-10"}, "week-begins-on-monday"),
    ("SpreadWeek", {"monday": "2026-03-09"}, "day-of-another-week"),
    ("ChooseVisitDay", {}, "visit-day-over"),
    ("ChooseVisitDay", {"visit_id": "v99"}, "visit-unknown"),
    ("ReleaseVisitDay", {"visit_id": "v99"}, "visit-unknown"),
    ("ChooseVisitDay", {"day": "2026-03-12"}, "day-outside-window"),
]

ALLIANCES: list[tuple[str, Changes, str]] = [
    ("FormAlliance", {"alliance_id": "x", "institution_id": "i1"}, "alliance-without-hospital"),
    ("FormAlliance", {"alliance_id": "x", "institution_id": "h2"}, "institution-not-open"),
    ("FormAlliance", {"name": "Another alliance"}, "alliance-already-formed"),
    ("AdmitInstitution", {"alliance_id": "x"}, "alliance-unknown"),
    ("SendExpert", {"posting_id": "p2", "to_day": "2026-03-01"}, "stay-ends-before-it-begins"),
    ("SendExpert", {"posting_id": "p2", "institution_id": "h2", "team_id": None}, "institution-outside-alliance"),
    ("RecordActivity", {"held_on": "2026-03-11"}, "day-in-the-future"),
    ("RecordActivity", {"held_on": "1950-03-11"}, "day-too-long-ago"),
    ("RecordActivity", {"people": -1}, "activity-without-people"),
    ("RecordTraining", {"trainees": []}, "training-without-people"),
    ("RecordTraining", {"to_day": "2026-02-01"}, "training-ends-before-it-begins"),
]

SURVEYS: list[tuple[str, Changes, str]] = [
    ("RecordSatisfaction", {"answered_on": "2026-03-11"}, "day-in-the-future"),
    ("RecordSatisfaction", {"scores": []}, "survey-empty"),
    ("RecordSatisfaction", {"scores": [{"question": "access", "score": 11}]}, "score-outside-scale"),
    ("RecordSatisfaction", {"scores": 2 * [{"question": "access", "score": 4}]}, "question-answered-twice"),
    ("RecordSatisfaction", {"contract_id": "c9"}, "resident-not-signed"),
]

ACCOUNTS: list[tuple[str, Changes, str]] = [
    ("OpenAccount", {"account_id": "two", "resident_id": "r1"}, "account-for-two"),
    ("OpenAccount", {"account_id": "NURSE"}, "login-name-malformed"),
    ("OpenAccount", {"member_id": "dr-b"}, "account-already-open"),
    ("AddWebhook", {"address": "https://user:secret@gateway.example"}, "webhook-address-unfit"),
    ("RemoveWebhook", {"webhook_id": "nobody"}, "webhook-unknown"),
    ("GrantRole", {"account_id": "nobody"}, "account-unknown"),
    ("GrantRole", {"scope_id": None}, "scope-half-named"),
    ("GrantRole", {"role": "hospital", "scope": "everywhere", "scope_id": None}, "role-without-person"),
    ("GrantRole", {"role": "leader", "until": "2026-03-09T08:00:00+08:00"}, "grant-over"),
    ("BreakGlass", {}, "break-glass-for-another"),
    ("AdoptPacks", {"packs": "nowhere"}, "packs-unknown"),
    ("SignOffBreakGlass", {}, "break-glass-unknown"),
    ("SignOffContract", {"reason": "no-ground"}, "sign-off-reason-unfit"),
]

BAD: list[tuple[str, Changes, str]] = [
    *SHAPES, *PLACES, *PEOPLE, *CONTRACTS, *CARE, *VISITS, *BEDS, *REFERRALS, *ALLIANCES, *SURVEYS,
    *ROSTERS, *ACCOUNTS,
]  # fmt: skip
"""All bad inputs."""
