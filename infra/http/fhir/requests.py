"""Care tasks as tasks, and referrals as service requests."""

from infra.http.fhir.elements import (
    FhirView,
    Record,
    Resource,
    fhir_id,
    filled,
    listed,
    local_day_of,
    period,
    reference,
)
from projections.questions import Row

TASK = {
    "scheduled": "requested",
    "due": "ready",
    "planned": "accepted",
    "done": "completed",
    "done-late": "completed",
    "missed": "failed",
    "lost": "failed",
    "cancelled": "cancelled",
}

REFERRAL = {
    "requested": "active",
    "accepted": "active",
    "declined": "revoked",
    "withdrawn": "revoked",
    "scheduled": "active",
    "not-attended": "active",
    "attended": "active",
    "in-hospital": "active",
    "discharged": "active",
    "referred-down": "active",
    "returned": "active",
    "followed-up": "completed",
    "ended": "revoked",
}

PRIORITY = {"urgent": "urgent", "ordinary": "routine"}


def task(view: FhirView, care_task: Row) -> Record:
    """Return a service that is owed, with the days in which it should be done."""
    return Record(
        resource=filled(
            {
                "resourceType": "Task",
                "id": fhir_id(care_task["care_task_id"]),
                "identifier": [view.identifier("care-task", care_task["care_task_id"])],
                "status": TASK[care_task["status"]],
                "businessStatus": view.concept("care-task-status", care_task["status"]),
                "intent": "order",
                "code": view.concept("care-task", care_task["kind"]),
                "for": reference("Patient", care_task["resident_id"]),
                "executionPeriod": period(care_task["done_on"], care_task["done_on"]),
                "owner": reference("CareTeam", care_task["team_id"]),
                "restriction": {"period": period(care_task["window_from"], care_task["window_to"])},
            }
        ),
        begins=care_task["window_from"],
        ends=care_task["done_on"] or care_task["window_to"],
    )


def service_request(view: FhirView, referral: Row) -> Record:
    """Return a referral to a hospital; the status of Jiayi stands beside FHIR's, which has fewer."""
    return Record(
        resource=filled(
            {
                "resourceType": "ServiceRequest",
                "id": fhir_id(referral["referral_id"]),
                "identifier": [view.identifier("referral", referral["referral_id"])],
                "extension": [_step(view, referral)],
                "status": REFERRAL[referral["status"]],
                "intent": "order",
                "category": listed(view.coded("service-request", "referral")),
                "priority": PRIORITY.get(referral["urgency"]),
                "subject": reference("Patient", referral["resident_id"]),
                "occurrenceDateTime": referral["appointment_at"],
                "authoredOn": referral["requested_at"],
                "requester": reference("CareTeam", referral["team_id"]),
                "performer": listed(view.logical("institution", "Organization", referral["institution_id"])),
                "reason": view.concepts("criterion", *(referral["criteria"] or ())),
                "replaces": listed(reference("ServiceRequest", referral["former_referral_id"])),
            }
        ),
        begins=local_day_of(referral["requested_at"]),
        ends=local_day_of(referral["requested_at"]),
    )


def _step(view: FhirView, referral: Row) -> Resource:
    """Return the step at which a referral is, as an extension."""
    return {
        "url": f"{view.base}/fhir/StructureDefinition/referral-status",
        "valueCodeableConcept": view.concept("status", referral["status"]),
    }
