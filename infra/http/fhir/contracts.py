"""Contracts as episodes of care, and what they grant as care plans."""

from infra.http.fhir.elements import FhirView, Record, Resource, fhir_id, filled, listed, period, reference
from infra.http.fhir.people import role_id
from projections.questions import Row

RUNNING = {"signed", "renewed", "pending-signature"}


def episode_of_care(view: FhirView, contract: Row) -> Record:
    """Return a contract; one that begins later is planned, one that is over is finished."""
    return Record(
        resource=filled(
            {
                "resourceType": "EpisodeOfCare",
                "id": fhir_id(contract["contract_id"]),
                "identifier": [view.identifier("contract", contract["contract_id"])],
                "status": _status(view, contract),
                "type": listed(view.coded("episode", "family-doctor"), view.concept("package", contract["package"])),
                "patient": reference("Patient", contract["resident_id"]),
                "managingOrganization": view.logical("institution", "Organization", contract["institution_id"]),
                "period": period(contract["starts_on"], contract["ends_on"]),
                "careManager": _member(contract, "doctor_id"),
                "careTeam": listed(reference("CareTeam", contract["team_id"])),
            }
        ),
        begins=contract["starts_on"],
        ends=contract["ends_on"],
    )


def _status(view: FhirView, contract: Row) -> str:
    if contract["status"] not in RUNNING:
        return "finished"
    today = view.today.isoformat()
    return "planned" if str(contract["starts_on"]) > today else "active"


def _member(contract: Row, column: str) -> Resource | None:
    member_id = contract[column]
    return None if member_id is None else reference("PractitionerRole", role_id(contract["team_id"], member_id))


def care_plan(view: FhirView, contract: Row, granted: Row) -> Record:
    """Return what a contract's term of today grants, and what is left of it."""
    status = "active" if contract["status"] in RUNNING else "revoked"
    items = list(enumerate(granted["items"], start=1))
    return Record(
        resource=filled(
            {
                "resourceType": "CarePlan",
                "id": fhir_id(contract["contract_id"]),
                "identifier": [view.identifier("contract", contract["contract_id"])],
                "contained": [_item(view, number, item, contract) for number, item in items],
                "status": status,
                "intent": "plan",
                "category": listed(view.concept("package", granted["package"])),
                "subject": reference("Patient", contract["resident_id"]),
                "period": period(granted["starts_on"], granted["ends_on"]),
                "custodian": reference("CareTeam", contract["team_id"]),
                "careTeam": listed(reference("CareTeam", contract["team_id"])),
                "activity": [
                    {
                        "progress": [{"text": f"{item['used']} / {item['granted']}"}],
                        "plannedActivityReference": {"reference": f"#item-{number}"},
                    }
                    for number, item in items
                ],
            }
        ),
        begins=granted["starts_on"],
        ends=granted["ends_on"],
    )


def _item(view: FhirView, number: int, item: Row, contract: Row) -> Resource:
    """Return a granted service: how often, and until when."""
    return filled(
        {
            "resourceType": "ServiceRequest",
            "id": f"item-{number}",
            "status": "completed" if item["left"] == 0 else "active",
            "intent": "plan",
            "code": next(iter(view.concepts("service-item", item["item"])), None),
            "quantityQuantity": {"value": item["granted"]},
            "subject": reference("Patient", contract["resident_id"]),
            "occurrencePeriod": period(None, item["finish_by"]),
        }
    )
